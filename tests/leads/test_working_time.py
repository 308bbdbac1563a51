"""Working time for figures: the same as for deadlines, however many pairs are asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.deadline import business_elapsed
from leads.hours import WeeklyHours, around_the_clock
from leads.working_time import WorkingTime, calendar_mark
from tests.builders import working_week
from tests.leads.test_deadline import ZONES, at, instants, minutes, week

YEAR = {"start": datetime(2025, 12, 1, tzinfo=UTC), "end": datetime(2027, 3, 1, tzinfo=UTC)}


@given(st.sampled_from([*map(week, ZONES), around_the_clock(), WeeklyHours("UTC", ())]), instants, minutes)
def test_it_is_what_a_deadline_counts(hours: WeeklyHours, start: datetime, length: timedelta) -> None:
    counted = WorkingTime(hours, **YEAR).between(int(start.timestamp()), int((start + length).timestamp()))
    assert counted == business_elapsed(start, start + length, hours).total_seconds()


def test_friday_evening_to_monday_morning_is_a_few_minutes() -> None:
    asked, answered = at(3, 6, 19), at(3, 9, 9, 4)
    working = WorkingTime(week(), **YEAR)
    assert working.between(int(asked.timestamp()), int(answered.timestamp())) == 4 * 60


def test_what_lies_outside_is_cut_off_and_never_less_than_nothing() -> None:
    working = WorkingTime(week(), start=at(3, 2, 10), end=at(3, 2, 12))
    assert working.between(int(at(1, 1, 0).timestamp()), int(at(5, 1, 0).timestamp())) == 2 * 3600
    assert working.between(int(at(3, 2, 12).timestamp()), int(at(3, 2, 11).timestamp())) == 0


def test_the_mark_of_a_calendar_follows_whatever_is_worked_and_nothing_else() -> None:
    week, days = working_week(), [date(2026, 1, 1), date(2026, 5, 1), date(2026, 12, 25)]
    marked = calendar_mark(replace(week, holidays=frozenset(days)))
    assert marked == calendar_mark(replace(working_week(), holidays=frozenset(reversed(days))))
    others = [
        week,
        working_week("Europe/Paris"),
        working_week(closes=time(18)),
        replace(week, holidays=frozenset(days[:2])),
    ]
    assert len({marked, *map(calendar_mark, others)}) == 5
