"""Hours are written as people say them."""

from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from leads.hours import WeeklyHours, describe
from playbook.week import Hours


def hours(week: dict[str, Any], **more: Any) -> WeeklyHours:
    return Hours.model_validate({"zone": "Europe/Lisbon", "week": week} | more).weekly()


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ({"mon-fri": "09:00-17:00"}, "Mon-Fri 09:00-17:00 (Lisbon time)"),
        ({"Monday": "9:00-12:30", "tue, thu": "13:00-15:00"}, "Mon 09:00-12:30; Tue, Thu 13:00-15:00 (Lisbon time)"),
        ({"fri": ["09:00-12:00", "13:00-15:00"], "sat": "closed"}, "Fri 09:00-12:00 and 13:00-15:00 (Lisbon time)"),
        ({"sat-mon": "22:00-24:00"}, "Mon, Sat-Sun 22:00-24:00 (Lisbon time)"),
    ],
)
def test_a_week_is_read_as_it_is_said(week: dict[str, Any], said: str) -> None:
    assert describe(hours(week)) == said


def test_a_night_shift_ends_the_next_day() -> None:
    (block,) = hours({"mon": "22:00-06:00"}).blocks
    assert (block.start, block.end, block.ends_next_day) == (time(22), time(6), True)


def test_a_day_without_a_year_comes_every_year() -> None:
    read = hours({"mon-fri": "09:00-17:00"}, holidays=["12-24", "2026-05-29", "02-29"])
    assert read.is_day_off(date(2026, 12, 24))
    assert read.is_day_off(date(2031, 12, 24))
    assert read.is_day_off(date(2026, 5, 29))
    assert not read.is_day_off(date(2027, 5, 29))
    assert read.is_day_off(date(2028, 2, 29))


def test_leave_takes_in_its_first_and_its_last_day() -> None:
    read = hours({"mon-fri": "09:00-17:00"}, days_off=[{"first": "2026-08-03", "last": "2026-08-14"}])
    assert [read.is_day_off(date(2026, 8, day)) for day in (2, 3, 14, 15)] == [False, True, True, False]


def test_public_holidays_come_from_the_country() -> None:
    read = hours({"mon-fri": "09:00-17:00"}, public_holidays="DE")
    assert read.is_day_off(date(2026, 4, 6))  # Easter Monday
    assert not read.is_day_off(date(2026, 4, 7))


@pytest.mark.parametrize(
    "week",
    [
        {},
        [],
        "mon-fri",
        {"mon": "closed"},
        {"mon": 9},
        {"": "09:00-17:00"},
        {"mon-": "x"},
        {"mon": ["09:00-25:00"]},
        {"mon": []},
    ],
)
def test_what_is_no_week_is_refused(week: Any) -> None:
    with pytest.raises(ValidationError):
        hours(week)
