"""Make two open cycles one: everything of the first becomes the second's, whose score is worked out anew."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from actions.end_cycle import end_cycle
from actions.give_turn_back import give_turn_back
from actions.move_lead import move_lead
from actions.rescore_lead import rescore_lead
from actions.run_clocks import stop_kinds
from actions.stage_reached import stage_reached
from leads.actor import Actor
from leads.assignment import AssignmentState
from leads.identity import LeadId
from leads.lead import Lead
from leads.merge import merged_lead, merged_standing, placed_as, seen_by_both
from leads.refusal import TwoMeetings
from leads.sla import ClockKind
from leads.stage import Outcome, ReasonCode
from playbook.book import Playbook
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class MergedLeads:
    """The lead that stays, and how many rows of each table it took over."""

    lead: Lead
    moved: MappingProxyType[str, int]


async def hold_both(uow: UnitOfWork, one: LeadId, other: LeadId) -> tuple[Lead, Lead]:
    """Both leads, locked in one order, whoever comes."""
    held = {lead_id: await uow.leads.get(lead_id, lock=True) for lead_id in sorted((one, other))}
    return held[one], held[other]


async def merge_leads(
    uow: UnitOfWork, book: Playbook, loser: Lead, winner: Lead, *, actor: Actor, proved: bool = True
) -> MergedLeads:
    """Give the winner all of the loser, which stays as a tombstone. The caller holds both. Raises TwoMeetings.

    What both ledgers recorded stays behind, so that behaviour seen twice counts once. Without proof the winner's own
    fields are left alone.
    """
    await refuse_two_meetings(uow, loser, winner)
    await _one_place(uow, loser, winner, stays=placed_as(winner, loser) if proved else winner)
    twice = seen_by_both(await uow.ledger.activities(winner.id), await uow.ledger.activities(loser.id))
    moved = await uow.merges.move_lead(loser.id, winner.id, but=twice)
    why = f"merged with {loser.id}"
    if proved:
        standing = merged_standing(winner.standing, loser.standing)
        joined = await move_lead(uow, merged_lead(winner, loser), standing, actor=actor, why=why)
        if joined.first_response_at is not None:  # who was answered waits for no first answer that was due before
            await stop_kinds(uow, joined.id, ClockKind.FIRST_RESPONSE, at=joined.first_response_at)
        if standing.stage is not winner.standing.stage:
            await stage_reached(uow, book, joined, before=winner.standing.stage)
    why_gone = f"merged into {winner.id}"
    gone = replace(loser, merged_into=winner.id)
    await end_cycle(uow, gone, outcome=Outcome.MERGED, reason=ReasonCode.DUPLICATE, actor=actor, why=why_gone)
    return MergedLeads(await rescore_lead(uow, book, winner.id, why=why), MappingProxyType(moved))


async def _one_place(uow: UnitOfWork, loser: Lead, winner: Lead, *, stays: Lead) -> None:
    """A cycle is in one place: the assignment that gives way ends, and nobody waits for it to be accepted any more.

    Its rep gets the turn in the pool back when it was the loser's: they have no lead by it.
    """
    gives_way = winner if stays is loser else loser
    await uow.assignments.join_touches(loser.id, winner.id)
    await stop_kinds(uow, gives_way.id, ClockKind.ACCEPTANCE, at=uow.now)
    await uow.assignments.forget_wait(gives_way.id)  # a lead has one, and the one that stays comes along
    current = await uow.assignments.current(gives_way.id)
    if current is None:
        return
    ended = replace(current, state=AssignmentState.ENDED, ended_at=uow.now, reason="merged")
    await uow.assignments.save(ended)
    if gives_way is loser:
        await give_turn_back(uow, ended)


async def refuse_two_meetings(uow: UnitOfWork, loser: Lead, winner: Lead) -> None:
    """A lead has one open meeting, and a merge cancels none behind somebody's back. Raises TwoMeetings."""
    mine, theirs = await uow.meetings.open_of(winner.id), await uow.meetings.open_of(loser.id)
    if mine is None or theirs is None:
        return
    begun = [meeting for meeting in (mine, theirs) if meeting.start <= uow.now]
    way_out = (
        f"Say first how the one of {begun[0].start:%Y-%m-%d %H:%M} UTC went (held or no-show)"
        if begun
        else f"Cancel one of them first ({theirs.start:%Y-%m-%d %H:%M} or {mine.start:%Y-%m-%d %H:%M} UTC)"
    )
    raise TwoMeetings(f"Both leads have a meeting, and a lead has one at a time. {way_out}, then merge again.")
