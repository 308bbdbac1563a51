"""One lead's facts laid out for compiled rules: what people did by type, and when time alone will change an answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from leads.bant import Bant
from leads.condition import Facts
from leads.signal import ADJUSTED, ActorKind, Deed, Property, is_of

_NEWEST_FIRST = attrgetter("occurred_at", "id")


class Track:
    """One lead's facts, indexed: what people did by type, newest first.

    `changes_at` is when time changes an answer; `fades`: some points fade all the time.
    """

    __slots__ = ("_newest", "attributes", "bant", "by_hand", "by_type", "changes_at", "fades", "now", "types")

    def __init__(self, facts: Facts) -> None:
        self.attributes: Mapping[str, Property] = facts.attributes
        self.bant: Bant = facts.bant
        self.now: datetime = facts.now
        self.changes_at: datetime | None = None
        self.fades = False
        self.by_type: dict[str, list[Deed]] = {}
        self.by_hand: list[Deed] = []
        by_type, human = self.by_type, ActorKind.HUMAN
        for activity in facts.activities:
            if activity.actor is human:
                kind = by_type.get(activity.type)
                if kind is None:
                    by_type[activity.type] = [activity]
                else:
                    kind.append(activity)
            elif activity.type == ADJUSTED:
                self.by_hand.append(activity)
        for kind in by_type.values():
            if len(kind) > 1:
                kind.sort(key=_NEWEST_FIRST, reverse=True)
        self.types = frozenset(by_type)
        self._newest: dict[str, Sequence[Deed]] = {}

    def note(self, at: datetime | None) -> None:
        """Something changes at this instant by itself; the soonest one yet to come is kept."""
        if at is not None and at >= self.now and (self.changes_at is None or at < self.changes_at):
            self.changes_at = at

    def of_kinds(self, event: str) -> Sequence[Deed]:
        """What people did of a wildcard or a family, newest first."""
        kinds = [self.by_type[type] for type in _meant(self.types, event)]
        if len(kinds) == 1:
            return kinds[0]
        return sorted((activity for done in kinds for activity in done), key=_NEWEST_FIRST, reverse=True)

    def newest_of_kinds(self, event: str) -> Sequence[Deed]:
        """The newest of them alone, if there is one."""
        found = self._newest.get(event)
        if found is None:
            newest = [self.by_type[type][0] for type in _meant(self.types, event)]
            found = self._newest[event] = newest if len(newest) < 2 else (max(newest, key=_NEWEST_FIRST),)
        return found


@lru_cache(maxsize=10_000)
def _meant(types: frozenset[str], event: str) -> tuple[str, ...]:
    """Those of the types that an event of a rule means: leads who did the same kinds of things share the answer."""
    return tuple(type for type in types if is_of(type, event))
