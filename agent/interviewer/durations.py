"""Time counted from today: "within 6 weeks", "in about two months", "over the next two quarters", "18 months out".

"Within" and "the next" open a window that starts today; "in" and "from now" point at the week, month or quarter that
holds the day so far away, or at the days between when two numbers are given.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from agent.interviewer.almanac import add_days, add_months, month_end, week_start
from agent.interviewer.figures import number_value
from agent.interviewer.spans import Grain
from agent.interviewer.stretches import Stretch

_COUNT: Final = (
    r"(?:an?|[0-9]{1,3}(?:\.[0-9])?|half an?|(?:a )?couple(?: of)?|(?:a )?few|several|(?:a )?dozen|one"
    r"|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty(?:[ -]four)?|thirty|forty[ -]five|sixty|ninety)"
)
_UNIT: Final = r"(?P<unit>(?:(?:business|working) )?days?|weeks?|wks?|fortnights?|months?|mos?|quarters?|years?|yrs?)"
_NUMBER: Final = (
    rf"(?P<rough>(?:about|around|roughly|approximately|maybe|like|probably|some|say|under|less than|up to"
    rf"|at most|max) )?"
    rf"(?P<low>{_COUNT})(?: ?(?:-|to|or) ?(?P<high>{_COUNT}))?[ -]{_UNIT}(?P<half> and a half)?"
    rf"(?P<more> or (?:two|three|so)| and a bit)?\b"
)
_LED: Final = re.compile(
    rf"\b(?:(?P<lead>within|inside(?: of)?|in(?: less than| under)?|over|during|for)(?P<next> (?:the |our "
    rf")?(?:next|coming|following))?"
    rf"|(?P<bare>(?:the )?(?:next|coming|following))) {_NUMBER}(?:'? time)?(?: from (?:now|today))?(?! "
    rf"(?:ago|of experience))"
)
_FOLLOWED: Final = re.compile(
    rf"\b{_NUMBER}(?:'? time| (?:from (?:now|today)|out|away|off|down the (?:road|line)|ahead"
    rf"|(?P<limit>max|tops|maximum|at (?:the )?most|timeline|timeframe|time ?frame|horizon|or less)))\b"
)
_WINDOW_LEADS: Final = ("within", "inside", "in less than", "in under")
_ROUGHLY: Final = re.compile(r"about|around|rough|approx|maybe|like|probab|some|say| so| bit")
_GRAINS: Final[dict[str, Grain]] = {"d": "day", "w": "week", "f": "week", "m": "month", "q": "quarter", "y": "month"}


def find_durations(folded: str, *, today: date) -> list[Stretch]:
    """Every stretch of the message that is counted from today."""
    found = [_led(match, today) for match in _LED.finditer(folded)]
    found += [_followed(match, today) for match in _FOLLOWED.finditer(folded)]
    return [stretch for stretch in found if stretch is not None]


def _led(match: re.Match[str], today: date) -> Stretch | None:
    lead, ahead = match["lead"] or "", match["next"] or match["bare"]
    if lead in {"over", "during", "for"} and not ahead:
        return None  # "for three months" is how long, not when
    window = bool(ahead) or lead.startswith(_WINDOW_LEADS)
    return _stretch(match, today, window=window)


def _followed(match: re.Match[str], today: date) -> Stretch | None:
    return _stretch(match, today, window=match["limit"] is not None)


def _stretch(match: re.Match[str], today: date, *, window: bool) -> Stretch:
    unit = match["unit"].split()[-1][0]
    low = _count(match["low"]) + (Decimal("0.5") if match["half"] else 0)
    high = _count(match["high"]) if match["high"] else low
    if match["more"] in {" or two", " or three"}:
        high = Decimal(2 if match["more"] == " or two" else 3)
    near, far = _away(today, min(low, high), unit), _away(today, max(low, high), unit)
    if window:
        first, last = today, far
    elif near == far:
        first, last = _around(far, unit)
    else:
        first, last = near, far
    rough = bool(_ROUGHLY.search((match["rough"] or "") + (match["more"] or "")))
    return Stretch(first, last, _GRAINS[unit], match.start(), match.end(), counted=True, rough=rough)


def _count(words: str) -> Decimal:
    if words.startswith("half"):
        return Decimal("0.5")
    value = number_value(words)
    return Decimal(1) if value is None else value


def _away(today: date, count: Decimal, unit: str) -> date:
    """The day that many units from today; half a month is 15 days."""
    if unit in "dwf":
        return add_days(today, round(count * {"d": 1, "w": 7, "f": 14}[unit]))
    months = count * {"m": 1, "q": 3, "y": 12}[unit]
    return add_days(add_months(today, int(months)), round(30 * (months - int(months))))


def _around(day: date, unit: str) -> tuple[date, date]:
    """The day, its week, its month or its quarter."""
    if unit == "d":
        return day, day
    if unit in "wf":
        return week_start(day), add_days(week_start(day), 6)
    if unit == "q":
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return first, month_end(add_months(first, 2))
    return day.replace(day=1), month_end(day)
