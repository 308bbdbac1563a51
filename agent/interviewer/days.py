"""Single days in a message: "tomorrow", "Friday next week", "the 12th", "March 3rd, 2027", "15.06.", "in ten days".

A day without a year or a month is the next one that has not passed. "Friday" said on a Friday is a week away, "this
Friday" is today, "next Friday" is the Friday of the next calendar week (Monday to Sunday).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agent.interviewer.almanac import (
    add_days,
    add_months,
    day_or_none,
    is_month,
    is_weekday,
    month_number,
    week_start,
    weekday_number,
)
from agent.interviewer.day_words import (
    COUNTED_ON,
    COURTESY,
    DAY_MONTH,
    ISO,
    LIKE_A_DATE,
    MONTH_DAY,
    NTH,
    NTH_DAY,
    NTH_GOES_ON,
    NUMERIC,
    RELATIVE,
    SLASHED,
    SPOKEN_WEEKS,
    WEEKDAY_DAY,
)
from agent.interviewer.figures import number_value
from agent.interviewer.spending import COUNTED


@dataclass(frozen=True, slots=True)
class Day:
    """A day and where the message names it.

    `weekday_only` says no date was given, `counted` that it was said as "in N weeks".
    """

    day: date
    start: int
    end: int
    weekday_only: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class _Reader:
    """What every pattern needs to know to turn a match into a date."""

    text: str
    folded: str
    today: date
    month_first: bool


def find_days(text: str, folded: str, *, today: date, zone: ZoneInfo) -> list[Day]:
    """Every single day the message names, in order; "Friday the 13th" is one. `zone` tells how 6/7 is to be read."""
    reader = _Reader(text, folded, today, month_first=zone.key.startswith(("America/", "US/")))
    found = sorted(_all_days(reader), key=lambda day: (day.start, -day.end))
    kept: list[Day] = []
    for day in found:
        if kept and day.start < kept[-1].end:
            continue
        if kept and _is_its_date(folded, kept[-1], day):
            kept[-1] = Day(day.day, kept[-1].start, day.end)
        else:
            kept.append(day)
    return kept


def _is_its_date(folded: str, weekday: Day, day: Day) -> bool:
    """ "Friday the 13th": the second day is the date of the first."""
    between = folded[weekday.end : day.start]
    return weekday.weekday_only and not (day.weekday_only or day.counted) and bool(LIKE_A_DATE.fullmatch(between))


def _all_days(reader: _Reader) -> Iterator[Day]:
    for pattern, read in _READERS:
        for match in pattern.finditer(reader.folded):
            day = read(reader, match)
            if day:
                yield Day(
                    day,
                    match.start("a") if pattern is SLASHED else match.start(),
                    _trimmed(reader.folded, match),
                    weekday_only=pattern is WEEKDAY_DAY,
                    counted=pattern is COUNTED_ON,
                )


def _trimmed(folded: str, match: re.Match[str]) -> int:
    return match.end() - (folded[match.end() - 1] == "." and match.re is not NUMERIC)


def _iso(reader: _Reader, match: re.Match[str]) -> date | None:
    return day_or_none(int(match["year"]), int(match["month"]), int(match["day"]))


def _numeric(reader: _Reader, match: re.Match[str]) -> date | None:
    dotted = match["mark"] == "."
    if not match["year"] and not dotted:
        return None
    year = int(match["year"]) if match["year"] else None
    if year is not None and year < 100:
        year += 2000
    return _in_order(reader, int(match["a"]), int(match["b"]), year, day_first=dotted)


def _slashed(reader: _Reader, match: re.Match[str]) -> date | None:
    alone = match[0] == reader.folded.strip(" .!?")
    around_the_clock = match["a"] == "24" and match["b"] == "7"
    if around_the_clock or (match["lead"] is None and match["tail"] is None and not alone):
        return None
    return _in_order(reader, int(match["a"]), int(match["b"]), None, day_first=False)


def _in_order(reader: _Reader, first: int, second: int, year: int | None, *, day_first: bool) -> date | None:
    month, day = (first, second) if reader.month_first and not day_first else (second, first)
    if month > 12:
        month, day = day, month
    return _dated(reader, month, day, year)


def _dated(reader: _Reader, month: int, day: int, year: int | None) -> date | None:
    if year is not None:
        return day_or_none(year, month, day)
    for candidate in range(reader.today.year, reader.today.year + 9):  # 29 February may be eight years away
        found = day_or_none(candidate, month, day)
        if found and found >= reader.today:
            return found
    return None


def _month_day(reader: _Reader, match: re.Match[str]) -> date | None:
    start, end = match.span("name")
    bare = match["day"] is not None and match["suffix"] is None and match["year"] is None
    if bare and COUNTED.match(reader.folded, match.end()):
        return None
    if bare and not is_month(reader.text, reader.folded, start, end):
        return None
    day = int(match["day"]) if match["day"] else NTH[match["nth"]]
    return _dated(reader, month_number(match["name"]), day, int(match["year"]) if match["year"] else None)


def _nth_day(reader: _Reader, match: re.Match[str]) -> date | None:
    month = match["month"]
    if not month and not (match["the"] and NTH_GOES_ON.match(reader.folded, match.end())):
        alone = not reader.folded[: match.start()].strip(" ,.") and not reader.folded[match.end() :].strip(" ,.!?")
        if not alone:
            return None
    first = reader.today.replace(day=1)
    shift = 1 if month and ("next" in month or "following" in month) else 0
    for later in range(shift, shift + 1 if month else 13):
        there = add_months(first, later)
        found = day_or_none(there.year, there.month, int(match["day"]))
        if found and (found >= reader.today or month):
            return found
    return None


def _relative(reader: _Reader, match: re.Match[str]) -> date | None:
    if match["zero"] == "today" and COURTESY.search(reader.folded[max(0, match.start() - 60) : match.start()]):
        return None
    return add_days(reader.today, 2 if match["two"] else 1 if match["one"] else 0)


def _weekday(reader: _Reader, match: re.Match[str]) -> date | None:
    start, end = match.span("name")
    if not is_weekday(reader.text, reader.folded, start, end):
        return None
    today, wanted = reader.today, weekday_number(match["name"])
    monday = week_start(today)
    upcoming = add_days(today, (wanted - today.weekday() - 1) % 7 + 1)
    said = match["which"] or match["after"]
    if said:
        there = monday + timedelta(days=wanted, weeks=SPOKEN_WEEKS[said])
        return there if there >= today else there + timedelta(weeks=1)
    if match["weeks"]:
        return upcoming + timedelta(weeks=int(number_value(match["weeks"]) or 1))
    if match["late"]:
        return monday + timedelta(days=wanted, weeks=int(number_value(match["late"]) or 1))
    if match["plus"] or match["over"]:
        return upcoming + timedelta(weeks=1)
    before = match["before"] or ""
    if before.endswith(("next", "following")):
        return monday + timedelta(days=wanted, weeks=1)
    return today if before == "this" and wanted == today.weekday() else upcoming


def _counted_on(reader: _Reader, match: re.Match[str]) -> date | None:
    count = number_value(match["count"] or match["count2"] or "")
    unit = match["unit"] or match["unit2"]
    days = 14 if unit == "fortnight" else 7 if unit.startswith("week") else 1
    return add_days(reader.today, int(count) * days) if count is not None else None


_READERS: Final[list[tuple[re.Pattern[str], Callable[[_Reader, re.Match[str]], date | None]]]] = [
    (ISO, _iso),
    (NUMERIC, _numeric),
    (SLASHED, _slashed),
    (MONTH_DAY, _month_day),
    (DAY_MONTH, _month_day),
    (NTH_DAY, _nth_day),
    (RELATIVE, _relative),
    (WEEKDAY_DAY, _weekday),
    (COUNTED_ON, _counted_on),
]
