"""What follows when a lead has come to a new stage: one place, whoever or whatever moved it."""

from dataclasses import replace

from actions.move_lead import move_lead
from leads.actor import BY_RULE
from leads.lead import Lead
from leads.stage import Outcome, Stage, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork


async def stage_reached(uow: UnitOfWork, book: Playbook, lead: Lead, *, before: Stage) -> Lead:
    """The lead after everything that its new stage brings about; `before` is the stage it came from."""
    return await _leave_nurture(uow, lead)


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
