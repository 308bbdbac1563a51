"""A schedule says which run is current, and says the same in every process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.schedule import Schedule

START = datetime(2000, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda since: START + since)
intervals = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=40))
cron_lines = st.builds(
    lambda minute, hour, day: f"{minute} {hour} * * {day}",
    st.sampled_from(["*", "0", "59", "*/5"]),
    st.sampled_from(["*", "0", "23"]),
    st.sampled_from(["*", "0", "1-5"]),
)


@given(instants, intervals)
def test_the_last_due_instant_of_an_interval_is_less_than_one_interval_ago(now: datetime, every: timedelta) -> None:
    last = Schedule("job", every).last_due(now)
    assert last <= now < last + every
    assert Schedule("job", every).last_due(last) == last


@given(instants, cron_lines)
def test_the_last_due_instant_of_a_cron_line_is_not_in_the_future_and_stays_until_the_next(
    now: datetime, line: str
) -> None:
    schedule = Schedule("job", line)
    last = schedule.last_due(now)
    assert last <= now
    assert last.second == last.microsecond == 0
    assert schedule.last_due(last) == last
    assert schedule.last_due(last + (now - last) / 2) == last


@given(instants, st.one_of(intervals, cron_lines))
def test_a_run_has_the_same_key_as_long_as_it_is_current(now: datetime, every: timedelta | str) -> None:
    schedule = Schedule("job", every)
    assert schedule.run_key(schedule.last_due(now)) == schedule.run_key(now)


def test_a_cron_line_is_read_in_utc() -> None:
    last = Schedule("job", "30 2 * * *").last_due(datetime(2031, 3, 30, 2, 29, tzinfo=UTC))
    assert last == datetime(2031, 3, 29, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("rhythm", ["every day", "61 * * * *", "", timedelta(milliseconds=999), timedelta(seconds=-5)])
def test_a_rhythm_that_cannot_be_kept_is_refused(rhythm: timedelta | str) -> None:
    with pytest.raises(ValueError, match=r"cron line|once a second"):
        Schedule("job", rhythm)
