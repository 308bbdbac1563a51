"""What follows when a lead has come to a new stage: one place, whoever or whatever moved it."""

from dataclasses import replace

from actions.move_lead import move_lead
from actions.route_lead import route_lead
from actions.run_clocks import stop_kinds
from leads.actor import BY_RULE
from leads.assignment import AssignmentState
from leads.lead import Lead
from leads.sla import ClockKind
from leads.stage import Outcome, Stage, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork


async def stage_reached(uow: UnitOfWork, book: Playbook, lead: Lead, *, before: Stage) -> Lead:
    """The lead after everything that its new stage brings about; `before` is the stage it came from.

    Marketing or product qualified: it is routed, so that no such lead is nobody's (domain.md §1.4 rule 3). Accepted,
    or further: the offer is taken and the clock of acceptance stops.
    """
    lead = await _leave_nurture(uow, lead)
    rank = lead.standing.stage.rank
    if before.rank < Stage.MQL.rank <= rank < Stage.SAL.rank:
        return await route_lead(uow, book, lead.id, why=lead.standing.stage.value)
    if rank >= Stage.SAL.rank > before.rank:
        await take_offer(uow, lead)
    return lead


async def _leave_nurture(uow: UnitOfWork, lead: Lead) -> Lead:
    """Who has qualified does not rest any more: off the track, and wishes nobody has taken up are withdrawn."""
    rests = lead.track is not None or lead.standing.status is WorkStatus.NURTURE
    if not rests or lead.standing.stage.rank < Stage.MQL.rank or lead.standing.outcome is not Outcome.OPEN:
        return lead
    await uow.wishes.drop_waiting_of(lead.id)
    status = WorkStatus.ENGAGED if lead.standing.status is WorkStatus.NURTURE else lead.standing.status
    awake = replace(lead, track=None, follow_up_on=None)
    return await move_lead(
        uow, awake, replace(lead.standing, status=status, reason=None), actor=BY_RULE, why="qualified again"
    )


async def take_offer(uow: UnitOfWork, lead: Lead) -> None:
    """Whatever rep accepted: the offer is theirs now, and it is no longer pulled back."""
    await stop_kinds(uow, lead.id, ClockKind.ACCEPTANCE, at=uow.now)
    await uow.assignments.waited(lead.id, at=uow.now)
    current = await uow.assignments.current(lead.id)
    if current is not None and current.state is AssignmentState.OFFERED:
        await uow.assignments.save(replace(current, state=AssignmentState.ACCEPTED))
