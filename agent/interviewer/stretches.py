"""Named stretches of the calendar longer than a day: "June 2027", "Q3", "next quarter", "H1", "this year".

First and last day are inclusive. A month, quarter, season or holiday without a year is the next one that is not over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from agent.interviewer.almanac import (
    MONTH,
    add_days,
    add_months,
    day_or_none,
    is_month,
    month_number,
    week_start,
)
from agent.interviewer.seasons import HOLIDAYS, SEASONS, holiday, season
from agent.interviewer.spans import YEAR, Grain, Span, next_span, said_year, whole_months

_MONTHS: Final = re.compile(rf"\b(?P<name>{MONTH})(?:,? ?-?(?:of )?{YEAR}\b)?")
_JOINT: Final = r" ?(?:-|to|till|until|through|thru|and) ?(?:the )?"
_DAY_RANGES: Final = re.compile(
    rf"\b(?:(?:the )?(?P<low>[0-3]?[0-9])(?:st|nd|rd|th)?{_JOINT}(?P<high>[0-3]?[0-9])(?:st|nd|rd|th)?\.? "
    rf"(?:of )?(?P<name>{MONTH})"
    rf"|(?P<name2>{MONTH}) (?:the )?(?P<low2>[0-3]?[0-9])(?:st|nd|rd"
    rf"|th)?{_JOINT}(?P<high2>[0-3]?[0-9])(?:st|nd|rd|th)?(?![^\W_]|[:.,][0-9]))"
    rf"(?:,? (?:of )?{YEAR}\b)?"
)
_QUARTER_NAME: Final = (
    r"q ?(?P<q>[1-4])|(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) (?:calendar |fiscal )?quarter"
)
_QUARTERS: Final = re.compile(
    rf"\b(?:{_QUARTER_NAME})\b(?:[ /'-]{{0,2}}(?:of |fy ?)?(?:{YEAR}|(?P<short>[2-3][0-9]))\b)?(?: of the year)?"
)
_YEAR_FIRST: Final = re.compile(r"\b(?P<year>20[0-9]{2})[ /-]?(?:q(?P<q>[1-4])|h(?P<h>[12]))\b")
_HALVES: Final = re.compile(rf"\bh ?(?P<h>[12])\b(?:[ /'-]{{0,2}}(?:of )?(?:{YEAR}|(?P<short>[2-3][0-9]))\b)?")
_NAMED_HALVES: Final = re.compile(rf"\b(?P<nth>first|1st|second|2nd|back|latter) half of (?:{YEAR}|the year)\b")
_CALENDAR: Final = re.compile(
    r"\b(?P<which>this coming|this|next|the next|the coming|the following|current|the current|the|later "
    r"this|rest of the|rest of this)"
    r" (?:calendar |fiscal |financial |business |school )?(?P<unit>week|month|quarter|half(?: year)?|year"
    r"|weekend)(?:'s)?"
    r"(?P<over> after next| after that)?\b(?! (?:or|to) (?:two|three|so)| ?20[0-9]{2})"
)
_SHORTHAND: Final = re.compile(
    r"\b(?P<name>eo(?P<unit>[dwmqy])|(?:the )?(?:year|month|quarter|week)[ -]?end|end of (?:the "
    r")?(?P<bare>year|month|quarter|week|day))\b"
)
_YEARS: Final = re.compile(
    r"(?<![0-9.,$€£#/-])\b(?:(?:fy|fiscal(?: year)?|calendar(?: year)?) ?(?P<fy>(?:20)?[0-9]{2})"
    r"|(?P<year>20[2-9][0-9]))\b(?![0-9]|[.,/-][0-9]|[ ]?(?:[€$£%]|usd|eur|euro|dollar|user|seat|people"
    r"|employee))"
)
_WEEKS: Final = re.compile(
    r"\b(?:calendar week|cw|kw|week(?: number| no\.?)?) ?(?P<number>[0-5]?[0-9])\b(?! (?:day|week|month))"
)
_QUARTER_NTH: Final = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """First to last day, how finely it was said, and where; `counted` from today, `rough` when they said "about"."""

    first: date
    last: date
    grain: Grain
    start_at: int
    end_at: int
    counted: bool = False
    rough: bool = False
    joined: bool = False


def find_stretches(text: str, folded: str, *, today: date) -> list[Stretch]:
    """Every named stretch of the message; readings may overlap, the caller keeps the longest."""
    found: list[Stretch] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(folded):
            if pattern is _MONTHS and not is_month(text, folded, *match.span("name")):
                continue
            span = read(match, today)
            if span:
                start = _shown_start(match)
                found.append(Stretch(span.first, span.last, span.grain, start, _shown_end(folded, match)))
    return found


def _shown_start(match: re.Match[str]) -> int:
    """Relation words that a pattern had to look at ("after the summer") stay outside, for the relation to be read."""
    return match.start("name") if match.re is SEASONS and match["which"] not in {"this", "next"} else match.start()


def _shown_end(folded: str, match: re.Match[str]) -> int:
    return match.end() - (folded[match.end() - 1] == ".")


def _month(match: re.Match[str], today: date) -> Span:
    return next_span(today, month_number(match["name"]), said_year(match["year"], None, today), 1, "month")


def _days(match: re.Match[str], today: date) -> Span | None:
    """ "9 to 12 of June", "June 9-12"."""
    month = month_number(match["name"] or match["name2"])
    low, high = int(match["low"] or match["low2"]), int(match["high"] or match["high2"])
    said = said_year(match["year"], None, today)
    for year in (said,) if said else (today.year, today.year + 1):
        first, last = day_or_none(year, month, low), day_or_none(year, month, high)
        if first and last and first < last and (said or last >= today):
            return Span(first, last, "day")
    return None


def _quarter(match: re.Match[str], today: date) -> Span:
    number = int(match["q"]) if match["q"] else _QUARTER_NTH[match["nth"]]
    return next_span(today, 3 * number - 2, said_year(match["year"], match["short"], today), 3, "quarter")


def _year_first(match: re.Match[str], today: date) -> Span:
    if match["q"]:
        return next_span(today, 3 * int(match["q"]) - 2, int(match["year"]), 3, "quarter")
    return next_span(today, 6 * int(match["h"]) - 5, int(match["year"]), 6, "half")


def _half(match: re.Match[str], today: date) -> Span:
    return next_span(today, 6 * int(match["h"]) - 5, said_year(match["year"], match["short"], today), 6, "half")


def _named_half(match: re.Match[str], today: date) -> Span:
    first = match["nth"] in {"first", "1st"}
    return next_span(today, 1 if first else 7, said_year(match["year"], None, today), 6, "half")


def _calendar(match: re.Match[str], today: date) -> Span | None:
    which, unit = match["which"], match["unit"].split()[0]
    ahead = ("next" in which or "following" in which or which == "the coming") + (
        2 if match["over"] and "next" not in which else bool(match["over"])
    )
    if which == "the" and not ahead and unit in {"week", "month", "half", "weekend"}:
        return None
    span = _unit(unit, today, ahead)
    return Span(today, span.last, span.grain) if which.startswith(("later", "rest")) else span


def _unit(unit: str, today: date, ahead: int) -> Span:
    """The calendar unit that holds today, or one of the following."""
    if unit in {"week", "weekend"}:
        monday = week_start(today) + timedelta(weeks=ahead)
        return Span(add_days(monday, 5) if unit == "weekend" else monday, add_days(monday, 6), "week")
    months, grain = _UNITS[unit]
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    return whole_months(add_months(first, months * ahead), months, grain)


_UNITS: Final[dict[str, tuple[int, Grain]]] = {
    "month": (1, "month"),
    "quarter": (3, "quarter"),
    "half": (6, "half"),
    "year": (12, "year"),
}


def _shorthand(match: re.Match[str], today: date) -> Span:
    """EOM, "month end", "end of year": the last third of the unit that holds today."""
    letters = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
    unit = match["bare"] or (
        letters[match["unit"]] if match["unit"] else match["name"].replace("the ", "").removesuffix("end").strip(" -")
    )
    if unit == "day":
        return Span(today, today, "day")
    span = _unit(unit, today, 0)
    if unit == "week":
        return Span(max(today, add_days(span.last, -3)), max(today, add_days(span.last, -2)), "day")
    days = {"month": 10, "quarter": 31, "year": 31}[unit]
    return Span(add_days(span.last, 1 - days), span.last, "week" if unit == "month" else "month")


def _whole_year(match: re.Match[str], today: date) -> Span:
    said = match["year"] or match["fy"]
    return whole_months(date(int(said) if len(said) == 4 else 2000 + int(said), 1, 1), 12, "year")


def _week_number(match: re.Match[str], today: date) -> Span | None:
    for year in (today.isocalendar().year, today.isocalendar().year + 1):
        try:
            monday = date.fromisocalendar(year, int(match["number"]), 1)
        except ValueError:
            continue
        if add_days(monday, 6) >= today:
            return Span(monday, add_days(monday, 6), "week")
    return None


_READERS: Final[list[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span | None]]]] = [
    (_DAY_RANGES, _days),
    (_MONTHS, _month),
    (_QUARTERS, _quarter),
    (_YEAR_FIRST, _year_first),
    (_HALVES, _half),
    (_NAMED_HALVES, _named_half),
    (_CALENDAR, _calendar),
    (_SHORTHAND, _shorthand),
    (_YEARS, _whole_year),
    (SEASONS, season),
    (HOLIDAYS, holiday),
    (_WEEKS, _week_number),
]
