"""A condition as the plain data it is read from: what an editor is given when nobody wrote the document by hand."""

from collections.abc import Mapping

from leads.condition import All, AnyOf, Attribute, BantIs, Condition, Happened, InSegment, Not
from leads.signal import Property

Plain = Property | list["Plain"] | dict[str, "Plain"]


def written(condition: Condition) -> dict[str, Plain]:
    """The data of a condition: `read_condition(written(c), segments=…) == c`."""
    match condition:
        case All(parts):
            return {"all": [written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [written(part) for part in parts]}
        case Not(part):
            return {"not": written(part)}
        case InSegment(name):
            return {"segment": name}
        case BantIs(factor, statuses):
            return {"bant": factor.value, "value": [*sorted(statuses)]}
        case Attribute():
            return _comparison("attr", condition)
        case Happened():
            return _event(condition)


def _comparison(key: str, leaf: Attribute) -> dict[str, Plain]:
    value: Plain = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value  # type: ignore[assignment]
    found: Mapping[str, Plain] = {key: leaf.name, "op": leaf.op, "value": value}
    return {name: part for name, part in found.items() if part is not None}


def _event(leaf: Happened) -> dict[str, Plain]:
    data: dict[str, Plain] = {"event": leaf.event}
    if leaf.where:
        data["where"] = [_comparison("prop", part) for part in leaf.where]
    if leaf.within_days is not None:
        data["within_days"] = leaf.within_days
    if (leaf.count, leaf.op) != (1, ">="):
        data["count"] = leaf.count if leaf.op == ">=" and leaf.count else {"op": leaf.op, "n": leaf.count}
    return data
