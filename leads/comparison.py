"""How a condition compares a value it finds with what a rule names. Texts are compared without regard to case.

Three-valued like the conditions: None where the two cannot be compared at all.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isnan, nan

from leads.identity import is_free_mail
from leads.pattern import BadPattern, found
from leads.signal import Property

Value = Property | Sequence[Property]
Comparison = Callable[[Property, Value], bool | None]
NEEDS_NO_VALUE = frozenset({"exists", "missing", "domain_is_free"})


def _number(a: Property) -> float | None:
    """The number in a property, or None; `nan` is none, and neither is one that no float can hold."""
    try:
        number = float(a) if a is not None and not isinstance(a, bool) else nan
    except (ValueError, OverflowError):
        return None
    return None if isnan(number) else number


def _compare(test: Callable[[float, float], bool]) -> Comparison:
    def compared(have: Property, want: Value) -> bool | None:
        left, right = _number(have), _number(want if isinstance(want, str | int | float) else None)
        return None if left is None or right is None else test(left, right)

    return compared


def folded(value: object) -> object:
    """A text without regard to case; anything else as it is."""
    return value.casefold() if isinstance(value, str) else value


def listed(want: Value) -> list[object]:
    """What a rule names, as a list, folded."""
    return [folded(v) for v in want] if isinstance(want, Sequence) and not isinstance(want, str) else [folded(want)]


def _between(have: Property, want: Value) -> bool | None:
    bounds = [_number(v) for v in want] if isinstance(want, Sequence) and not isinstance(want, str) else []
    value = _number(have)
    if value is None or len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        return None
    return bounds[0] <= value <= bounds[1]


def _matches(have: Property, want: Value) -> bool | None:
    try:
        return found(want, str(have)) if isinstance(want, str) else None
    except BadPattern:
        return None


OPS: Mapping[str, Comparison] = {
    "eq": lambda have, want: folded(have) == folded(want),
    "neq": lambda have, want: folded(have) != folded(want),
    "in": lambda have, want: folded(have) in listed(want),
    "not_in": lambda have, want: folded(have) not in listed(want),
    "gt": _compare(lambda a, b: a > b),
    "gte": _compare(lambda a, b: a >= b),
    "lt": _compare(lambda a, b: a < b),
    "lte": _compare(lambda a, b: a <= b),
    "between": _between,
    "contains": lambda have, want: any(str(w) in str(folded(have)) for w in listed(want)),
    "starts_with": lambda have, want: any(str(folded(have)).startswith(str(w)) for w in listed(want)),
    "matches": _matches,
    "domain_is_free": lambda have, want: is_free_mail(str(have)),
    "exists": lambda have, want: True,
    "missing": lambda have, want: False,
}
"""Every way to compare, by the name rules use."""
