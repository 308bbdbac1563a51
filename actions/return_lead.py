"""A rep returns a lead: to nurture while it may still come to something, else recycled. It is never lost."""

from dataclasses import replace

from actions.move_lead import move_lead
from leads.actor import Actor
from leads.identity import LeadId
from leads.lead import Lead
from leads.refusal import StageClosed
from leads.stage import Outcome, ReasonCode, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork

LATER = frozenset(
    {
        ReasonCode.NOT_NOW,
        ReasonCode.NO_BUDGET,
        ReasonCode.NO_AUTHORITY,
        ReasonCode.NO_NEED,
        ReasonCode.NOT_INTERESTED,
        ReasonCode.UNREACHABLE,
    }
)
"""Reasons that time may change: the cycle goes on in nurture. With any other one it ends, recycled."""


async def return_lead(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor, reason: ReasonCode, note: str = ""
) -> Lead:
    """The lead without an owner, in nurture or recycled. Raises StageClosed."""
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.standing.outcome is not Outcome.OPEN:
        raise StageClosed(f"This lead is closed ({lead.standing.outcome.value}).")
    if reason in LATER:
        standing = replace(lead.standing, status=WorkStatus.NURTURE, reason=reason)
    else:
        standing = replace(lead.standing, status=WorkStatus.CLOSED, outcome=Outcome.RECYCLED, reason=reason)
    free = replace(lead, owner=None, queue=lead.queue or book.handoffs.queue)
    moved = await move_lead(uow, free, standing, actor=actor, why=f"returned by sales: {reason.value}")
    await uow.note_act(actor, "lead.returned", "lead", lead_id, reason_code=reason.value)
    return moved
