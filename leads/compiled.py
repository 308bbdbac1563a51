"""Conditions compiled once a version of the rules into functions over an index of one lead's activities.

`leads.condition.ask` is what a condition means; this says the same quicker, without noting what is missing, and
besides notes when time alone will change an answer. A property test holds the two together.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from operator import attrgetter

from leads.bant import Bant
from leads.comparison import OPS
from leads.condition import COUNTS, All, AnyOf, Attribute, BantIs, Condition, Facts, Happened, InSegment, Not
from leads.signal import ADJUSTED, Activity, ActorKind, Property, is_of

Verdict = tuple[bool | None, Sequence[Activity]]
"""Whether it holds, and the activities that made it true."""
TRUE: Verdict = (True, ())
FALSE: Verdict = (False, ())
UNKNOWN: Verdict = (None, ())
_REMEMBERED = 5000
_NEWEST_FIRST = attrgetter("occurred_at", "id")


class Track:
    """One lead's facts, indexed: what people did by type, newest first. `changes_at` is when time changes an answer."""

    __slots__ = ("attributes", "bant", "by_hand", "by_type", "changes_at", "now")

    def __init__(self, facts: Facts) -> None:
        self.attributes: Mapping[str, Property] = facts.attributes
        self.bant: Bant = facts.bant
        self.now: datetime = facts.now
        self.changes_at: datetime | None = None
        self.by_type: dict[str, list[Activity]] = {}
        self.by_hand: list[Activity] = []
        for activity in sorted(facts.activities, key=_NEWEST_FIRST, reverse=True):
            if activity.actor is ActorKind.HUMAN:
                self.by_type.setdefault(activity.type, []).append(activity)
            elif activity.type == ADJUSTED:
                self.by_hand.append(activity)

    def note(self, at: datetime | None) -> None:
        """Something changes at this instant by itself; the soonest one yet to come is kept."""
        if at is not None and at >= self.now and (self.changes_at is None or at < self.changes_at):
            self.changes_at = at

    def of_kinds(self, event: str) -> Sequence[Activity]:
        """What people did of a wildcard or a family, newest first."""
        kinds = [type for type in self.by_type if is_of(type, event)]
        if len(kinds) == 1:
            return self.by_type[kinds[0]]
        both = [activity for kind in kinds for activity in self.by_type[kind]]
        return sorted(both, key=_NEWEST_FIRST, reverse=True)


Compiled = Callable[[Track], Verdict]


def compiled(condition: Condition, *, every: bool) -> Compiled:
    """The condition as a function. With `every` all causes are wanted, otherwise the newest that suffice."""
    match condition:
        case All(parts):
            return _all([compiled(part, every=every) for part in parts])
        case AnyOf(parts):
            return _any([compiled(part, every=every) for part in parts])
        case Not(part):
            return _not(compiled(part, every=False))
        case InSegment():
            return compiled(condition.condition, every=every)
        case Attribute():
            return _attribute(condition)
        case Happened():
            return _happened(condition, every=every)
        case BantIs():
            return _bant(condition)


def triggers(condition: Condition) -> frozenset[str] | None:
    """Types of activity without any of which the condition cannot hold; None when it may hold without."""
    match condition:
        case Happened() if _is_type(condition.event) and not COUNTS[condition.op](0, condition.count):
            return frozenset({condition.event})
        case AnyOf(parts):
            found = [triggers(part) for part in parts]
            return frozenset[str]().union(*(f for f in found if f is not None)) if None not in found else None
        case All(parts):
            return min((f for part in parts if (f := triggers(part)) is not None), key=len, default=None)
        case InSegment():
            return triggers(condition.condition)
    return None


def looks_at(condition: Condition) -> frozenset[str]:
    """The events whose properties the condition looks at."""
    match condition:
        case All(parts) | AnyOf(parts):
            return frozenset[str]().union(*(looks_at(part) for part in parts))
        case Not(part) | InSegment(_, part):
            return looks_at(part)
        case Happened() if condition.where:
            return frozenset({condition.event})
    return frozenset()


def _is_type(event: str) -> bool:
    return not any(sign in event for sign in "*?[")


def _all(parts: Sequence[Compiled]) -> Compiled:
    def all_hold(track: Track) -> Verdict:
        because: list[Activity] = []
        unknown = False
        for part in parts:
            holds, causes = part(track)
            if holds is False:
                return FALSE
            unknown = unknown or holds is None
            because.extend(causes)
        return UNKNOWN if unknown else (True, because)

    return all_hold


def _any(parts: Sequence[Compiled]) -> Compiled:
    def any_holds(track: Track) -> Verdict:
        because: list[Activity] = []
        answer: bool | None = False
        for part in parts:
            holds, causes = part(track)
            if holds:
                because.extend(causes)
                answer = True
            elif holds is None and answer is False:
                answer = None
        return answer, because

    return any_holds


def _not(part: Compiled) -> Compiled:
    mirrored = {True: FALSE, False: TRUE, None: UNKNOWN}

    def does_not_hold(track: Track) -> Verdict:
        return mirrored[part(track)[0]]

    return does_not_hold


def _attribute(leaf: Attribute) -> Compiled:
    name, answer = leaf.name, _property(leaf)

    def asked(track: Track) -> Verdict:
        return answer(track.attributes.get(name))

    return asked


def _property(leaf: Attribute) -> Callable[[Property], Verdict]:
    """The comparison of one value. Answers on texts are remembered: titles, paths and sizes come again and again."""
    compare, want = OPS[leaf.op], leaf.value
    if leaf.op in {"exists", "missing"}:
        here, absent = (TRUE, FALSE) if leaf.op == "exists" else (FALSE, TRUE)
        return lambda have: absent if have is None or have == "" else here
    verdicts = {True: TRUE, False: FALSE, None: UNKNOWN}
    known: dict[str, Verdict] = {}

    def answer(have: Property) -> Verdict:
        if have is None or have == "":
            return UNKNOWN
        if not isinstance(have, str):
            return verdicts[compare(have, want)]
        found = known.get(have)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[have] = verdicts[compare(have, want)]
        return found

    return answer


def _happened(leaf: Happened, *, every: bool) -> Compiled:
    event, count = leaf.event, leaf.count
    least = leaf.op == ">="
    holds = COUNTS[leaf.op]
    where = [(part.name, _property(part)) for part in leaf.where]
    within = timedelta(days=leaf.within_days) if leaf.within_days is not None else None
    enough = count if least and not every and count else None
    exact = _is_type(event)
    nothing = (True, ()) if holds(0, count) else FALSE

    def happened(track: Track) -> Verdict:
        found: Sequence[Activity] = track.by_type.get(event, ()) if exact else track.of_kinds(event)
        if not found:
            return nothing
        if within is not None:
            since = track.now - within
            found = [activity for activity in found if activity.occurred_at >= since]
        if where:
            found = [a for a in found if all(test(a.properties.get(name))[0] for name, test in where)]
        if enough is not None:
            found = list(islice(found, enough))
        if within is not None and found:
            track.note(found[-1].occurred_at + within)
        return (True, found) if holds(len(found), count) else FALSE

    return happened


def _bant(leaf: BantIs) -> Compiled:
    factor, statuses = leaf.factor, leaf.statuses

    def asked(track: Track) -> Verdict:
        view = track.bant[factor]
        also = "met" if view.met else "unmet" if view.known else ""
        return TRUE if view.status.value in statuses or also in statuses else FALSE

    return asked
