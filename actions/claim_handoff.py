"""One of the team takes a handoff in hand, or lays it down again."""

from dataclasses import dataclass
from datetime import datetime

from actions.take_over import give_back
from leads.actor import BY_RULE, Actor
from leads.conversation import Conversation
from leads.handoff import Handoff, HandoffState, held, holder, released
from leads.identity import HandoffId, RepId, TurnId
from leads.refusal import HandoffClaimed
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Held:
    """A handoff in the acting rep's hand, and its conversation; both rows stay locked until the act ends."""

    handoff: Handoff
    conversation: Conversation


async def hold_handoff(uow: UnitOfWork, handoff_id: HandoffId, *, actor: Actor) -> Held:
    """Take the handoff, or hold it longer: every act of its owner renews the lease.

    Whose lease has run out has lost it to whoever acts next. Raises NotKnown, HandoffClosed (returned),
    HandoffClaimed (somebody else has it).
    """
    seen = await uow.handoffs.get(handoff_id)
    conversation = await uow.conversations.get(seen.conversation_id, lock=True)
    handoff = await uow.handoffs.get(handoff_id, lock=True)
    rep = RepId(actor.id or "")
    other = holder(handoff, uow.now)
    if other is not None and other != rep and not await _inherited(uow, handoff, rep):
        raise await claimed_by(uow, other, until=handoff.lease_until)
    kept = held(handoff, rep, uow.now)
    if kept != handoff:
        await uow.handoffs.save(kept)
    if kept.claimed_at != handoff.claimed_at:
        await uow.note_act(actor, "handoff.claimed", "handoff", handoff.id, before=handoff.owner)
        tell_changed(uow, kept)
    return Held(kept, conversation)


async def claim_handoff(uow: UnitOfWork, handoff_id: HandoffId, *, actor: Actor) -> Handoff:
    """Take a handoff that waits for a decision; a decided one is closed. Raises as `hold_handoff`."""
    found = (await hold_handoff(uow, handoff_id, actor=actor)).handoff
    return held_open(found)


async def release_handoff(uow: UnitOfWork, handoff_id: HandoffId, *, actor: Actor) -> TurnId | None:
    """Lay it down: others may take it, and a conversation that was taken over goes back to the agent.

    Returns the answer that is owed then, if any. Raises as `hold_handoff`.
    """
    found = await hold_handoff(uow, handoff_id, actor=actor)
    lead = await uow.leads.get(found.handoff.lead_id)
    laid_down = await uow.handoffs.save(released(found.handoff, back_to=lead.owner))
    await uow.note_act(actor, "handoff.released", "handoff", handoff_id)
    tell_changed(uow, laid_down)
    if found.conversation.rep_id == actor.id:
        return await give_back(uow, found.conversation, actor=actor)
    return None


async def release_when_due(uow: UnitOfWork, handoff_id: HandoffId) -> bool:
    """Lay down for them what somebody took and let lie, so that the inbox shows it as open; False when they acted."""
    seen = await uow.handoffs.get(handoff_id)
    await uow.conversations.get(seen.conversation_id, lock=True)
    handoff = await uow.handoffs.get(handoff_id, lock=True)
    if handoff.state is not HandoffState.CLAIMED or holder(handoff, uow.now) is not None:
        return False
    lead = await uow.leads.get(handoff.lead_id)
    laid_down = await uow.handoffs.save(released(handoff, back_to=lead.owner))
    await uow.note_act(BY_RULE, "handoff.lease_ended", "handoff", handoff.id, owner=handoff.owner)
    tell_changed(uow, laid_down)
    return True


def held_open(handoff: Handoff) -> Handoff:
    """The handoff, if it still waits for a decision. Raises HandoffClosed."""
    return handoff if handoff.state is HandoffState.CLAIMED else released(handoff, back_to=None)


def tell_changed(uow: UnitOfWork, handoff: Handoff) -> None:
    """Let the consoles know that a handoff has another owner or state."""
    uow.tell_team(
        "handoff.changed",
        conversation_id=handoff.conversation_id,
        handoff_id=handoff.id,
        state=handoff.state.value,
        owner_id=handoff.owner,
    )


async def claimed_by(uow: UnitOfWork, rep_id: RepId, *, until: datetime | None) -> HandoffClaimed:
    """The refusal that names who has it."""
    rep = await uow.access.rep(rep_id)
    name = rep.name if rep else "somebody else"
    return HandoffClaimed(f"{name} has this in hand.", owner_id=rep_id, owner_name=name, until=until)


async def _inherited(uow: UnitOfWork, handoff: Handoff, rep: RepId) -> bool:
    """Whether an accepted handoff has passed to this rep with the lead."""
    if handoff.state is not HandoffState.ACCEPTED:
        return False
    return (await uow.leads.get(handoff.lead_id)).owner == rep
