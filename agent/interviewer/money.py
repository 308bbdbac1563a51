"""Money in a visitor's words: "about 30k a year", "between 20 and 30 thousand euros", "no more than 500 per user".

A number is money when a currency stands beside it, when its shape says so ("30k", "ten grand", "five figures") and
nothing it counts follows, or when the sentence is about a budget or a price. "We are 40 people" is not money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from agent.interviewer.amounts import Amount, Evidence, find_amounts
from agent.interviewer.figures import fold_digits
from agent.interviewer.spending import is_about_money

Period = Literal["year", "month", "week", "day", "hour", "once"]

_UPPER: Final = (
    r"under|below|less than|lower than|cheaper than|up to|as much as|max(?:imum)?\.?|at most|at the most|no more than"
    r"|not more than|cap(?:ped)?|limited|within|not exceed(?:ing)?|not to exceed|<=?|≤|ceiling|limit|top out|tops out"
)
_LOWER: Final = (
    r"over|above|more than|at least|min(?:imum)?\.?|minimum|north of|starting (?:at|from)|starts (?:at"
    r"|from)|from|upwards of"
    r"|in excess of|exceed(?:s|ing)?|>=?|≥|no less than|not less than|beyond|past|bigger than|higher than"
)
_NEAR: Final = (
    r"about|around|roughly|approx(?:imately)?\.?|approximately|circa|ca\.?|c\.|~|≈|close to|nearly|almost|maybe|perhaps"
    r"|probably|like(?!,)|some|something like|in the (?:region|neighbou?rhood|ballpark|range|order) of"
    r"|somewhere(?: around)?"
    r"|let's say|say|an estimated|estimated|just|only|ish|another|between|anywhere from|anywhere between|ballpark"
)
_GLUE: Final = r"the|a|an|of|at|to|is|be|in|by|budget|and|,|:|="
_LEAD: Final = re.compile(
    rf"(?:(?<![^\W_])(?:{_UPPER}|{_LOWER}|{_NEAR})(?![a-z])[ ,:=]{{0,2}}(?:(?:{_GLUE})(?![a-z])[ "
    rf"]{{0,2}}){{0,2}}){{1,4}}$"
)
_IS_UPPER: Final = re.compile(rf"(?<![^\W_])(?:{_UPPER})(?![a-z])")
_IS_LOWER: Final = re.compile(rf"(?<![^\W_])(?:{_LOWER})(?![a-z])")
_NO_LESS: Final = re.compile(r"\b(?:no|not) (?:less|lower) than")
_IS_NEAR: Final = re.compile(
    r"about|around|rough|approx|circa|\bca?\b|~|≈|close to|nearly|almost|maybe|perhaps|probably"
    r"|like|some|in the |say|estimated|ballpark|anywhere"
)
_NEGATED: Final = re.compile(
    r"(?:\bnot|n't|n’t|\bcannot|\bcant|\bdont|\bwont|\bno|\bnever|\bwithout)(?: [a-z']+){0,4} ?$"
)
_AFTER_UPPER: Final = re.compile(
    r" ?(?:,? ?(?:max(?:imum)?|tops|or less|or under|or below|at (?:the )?most|limit|ceiling|cap)\b)"
)
_AFTER_LOWER: Final = re.compile(
    r" ?(?:\+|plus\b|or (?:more|above|over|up)\b|and (?:up|above)\b|upwards?\b|min(?:imum)?\b|at least\b)"
)
_AFTER_NEAR: Final = re.compile(
    r" ?-?(?:ish\b|or so\b|give or take\b|or thereabouts\b|roughly\b|approx\b|more or less\b)"
)

_PERSON: Final = (
    r"users?|seats?|heads?|persons?|employees?|licen[sc]es?|agents?|reps?|members?|planners?|developers?"
    r"|devs?|people|pax|named user|staff"
)
_PERIODS: Final[list[tuple[str, Period]]] = [
    ("year", "year"), ("yr", "year"), ("annum", "year"), ("annual", "year"), ("annually", "year"), ("yearly", "year"),
    ("pa", "year"), ("p.a", "year"), ("y", "year"), ("month", "month"), ("mo", "month"), ("mth", "month"),
    ("monthly", "month"), ("pm", "month"), ("m", "month"), ("week", "week"), ("wk", "week"), ("weekly", "week"),
    ("day", "day"), ("daily", "day"), ("hour", "hour"), ("hr", "hour"), ("h", "hour"), ("hourly", "hour"),
]  # fmt: skip
_PERIOD_OF: Final = dict(_PERIODS)
_ADVERBS: Final = r"annually|yearly|monthly|weekly|daily|hourly|p\.?a(?=\.?(?:$|[\s,.;!?)]))|annual"
_ONCE: Final = r"one[ -]?(?:off|time|shot)|once(?= ?(?:$|[.,;!?)]|only|off))|up ?front|lump sum|set-?up|as a one-time"
_TAIL: Final = re.compile(
    r"[ ,(]{0,2}(?:"
    rf"(?:per|/|an?|each|every|for each|for every|by the)[ ]?(?:(?P<person>{_PERSON})|(?P<period>year|yr"
    rf"|annum|month|mo|mth|m(?=[\s,.;)/]|$)"
    r"|week|wk|day|hour|hr|h(?=[\s,.;)/]|$)|y(?=[\s,.;)/]|$)))(?![^\W_])"
    rf"|(?P<adverb>{_ADVERBS})(?![^\W_])(?: (?:budget|spend|cost|fee|contract|total))?"
    rf"|(?:as )?(?:an? )?(?P<once>{_ONCE})(?![^\W_])"
    r"|(?P<pupm>p[ue]pm)(?![^\W_])"
    r")"
)
_AHEAD: Final = re.compile(
    rf"(?<![^\W_])(?:(?P<adverb>annual|yearly|monthly|weekly|daily|hourly)(?:ly)?|(?P<once>{_ONCE})"
    r"|(?:per|a|each|every|this|the|next|for the) (?P<period>year|month|week))(?![^\W_])"
)
_CLAUSE: Final = re.compile(r"[.!?;\n](?:\s|$)|, (?:but|and|so)\b| but ")


@dataclass(frozen=True, slots=True)
class Money:
    """A sum somebody named.

    `low` and `high` are equal for one figure, one of them is None for "under 30k" and "at least 30k". `currency` is
    ISO 4217, None when unsaid and no default was given. `text` is `message[start:end]`, the figures with their
    currency; `phrase` is the longer verbatim stretch to quote, with "under" and "a year".
    """

    low: Decimal | None
    high: Decimal | None
    currency: str | None
    period: Period | None
    per_user: bool
    approximate: bool
    text: str
    start: int
    end: int
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class _Lead:
    """What the words before a figure do to it."""

    upper: bool
    lower: bool
    near: bool
    start: int


@dataclass(frozen=True, slots=True)
class _Tail:
    """What the words after a figure say about it."""

    period: Period | None
    per_user: bool
    upper: bool
    lower: bool
    near: bool
    end: int


def find_money(text: str, *, default_currency: str | None = None) -> list[Money]:
    """Every sum named in the message, in order. `default_currency` fills in unsaid ones and decides whose "$" it is."""
    folded = fold_digits(text)
    found: list[Money] = []
    for amount in find_amounts(text, folded, default=default_currency):
        tail = _tail(folded, amount.end)
        if (found and amount.start < found[-1].end) or not _counts(folded, amount, tail):
            continue
        found.append(_money(text, folded, amount, tail, default_currency))
    return found


def _counts(folded: str, amount: Amount, tail: _Tail) -> bool:
    if amount.evidence is Evidence.CURRENCY:
        return True
    return is_about_money(folded, amount, per_user=tail.per_user, per_period=tail.period is not None)


def _money(text: str, folded: str, amount: Amount, tail: _Tail, default: str | None) -> Money:
    lead = _lead(folded, amount.start)
    single = amount.low == amount.high
    upper, lower = lead.upper or tail.upper, (lead.lower or tail.lower) and not lead.upper
    return Money(
        low=None if single and upper else amount.low,
        high=None if single and lower and not upper else amount.high,
        currency=amount.currency if amount.named else default,
        period=tail.period or _period_ahead(folded, amount.start, tail.end),
        per_user=tail.per_user,
        approximate=amount.rough or lead.near or tail.near,
        text=text[amount.start : amount.end],
        start=amount.start,
        end=amount.end,
        phrase=text[lead.start : tail.end],
    )


def _lead(folded: str, position: int) -> _Lead:
    begin = max(0, position - 60)
    match = _LEAD.search(folded[begin:position])
    if not match:
        return _Lead(False, False, False, position)
    words = match[0]
    floor = _NO_LESS.search(words) is not None
    upper, lower = not floor and bool(_IS_UPPER.search(words)), floor or bool(_IS_LOWER.search(words))
    start = begin + match.start()
    if upper != lower:
        negated = _NEGATED.search(folded[max(0, start - 40) : start])
        if negated and not re.match(r"no|not", words):
            upper, lower = lower, upper
            start = _word_start(folded, start - len(negated[0]))
    return _Lead(upper, lower and not upper, bool(_IS_NEAR.search(words)), start)


def _word_start(folded: str, position: int) -> int:
    while position > 0 and (folded[position - 1].isalpha() or folded[position - 1] == "'"):
        position -= 1
    return position


def _tail(folded: str, position: int) -> _Tail:
    period: Period | None = None
    per_user = upper = lower = near = False
    end = position
    for _ in range(4):
        if match := _AFTER_NEAR.match(folded, end):
            near = True
        elif match := _AFTER_UPPER.match(folded, end):
            upper = True
        elif match := _AFTER_LOWER.match(folded, end):
            lower = True
        elif match := _TAIL.match(folded, end):
            per_user = per_user or bool(match["person"] or match["pupm"])
            period = _tail_period(match) or period
        else:
            break
        end = match.end()
    return _Tail(period, per_user, upper, lower, near, end)


def _tail_period(match: re.Match[str]) -> Period | None:
    if match["pupm"]:
        return "month"
    if match["once"]:
        return "once"
    return _PERIOD_OF.get((match["period"] or match["adverb"] or "").replace(".", ""))


def _period_ahead(folded: str, start: int, end: int) -> Period | None:
    """ "our annual budget is 30k", "30k is the yearly limit": the period said elsewhere in the same clause."""
    before = _CLAUSE.split(folded[max(0, start - 60) : start])[-1]
    after = _CLAUSE.split(folded[end : end + 40])[0]
    for match in (*reversed(list(_AHEAD.finditer(before))), *_AHEAD.finditer(after)):
        if match["once"]:
            return "once"
        if match["adverb"]:
            return _PERIOD_OF[match["adverb"]]
    return None
