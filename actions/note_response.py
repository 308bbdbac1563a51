"""Somebody reached the lead: the clocks of an answer stop at the first touch of a person."""

from dataclasses import replace
from datetime import datetime

from actions.move_lead import move_lead
from actions.run_clocks import stop_kinds
from leads.actor import Actor
from leads.identity import LeadId
from leads.signal import ActorKind
from leads.sla import ClockKind
from leads.stage import WorkStatus
from store.unit import UnitOfWork


async def note_response(uow: UnitOfWork, lead_id: LeadId, *, actor: Actor, at: datetime) -> None:
    """Keep an outbound touch of a rep or of the agent. What goes out by itself is none: do not call it for that.

    A rep's touch is the answer: it stops the first response and the next one. The agent's is kept and reported beside
    it, and answers what was asked last; the promise that a person comes back stands.
    """
    if actor.kind not in {ActorKind.REP, ActorKind.AGENT}:
        return
    lead = await uow.leads.get(lead_id, lock=True)  # before its clocks, as the ladder does
    first = await uow.assignments.first_touch(lead_id, actor, at=at)
    if actor.kind is ActorKind.AGENT:
        if not first:
            await stop_kinds(uow, lead_id, ClockKind.NEXT_RESPONSE, at=at)
        return
    await stop_kinds(uow, lead_id, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, at=at)
    answered = replace(lead, first_response_at=lead.first_response_at or at, updated_at=uow.now)
    if lead.standing.status in {WorkStatus.NEW, WorkStatus.ASSIGNED}:
        attempting = replace(lead.standing, status=WorkStatus.ATTEMPTING)
        await move_lead(uow, answered, attempting, actor=actor, why="first touch")
    else:
        await uow.leads.save(answered)
