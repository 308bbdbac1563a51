"""Why a condition did not hold: the predicate that decided, in words, with the value that was seen.

This is what a trace of routing shows beside each rule, so that "why did this lead go to Ana" has an answer.
"""

from dataclasses import dataclass

from leads.condition import All, AnyOf, Attribute, BantIs, Condition, Facts, Happened, Not, ask
from leads.signal import Property


@dataclass(frozen=True, slots=True)
class Missed:
    """A predicate that did not hold: what was asked, and what was seen (None when nothing is known)."""

    asked: str
    seen: Property


def missed(condition: Condition, facts: Facts) -> Missed | None:
    """The first predicate that keeps a condition from holding; None when it holds.

    Of `any` all parts failed, so they are named together; of `all` the first that did not hold is enough.
    """
    if ask(condition, facts).holds:
        return None
    match condition:
        case All(parts):
            return next(found for part in parts if (found := missed(part, facts)) is not None)
        case AnyOf(parts):
            failed = [one for part in parts if (one := missed(part, facts)) is not None]
            return Missed(" or ".join(one.asked for one in failed), failed[0].seen)
        case _:
            return Missed(said(condition), _seen(condition, facts))


def said(condition: Condition) -> str:
    """A condition in one line of words: `company.size_band in 201-500, 501-1000`."""
    match condition:
        case All(parts):
            return " and ".join(said(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(said(part) for part in parts)
        case Not(part):
            return f"not ({said(part)})"
        case Attribute():
            return _comparison(condition)
        case Happened(event, where, days, count):
            such = f" with {', '.join(_comparison(w) for w in where)}" if where else ""
            return f"{event}{such}{f' {count} times' if count > 1 else ''}{f' in {days:g} days' if days else ''}"
        case BantIs(factor, statuses):
            return f"{factor.value} is {' or '.join(sorted(statuses))}"


def _comparison(leaf: Attribute) -> str:
    value = leaf.value
    listed = ", ".join(map(str, value)) if isinstance(value, tuple | list) else "" if value is None else str(value)
    return f"{leaf.name} {leaf.op} {listed}".strip()


def _seen(condition: Condition, facts: Facts) -> Property:
    match condition:
        case Attribute(name):
            return facts.attributes.get(name)
        case Happened(event):
            return sum(1 for _ in ask(Happened(event), facts).because)
        case BantIs(factor):
            return facts.bant[factor].status.value
        case Not(part):
            return _seen(part, facts)
    return None
