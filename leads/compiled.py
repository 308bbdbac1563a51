"""Conditions compiled once a version of the rules into functions over an index of one lead's activities.

`leads.condition.ask` is what a condition means; this says the same quicker, without noting what is missing, and
besides notes when time alone will change an answer. A property test holds the two together.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import timedelta

from leads.bant import NOTHING_SAID, Factor
from leads.comparison import OPS
from leads.condition import COUNTS, All, AnyOf, Attribute, BantIs, Condition, Happened, InSegment, Not
from leads.signal import Deed, Property
from leads.track import Track

Verdict = tuple[bool | None, Sequence[Deed]]
"""Whether it holds, and the activities that made it true."""
TRUE: Verdict = (True, ())
FALSE: Verdict = (False, ())
UNKNOWN: Verdict = (None, ())
_REMEMBERED = 5000
_KEPT = (str, bool, type(None))
_PRESENCE = frozenset({"exists", "missing"})
Compiled = Callable[[Track], Verdict]


class Answers:
    """What conditions ask of attributes and of BANT, answered all at once.

    Of two leads with equal answers the same holds, as far as it rests on nothing else (`is_still`).
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        asked: dict[str, list[Attribute]] = {}
        factors: set[Factor] = set()
        for leaf in (leaf for condition in conditions for leaf in _leaves(condition)):
            if isinstance(leaf, Attribute):
                asked.setdefault(leaf.name, []).append(leaf)
            elif isinstance(leaf, BantIs):
                factors.add(leaf.factor)
        self._asked = [(name, _together(leaves)) for name, leaves in asked.items()]
        self._factors = sorted(factors)

    def of(self, track: Track) -> Hashable:
        """The answers for this lead."""
        have, bant = track.attributes.get, track.bant
        answers: list[Hashable] = [answer(have(name)) for name, answer in self._asked]
        if bant is not NOTHING_SAID:
            answers += [(bant[factor].status, bant[factor].met) for factor in self._factors]
        return tuple(answers)


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
    """Events without any of which the condition cannot hold; None when it may hold without."""
    match condition:
        case Happened() if not COUNTS[condition.op](0, condition.count):
            return frozenset({condition.event})
        case AnyOf(parts):
            found = [triggers(part) for part in parts]
            return frozenset[str]().union(*(f for f in found if f is not None)) if None not in found else None
        case All(parts):
            return min((f for part in parts if (f := triggers(part)) is not None), key=len, default=None)
        case InSegment():
            return triggers(condition.condition)
    return None


def is_still(condition: Condition) -> bool:
    """Whether neither an activity nor the time can change the answer."""
    return not any(isinstance(leaf, Happened) for leaf in _leaves(condition))


def attributes_in(condition: Condition) -> frozenset[str]:
    """The attributes the condition looks at."""
    return frozenset(leaf.name for leaf in _leaves(condition) if isinstance(leaf, Attribute))


def looks_at(condition: Condition) -> frozenset[str]:
    """The events whose properties the condition looks at."""
    return frozenset(leaf.event for leaf in _leaves(condition) if isinstance(leaf, Happened) and leaf.where)


def _leaves(condition: Condition) -> Iterator[Attribute | Happened | BantIs]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part) | InSegment(_, part):
            yield from _leaves(part)
        case Attribute() | Happened() | BantIs():
            yield condition


def _is_type(event: str) -> bool:
    return not any(sign in event for sign in "*?[")


def _all(parts: Sequence[Compiled]) -> Compiled:
    def all_hold(track: Track) -> Verdict:
        because: list[Deed] = []
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
        because: list[Deed] = []
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
    name, answer = leaf.name, _together((leaf,))
    verdicts = {True: TRUE, False: FALSE, None: UNKNOWN}

    def asked(track: Track) -> Verdict:
        return verdicts[answer(track.attributes.get(name))[0]]

    return asked


def _compared(leaf: Attribute) -> Callable[[Property], bool | None]:
    """The comparison of one value."""
    compare, want = OPS[leaf.op], leaf.value
    if leaf.op in _PRESENCE:
        absent = leaf.op == "missing"
        return lambda have: absent if have is None or have == "" else not absent
    return lambda have: None if have is None or have == "" else compare(have, want)


def _together(leaves: Sequence[Attribute]) -> Callable[[Property], tuple[bool | None, ...]]:
    """Comparisons of one value. Answers are remembered: titles, paths and sizes come again and again.

    Not those on numbers, because 1 and True would be one key, nor those on lists, which are none; nor whether a value
    is there, which is quicker asked than looked up.
    """
    compare = [_compared(leaf) for leaf in leaves]
    if all(leaf.op in _PRESENCE for leaf in leaves):
        return lambda have: tuple([one(have) for one in compare])
    known: dict[str | bool | None, tuple[bool | None, ...]] = {}

    def answers(have: Property) -> tuple[bool | None, ...]:
        if not isinstance(have, _KEPT):
            return tuple([one(have) for one in compare])
        try:
            return known[have]
        except KeyError:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[have] = tuple([one(have) for one in compare])
            return found

    return answers


def _happened(leaf: Happened, *, every: bool) -> Compiled:
    within = timedelta(days=leaf.within_days) if leaf.within_days is not None else None
    if leaf.op == ">=" and leaf.count == 1 and not every:
        return _happened_once(leaf, within)
    event, count, exact, suits = leaf.event, leaf.count, _is_type(leaf.event), _suits(leaf.where)
    holds = COUNTS[leaf.op]
    enough = count if leaf.op == ">=" and not every and count else None
    nothing = (True, ()) if holds(0, count) else FALSE

    def happened(track: Track) -> Verdict:
        found: Sequence[Deed] = track.by_type.get(event, ()) if exact else track.of_kinds(event)
        if not found:
            return nothing
        if within is not None and found[-1].occurred_at < (since := track.now - within):
            found = [activity for activity in found if activity.occurred_at >= since]
        if suits is not None:
            found = [activity for activity in found if suits(activity)]
        if enough is not None:
            found = found[:enough]
        if within is not None and found:
            track.note(found[-1].occurred_at + within)
        return (True, found) if holds(len(found), count) else FALSE

    return happened


def _happened_once(leaf: Happened, within: timedelta | None) -> Compiled:
    """Whether it ever happened, or lately: the newest tells."""
    event, exact, suits = leaf.event, _is_type(leaf.event), _suits(leaf.where)
    of_kinds = Track.newest_of_kinds if suits is None else Track.of_kinds

    def happened(track: Track) -> Verdict:
        found: Sequence[Deed] = track.by_type.get(event, ()) if exact else of_kinds(track, event)
        for activity in found:
            if suits is None or suits(activity):
                if within is not None:
                    if activity.occurred_at < track.now - within:
                        return FALSE
                    track.note(activity.occurred_at + within)
                return True, (activity,)
        return FALSE

    return happened


def _suits(where: Sequence[Attribute]) -> Callable[[Deed], bool] | None:
    """Whether the properties of an activity are those that are asked for; None when none are."""
    asked = [(part.name, _together((part,))) for part in where]
    if not asked:
        return None
    if len(asked) == 1:
        [(name, answer)] = asked
        return lambda activity: answer(activity.properties.get(name))[0] is True
    return lambda activity: all(answer(activity.properties.get(name))[0] for name, answer in asked)


def _bant(leaf: BantIs) -> Compiled:
    factor, statuses = leaf.factor, leaf.statuses

    def asked(track: Track) -> Verdict:
        view = track.bant[factor]
        also = "met" if view.met else "unmet" if view.known else ""
        return TRUE if view.status.value in statuses or also in statuses else FALSE

    return asked
