"""Rules that can never decide, because a rule above them takes everything they ask for.

A proof, not a guess: `implies` says yes only when it must be so; when in doubt it says no and nothing is reported.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from leads.comparison import OPS
from leads.condition import All, AnyOf, Attribute, BantIs, Condition, Happened
from leads.route import PASSES_ON, RouteRule
from leads.signal import is_of


@dataclass(frozen=True, slots=True)
class Shadow:
    """`rule` can never decide: `by` stands above it and takes all its leads."""

    rule: str
    by: str

    @property
    def sentence(self) -> str:
        """What to tell the owner of the rules."""
        return f"The rule {self.rule} never decides: {self.by} stands above it and takes every lead it asks for."


def shadowed(rules: Sequence[RouteRule]) -> tuple[Shadow, ...]:
    """Every rule that can never decide, with the first one that stands in its way."""
    found = []
    enabled = [rule for rule in rules if rule.enabled]
    for place, rule in enumerate(enabled):
        above = (r for r in enabled[:place] if r.to.kind not in PASSES_ON and implies(rule.when, r.when))
        if (first := next(above, None)) is not None:
            found.append(Shadow(rule.id, first.id))
    return tuple(found)


def implies(one: Condition, other: Condition) -> bool:
    """Whether `other` must hold wherever `one` holds."""
    if one == other:
        return True
    if isinstance(one, AnyOf):
        return all(implies(part, other) for part in one.parts)
    if isinstance(other, All):
        return all(implies(one, part) for part in other.parts)
    if isinstance(other, AnyOf) and any(implies(one, part) for part in other.parts):
        return True
    if isinstance(one, All):
        return any(implies(part, other) for part in one.parts)
    return _leaf_implies(one, other)


def _leaf_implies(one: Condition, other: Condition) -> bool:
    match one, other:
        case Attribute(), Attribute():
            return _attribute_implies(one, other)
        case Happened(), Happened():
            return _event_implies(one, other)
        case BantIs(), BantIs():
            return one.factor is other.factor and one.statuses <= other.statuses
    return False


def _attribute_implies(one: Attribute, other: Attribute) -> bool:
    if one.name != other.name:
        return False
    if other.op == "exists":
        return one.op not in {"missing"}
    if one.op in {"eq", "in"}:  # a few values: try each of them against the other comparison
        return other.op not in {"missing"} and all(OPS[other.op](value, other.value) is True for value in _values(one))
    if one.op == other.op == "not_in" or (one.op, other.op) == ("neq", "neq"):
        return set(_values(other)) <= set(_values(one))
    if one.op == other.op and one.op in {"starts_with", "contains"}:
        holds: Callable[[str, str], bool] = str.startswith if one.op == "starts_with" else str.__contains__
        return all(any(holds(a, b) for b in _values(other)) for a in _values(one))
    a, b = _bounds(one), _bounds(other)
    return a is not None and b is not None and b.low <= a.low and a.high <= b.high and _open_enough(one, other, a, b)


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: float
    high: float


def _bounds(leaf: Attribute) -> _Bounds | None:
    endless = float("inf")
    numbers = [float(v) for v in _values(leaf) if _is_number(v)]
    if not numbers:
        return None
    table: Mapping[str, _Bounds] = {
        "gt": _Bounds(numbers[0], endless),
        "gte": _Bounds(numbers[0], endless),
        "lt": _Bounds(-endless, numbers[0]),
        "lte": _Bounds(-endless, numbers[0]),
        "between": _Bounds(numbers[0], numbers[-1]),
    }
    return table.get(leaf.op)


def _open_enough(one: Attribute, other: Attribute, a: _Bounds, b: _Bounds) -> bool:
    """`>= 5` does not imply `> 5`: where a strict bound is met exactly, the other one must be strict as well."""
    if other.op == "gt" and a.low == b.low:
        return one.op == "gt"
    if other.op == "lt" and a.high == b.high:
        return one.op == "lt"
    return True


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return not isinstance(value, bool)


def _values(leaf: Attribute) -> tuple[str, ...]:
    many = leaf.value if isinstance(leaf.value, tuple | list) else (leaf.value,)
    return tuple(str(value).casefold() for value in many)


def _event_implies(one: Happened, other: Happened) -> bool:
    """Only "at least" of "at least" is proved: who did something at most three times may never have done it."""
    if not one.op == other.op == ">=":
        return False
    same = one.event == other.event or ("*" not in one.event and is_of(one.event, other.event))
    recent = other.within_days is None or (one.within_days is not None and one.within_days <= other.within_days)
    narrower = all(any(_attribute_implies(a, b) for a in one.where) for b in other.where)
    return same and recent and narrower and one.count >= other.count
