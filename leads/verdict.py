"""Why a condition did not hold: the predicate that decided, in words, with the value that was seen.

This is what a trace of routing shows beside each rule, so that "why did this lead go to Ana" has an answer.
"""

from dataclasses import dataclass

from leads.condition import All, AnyOf, Attribute, BantIs, Condition, Facts, Happened, InSegment, Not, ask
from leads.condition_words import in_words
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
        case InSegment(_, part):
            return missed(part, facts)
        case _:
            return Missed(in_words(condition), _seen(condition, facts))


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
