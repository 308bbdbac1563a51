"""End a lead's cycle: every terminal outcome goes through here."""

from dataclasses import replace

from actions.move_lead import move_lead
from leads.actor import Actor
from leads.lead import Lead
from leads.stage import Outcome, ReasonCode, WorkStatus
from store.unit import UnitOfWork


async def end_cycle(
    uow: UnitOfWork, lead: Lead, *, outcome: Outcome, reason: ReasonCode | None, actor: Actor, why: str
) -> Lead:
    """The lead, closed with its outcome and reason; who ended it and why is recorded."""
    closed = replace(lead.standing, outcome=outcome, status=WorkStatus.CLOSED, reason=reason)
    return await move_lead(uow, lead, closed, actor=actor, why=why)
