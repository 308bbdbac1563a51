"""Patterns that rules may match texts with: regular expressions whose cost is bounded before they ever run.

What can take long is refused when it is written: references back, looking around, a repetition of something that
itself has a choice, and more ways to match than `MOST_WAYS`. Only the first `LONGEST_TEXT` characters are looked at,
so one match takes milliseconds at the very worst, whatever a form was filled in with (RE2 draws a similar line).
"""

import re
import warnings
from functools import lru_cache

# The parser that `re` itself uses: looking at its tree is surer than reading patterns a second time.
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LONGEST_PATTERN = 200
LONGEST_TEXT = 200
MOST_WAYS = 50_000
"""How many ways to match a pattern may have at one place of the text."""

_SINGLE = {code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN}
_REPEATS = {code.MAX_REPEAT, code.MIN_REPEAT}


class BadPattern(ValueError):
    """A pattern that may not be used; the text says why."""


def pattern_fault(pattern: str) -> str:
    """Why this pattern may not be used; empty when it may."""
    if not pattern or len(pattern) > LONGEST_PATTERN:
        return f"it has {len(pattern)} characters; 1 to {LONGEST_PATTERN} are allowed"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what will mean something else one day is not worth keeping
            tree = _parser.parse(pattern, re.IGNORECASE)
        if tree.state.flags & ~(re.IGNORECASE | re.UNICODE).value:
            return "flags such as (?s) are not allowed; capital and small letters are the same anyway"
        ways = _ways(tree)
    except BadPattern as error:
        return str(error)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"it is not a regular expression ({str(error)[:80]})"
    return "" if ways <= MOST_WAYS else "it has too many ways to match; use fewer *, + and ?"


def found(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text, capital and small letters alike. Raises BadPattern."""
    return _compiled(pattern).search(text[:LONGEST_TEXT]) is not None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    if fault := pattern_fault(pattern):
        raise BadPattern(fault)
    return re.compile(pattern, re.IGNORECASE)


def _ways(tree: Any) -> int:
    """How many ways there are to match this part; the product over a sequence, the sum over alternatives."""
    ways = 1
    for op, what in tree:
        if op in _SINGLE or op is code.AT:
            continue
        if op is code.BRANCH:
            ways *= sum(_ways(part) for part in what[1])
        elif op is code.SUBPATTERN:
            if what[1] or what[2]:
                raise BadPattern("flags such as (?i:…) are not allowed")
            ways *= _ways(what[-1])
        elif op in _REPEATS:
            ways *= _repeated(*what)
        else:
            raise BadPattern("references back and looking around are not allowed")
        if ways > MOST_WAYS:
            return ways
    return ways


def _repeated(least: int, most: Any, part: Any) -> int:
    inner = _ways(part)
    upper = LONGEST_TEXT if most is code.MAXREPEAT else min(int(most), LONGEST_TEXT)
    if inner > 1 and upper > 1:
        raise BadPattern("a repetition may not hold another repetition or a choice")
    return inner * max(upper - least, 0) + 1
