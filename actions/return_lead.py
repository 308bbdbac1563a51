"""A rep gives a lead back with a reason: it is nurtured or recycled, never lost."""

from dataclasses import replace
from datetime import timedelta

from actions.choose_track import choose_track
from actions.disqualify_lead import note_decision
from actions.end_cycle import close_handoffs, end_cycle, stop_what_runs
from actions.move_lead import move_lead
from actions.stop_contact import stop_contact
from leads.actor import Actor
from leads.identity import LeadId
from leads.lead import Lead
from leads.moves import Move, check_move
from leads.nurture import Occasion
from leads.reasons import REASONS, Treatment
from leads.stage import Outcome, ReasonCode, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork
from store.verdicts import Verdict

NURTURE_QUEUE = "nurture"
"""Where leads wait that marketing looks after: nobody of sales owns them."""


async def return_lead(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor, reason: ReasonCode, note: str = ""
) -> Lead:
    """The lead as it goes on: open and on a track, or recycled and worth another look on a date, by the reason.

    The reason is kept beside the score that had sent the lead, for the metrics of scoring. Raises StageClosed,
    MoveNotLegal, NotYoursToMove.
    """
    lead = await uow.leads.get(lead_id, lock=True)
    check_move(lead.standing, Move.RETURN, actor)
    await uow.verdicts.add(lead, Verdict.RETURNED, id=uow.new_id("vrd"), actor=actor, at=uow.now, reason=reason)
    await note_decision(uow, lead, "returned", actor=actor, reason=reason, note=note)
    if reason is ReasonCode.DO_NOT_CONTACT:
        await stop_contact(uow, lead.person_id, source=f"returned by {actor.kind.value}")
    advice = REASONS[reason]
    again = uow.now + timedelta(days=advice.again_after_days) if advice.again_after_days else None
    given_back = replace(lead, follow_up_on=again)
    if advice.treatment is Treatment.RECYCLE:
        return await end_cycle(
            uow, given_back, outcome=Outcome.RECYCLED, reason=reason, actor=actor, why=f"returned: {reason.value}"
        )
    await stop_what_runs(uow, lead.id)
    await close_handoffs(uow, lead.id)
    standing = replace(lead.standing, status=WorkStatus.NURTURE, reason=reason)
    resting = replace(given_back, owner=None, queue=NURTURE_QUEUE)
    moved = await move_lead(uow, resting, standing, actor=actor, why=f"returned: {reason.value}")
    return await choose_track(uow, book, moved, occasion=Occasion.RETURNED)
