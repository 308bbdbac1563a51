"""A rep writes to the lead in the conversation. Whoever writes is on the line: the agent is silent from then on."""

import hashlib
from dataclasses import dataclass, replace

from actions.claim_handoff import hold_handoff
from actions.note_response import note_response
from actions.take_over import take_line
from leads.actor import Actor
from leads.conversation import AuthorKind, ChatMessage, Conversation, readable
from leads.draft import Draft, DraftState, Revision, check_undecided
from leads.identity import DraftId, HandoffId, MessageId, RepId
from leads.refusal import NotKnown
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Replied:
    """The message as it is stored; `repeated` when the same request had stored it before."""

    message: ChatMessage
    repeated: bool = False


async def reply_to_lead(
    uow: UnitOfWork,
    handoff_id: HandoffId,
    *,
    actor: Actor,
    text: str,
    key: str | None = None,
    draft_id: DraftId | None = None,
) -> Replied:
    """Store the rep's message, once for each `key`, with its event.

    With `draft_id` the message was made from that draft: it is sent with it, in these words, and cannot be sent again.
    Raises DraftClosed, MessageEmpty, MessageTooLong, ConversationClosed, HandoffClaimed, HandoffClosed, NotKnown.
    """
    kept = readable(text)
    seen = await uow.handoffs.get(handoff_id)
    await uow.conversations.get(seen.conversation_id, lock=True)
    client_id = request_id(actor, key)
    if client_id is not None:
        earlier = await uow.conversations.message_by_client_id(seen.conversation_id, client_id)
        if earlier is not None:
            return Replied(earlier, repeated=True)
    found = await hold_handoff(uow, handoff_id, actor=actor)
    draft = await _draft(uow, handoff_id, draft_id)
    message = await write_as_rep(uow, found.conversation, kept, actor=actor, client_id=client_id)
    if draft is not None:
        await mark_sent(uow, await reworded(uow, draft, kept, actor=actor), message, actor=actor)
    return Replied(message)


async def _draft(uow: UnitOfWork, handoff_id: HandoffId, draft_id: DraftId | None) -> Draft | None:
    if draft_id is None:
        return None
    draft = await uow.drafts.get(draft_id, lock=True)
    if draft.handoff_id != handoff_id:
        raise NotKnown("There is no such draft in this handoff.")
    check_undecided(draft)
    return draft


async def reworded(uow: UnitOfWork, draft: Draft, text: str, *, actor: Actor) -> Draft:
    """The draft with one more wording, the rep's; as it is when these are its words already."""
    revisions = await uow.drafts.revisions(draft.id)
    if revisions and revisions[-1].text == text:
        return draft
    edited = replace(draft, state=DraftState.READY, rev=draft.rev + 1)
    await uow.drafts.add_revision(edited, Revision(edited.rev, text, actor, uow.now))
    return await uow.drafts.save(edited)


async def mark_sent(uow: UnitOfWork, draft: Draft, message: ChatMessage, *, actor: Actor) -> Draft:
    """The draft as sent: by whom, and as which message."""
    sent = replace(
        draft, state=DraftState.SENT, message_id=message.id, decided_by=RepId(actor.id or ""), decided_at=uow.now
    )
    await uow.drafts.save(sent)
    await uow.note_act(actor, "draft.sent", "draft", draft.id, rev=draft.rev)
    tell_draft(uow, sent)
    return sent


def tell_draft(uow: UnitOfWork, draft: Draft) -> None:
    """Let the consoles know that a draft has changed."""
    uow.tell_team(
        "draft.changed",
        conversation_id=draft.conversation_id,
        handoff_id=draft.handoff_id,
        draft_id=draft.id,
        state=draft.state.value,
        rev=draft.rev,
    )


async def write_as_rep(
    uow: UnitOfWork, conversation: Conversation, text: str, *, actor: Actor, client_id: str | None = None
) -> ChatMessage:
    """The rep's words in a conversation whose row is locked: on the line, stored, counted as a person's answer."""
    await take_line(uow, conversation, actor=actor)
    message_id = MessageId(uow.new_id("msg"))
    author = {"kind": AuthorKind.REP.value, "name": actor.name}
    data = {"id": message_id, "author": author, "text": text}
    seq = await uow.conversations.append_event(conversation.id, "message.created", data, uow.now)
    message = ChatMessage(
        message_id, conversation.id, seq, AuthorKind.REP, actor.name[:120], text, uow.now, client_id=client_id
    )
    await uow.conversations.add_message(message)
    await uow.leads.mark_engaged(conversation.lead_id, now=uow.now)
    await note_response(uow, conversation.lead_id, actor=actor, at=uow.now)
    return message


def request_id(actor: Actor, key: str | None) -> str | None:
    """The name under which a request of this rep is stored once; no visitor can send one that looks like it."""
    return "rep:" + hashlib.sha256(f"{actor.id}:{key}".encode()).hexdigest()[:48] if key else None
