"""Working hours as an owner writes them: a zone, a week, and the dates on which nobody works."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from leads.hours import DateRange, HoursBlock, Weekday, WeeklyHours
from playbook.fault import one_of, shown
from playbook.fields import Region, Zone
from playbook.schema import Problem, Section, refuse

YEARS = range(2024, 2046)
"""Days that come every year are written out for these years."""

_DAYS = {day.name.lower(): day.value for day in Weekday}
_SHORT = {name[:3]: number for name, number in _DAYS.items()}
_WINDOWS = "a window such as 09:00-17:00, a list of them, or 'closed'"


def _week(raw: Any) -> tuple[HoursBlock, ...]:
    if not isinstance(raw, Mapping) or not raw:
        raise refuse(
            Problem(f"{shown(raw)} is not a week", "lines such as 'mon-thu: 09:00-17:00' and 'fri: 09:00-12:00'")
        )
    blocks: list[HoursBlock] = []
    problems: list[Problem] = []
    for days, windows in raw.items():
        for window in windows if isinstance(windows, list) else [windows]:
            _add(blocks, problems, str(days), window)
    if not blocks and not problems:
        problems.append(Problem("every day is closed", "at least one day with a window such as 09:00-17:00"))
    if problems:
        raise refuse(*problems)
    return tuple(blocks)


def _add(blocks: list[HoursBlock], problems: list[Problem], days: str, window: object) -> None:
    try:
        numbers = list(_weekdays(days))
    except KeyError as error:
        if not any(problem.path == (days,) for problem in problems):
            problems.append(Problem(f"{shown(error.args[0])} is not a day", one_of(error.args[0], _SHORT), (days,)))
        return
    if isinstance(window, str) and window.strip().lower() == "closed":
        return
    try:
        blocks += [HoursBlock.parse(number, str(window)) for number in numbers]
    except ValueError as error:
        problems.append(Problem(str(error).rstrip("."), _WINDOWS, (days,)))


def _weekdays(days: str) -> Iterator[int]:
    """ "mon-wed, fri" as 0, 1, 2, 4; a run may go over the end of the week (sat-mon)."""
    for run in days.lower().split(","):
        first, _, last = (part.strip() for part in run.partition("-"))
        start, end = _weekday(first), _weekday(last or first)
        yield from ((start + step) % 7 for step in range((end - start) % 7 + 1))


def _weekday(name: str) -> int:
    return _SHORT[name] if name in _SHORT else _DAYS[name]


def _dates(raw: object) -> frozenset[date]:
    """2026-05-29 as that date, 12-24 as the 24th of December of every year."""
    value = str(raw)
    try:
        if re.fullmatch(r"\d\d-\d\d", value):
            yearly = date.fromisoformat(f"2024-{value}")  # a leap year, so that 02-29 is a date
            return frozenset(date(y, yearly.month, yearly.day) for y in YEARS if _has(y, yearly))
        return frozenset({date.fromisoformat(value)})
    except ValueError as error:
        raise refuse(
            Problem(f"{shown(value)} is not a date", "a date such as 2026-05-29, or 12-24 for every year")
        ) from error


def _has(year: int, day: date) -> bool:
    return (day.month, day.day) != (2, 29) or year % 4 == 0


def _date(raw: object) -> date:
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise refuse(Problem(f"{shown(raw)} is not a date", "a date such as 2026-05-29")) from error


def _holidays_known(country: str) -> str:
    public_holidays(country)
    return country


Day = Annotated[date, PlainValidator(_date)]
Days = Annotated[frozenset[date], PlainValidator(_dates)]
Week = Annotated[tuple[HoursBlock, ...], PlainValidator(_week)]


class DaysOff(Section):
    """Dates of leave, both included."""

    first: Day = Field(description="the first day off, such as 2026-08-03")
    last: Day = Field(description="the last day off, such as 2026-08-14")

    @model_validator(mode="after")
    def _in_order(self) -> "DaysOff":
        self.range()
        return self

    def range(self) -> DateRange:
        """The dates; ValueError when they are the wrong way round."""
        return DateRange(self.first, self.last)


class Hours(Section):
    """A working week with its exceptions."""

    zone: Zone = Field(description="the IANA time zone of these hours, such as Europe/Berlin")
    week: Week = Field(description="days and windows, such as 'mon-fri: 09:00-17:00'")
    public_holidays: Annotated[Region, AfterValidator(_holidays_known)] | None = Field(
        None, description="a country whose public holidays are free, such as DE"
    )
    holidays: tuple[Days, ...] = Field((), description="dates nobody works: 2026-05-29, or 12-24 for every year")
    days_off: tuple[DaysOff, ...] = Field((), description="leave, each with a first and a last day")

    def weekly(self) -> WeeklyHours:
        """The hours as the rules understand them."""
        free = frozenset[date]().union(*self.holidays)
        if self.public_holidays:
            free |= public_holidays(self.public_holidays)
        return WeeklyHours(self.zone, self.week, free, tuple(off.range() for off in self.days_off))


@lru_cache(maxsize=64)
def public_holidays(country: str) -> frozenset[date]:
    """The dates on which a whole country is closed; ValueError for a country whose holidays are not known."""
    # A tenth of a second to import, and few playbooks ask for it.
    from holidays import country_holidays  # noqa: PLC0415

    try:
        return frozenset(country_holidays(country, years=YEARS))
    except NotImplementedError as error:
        raise ValueError(f"The public holidays of {country} are not known: list the dates under holidays.") from error
