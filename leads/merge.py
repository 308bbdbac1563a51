"""Merging: which of two records stays, what it takes over, and which behaviour both have seen (domain.md §1.5).

Nothing is added up: the score is worked out anew from the ledger of both, the stage is the higher one, and what is
known is not overwritten, blanks are filled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from leads.consent import ConsentEvent, Purpose, is_refused
from leads.lead import Lead, Person
from leads.signal import Activity
from leads.stage import Standing, WorkStatus

_TAKEN_OVER = frozenset(f.name for f in fields(Person)) - {"id", "created_at", "merged_into"}


@dataclass(frozen=True, slots=True)
class Claimant:
    """One of two records: the person, whether an address of theirs is proved, and their open lead."""

    person: Person
    proved: bool
    lead: Lead | None


def keeps(one: Claimant, other: Claimant) -> Claimant:
    """The record that stays: a proved address, then an owner, then the older one, then the more complete one."""
    return min((one, other), key=_confidence)


def _confidence(claimant: Claimant) -> tuple[bool, bool, datetime, int, str]:
    lead, person = claimant.lead, claimant.person
    known = sum(getattr(person, name) is not None for name in _TAKEN_OVER)
    return not claimant.proved, lead is None or lead.owner is None, person.created_at, -known, person.id


def filled_from(winner: Person, loser: Person) -> Person:
    """The winner with blanks filled from the loser."""
    blanks: dict[str, Any] = {name: getattr(loser, name) for name in _TAKEN_OVER if getattr(winner, name) is None}
    return replace(winner, **blanks)


def emptied(person: Person) -> Person:
    """The record without anything about the person: what is left of it is its id."""
    nothing: dict[str, Any] = dict.fromkeys(_TAKEN_OVER)
    return replace(person, **nothing)


def left_out(winner: Person, loser: Person) -> Mapping[str, str]:
    """The loser's values that gave way to other ones of the winner. Address and number live on as contact points."""
    both = {name: (getattr(winner, name), getattr(loser, name)) for name in _TAKEN_OVER - {"email", "phone"}}
    return MappingProxyType({name: str(lost) for name, (won, lost) in both.items() if won and lost and won != lost})


def placed_as(winner: Lead, loser: Lead) -> Lead:
    """Whose place in the team the one cycle has: the winner's, but for a loser who alone has somebody."""
    for one in (winner, loser):
        if one.owner or one.destination:
            return one
    return winner if winner.queue or not loser.queue else loser


def merged_lead(winner: Lead, loser: Lead) -> Lead:
    """The winner's cycle with what only the loser's knew. Stage, status and score are decided elsewhere."""
    placed = placed_as(winner, loser)
    return replace(
        winner,
        company_id=winner.company_id or loser.company_id,
        campaign=winner.campaign or loser.campaign,
        context=winner.context or loser.context,
        owner=placed.owner,
        queue=placed.queue,
        destination=placed.destination,
        follow_up_on=winner.follow_up_on or loser.follow_up_on,
        fields=MappingProxyType({**loser.fields, **winner.fields}),
        is_test=winner.is_test and loser.is_test,
        first_response_at=_earlier(winner.first_response_at, loser.first_response_at),
        accepted_at=_earlier(winner.accepted_at, loser.accepted_at),
        track=winner.track or loser.track,
        opportunity_id=winner.opportunity_id or loser.opportunity_id,
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


_LIVELIER = (
    WorkStatus.CLOSED,
    WorkStatus.NURTURE,
    WorkStatus.ON_HOLD,
    WorkStatus.NEW,
    WorkStatus.ASSIGNED,
    WorkStatus.ATTEMPTING,
    WorkStatus.ENGAGED,
    WorkStatus.MEETING_SCHEDULED,
)


def merged_standing(winner: Standing, loser: Standing) -> Standing:
    """The higher stage, and the work status in which more is going on."""
    stage = loser.stage if loser.stage.rank > winner.stage.rank else winner.stage
    return replace(winner, stage=stage, status=max(winner.status, loser.status, key=_LIVELIER.index))


def seen_by_both(winner: Sequence[Activity], loser: Sequence[Activity]) -> frozenset[str]:
    """The loser's activities that the winner's ledger holds too: what happened once counts once."""
    known = {_happening(activity) for activity in winner}
    return frozenset(activity.id for activity in loser if _happening(activity) in known)


def _happening(activity: Activity) -> tuple[object, ...]:
    quote = activity.evidence.quote if activity.evidence else None
    told = tuple(sorted((key, str(value)) for key, value in activity.properties.items()))
    return activity.type, activity.occurred_at, activity.actor, told, quote


def refused(words: Sequence[ConsentEvent]) -> frozenset[Purpose]:
    """The purposes to which the newest word is a no. After a merge it stays one, whichever record said it.

    A yes that waits for its confirmation, or that runs out one day, is no such word.
    """
    return frozenset(word.purpose for word in words if is_refused(words, word.purpose))
