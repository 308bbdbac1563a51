"""A rep takes the conversation over from the agent, and gives it back.

While the rep's lease on the line runs the agent is silent: no answer is begun, and one that is being made is called
off in this very transaction, so that nothing of it can be stored later.
"""

from dataclasses import replace

from actions.end_line import end_line
from actions.receive_message import owe_answer
from leads.actor import BY_RULE, Actor
from leads.conversation import AuthorKind, Conversation, Speaker, speaker
from leads.handoff import LINE_LEASE
from leads.identity import ConversationId, RepId, TurnId
from leads.refusal import ConversationClosed, HandoffClaimed, NotOnTheLine
from store.unit import UnitOfWork

TAKEN_OVER = "taken_over"
"""The outcome of a turn that a rep's arrival ended."""


async def take_line(uow: UnitOfWork, conversation: Conversation, *, actor: Actor) -> Conversation:
    """The conversation with the acting rep on the line; on it already, they stay on longer. Its row must be locked.

    Raises ConversationClosed, HandoffClaimed (a colleague is on the line).
    """
    if conversation.closed_at is not None:
        raise ConversationClosed("This conversation is closed; nobody would read it.")
    rep, until = RepId(actor.id or ""), uow.now + LINE_LEASE
    if speaker(conversation, uow.now) is Speaker.REP:
        if conversation.rep_id != rep:
            raise await _busy(uow, conversation)
        stays = replace(conversation, rep_until=until)
        await uow.conversations.save(stays)
        return stays
    free = await end_line(uow, conversation)
    taken = replace(free, rep_id=rep, rep_until=until)
    await uow.conversations.save(taken)
    await uow.turns.call_off(conversation.id, outcome=TAKEN_OVER, now=uow.now)
    await uow.conversations.append_event(conversation.id, "handoff.joined", {"rep": {"name": actor.name}}, uow.now)
    await uow.note_act(actor, "conversation.taken_over", "conversation", conversation.id)
    uow.tell_team("line.joined", conversation_id=conversation.id, rep_id=rep)
    return taken


async def give_back(uow: UnitOfWork, conversation: Conversation, *, actor: Actor) -> TurnId | None:
    """The agent speaks again; what the visitor wrote last and nobody answered is owed, and its turn is returned.

    The row must be locked. Raises NotOnTheLine when the acting rep does not hold the line.
    """
    if conversation.rep_id is None or (actor is not BY_RULE and conversation.rep_id != actor.id):
        raise NotOnTheLine("You are not on the line in this conversation.")
    await end_line(uow, conversation)
    await uow.note_act(actor, "conversation.given_back", "conversation", conversation.id)
    if conversation.closed_at is not None:
        return None
    messages = await uow.conversations.messages(conversation.id)
    if not messages or messages[-1].author is not AuthorKind.VISITOR:
        return None
    return await owe_answer(uow, conversation.id, conversation.visitor_seq)


async def give_back_when_due(uow: UnitOfWork, conversation_id: ConversationId) -> TurnId | None:
    """Give back what a rep has let lie until the lease ran out; nothing when they have spoken meanwhile."""
    conversation = await uow.conversations.get(conversation_id, lock=True)
    if conversation.rep_id is None or speaker(conversation, uow.now) is Speaker.REP:
        return None
    return await give_back(uow, conversation, actor=BY_RULE)


async def _busy(uow: UnitOfWork, conversation: Conversation) -> HandoffClaimed:
    rep = await uow.access.rep(RepId(conversation.rep_id or ""))
    name = rep.name if rep else "somebody else"
    return HandoffClaimed(
        f"{name} is on the line in this conversation.",
        owner_id=conversation.rep_id or "",
        owner_name=name,
        until=conversation.rep_until,
    )
