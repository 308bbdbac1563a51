"""A rep looks at a draft: sends it, edits it, rejects it, or has it written anew. What is sent is sent once."""

from dataclasses import dataclass, replace

from actions.claim_handoff import hold_handoff
from actions.order_draft import order_again
from actions.reply_to_lead import mark_sent, tell_draft, write_as_rep
from leads.actor import Actor
from leads.conversation import ChatMessage, Conversation, readable
from leads.draft import Draft, DraftState, Revision, check_current, check_undecided
from leads.identity import DraftId, MessageId, RepId
from leads.refusal import DraftStale
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rep had before them: the revision, and the visitor's newest message, when they say that they read it."""

    rev: int
    message_id: MessageId | None = None


async def send_draft(uow: UnitOfWork, draft_id: DraftId, *, actor: Actor, seen: Seen) -> ChatMessage:
    """Send the last wording as the rep's message. The same rep sending it again gets the same message.

    Raises DraftStale, DraftClosed (rejected, or sent by a colleague), HandoffClaimed, HandoffClosed.
    """
    draft, conversation = await _in_hand(uow, draft_id, actor=actor)
    if draft.state is DraftState.SENT and draft.decided_by == actor.id and draft.rev == seen.rev:
        messages = await uow.conversations.messages(conversation.id)
        return next(m for m in messages if m.id == draft.message_id)
    await _check(uow, draft, conversation, seen)
    revisions = await uow.drafts.revisions(draft.id)
    if not revisions:
        raise DraftStale("There is no wording yet.")
    message = await write_as_rep(uow, conversation, readable(revisions[-1].text), actor=actor)
    await mark_sent(uow, draft, message, actor=actor)
    return message


async def edit_draft(uow: UnitOfWork, draft_id: DraftId, *, actor: Actor, seen: Seen, text: str) -> Draft:
    """A new revision in the rep's words. Raises as `send_draft`, MessageEmpty, MessageTooLong."""
    kept = readable(text)
    draft, conversation = await _in_hand(uow, draft_id, actor=actor)
    await _check(uow, draft, conversation, seen)
    edited = replace(draft, state=DraftState.READY, rev=draft.rev + 1, up_to_seq=conversation.visitor_seq)
    await uow.drafts.add_revision(edited, Revision(edited.rev, kept, actor, uow.now))
    await uow.drafts.save(edited)
    tell_draft(uow, edited)
    return edited


async def reject_draft(uow: UnitOfWork, draft_id: DraftId, *, actor: Actor, rev: int, reason: str) -> Draft:
    """Put it away, with the reason: what is wrong is worth knowing. Raises as `send_draft`."""
    draft, _ = await _in_hand(uow, draft_id, actor=actor)
    _check_rev(draft, rev)
    rejected = replace(
        draft,
        state=DraftState.REJECTED,
        decided_by=RepId(actor.id or ""),
        decided_at=uow.now,
        reason=" ".join(reason.split())[:500],
    )
    await uow.drafts.save(rejected)
    await uow.note_act(actor, "draft.rejected", "draft", draft.id, rev=draft.rev)
    tell_draft(uow, rejected)
    return rejected


async def regenerate_draft(uow: UnitOfWork, draft_id: DraftId, *, actor: Actor, rev: int) -> Draft:
    """Have the agent write it anew, with all the person wrote meanwhile. Raises as `send_draft`."""
    draft, _ = await _in_hand(uow, draft_id, actor=actor)
    _check_rev(draft, rev)
    ordered = await order_again(uow, draft)
    tell_draft(uow, ordered)
    return ordered


async def _in_hand(uow: UnitOfWork, draft_id: DraftId, *, actor: Actor) -> tuple[Draft, Conversation]:
    """The draft and its conversation, both locked, the handoff in the acting rep's hand."""
    seen = await uow.drafts.get(draft_id)
    found = await hold_handoff(uow, seen.handoff_id, actor=actor)
    return await uow.drafts.get(draft_id, lock=True), found.conversation


async def _check(uow: UnitOfWork, draft: Draft, conversation: Conversation, seen: Seen) -> None:
    """Raises DraftClosed, DraftStale; a newer message the rep says they have read stands in nobody's way."""
    newest = conversation.visitor_seq
    if seen.message_id is not None and newest > draft.up_to_seq:
        messages = await uow.conversations.messages(conversation.id)
        if any(m.id == seen.message_id and m.seq == newest for m in messages):
            newest = draft.up_to_seq
    check_current(draft, rev=seen.rev, visitor_seq=newest)


def _check_rev(draft: Draft, rev: int) -> None:
    check_undecided(draft)
    check_current(replace(draft, state=DraftState.READY), rev=rev, visitor_seq=0)
