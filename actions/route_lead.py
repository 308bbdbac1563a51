"""Give a lead to somebody: here to the team's own queue, unless it has an owner or a queue already."""

from dataclasses import replace

from leads.actor import BY_RULE, Actor
from leads.identity import LeadId
from leads.lead import Lead
from playbook.book import Playbook
from store.unit import UnitOfWork


async def route_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor = BY_RULE, why: str) -> Lead:
    """The lead with an owner or a queue; `why` goes into the audit log when something changed."""
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.owner or lead.queue:
        return lead
    queue = book.handoffs.queue
    await uow.note_act(actor, "lead.queued", "lead", lead.id, queue=queue, why=why)
    return await uow.leads.save(replace(lead, queue=queue, updated_at=uow.now))
