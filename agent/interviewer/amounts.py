"""Amounts in a message before anyone asks what they are for: "$ 75 million", "20-30k euros", "thirteen dollars fifty".

An amount has evidence that it is money (a currency beside it, "grand", "five figures") or only a shape that money often
has ("30k"); a bare number has neither. `money.find_money` judges the last two by the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from agent.interviewer.currencies import CurrencyMark, currency_after, currency_before
from agent.interviewer.figures import SCALES, Number, find_numbers

_CENTS: Final = 100
_SHORT_NAME: Final = 4  # " USD" in "$20 USD"
_JOINTS: Final = re.compile(
    r" {0,2}(?:-|/|~|to|and|or|up to|until|till|through|bis) {0,2}"
    r"(?:(?:maybe|about|around|perhaps|say|even|up to) ){0,2}$"
)
_OPENS_RANGE: Final = re.compile(r"\bbetween (?:about |around |roughly |say )?$")
_FRACTION: Final = re.compile(r"(?: and |,? ?)$")
_FRACTION_NOUN: Final = re.compile(r" (?:cents?|pence|pennies|p\b)")
_SUM_ENDS: Final = re.compile(r"$|[.,;!?)](?:\s|$)| (?:more|left|for|per|an?|each|and|or|in|is|only)\b")
_FIGURES: Final = re.compile(
    r"\b(?:(?P<part>low|lower|mid|middle|high|upper)[ -])?(?P<count>[4-9]|four|five|six|seven|eight|nine)[ -]figures?\b"
)
_COUNTS: Final = {"four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}


class Evidence(StrEnum):
    """How sure the amount's own letters make us that it is money."""

    CURRENCY = "currency"
    SCALE = "scale"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Amount:
    """One number or one range of numbers; `low` equals `high` for a single number. Offsets into the message."""

    low: Decimal
    high: Decimal
    currency: str | None
    evidence: Evidence
    named: bool  # whether they said a currency, known or not
    rough: bool
    start: int
    end: int
    scale: str = ""


@dataclass(frozen=True, slots=True)
class _Priced:
    """A number with the currencies found on either side of it."""

    number: Number
    mark: CurrencyMark | None
    start: int
    end: int


def find_amounts(text: str, folded: str, *, default: str | None) -> list[Amount]:
    """Every amount of the message in order of place; ranges and "dollars and cents" are joined to one."""
    priced: list[_Priced] = []
    for number in find_numbers(folded):
        priced.append(_priced(text, folded, number, default, taken=priced[-1].end if priced else 0))
    amounts: list[Amount] = []
    skip = False
    for first, second in pairwise([*priced, None]):
        if skip or first is None:
            skip = False
            continue
        joined = second and (_with_cents(folded, first, second) or _ranged(text, folded, first, second))
        skip = joined is not None
        amounts.append(joined or _single(first))
    return sorted([*_figure_counts(folded), *amounts], key=lambda amount: amount.start)


def _priced(text: str, folded: str, number: Number, default: str | None, *, taken: int) -> _Priced:
    """`taken` is where the number before ended, sign included: in "10 $ 30 $" the first sign is not the second's."""
    before = currency_before(text, folded, number.start, value=number.value, default=default)
    if before and before.start >= taken:
        twice = currency_after(text, folded, number.end, value=number.value, default=before.code)
        same = twice is not None and twice.code == before.code and twice.end - number.end <= _SHORT_NAME
        return _Priced(number, before, before.start, twice.end if twice and same else number.end)
    after = currency_after(text, folded, number.end, value=number.value, default=default)
    return _Priced(number, after, number.start, after.end if after else number.end)


def _single(priced: _Priced) -> Amount:
    number = priced.number
    worth = priced.mark.worth if priced.mark else Decimal(1)
    return Amount(
        low=number.value * worth,
        high=number.value * worth,
        currency=priced.mark.code if priced.mark else None,
        evidence=_evidence(priced),
        named=priced.mark is not None,
        rough=number.rough,
        start=priced.start,
        end=priced.end,
        scale=number.scale,
    )


def _evidence(priced: _Priced) -> Evidence:
    if priced.mark or priced.number.scale == "grand":
        return Evidence.CURRENCY
    return Evidence.SCALE if priced.number.scale else Evidence.NONE


def _with_cents(folded: str, first: _Priced, second: _Priced) -> Amount | None:
    """ "thirteen dollars and forty-five cents", "15 dollars 50"."""
    mark = first.mark
    if not (mark and mark.named and mark.worth == 1 and first.number.end < first.end and not first.number.scale):
        return None
    gap = folded[first.end : second.number.start]
    cents = second.number.value
    if not _FRACTION.fullmatch(gap) or cents >= _CENTS or cents != int(cents) or second.number.scale:
        return None
    noun = _FRACTION_NOUN.match(folded, second.number.end)
    if not noun and (second.mark or not _SUM_ENDS.match(folded, second.number.end)):
        return None
    whole = _single(first)
    value = whole.low + cents / _CENTS
    return replace(whole, low=value, high=value, end=noun.end() if noun else second.number.end)


def _ranged(text: str, folded: str, first: _Priced, second: _Priced) -> Amount | None:
    gap = folded[first.end : second.start]
    if not _JOINTS.fullmatch(gap) or first.number.glued or second.number.glued:
        return None
    if "and" in gap and not _OPENS_RANGE.search(folded[max(0, first.start - 30) : first.start]):
        return None
    if first.mark and second.mark and first.mark.code != second.mark.code:
        return None
    return _joined(_single(_scaled_like(first, second)), _single(second))


def _scaled_like(first: _Priced, second: _Priced) -> _Priced:
    """In "20 to 30k" the twenty is thousands as well; in "500 to 1k" the five hundred is not."""
    scale = second.number.scale
    if not scale or first.number.scale or first.number.value > second.number.mantissa:
        return first
    return replace(first, number=replace(first.number, value=first.number.value * SCALES[scale], scale=scale))


def _joined(first: Amount, second: Amount) -> Amount | None:
    if second.evidence is Evidence.NONE and first.evidence is Evidence.SCALE:
        return None
    if first.low >= second.high:
        return None
    best = first if first.evidence is Evidence.CURRENCY else second
    return Amount(
        low=first.low,
        high=second.high,
        currency=first.currency or second.currency,
        evidence=best.evidence,
        named=first.named or second.named,
        rough=first.rough or second.rough,
        start=first.start,
        end=second.end,
        scale=second.scale,
    )


def _figure_counts(folded: str) -> Iterator[Amount]:
    """ "a mid five-figure sum" is 40,000 to 70,000; "six figures" is 100,000 to 999,999."""
    for match in _FIGURES.finditer(folded):
        digits = _COUNTS.get(match["count"]) or int(match["count"])
        unit = Decimal(10) ** (digits - 1)
        low, high = {"l": (1, 4), "m": (4, 7), "h": (7, 10), "u": (7, 10)}.get((match["part"] or " ")[0], (1, 10))
        yield Amount(unit * low, unit * high - 1, None, Evidence.CURRENCY, False, True, match.start(), match.end())
