"""Phrase patterns: a small way of writing word lists that stay readable and cannot run away.

A phrase is a regular expression in which a blank means "some blanks", an apostrophe may be missing ("dont"), and
groups never capture unless named. Accents and case are folded away on both sides, so "arretez" also finds "Arrêtez".
Every repetition is bounded, so matching takes time proportional to the text whatever a visitor sends.
"""

import re
import unicodedata
from functools import lru_cache

_MARKS = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
_MARKS |= {"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
# these have no decomposition in Unicode
_MARKS |= {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i", "İ": "i"}
_BLANK = r"\s{1,16}"
_NO_BLANK = r"\s{0,16}"


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _MARKS:
        return _MARKS[character]
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029" else " "
    wide = unicodedata.normalize("NFKC", character)
    base = unicodedata.normalize("NFD", wide if len(wide) == 1 else character)[0]
    low = base.lower()
    return low if len(low) == 1 else character


def fold(text: str) -> str:
    """Lower case, no accents, plain quotes, dashes and blanks; characters keep their places, so offsets still hold."""
    if text.isascii():
        return text.lower().replace("\r", "\n").replace("\t", " ").replace("`", "'")
    return "".join(map(_fold_character, text))


def phrases(*alternatives: str) -> re.Pattern[str]:
    """One pattern for several phrases, on whole words. Match it against folded text only."""
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(_spelled, alternatives))})(?!\w)")


def opening(*alternatives: str) -> re.Pattern[str]:
    """Like `phrases`, but for use with `match`: the text has to begin with one of them."""
    return re.compile(rf"[\s\W]{{0,16}}(?:{'|'.join(map(_spelled, alternatives))})(?!\w)")


def whole(*alternatives: str) -> re.Pattern[str]:
    """Like `phrases`, but for use with `fullmatch`-like questions: nothing else may be said but marks and blanks."""
    return re.compile(rf"[\s\W]{{0,40}}(?:{'|'.join(map(_spelled, alternatives))})[\s\W]{{0,40}}\Z")


def _spelled(phrase: str) -> str:
    folded = "".join(phrase if phrase.isascii() else map(_fold_letter, phrase))
    grouped = re.sub(r"\((?!\?)", "(?:", folded)
    return grouped.replace("'", "'?").replace(" ?", _NO_BLANK).replace(" ", _BLANK)


def _fold_letter(letter: str) -> str:
    return letter if letter.isascii() else _fold_character(letter)
