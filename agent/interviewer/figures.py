"""Numbers as people type them: "30.000", "1,50,000", "1.2m", "twenty-five hundred", "a couple hundred".

Works on a folded message (see `fold_digits`). What a number counts (money, days, people) is for the
caller to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agent.interviewer.phrases import fold

SCALES: Final = {
    "k": 10**3, "thousand": 10**3, "thousands": 10**3, "grand": 10**3,
    "m": 10**6, "mm": 10**6, "mn": 10**6, "mil": 10**6, "mill": 10**6, "mio": 10**6, "million": 10**6,
    "millions": 10**6, "b": 10**9, "bn": 10**9, "billion": 10**9, "billions": 10**9, "tn": 10**12,
    "trillion": 10**12, "hundred": 100, "hundreds": 100, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7,
    "crores": 10**7,
}  # fmt: skip
_UNITS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_VALUES: Final = _UNITS | _TENS | {"fourty": 40, "couple": 2, "few": 3, "several": 5}
_FACTORS: Final = {"hundred": Decimal(100), "dozen": Decimal(12), "quarters": Decimal("0.25")}
_PARTS: Final = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
_ROUGH: Final = re.compile(r"\b(?:couple|few|several)\b")

_DIGITS: Final = (
    r"(?:[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:[.][0-9]{1,2})?"  # 1,50,000
    r"|[0-9]{1,3}(?P<sep>[., '])[0-9]{3}(?:(?P=sep)[0-9]{3})*(?:[.,][0-9]{1,2})?(?![0-9])"  # 30.000,50
    r"|[0-9]{1,15}(?:[.,][0-9]{1,9})?|\.[0-9]{1,9})(?![0-9])"
)
_LETTER_SCALE: Final = r"(?:\s?(?P<letter>k|mm|mn|mil|mill|mio|m|bn|b|tn)(?![^\W_]))"
_BIG: Final = r"(?:thousands?|grand|millions?|billions?|trillion|lakhs?|crores?)"
_FIGURE: Final = re.compile(
    rf"(?<![0-9])(?<![0-9][.,'])(?P<digits>{_DIGITS})(?:{_LETTER_SCALE}|[\s-]{{0,2}}(?P<word>hundred|{_BIG})\b)?"
)
_GAP: Final = r"[ -]{1,2}"
_ONES: Final = "|".join(list(_UNITS)[1:10])
_SMALL: Final = rf"(?:(?:{'|'.join(_TENS)}|fourty)(?:{_GAP}(?:{_ONES}))?\b|(?:{'|'.join(reversed(_UNITS))})\b)"
_GROUP: Final = rf"(?:(?:{_SMALL}|an?){_GAP}hundred\b(?:{_GAP}(?:and{_GAP})?{_SMALL})?|{_SMALL}(?:{_GAP}dozen\b)?)"
_LOOSE: Final = rf"(?:(?:an?{_GAP})?(?:couple|few|several|dozen)\b(?:{_GAP}of\b)?(?:{_GAP}hundred\b)?)"
_PART: Final = rf"(?:(?:an?{_GAP})?(?:half|quarter)|three{_GAP}quarters)(?:{_GAP}(?:of{_GAP})?an?)?"
_SPELLED: Final = re.compile(
    rf"\b(?:{_PART}{_GAP}{_BIG}\b"
    rf"|{_LOOSE}(?:{_GAP}{_BIG}\b)?"
    rf"|{_GROUP}{_GAP}and{_GAP}a{_GAP}half{_GAP}{_BIG}\b"
    rf"|(?:{_GROUP}|an?){_GAP}{_BIG}\b(?:{_GAP}(?:and{_GAP})?{_GROUP}{_GAP}{_BIG}\b)*(?:{_GAP}(?:and{_GAP})?{_GROUP})?"
    rf"|{_GROUP})"
)
_WORD: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Number:
    """One number and where it stands.

    `value` is scaled already; `scale` is the word or letter that scaled it ("k", "million", "" when none);
    `rough` marks "a couple", "a few"; `glued` says a letter stands right before it ("Q3", "USD115").
    """

    value: Decimal
    start: int
    end: int
    scale: str = ""
    rough: bool = False
    glued: bool = False

    @property
    def mantissa(self) -> Decimal:
        """The value before scaling: 30 for "30k"."""
        return self.value / SCALES[self.scale] if self.scale else self.value


def fold_digits(text: str) -> str:
    """The folded text with the digits of every script as ASCII ones; as long as the text."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in folded)


def find_numbers(folded: str) -> list[Number]:
    """Every number of a folded message, in order, none overlapping another."""
    found = sorted([*_figures(folded), *_spelled(folded)], key=lambda number: (number.start, -number.end))
    kept: list[Number] = []
    for number in found:
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def number_value(words: str) -> Decimal | None:
    """The value of a text that is one number and nothing else ("six", "1.5", "a couple of", "an"); None otherwise."""
    words = words.strip()
    if words in {"a", "an"}:
        return Decimal(1)
    numbers = find_numbers(words)
    return numbers[0].value if len(numbers) == 1 and numbers[0].end - numbers[0].start == len(words) else None


def _figures(folded: str) -> Iterator[Number]:
    for match in _FIGURE.finditer(folded):
        scale = match["letter"] or match["word"] or ""
        start = match.start()
        yield Number(
            value=_figure_value(match["digits"], scaled=bool(scale)) * SCALES.get(scale, 1),
            start=start,
            end=match.end(),
            scale=scale,
            glued=start > 0 and folded[start - 1].isalpha(),
        )


def _figure_value(digits: str, *, scaled: bool) -> Decimal:
    """ "1.234,50" and "1,234.50" are both 1234.5; "30.000" is thirty thousand; "1.250 million" is 1.25 million."""
    digits = digits.replace(" ", "").replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    whole, fraction, mark = digits[:last], digits[last + 1 :], digits[last]
    mixed = any(other in whole for other in ".," if other != mark)
    lone_dot = mark == "." and "." not in whole and (scaled or not whole.strip("0"))
    groups = len(fraction) == 3 and not mixed and not lone_dot and 0 < len(whole.split(mark)[0]) <= 3
    whole = whole.replace(".", "").replace(",", "")
    return Decimal(whole + fraction) if groups else Decimal(f"{whole or '0'}.{fraction}")


def _spelled(folded: str) -> Iterator[Number]:
    for match in _SPELLED.finditer(folded):
        words = _WORD.findall(match[0])
        yield Number(
            value=_words_value(words),
            start=match.start(),
            end=match.end(),
            scale=words[-1] if SCALES.get(words[-1], 0) > 100 else "",
            rough=_ROUGH.search(match[0]) is not None,
        )


def _words_value(words: list[str]) -> Decimal:
    """The grammar in `_SPELLED` has already refused what is no number, so this only adds and multiplies."""
    total = current = Decimal(0)
    for word in words:
        if word in _VALUES:
            current += _VALUES[word]
        elif word in _PARTS:
            current += _PARTS[word]
        elif word in _FACTORS:
            current = (current or Decimal(1)) * _FACTORS[word]
        elif word in SCALES:
            total, current = total + (current or Decimal(1)) * SCALES[word], Decimal(0)
    return total + current
