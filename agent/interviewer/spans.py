"""Whole months of the calendar: the arithmetic under quarters, halves, seasons and years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from agent.interviewer.almanac import add_months, month_end

Grain = Literal["day", "week", "month", "quarter", "half", "year"]

YEAR: Final = r"(?P<year>(?:20)[0-9]{2}|'[0-9]{2}|(?:of )?(?:next|this|the coming|the following) year)"


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, inclusive, and how finely it was said."""

    first: date
    last: date
    grain: Grain


def said_year(said: str | None, short: str | None, today: date) -> int | None:
    """2027 for "2027", "'27", "27" (short) and, this year being 2026, "next year"; None when unsaid."""
    if short:
        return 2000 + int(short)
    if not said:
        return None
    if said.startswith("'"):
        return 2000 + int(said[1:])
    if said.isdigit():
        return int(said)
    return today.year + (0 if "this" in said else 1)


def whole_months(first: date, months: int, grain: Grain) -> Span:
    """That many calendar months from the first of a month."""
    return Span(first, month_end(add_months(first, months - 1)), grain)


def next_span(today: date, month: int, year: int | None, months: int, grain: Grain) -> Span:
    """The stretch of that many months from `month` in `year`, or the first one that is not over."""
    span = whole_months(date(year or today.year, month, 1), months, grain)
    return span if year or span.last >= today else whole_months(add_months(span.first, 12), months, grain)
