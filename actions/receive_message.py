"""A visitor's message comes in: stored with its event, and an answer is owed from this very transaction on."""

from dataclasses import dataclass
from datetime import timedelta

from actions.end_line import end_line
from leads.conversation import (
    AuthorKind,
    ChatMessage,
    Conversation,
    Speaker,
    Turn,
    TurnStatus,
    readable,
    speaker,
)
from leads.identity import ConversationId, MessageId, TurnId
from leads.refusal import ConversationClosed
from store.unit import UnitOfWork

GRACE = timedelta(seconds=10)
"""How long the process that stored the message has to begin the answer before a worker takes it over."""


@dataclass(frozen=True, slots=True)
class Received:
    """The stored message; `turn_id` is the answer that is owed for it, None when a person is on the line."""

    message: ChatMessage
    turn_id: TurnId | None
    repeated: bool = False


async def receive_message(
    uow: UnitOfWork, conversation_id: ConversationId, *, text: str, client_id: str | None = None
) -> Received:
    """Store one visitor message. The same `client_id` again is the same message, and never a second answer.

    A message that arrives while an answer waits to begin joins it: a burst is one turn.
    Raises MessageEmpty, MessageTooLong, ConversationClosed, NotKnown.
    """
    kept = readable(text)
    conversation = await uow.conversations.get(conversation_id, lock=True)
    if client_id is not None:
        earlier = await uow.conversations.message_by_client_id(conversation_id, client_id)
        if earlier is not None:
            turn = await uow.turns.open_of(conversation_id)
            return Received(earlier, turn.id if turn else None, repeated=True)
    if conversation.closed_at is not None:
        raise ConversationClosed("This conversation is closed. Start a new one to go on.")
    if conversation.rep_id is not None and speaker(conversation, uow.now) is not Speaker.REP:
        conversation = await end_line(uow, conversation)  # the rep let it lie: the agent answers from here on
    message = await _store(uow, conversation, kept, client_id)
    if speaker(conversation, uow.now) is not Speaker.AGENT:
        return Received(message, None)
    return Received(message, await owe_answer(uow, conversation_id, message.seq))


async def owe_answer(uow: UnitOfWork, conversation_id: ConversationId, seq: int) -> TurnId:
    """The open turn of the conversation, or a new one."""
    turn = await uow.turns.open_of(conversation_id)
    if turn is not None:
        return turn.id
    turn = Turn(
        id=TurnId(uow.new_id("turn")),
        conversation_id=conversation_id,
        status=TurnStatus.WAITING,
        up_to_seq=seq,
        attempt=0,
        created_at=uow.now,
        lease_until=uow.now + GRACE,
    )
    return (await uow.turns.add(turn)).id


async def _store(uow: UnitOfWork, conversation: Conversation, text: str, client_id: str | None) -> ChatMessage:
    message_id = MessageId(uow.new_id("msg"))
    author = {"kind": AuthorKind.VISITOR.value, "name": ""}
    data = {"id": message_id, "author": author, "text": text} | ({"client_id": client_id} if client_id else {})
    seq = await uow.conversations.append_event(conversation.id, "message.created", data, uow.now, by_visitor=True)
    message = ChatMessage(message_id, conversation.id, seq, AuthorKind.VISITOR, "", text, uow.now, client_id)
    await uow.conversations.add_message(message)
    return message
