"""Seasons and the holidays that business stops for: "spring 2027", "after the summer", "before Christmas".

Seasons are the northern, meteorological ones: spring is March to May.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from agent.interviewer.almanac import add_days, add_months
from agent.interviewer.spans import YEAR, Span, next_span, said_year, whole_months

SEASONS: Final = re.compile(
    rf"\b(?:(?P<which>this|next|the|in|by|before|after|during|until|over the|coming|early|mid|late|for|of|around) )?"
    rf"(?P<name>spring|springtime|summer|summertime|autumn|fall|winter)(?: (?:holidays?|break|time|season"
    rf"|months|vacations?))?\b(?:,? ?(?:of )?{YEAR}\b)?"
)
HOLIDAYS: Final = re.compile(
    r"\b(?P<name>christmas(?: eve| day| break)?|xmas|the holidays|holiday season|the new year(?!'s)|new "
    r"year(?:'?s)?(?: eve| day)?|easter|thanksgiving)\b(?!')"
    rf"(?:,? ?(?:of )?{YEAR}\b)?"
)
_SEASON_MONTH: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def season(match: re.Match[str], today: date) -> Span | None:
    """The season a match of `SEASONS` names; None for "prices fall" and other verbs."""
    name, which = match["name"].removesuffix("time"), match["which"]
    if name in {"fall", "spring"} and not (which or match["year"]):
        return None
    span = next_span(today, _SEASON_MONTH[name], said_year(match["year"], None, today), 3, "quarter")
    if not match["year"] and name == "winter" and today.month <= 2:
        span = whole_months(date(today.year - 1, 12, 1), 3, "quarter")
    return whole_months(add_months(span.first, 12), 3, "quarter") if which == "next" and span.first <= today else span


def holiday(match: re.Match[str], today: date) -> Span:
    """The holiday a match of `HOLIDAYS` names: in the year they say, or the next one that is not over."""
    if said := said_year(match["year"], None, today):
        return _holiday_in(match["name"], said)
    for year in (today.year + (match["name"] == "the new year"), today.year + 1):
        span = _holiday_in(match["name"], year)
        if span.last >= today:
            return span
    return span


def _holiday_in(name: str, year: int) -> Span:
    if name.startswith(("christmas", "xmas", "the holidays", "holiday")):
        return Span(date(year, 12, 24), date(year, 12, 31 if "holiday" in name else 26), "week")
    if name == "the new year":
        return Span(date(year, 1, 1), date(year, 3, 31), "quarter")
    if name.startswith("new year"):
        return (
            Span(date(year, 12, 31), date(year + 1, 1, 1), "day")
            if "eve" in name
            else Span(date(year, 1, 1), date(year, 1, 1), "day")
        )
    if name == "thanksgiving":
        first = date(year, 11, 1)
        day = add_days(first, (3 - first.weekday()) % 7 + 21)
        return Span(day, day, "day")
    sunday = _easter(year)
    return Span(add_days(sunday, -2), add_days(sunday, 1), "week")


def _easter(year: int) -> date:
    """Western Easter Sunday by the Meeus/Jones/Butcher rule (Meeus, Astronomical Algorithms, 1991, chapter 8)."""
    century, rest = divmod(year, 100)
    golden, leaps, shift = year % 19, century // 4, (century + 8) // 25
    moon = (19 * golden + century - leaps - (century - shift + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
