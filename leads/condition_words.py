"""A condition in words, so that people read the very rule the code asks."""

from collections.abc import Mapping
from types import MappingProxyType

from leads.condition import All, AnyOf, Attribute, BantIs, Condition, Happened, InSegment, Not

_OPS: Mapping[str, str] = MappingProxyType(
    {
        "eq": "is",
        "neq": "is not",
        "in": "is one of",
        "not_in": "is none of",
        "gt": "is more than",
        "gte": "is at least",
        "lt": "is less than",
        "lte": "is at most",
        "between": "is between",
        "contains": "contains",
        "starts_with": "begins with",
        "matches": "matches",
        "domain_is_free": "is an address of a mailbox provider",
        "exists": "is known",
        "missing": "is not known",
    }
)
_BOUNDS = MappingProxyType({">=": "", ">": "more than ", "=": "exactly ", "<=": "at most ", "<": "fewer than "})


def in_words(condition: Condition) -> str:
    """The condition as a phrase: "company.size_band is one of 51-200, 201-500 and page.viewed happened"."""
    match condition:
        case All(parts):
            return " and ".join(_part(p) for p in parts)
        case AnyOf(parts):
            return " or ".join(_part(p) for p in parts)
        case Not(part):
            return f"not ({in_words(part)})"
        case Attribute():
            return _compared(condition)
        case BantIs(factor, statuses):
            return f"{factor.value} is {' or '.join(sorted(statuses))}"
        case Happened():
            return _happened(condition)
        case InSegment(name):
            return f"is in the segment {name}"


def _part(condition: Condition) -> str:
    words = in_words(condition)
    return f"({words})" if isinstance(condition, All | AnyOf) else words


def _compared(leaf: Attribute) -> str:
    values = leaf.value if isinstance(leaf.value, tuple | list) else (leaf.value,)
    joiner = " and " if leaf.op == "between" else ", "
    value = joiner.join(str(v) for v in values if v is not None)
    return f"{leaf.name} {_OPS.get(leaf.op, leaf.op)} {value}".strip()


def _happened(leaf: Happened) -> str:
    times = "happened" if (leaf.op, leaf.count) == (">=", 1) else f"happened {_BOUNDS[leaf.op]}{leaf.count} times"
    where = f" with {' and '.join(_compared(w) for w in leaf.where)}" if leaf.where else ""
    within = f" within {leaf.within_days:g} days" if leaf.within_days is not None else ""
    return f"{leaf.event}{where} {times}{within}"
