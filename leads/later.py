"""Dates to come back on, and quarters: "contact me in Q3" names a date only if one knows when the year begins.

(domain.md §8 case 15)
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from leads.refusal import ValueMissing

FARTHEST = timedelta(days=3 * 366)
"""How far ahead somebody may rest."""

_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_QUARTER = re.compile(r"\b(?:q ?([1-4])|(first|second|third|fourth|1st|2nd|3rd|4th)[ -](?:fiscal )?quarter)\b", re.I)
_PLAIN = re.compile(
    r"\bcalendar (?:quarter|q ?[1-4])|\b(?:january|february|march|april|june|july|august|september|october|november"
    r"|december|januar|februar|märz|mai|juni|juli|oktober|dezember)\b|\b(?:in|of|until|by|early|mid|late) may\b",
    re.I,
)


def named_quarter(text: str) -> int | None:
    """The quarter (1-4) a text names while naming no month beside it; None when the date is plain without it."""
    found = _QUARTER.search(text)
    if found is None or _PLAIN.search(text):
        return None
    return int(found[1]) if found[1] else _NUMBERS[found[2].lower()]


def quarter_begins(quarter: int, *, year_starts: int, after: date) -> date:
    """The first day of the next such quarter after a day; `year_starts` is the month (1-12) the year begins in."""
    month = (year_starts - 1 + 3 * (quarter - 1)) % 12 + 1
    begins = date(after.year, month, 1)
    return begins if begins > after else date(after.year + 1, month, 1)


def morning_of(on: date, *, now: datetime) -> datetime:
    """The instant (9:00 UTC) at which somebody who rests until a day is taken up again; today means now.

    Raises ValueMissing (the day is past or absurdly far).
    """
    if on == now.date():
        return now
    at = datetime.combine(on, time(9), tzinfo=UTC)
    if not now < at <= now + FARTHEST:
        raise ValueMissing("Give a date that lies ahead, at most three years.")
    return at
