"""Somebody of the team gives or takes points by hand, with a reason that everybody can read."""

from datetime import datetime
from types import MappingProxyType

from actions.note_signal import note_activity
from leads.actor import Actor
from leads.identity import LeadId
from leads.lead import Lead
from leads.refusal import StageClosed, ValueMissing
from leads.signal import ADJUSTED, Activity, ActorKind, Property
from leads.stage import Outcome
from playbook.book import Playbook
from store.unit import UnitOfWork

MOST = 100.0
LONGEST_REASON = 200


async def adjust_score(
    uow: UnitOfWork,
    book: Playbook,
    lead_id: LeadId,
    *,
    points: float,
    reason: str,
    actor: Actor,
    expires_at: datetime | None = None,
) -> Lead:
    """The lead after the adjustment: a line of its own, beside the groups and their limits, until it runs out.

    Raises NotKnown, StageClosed, ValueMissing (no reason, no points, more than 100, or over before it begins).
    """
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.standing.outcome is not Outcome.OPEN:
        raise StageClosed("This lead is closed; its score is not adjusted any more.")
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason or not 0 < abs(points) <= MOST:
        raise ValueMissing(f"An adjustment needs a reason, and points between -{MOST:g} and {MOST:g} that are not 0.")
    if expires_at is not None and expires_at <= uow.now:
        raise ValueMissing("An adjustment has to end in the future.")
    until = expires_at.isoformat() if expires_at else None
    told: dict[str, Property] = {
        "points": points,
        "reason": reason,
        "by": actor.name,
        "rep_id": actor.id,
        "expires_at": until,
    }
    activity = Activity(
        type=ADJUSTED,
        occurred_at=uow.now,
        received_at=uow.now,
        actor=ActorKind.REP,
        source="rep",
        properties=MappingProxyType(told),
    )
    await uow.note_act(actor, "lead.score_adjusted", "lead", lead_id, points=points)
    return await note_activity(uow, book, lead_id, activity)
