"""Deadlines count working time: over weekends, holidays, changes of the clocks and pauses."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.deadline import (
    Deadline,
    NeverOpen,
    business_elapsed,
    due_after,
    due_at,
    is_overdue,
    pause,
    resume,
    stop,
)
from leads.hours import DateRange, HoursBlock, Span, Weekday, WeeklyHours, around_the_clock, is_open, next_opening

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
ZONES = "Europe/Berlin America/New_York America/Santiago Africa/Cairo Australia/Lord_Howe Pacific/Chatham".split()


def week(zone: str = "Europe/Berlin", *, off: tuple[date, ...] = (), window: str = "09:00-17:00") -> WeeklyHours:
    return WeeklyHours(zone, tuple(HoursBlock.parse(day, window) for day in range(5)), frozenset(off))


def at(month: int, day: int, hour: int, minute: int = 0, zone: str = "Europe/Berlin") -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


minutes = st.integers(0, 60 * 24 * 20).map(lambda number: timedelta(minutes=number))
instants = st.integers(0, 60 * 24 * 365).map(
    lambda number: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
)
spans = st.builds(lambda start, length: Span(start, start + length), instants, minutes)
calendars = st.builds(
    week,
    st.sampled_from(ZONES),
    off=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5).map(tuple),
    window=st.sampled_from(("09:00-17:00", "00:00-24:00", "22:00-06:00", "01:30-02:30")),
)


def test_saturday_afternoon_plus_one_working_hour_is_monday_at_ten() -> None:
    assert due_after(at(3, 14, 15), HOUR, week()) == at(3, 16, 10)


def test_a_deadline_that_fills_the_day_is_due_at_closing_time() -> None:
    assert due_after(at(3, 13, 16), HOUR, week()) == at(3, 13, 17)
    assert due_after(at(3, 13, 16), HOUR + timedelta(seconds=1), week()) == at(3, 16, 9) + timedelta(seconds=1)


def test_a_holiday_holds_up_only_the_rep_whose_country_keeps_it() -> None:
    start = at(5, 13, 16, 30)
    assert due_after(start, HOUR, week(off=(date(2026, 5, 14),))) == at(5, 15, 9, 30)
    assert due_after(start, HOUR, week("Europe/Paris")) == at(5, 14, 9, 30)


def test_a_working_day_over_easter_skips_friday_and_monday() -> None:
    easter = week(off=(date(2026, 4, 3), date(2026, 4, 6)))
    assert due_after(at(4, 2, 12), 8 * HOUR, easter) == at(4, 7, 12)


@pytest.mark.parametrize(("day", "hours"), [(8, 23), (9, 24)])
def test_the_short_day_of_a_dst_week_has_one_hour_less(day: int, hours: int) -> None:
    zone = "America/New_York"
    calendar = WeeklyHours(zone, tuple(HoursBlock.parse(weekday, "00:00-24:00") for weekday in Weekday))
    elapsed = business_elapsed(at(3, day, 0, zone=zone), at(3, day + 1, 0, zone=zone), calendar)
    assert elapsed == hours * HOUR


def test_a_dst_weekend_moves_no_office_hours() -> None:
    zone = "America/New_York"
    assert due_after(at(3, 6, 16, zone=zone), 2 * HOUR, week(zone)) == at(3, 9, 10, zone=zone)


def test_no_working_time_at_all_is_due_at_once() -> None:
    assert due_after(at(3, 14, 15), timedelta(0), week()) == at(3, 14, 15)


def test_two_minutes_around_the_clock_are_two_minutes() -> None:
    assert due_after(at(3, 14, 23, 59), timedelta(minutes=2), around_the_clock()) == at(3, 15, 0, 1)


def test_a_year_of_leave_is_waited_out_but_hours_that_never_open_are_an_error() -> None:
    start = at(3, 9, 9)
    away = WeeklyHours("Europe/Berlin", week().blocks, days_off=(DateRange(date(2026, 1, 1), date(2027, 2, 28)),))
    assert due_after(start, HOUR, away) == datetime(2027, 3, 1, 9, tzinfo=UTC)
    with pytest.raises(NeverOpen, match="never open again"):
        due_after(start, HOUR, WeeklyHours("Europe/Berlin", ()))


def test_less_than_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="less than no time"):
        due_after(at(3, 9, 9), -HOUR, week())
    with pytest.raises(ValueError, match="less than no time"):
        Deadline(at(3, 9, 9), -HOUR)


def test_elapsed_time_is_never_negative() -> None:
    assert business_elapsed(at(3, 9, 12), at(3, 9, 10), week()) == timedelta(0)


@given(instants, minutes, calendars, st.lists(spans, max_size=4))
def test_what_is_due_after_some_time_has_used_exactly_that_time(
    start: datetime, business: timedelta, hours: WeeklyHours, pauses: list[Span]
) -> None:
    due = due_after(start, business, hours, pauses=pauses)
    assert business_elapsed(start, due, hours, pauses=pauses) == business
    a_little_earlier = due - timedelta(microseconds=1)
    assert not business or business_elapsed(start, a_little_earlier, hours, pauses=pauses) < business


@given(instants, minutes, calendars)
def test_an_open_moment_is_due_after_the_time_that_has_gone_by_until_then(
    start: datetime, length: timedelta, hours: WeeklyHours
) -> None:
    opening = next_opening(hours, start + length)
    assert opening is not None
    end = opening + timedelta(microseconds=1)
    assert due_after(start, business_elapsed(start, end, hours), hours) == end


@given(instants, minutes, minutes, calendars, st.lists(spans, max_size=3))
def test_elapsed_time_adds_up_wherever_it_is_cut(
    start: datetime, first: timedelta, second: timedelta, hours: WeeklyHours, pauses: list[Span]
) -> None:
    middle, end = start + first, start + first + second
    parts = business_elapsed(start, middle, hours, pauses=pauses) + business_elapsed(middle, end, hours, pauses=pauses)
    assert parts == business_elapsed(start, end, hours, pauses=pauses)


quarters = st.integers(0, 4 * 48).map(lambda number: number * QUARTER)


@given(
    st.sampled_from(("2026-03-06T23:00", "2026-04-22T21:00", "2026-09-04T12:00", "2026-10-23T18:00")),
    quarters,
    calendars,
    st.lists(st.tuples(quarters, quarters), max_size=3),
)
def test_elapsed_time_is_what_counting_quarters_of_an_hour_gives(
    start: str, length: timedelta, hours: WeeklyHours, breaks: list[tuple[timedelta, timedelta]]
) -> None:
    begin = datetime.fromisoformat(f"{start}+00:00")
    pauses = [Span(begin + after, begin + after + lasting) for after, lasting in breaks]
    moments = [begin + k * QUARTER for k in range(length // QUARTER)]
    counted = [
        moment
        for moment in moments
        if is_open(hours, moment) and not any(rest.start_utc <= moment < rest.end_utc for rest in pauses)
    ]
    assert business_elapsed(begin, begin + length, hours, pauses=pauses) == len(counted) * QUARTER


def test_a_pause_moves_the_deadline_by_the_working_time_it_took() -> None:
    running = Deadline(at(3, 13, 15), 3 * HOUR)
    assert due_at(running, week()) == at(3, 16, 10)
    paused = pause(running, at=at(3, 13, 16))
    assert due_at(paused, week()) is None
    assert due_at(resume(paused, at=at(3, 16, 11)), week()) == at(3, 16, 13)


def test_a_paused_clock_resumed_twice_counts_the_pause_once() -> None:
    paused = pause(Deadline(at(3, 9, 9), 2 * HOUR), at=at(3, 9, 10))
    resumed = resume(paused, at=at(3, 9, 12))
    assert resume(resumed, at=at(3, 9, 15)) == resumed
    assert pause(paused, at=at(3, 9, 11)) == paused
    assert due_at(resumed, week()) == at(3, 9, 13)


def test_pauses_that_overlap_count_once() -> None:
    pauses = (Span(at(3, 9, 10), at(3, 9, 12)), Span(at(3, 9, 9, 30), at(3, 9, 11)), Span(at(3, 9, 10), at(3, 9, 11)))
    assert due_after(at(3, 9, 9), HOUR, week(), pauses=pauses) == at(3, 9, 12, 30)


def test_a_clock_paused_after_it_ran_out_is_still_late() -> None:
    late = pause(Deadline(at(3, 9, 9), HOUR), at=at(3, 9, 11))
    assert due_at(late, week()) == at(3, 9, 10)
    assert is_overdue(late, week(), now=at(3, 9, 12))


def test_a_clock_paused_at_the_very_moment_it_is_due_is_late() -> None:
    used_up = pause(Deadline(at(3, 9, 9), HOUR), at=at(3, 9, 10))
    assert due_at(used_up, week()) == at(3, 9, 10)
    assert is_overdue(used_up, week(), now=at(3, 9, 10))


def test_a_resumption_from_a_machine_whose_clock_is_behind_makes_no_pause() -> None:
    resumed = resume(pause(Deadline(at(3, 9, 9), HOUR), at=at(3, 9, 9, 30)), at=at(3, 9, 9, 29))
    assert due_at(resumed, week()) == at(3, 9, 10)


def test_a_paused_clock_never_becomes_late() -> None:
    paused = pause(Deadline(at(3, 9, 9), HOUR), at=at(3, 9, 9, 59))
    assert not is_overdue(paused, week(), now=at(6, 1, 9))


def test_a_running_clock_is_late_from_the_moment_it_is_due() -> None:
    running = Deadline(at(3, 14, 15), HOUR)
    assert not is_overdue(running, week(), now=at(3, 16, 10) - timedelta(seconds=1))
    assert is_overdue(running, week(), now=at(3, 16, 10))


def test_an_answer_on_the_dot_is_in_time_for_ever_and_a_later_one_is_late_for_ever() -> None:
    running = Deadline(at(3, 14, 15), HOUR)
    assert not is_overdue(stop(running, at=at(3, 16, 10)), week(), now=at(6, 1, 9))
    assert is_overdue(stop(running, at=at(3, 16, 10, 1)), week(), now=at(6, 1, 9))


def test_only_the_first_stop_counts_and_nothing_pauses_a_stopped_clock() -> None:
    stopped = stop(Deadline(at(3, 9, 9), HOUR), at=at(3, 9, 9, 30))
    assert stop(stopped, at=at(3, 9, 12)) == stopped
    assert pause(stopped, at=at(3, 9, 12)) == stopped


def test_stopping_a_paused_clock_ends_its_pause() -> None:
    stopped = stop(pause(Deadline(at(3, 9, 9), HOUR), at=at(3, 9, 9, 30)), at=at(3, 9, 12))
    assert stopped.paused_since is None
    assert not is_overdue(stopped, week(), now=at(3, 9, 13))


def test_half_time_is_half_the_working_time() -> None:
    assert due_at(Deadline(at(3, 13, 15), 4 * HOUR), week(), share=0.5) == at(3, 13, 17)


def test_a_deadline_keeps_its_instants_in_utc() -> None:
    local = datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    deadline = Deadline(local, HOUR, paused_since=local)
    assert deadline.started_at.tzinfo is UTC
    assert deadline.paused_since is not None
    assert deadline.paused_since.tzinfo is UTC
