"""Somebody of ours has answered the lead: the first answer of a person is what response times are measured by."""

from dataclasses import replace
from datetime import datetime

from leads.actor import Actor
from leads.identity import LeadId
from leads.signal import ActorKind
from store.unit import UnitOfWork


async def note_response(uow: UnitOfWork, lead_id: LeadId, *, actor: Actor, at: datetime) -> None:
    """Keep when a rep first answered; an answer of the agent is not a person's."""
    if actor.kind is not ActorKind.REP:
        return
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.first_response_at is None:
        await uow.leads.save(replace(lead, first_response_at=at, updated_at=uow.now))
