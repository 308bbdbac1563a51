"""A rep accepts a lead: it is theirs and sales accepted."""

from dataclasses import replace

from actions.move_lead import move_lead
from actions.stage_reached import stage_reached
from leads.actor import Actor
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.stage import Stage, WorkStatus, advance
from playbook.book import Playbook
from store.unit import UnitOfWork

_EARLY = frozenset({WorkStatus.NEW, WorkStatus.ASSIGNED, WorkStatus.NURTURE, WorkStatus.ON_HOLD})


async def accept_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor) -> Lead:
    """The lead as it then stands; one that is further along keeps its stage. Raises StageClosed."""
    lead = await uow.leads.get(lead_id, lock=True)
    before = lead.standing
    stage = advance(before, before.stage if before.stage.rank > Stage.SAL.rank else Stage.SAL, actor=actor.kind)
    status = WorkStatus.ATTEMPTING if before.status in _EARLY else before.status
    owned = replace(lead, owner=RepId(actor.id) if actor.id else lead.owner, accepted_at=lead.accepted_at or uow.now)
    moved = await move_lead(
        uow, owned, replace(before, stage=stage, status=status), actor=actor, why="accepted by sales"
    )
    await uow.note_act(actor, "lead.accepted", "lead", lead_id)
    return await stage_reached(uow, book, moved, before=before.stage) if stage is not before.stage else moved
