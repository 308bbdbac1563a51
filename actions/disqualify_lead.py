"""A rep disqualifies a lead, with a reason code: the cycle ends."""

from dataclasses import replace

from actions.move_lead import move_lead
from leads.actor import Actor
from leads.identity import LeadId
from leads.lead import Lead
from leads.refusal import StageClosed
from leads.stage import Outcome, ReasonCode, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork


async def disqualify_lead(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor, reason: ReasonCode, note: str = ""
) -> Lead:
    """The closed lead. Raises StageClosed when it was closed before."""
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.standing.outcome is not Outcome.OPEN:
        raise StageClosed(f"This lead is closed ({lead.standing.outcome.value}).")
    closed = replace(lead.standing, status=WorkStatus.CLOSED, outcome=Outcome.DISQUALIFIED, reason=reason)
    moved = await move_lead(uow, lead, closed, actor=actor, why=f"disqualified: {reason.value}")
    await uow.note_act(actor, "lead.disqualified", "lead", lead_id, reason_code=reason.value)
    return moved
