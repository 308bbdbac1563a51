"""Names of months and weekdays as people type them, and the arithmetic of whole months.

Patterns are for folded text (`phrases.fold`). "May", "March", "Sun" and "Sat" are English words too: `is_month` and
`is_weekday` look at the capital letter and the neighbours before believing them.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Final

_MONTH_FORMS: Final = (
    "january jan", "february feb febuary", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
_WEEKDAY_FORMS: Final = (
    "monday mondays mon", "tuesday tuesdays tues tue tuseday", "wednesday wednesdays weds wed wensday wednsday",
    "thursday thursdays thurs thur thu thrusday", "friday fridays fri", "saturday saturdays sat", "sunday sundays sun",
)  # fmt: skip
_MONTH_OF: Final = {form: number for number, forms in enumerate(_MONTH_FORMS, start=1) for form in forms.split()}
_WEEKDAY_OF: Final = {form: number for number, forms in enumerate(_WEEKDAY_FORMS) for form in forms.split()}

MONTH: Final = rf"(?:{'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})(?![^\W_])\.?"
WEEKDAY: Final = rf"(?:{'|'.join(sorted(_WEEKDAY_OF, key=len, reverse=True))})(?![^\W_])"

_DOUBTFUL: Final = frozenset("may march mar jan dec jun sep sun sat mon wed fri".split())
_TIME_BEFORE: Final = re.compile(
    r"(?:\b(?:by|in|on|before|after|until|till|of|since|from|during|early|mid|late|end|next|this|around"
    r"|about|for|and|or"
    r"|to|through|between|maybe|say|beginning|start|every|last|is|mean|meant|rather|not|@)(?: the)?[ -]"
    r"|[0-9](?:st|nd|rd|th)? "
    r"|[0-9]\.?[ -]|day,? |-)$"
)
_TIME_AFTER: Final = re.compile(
    r",? (?:the )?[0-9]|(?:'[0-9]{2})| (?:at|or|works?|would|is fine|next|this|morning|afternoon|evening"
    r"|please|instead)\b"
    r"|[-/](?:[a-z]{3}|[0-9])"
)
_VERB_AFTER: Final = re.compile(
    r" (?:i|we|you|they|he|she|it|be|have|not|need|want|work|also|or may|take|get|as well|the|our|on"
    r"|ahead|forward|just)\b"
)


def month_number(form: str) -> int:
    """1 for "january" and "jan."; the form must come from the `MONTH` pattern."""
    return _MONTH_OF[form.rstrip(".")]


def weekday_number(form: str) -> int:
    """0 for any form of Monday; the form must come from the `WEEKDAY` pattern."""
    return _WEEKDAY_OF[form]


def is_month(text: str, folded: str, start: int, end: int) -> bool:
    """Whether the word at start..end is the month and not "may I", "march on", "mar"."""
    word = folded[start:end].rstrip(".")
    if word not in _DOUBTFUL:
        return True
    if _TIME_AFTER.match(folded, end) and not (word == "may" and _VERB_AFTER.match(folded, end)):
        return True
    if _TIME_BEFORE.search(folded[max(0, start - 14) : start]):
        return word != "may" or not _VERB_AFTER.match(folded, end) or text[start].isupper()
    return text[start].isupper() and not _VERB_AFTER.match(folded, end) and not text[start:end].isupper()


def is_weekday(text: str, folded: str, start: int, end: int) -> bool:
    """Whether the word at start..end is a day of the week and not the sun or somebody who sat."""
    if folded[start:end] not in _DOUBTFUL:
        return True
    neighbours = _TIME_BEFORE.search(folded[max(0, start - 14) : start]) or _TIME_AFTER.match(folded, end)
    return bool(neighbours) or (text[start].isupper() and not text[start:end].isupper())


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none (31 June, year 0)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or that month's last day; clamped to the years date can hold."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9998 * 12 + 11)
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def add_days(day: date, days: int) -> date:
    """The day that many days later, clamped to the years date can hold."""
    ordinal = min(max(day.toordinal() + days, 1), date(9998, 12, 31).toordinal())
    return date.fromordinal(ordinal)


def week_start(day: date) -> date:
    """The Monday of the day's week (ISO 8601)."""
    return day - timedelta(days=day.weekday())
