"""One lead's facts laid out for compiled rules: what people did by type, and when time alone will change an answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from leads.bant import Bant
from leads.condition import Facts
from leads.signal import ADJUSTED, ActorKind, Deed, Property, is_of

_NEWEST_FIRST = attrgetter("occurred_at", "id")


class Track:
    """One lead's facts, indexed: what people did by type, newest first.

    `changes_at` is when time changes an answer; `fades`: some points fade all the time.
    """

    __slots__ = ("attributes", "bant", "by_hand", "by_type", "changes_at", "fades", "now")

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

    def note(self, at: datetime | None) -> None:
        """Something changes at this instant by itself; the soonest one yet to come is kept."""
        if at is not None and at >= self.now and (self.changes_at is None or at < self.changes_at):
            self.changes_at = at

    def of_kinds(self, event: str) -> Sequence[Deed]:
        """What people did of a wildcard or a family, newest first."""
        kinds = [done for type, done in self.by_type.items() if is_of(type, event)]
        if len(kinds) == 1:
            return kinds[0]
        return sorted((activity for done in kinds for activity in done), key=_NEWEST_FIRST, reverse=True)

    def newest_of_kinds(self, event: str) -> Sequence[Deed]:
        """The newest of them alone, if there is one."""
        newest = [done[0] for type, done in self.by_type.items() if is_of(type, event)]
        return newest if len(newest) < 2 else (max(newest, key=_NEWEST_FIRST),)
