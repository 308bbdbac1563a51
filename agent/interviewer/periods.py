"""Timelines in a message: "by end of June", "before the March audit", "in Q3", "within 6 weeks", "ASAP", "spring 2027".

A period is read in three steps: the named stretch of the calendar (a base), the part of it ("end of", "mid", "early"),
and how the wish stands to it ("by", "before", "after", "around"). Stretches that are over are left out: a timeline
lies ahead. Seasons are the northern ones, quarters and halves those of the calendar year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Final, Literal
from zoneinfo import ZoneInfo

from agent.interviewer.almanac import add_days, add_months, week_start
from agent.interviewer.days import find_days
from agent.interviewer.durations import find_durations
from agent.interviewer.figures import fold_digits
from agent.interviewer.spans import Grain
from agent.interviewer.stretches import Stretch, find_stretches

Relation = Literal["in", "before", "after", "around"]

_URGENT_DAYS: Final = 30
_MONTHS_IN: Final = {"quarter": 3, "half": 6, "year": 12}
_WEEK_OF: Final = re.compile(r"\b(?:the )?(?:week|w)(?: of|/c| commencing| starting| beginning| from) (?:the )?$")
_PART: Final = re.compile(
    r"(?:\b(?:the )?(?:very )?(?P<part>beginning|start(?! (?:in|on|into)\b)|early|earlier|first part|middle"
    r"|mid(?:dle)?|mid-|end|late|later|close|tail end"
    r"|first half|second half|first week|last week|last day|first days|back half)[ -]?(?:(?:part )?(?:of"
    r"|in|into|on) ?)?(?:the )?)$"
)
_RELATION: Final = re.compile(
    r"\b(?P<word>by|before|until|till?|prior to|(?:no|not) later than|latest by|ahead of|due(?: by| in| "
    r"on)?|deadline(?: is| of|:)?"
    r"|after|starting(?: from| in)?|from|beginning(?: in)?|following|post|as of|once|(?:not|n't|no)(?: "
    r"[a-z]+)? (?:before|until|till)"
    r"|no (?:earlier|sooner) than|around|about|roughly|approximately|circa|sometime(?: in| around| during)?|towards?"
    r"|maybe(?: in| by)?|probably(?: in| by)?|in|during|within|over|on|at|for|since|last|between)[ :]"
    r"(?:(?:about|around|roughly|maybe|like|the|our|my|this|probably|approximately|its?|say|latest) ){0,2}$"
)
_AFTER_WORDS: Final = re.compile(
    r"(?P<before>,? (?:at the (?:very )?latest|latest|or (?:earlier|sooner|before)|deadline))\b"
    r"|(?P<after> (?:at the earliest|or later|onwards?|is over|or after|or beyond))\b|(?P<near> ?-?ish"
    r"|(?: or so)|(?: or thereabouts))\b"
)
_NEAR: Final = re.compile(r"around|about|roughly|approx|circa|toward|maybe|probably|sometime|like|say")
_LATE: Final = re.compile(r"^(?:after|starting|from|beginning|following|post|as of|once|no|n't)")
_RULED_OUT: Final = re.compile(
    r"(?:\bnot|\bnever|\bnothing|n't(?: [a-z]+)?(?: [a-z]+)?)(?: happening| possible| planned)? ?(?:(?:in"
    r"|during|for|within|on|at) )?(?:the )?$"
)
_URGENT: Final = re.compile(
    r"\b(?:a\.?s\.?a\.?p\b|as (?:soon|quickly|fast|early) as (?:possible|we can|we could|can be)|urgent(?:ly)?"
    r"|(?P<weak>right (?:away|now)|immediately|straight ?away|first thing|at the earliest)|without delay"
    r"|the sooner the better|yesterday(?= ?(?:[!.,;)]|$))"
    r"|need(?:ed)? (?:it|this|that) (?:now|yesterday)|need to (?:start|begin|move) now"
    r"|in a (?:rush|hurry)|time[- ]sensitive)"
)
# "Right now" presses only when something has to happen: "it is slow right now" does not.
_PRESSING: Final = re.compile(r"\b(?:need|must|start|begin|want|have to|go live|get going|ready to)\b[^.!?\n]{0,60}$")
_NOT_URGENT: Final = re.compile(r"(?:\bnot|\bno|n't|\bnothing|\bnon|\bwithout)(?: [^ .!?]+){0,4}[ -]$")
_TO: Final = re.compile(r" ?(?:-|to|and|or|until|till|through|/) ?(?:the )?")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the calendar, first to last day inclusive, and how the visitor's wish stands to it.

    `deadline` is the last day that satisfies the wish: the end for in, around and "by", the day before the start for
    "before", None for after. `ruled_out` marks "not this quarter". `text` is `message[start_at:end_at]`.
    """

    start: date
    end: date
    grain: Grain
    relation: Relation
    text: str
    start_at: int
    end_at: int
    urgent: bool = False
    deadline: date | None = None
    ruled_out: bool = False


def find_periods(text: str, *, now: datetime, zone: ZoneInfo) -> list[Period]:
    """Every timeline in the message, in order, seen from `now` (aware) in the visitor's zone."""
    folded = fold_digits(text)
    today = now.astimezone(zone).date()
    bases = [*find_stretches(text, folded, today=today), *find_durations(folded, today=today)]
    bases += [
        Stretch(day.day, day.day, "day", day.start, day.end)
        for day in find_days(text, folded, today=today, zone=zone)
        if not day.counted
    ]
    parted = [_parted(folded, base) for base in _apart(bases)]
    periods = [_related(text, folded, base) for base in _joined(folded, parted)]
    current = [period for period in periods if period is not None and period.end >= today]
    return sorted([*current, *_urgent(text, folded, today)], key=lambda period: period.start_at)


def _apart(bases: list[Stretch]) -> list[Stretch]:
    """Without overlaps: the earlier and longer reading wins."""
    kept: list[Stretch] = []
    for base in sorted(bases, key=lambda base: (base.start_at, -base.end_at)):
        if not kept or base.start_at >= kept[-1].end_at:
            kept.append(base)
    return kept


def _parted(folded: str, base: Stretch) -> Stretch:
    """The part of the base that was meant, with the words for it: "end of", "mid", "early"."""
    begin = max(0, base.start_at - 40)
    if base.grain == "day" and (week := _WEEK_OF.search(folded[begin : base.start_at])):
        monday = week_start(base.first)
        return replace(
            base, first=monday, last=add_days(monday, 6), start_at=begin + week.start(), grain="week", rough=False
        )
    match = _PART.search(folded[begin : base.start_at])
    if not match or base.grain == "day" or base.counted:
        return base
    first, last = _part_of(base, match["part"].rstrip("- "))
    return replace(base, first=first, last=last, start_at=begin + match.start(), grain=_finer(base.grain))


def _finer(grain: Grain) -> Grain:
    finer: dict[Grain, Grain] = {
        "year": "quarter",
        "half": "quarter",
        "quarter": "month",
        "month": "week",
        "week": "day",
    }
    return finer.get(grain, "day")


def _part_of(base: Stretch, part: str) -> tuple[date, date]:
    """Thirds for early, mid and late (a quarter of a year: Q1, May to August, Q4), halves and weeks where named."""
    length = (base.last - base.first).days + 1
    match part:
        case "first half" | "second half" | "back half":
            middle = add_months(base.first, _MONTHS_IN[base.grain] // 2) if base.grain in _MONTHS_IN else None
            middle = middle or add_days(base.first, length // 2)
            return (base.first, add_days(middle, -1)) if part == "first half" else (middle, base.last)
        case "first week" | "first days":
            return base.first, add_days(base.first, min(length, 7) - 1)
        case "last week":
            return add_days(base.last, 1 - min(length, 7)), base.last
        case "last day":
            return base.last, base.last
        case _:
            return _third(base, length, part)


def _third(base: Stretch, length: int, part: str) -> tuple[date, date]:
    edge, late = max(1, length // 3), max(1, length // 3)
    if base.grain in _MONTHS_IN:
        months = 3 if base.grain == "year" else max(1, _MONTHS_IN[base.grain] // 3)
        edge = (add_months(base.first, months) - base.first).days
        late = (base.last - add_months(add_days(base.last, 1), -months)).days + 1
    if part in {"middle", "mid"}:
        if base.grain == "year":
            return add_months(base.first, 4), add_days(add_months(base.first, 8), -1)
        return add_days(base.first, edge), add_days(base.last, -late)
    if part in {"end", "late", "later", "close", "tail end"}:
        return add_days(base.last, 1 - late), base.last
    return base.first, add_days(base.first, edge - 1)


def _joined(folded: str, bases: list[Stretch]) -> list[Stretch]:
    """ "between March and May", "June to August" and "Q2 or Q3" are one stretch each."""
    joined: list[Stretch] = []
    skip = False
    for first, second in pairwise([*bases, None]):
        if skip or first is None:
            skip = False
            continue
        gap = folded[first.end_at : second.start_at] if second else ""
        if second and _TO.fullmatch(gap) and second.last >= first.first:
            between = "and" not in gap or folded[: first.start_at].rstrip().endswith("between")
            if between and not (first.counted or second.counted):
                joined.append(replace(first, last=max(first.last, second.last), end_at=second.end_at, joined=True))
                skip = True
                continue
        joined.append(first)
    return joined


_NAMES_AN_END = re.compile(r"(?:the )?(?:very )?end\b")
""""Before the end of June" ends with June, not ten days earlier."""


def _related(text: str, folded: str, base: Stretch) -> Period | None:
    begin = max(0, base.start_at - 48)
    match = _RELATION.search(folded[begin : base.start_at])
    word = match["word"] if match else ""
    if word in {"since", "last"}:
        return None
    start_at = begin + match.start() if match else base.start_at
    tail = _AFTER_WORDS.match(folded, base.end_at)
    relation, strict = _stance(word, match[0] if match else "", tail, base)
    strict = strict and not _NAMES_AN_END.match(folded, base.start_at)
    before = folded[max(0, start_at - 30) : start_at]
    end_at = tail.end() if tail else base.end_at
    return Period(
        start=base.first,
        end=base.last,
        grain=base.grain,
        relation=relation,
        text=text[start_at:end_at],
        start_at=start_at,
        end_at=end_at,
        deadline=None if relation == "after" else add_days(base.first, -1) if strict else base.last,
        ruled_out=_RULED_OUT.search(before) is not None and relation != "after",
    )


def _stance(word: str, words: str, tail: re.Match[str] | None, base: Stretch) -> tuple[Relation, bool]:
    """How the wish stands to the base, and whether the base itself is too late ("before March")."""
    if _LATE.match(word) and not (word == "from" and base.joined) and not word.startswith(("not later", "no later")):
        return "after", False
    if tail and tail["after"]:
        return "after", False
    if (
        word.startswith(("by", "until", "til", "no later", "not later", "due", "deadline", "latest"))
        or "by" in word.split()
    ):
        return "before", False
    if word in {"before", "prior to", "ahead of"}:
        return "before", True
    if tail and tail["before"]:
        return "before", False
    return ("around" if _NEAR.search(words) or base.rough or (tail and tail["near"]) else "in"), False


def _urgent(text: str, folded: str, today: date) -> list[Period]:
    last = add_days(today, _URGENT_DAYS)
    return [
        Period(
            start=today,
            end=last,
            grain="day",
            relation="in",
            text=text[match.start() : match.end()],
            start_at=match.start(),
            end_at=match.end(),
            urgent=True,
            deadline=last,
        )
        for match in _URGENT.finditer(folded)
        if _is_pressing(folded, match)
    ]


def _is_pressing(folded: str, match: re.Match[str]) -> bool:
    before = folded[max(0, match.start() - 70) : match.start()]
    if _NOT_URGENT.search(before):
        return False
    return match["weak"] is None or _PRESSING.search(before) is not None
