"""One of the team decides on a handoff: accepted (the lead is theirs), or returned with a reason. Then it is closed."""

from dataclasses import dataclass

from actions.accept_lead import accept_lead
from actions.claim_handoff import Held, held_open, hold_handoff, tell_changed
from actions.disqualify_lead import disqualify_lead
from actions.return_lead import return_lead
from actions.take_over import give_back
from leads.actor import Actor
from leads.handoff import SALES, Handoff, HandoffReason, HandoffState, decided
from leads.identity import HandoffId, RepId, TurnId
from leads.refusal import ValueMissing
from leads.stage import Outcome, ReasonCode
from playbook.book import Playbook
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Decided:
    """The decided handoff; `turn_id` is the answer that the agent owes after the conversation went back to it."""

    handoff: Handoff
    turn_id: TurnId | None = None


async def accept_handoff(
    uow: UnitOfWork,
    book: Playbook,
    handoff_id: HandoffId,
    *,
    actor: Actor,
    reason: ReasonCode | None = None,
    note: str = "",
) -> Decided:
    """Accept: the rep takes the lead (it becomes sales accepted), or agrees to the proposed disqualification.

    A request that is not about a sale (support, a complaint, privacy) is taken care of, and says nothing of the lead.
    Raises as `hold_handoff`, StageClosed and the like, ValueMissing (a disqualification without a reason code).
    """
    found = await _undecided(uow, handoff_id, actor=actor)
    handoff, code = found.handoff, None
    if handoff.reason is HandoffReason.REVIEW_DISQUALIFICATION:
        code = reason or handoff.proposed
        if code is None:
            raise ValueMissing("Say with a reason_code as what the lead is disqualified.")
        await disqualify_lead(uow, book, handoff.lead_id, actor=actor, reason=code, note=note)
    elif handoff.reason in SALES and await _is_open(uow, handoff):
        await accept_lead(uow, book, handoff.lead_id, actor=actor)
    return Decided(await _close(uow, found, HandoffState.ACCEPTED, actor=actor, reason=code, note=note))


async def return_handoff(
    uow: UnitOfWork,
    book: Playbook,
    handoff_id: HandoffId,
    *,
    actor: Actor,
    reason: ReasonCode | None = None,
    note: str = "",
) -> Decided:
    """Return: the lead goes to nurture or is recycled, by the reason; it is never lost. The agent gets the line back.

    Of a proposed disqualification it means that the lead is kept: nothing about it changes.
    Raises as `hold_handoff`, ValueMissing (no reason code).
    """
    found = await _undecided(uow, handoff_id, actor=actor)
    handoff = found.handoff
    if handoff.reason is not HandoffReason.REVIEW_DISQUALIFICATION:
        if reason is None:
            raise ValueMissing("Say with a reason_code why the handoff goes back, such as not_now or too_small.")
        if handoff.reason in SALES and await _is_open(uow, handoff):
            await return_lead(uow, book, handoff.lead_id, actor=actor, reason=reason, note=note)
    closed = await _close(uow, found, HandoffState.RETURNED, actor=actor, reason=reason, note=note)
    await uow.drafts.withdraw(handoff.id, now=uow.now, reason="the handoff was returned")
    if found.conversation.rep_id != actor.id:
        return Decided(closed)
    return Decided(closed, await give_back(uow, found.conversation, actor=actor))


async def _undecided(uow: UnitOfWork, handoff_id: HandoffId, *, actor: Actor) -> Held:
    found = await hold_handoff(uow, handoff_id, actor=actor)
    held_open(found.handoff)
    return found


async def _is_open(uow: UnitOfWork, handoff: Handoff) -> bool:
    """Whether the lead's cycle still runs; a handoff of a closed one can be decided all the same."""
    return (await uow.leads.get(handoff.lead_id)).standing.outcome is Outcome.OPEN


async def _close(
    uow: UnitOfWork, found: Held, state: HandoffState, *, actor: Actor, reason: ReasonCode | None, note: str
) -> Handoff:
    closed = decided(
        found.handoff, state, by=RepId(actor.id or ""), at=uow.now, reason=reason, note=note.strip()[:2000]
    )
    await uow.handoffs.save(closed)
    await uow.note_act(
        actor, f"handoff.{state.value}", "handoff", closed.id, reason_code=reason.value if reason else None
    )
    tell_changed(uow, closed)
    return closed
