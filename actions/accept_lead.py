"""A rep takes a lead: the hand-shake between marketing and sales (SAL), and from then on it is theirs."""

from dataclasses import replace

from actions.end_cycle import stop_what_runs
from actions.move_lead import move_lead
from actions.rescore_lead import rescore_lead
from actions.stage_reached import stage_reached
from leads.actor import Actor
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.moves import Move, check_move
from leads.stage import Outcome, Stage, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork
from store.verdicts import Verdict

_BECOMES_ASSIGNED = frozenset({WorkStatus.NEW, WorkStatus.NURTURE, WorkStatus.ON_HOLD})


async def accept_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, actor: Actor) -> Lead:
    """The lead, accepted and owned by the rep; who has accepted it already gets it as it is.

    What the lead confirmed before, or a meeting held, makes it sales qualified at once. Raises NotYoursToMove (only a
    rep accepts), StageClosed, MoveNotLegal (another rep has accepted it).
    """
    lead = await uow.leads.get(lead_id, lock=True)
    if _is_theirs(lead, actor):
        return lead
    check_move(lead.standing, Move.ACCEPT, actor)
    await uow.verdicts.add(lead, Verdict.ACCEPTED, id=uow.new_id("vrd"), actor=actor, at=uow.now)
    status = WorkStatus.ASSIGNED if lead.standing.status in _BECOMES_ASSIGNED else lead.standing.status
    standing = replace(lead.standing, stage=Stage.SAL, status=status, reason=None)
    owner = RepId(actor.id) if actor.id else lead.owner
    taken = replace(lead, owner=owner, queue=None, accepted_at=uow.now, track=None, follow_up_on=None)
    if lead.track is not None:
        await stop_what_runs(uow, lead.id)
    moved = await move_lead(uow, taken, standing, actor=actor, why="accepted")
    await uow.note_act(actor, "lead.accepted", "lead", lead.id, stage=lead.standing.stage.value)
    await stage_reached(uow, book, moved, before=lead.standing.stage)
    return await rescore_lead(uow, book, lead.id, why="accepted")


def _is_theirs(lead: Lead, actor: Actor) -> bool:
    accepted = lead.accepted_at is not None and lead.standing.stage.rank >= Stage.SAL.rank
    return accepted and lead.standing.outcome is Outcome.OPEN and actor.id is not None and lead.owner == actor.id
