"""Not now, but on a date: the cycle ends, and on the date another one begins by itself."""

from dataclasses import replace
from datetime import date

from actions.disqualify_lead import note_decision
from actions.end_cycle import end_cycle
from leads.actor import Actor
from leads.identity import LeadId
from leads.later import morning_of
from leads.lead import Lead
from leads.moves import Move, check_move, legal_moves, mover_of
from leads.reasons import NEVER_AGAIN
from leads.refusal import MoveNotLegal
from leads.stage import Outcome, ReasonCode
from playbook.book import Playbook
from store.unit import UnitOfWork


async def recycle_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor, until: date) -> Lead:
    """The lead, resting until a date. An open one is closed as recycled; one that is closed keeps its outcome.

    Raises MoveNotLegal (a deal is on, or they are not to be contacted), ValueMissing (the date is past or absurdly
    far), NotYoursToMove, StageClosed.
    """
    lead = await uow.leads.get(lead_id, lock=True)
    check_move(lead.standing, Move.RECYCLE, actor)
    if lead.standing.reason in NEVER_AGAIN:
        legal = [move for move in legal_moves(lead.standing, mover_of(actor)) if move is not Move.RECYCLE]
        raise MoveNotLegal(f"A lead closed as {lead.standing.reason} is not taken up again.", legal_moves=legal)
    resting = replace(lead, follow_up_on=morning_of(until, now=uow.now), updated_at=uow.now)
    await note_decision(uow, lead, "recycled", actor=actor, reason=None, note=f"until {until.isoformat()}")
    if lead.standing.outcome is not Outcome.OPEN:
        return await uow.leads.save(resting)
    reason = lead.standing.reason or ReasonCode.NOT_NOW
    why = f"recycled until {until.isoformat()}"
    return await end_cycle(uow, resting, outcome=Outcome.RECYCLED, reason=reason, actor=actor, why=why)
