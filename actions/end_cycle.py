"""The one door out: however a cycle ends, nothing of it goes on running (domain.md §1.4 rule 5)."""

from dataclasses import replace

from actions.move_lead import move_lead
from actions.stop_clocks import stop_clocks
from leads.actor import Actor
from leads.handoff import HandoffState
from leads.identity import LeadId
from leads.lead import Lead
from leads.stage import Outcome, ReasonCode, Stage, WorkStatus
from store.unit import UnitOfWork


async def end_cycle(
    uow: UnitOfWork,
    lead: Lead,
    *,
    outcome: Outcome,
    reason: ReasonCode | None,
    actor: Actor,
    why: str,
    stage: Stage | None = None,
) -> Lead:
    """The lead with its outcome; whether that is allowed was decided before. `stage` where the outcome brings one.

    A converted lead keeps its tasks: they are the new deal's.
    """
    standing = replace(
        lead.standing, stage=stage or lead.standing.stage, outcome=outcome, status=WorkStatus.CLOSED, reason=reason
    )
    ended = await move_lead(uow, lead, standing, actor=actor, why=why)
    await stop_what_runs(uow, lead.id)
    await close_handoffs(uow, lead.id)
    if outcome is not Outcome.CONVERTED:
        await uow.tasks.drop_open_of(lead.id, at=uow.now)
    return ended


async def stop_what_runs(uow: UnitOfWork, lead_id: LeadId) -> None:
    """Everything that would act on the lead by itself is stopped here and nowhere else: clocks, wishes to enrol.

    Whoever builds something new that runs for a lead, a sequence for one, stops it here too.
    """
    await stop_clocks(uow, lead_id)
    await uow.wishes.drop_waiting_of(lead_id)


async def close_handoffs(uow: UnitOfWork, lead_id: LeadId) -> None:
    """Nobody needs to look at a request any more whose lead has been decided on."""
    for handoff in await uow.handoffs.of_lead(lead_id):
        if handoff.state in {HandoffState.OPEN, HandoffState.CLAIMED}:
            await uow.handoffs.save(replace(handoff, state=HandoffState.RETURNED))
