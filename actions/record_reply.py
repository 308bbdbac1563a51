"""An answer is finished: message, event, tool record and the end of the turn are one act, for who holds the turn."""

from dataclasses import dataclass, replace
from typing import Any

from actions.note_response import note_response
from actions.receive_message import owe_answer
from leads.actor import BY_AGENT
from leads.conversation import AuthorKind, ChatMessage, Citation, Conversation, Speaker, Turn, speaker
from leads.identity import MessageId, TurnId
from playbook.book import Playbook
from store.turn_record import ToolCallRecord, TurnRecord
from store.unit import UnitOfWork

LEFT_TO_PERSON = "left_to_person"
"""The outcome of a turn that ended because a rep holds the line."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. An empty text is a turn that ended without words (a rep took over meanwhile)."""

    message_id: MessageId
    text: str
    citations: tuple[Citation, ...] = ()
    tool_calls: tuple[ToolCallRecord, ...] = ()
    record: TurnRecord = TurnRecord("answered", "", "", "")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Whether the reply was stored (another process may have been first), and the next turn that is owed already."""

    stored: bool
    next_turn: TurnId | None = None


async def record_reply(uow: UnitOfWork, book: Playbook, turn: Turn, reply: Reply) -> Recorded:
    """Store the answer of a turn exactly once, and owe the next one when the visitor wrote on meanwhile.

    Of an answer that comes while a rep holds the line only the record is kept: the agent is silent then.
    """
    conversation = await uow.conversations.get(turn.conversation_id, lock=True)
    silent = speaker(conversation, uow.now) is Speaker.REP
    if silent:
        reply = replace(reply, text="", record=replace(reply.record, outcome=LEFT_TO_PERSON))
    if not await uow.turns.finish(turn, reply.record, now=uow.now):
        return Recorded(stored=False)
    await uow.turns.record_tool_calls(turn, list(reply.tool_calls), at=uow.now)
    if reply.text:
        await _store(uow, book, conversation, turn, reply)
        await uow.leads.mark_engaged(conversation.lead_id, now=uow.now)
        await note_response(uow, conversation.lead_id, actor=BY_AGENT, at=uow.now)
    if conversation.visitor_seq > turn.up_to_seq and not silent:
        return Recorded(True, await owe_answer(uow, turn.conversation_id, conversation.visitor_seq))
    return Recorded(True)


async def _store(uow: UnitOfWork, book: Playbook, conversation: Conversation, turn: Turn, reply: Reply) -> None:
    name = book.company.agent_name
    data: dict[str, Any] = {
        "id": reply.message_id,
        "author": {"kind": AuthorKind.AGENT.value, "name": name},
        "text": reply.text,
        "citations": [{"n": c.n, "title": c.title, "url": c.url} for c in reply.citations],
    }
    seq = await uow.conversations.append_event(conversation.id, "message.completed", data, uow.now)
    await uow.conversations.add_message(
        ChatMessage(
            id=reply.message_id,
            conversation_id=conversation.id,
            seq=seq,
            author=AuthorKind.AGENT,
            author_name=name,
            text=reply.text,
            at=uow.now,
            citations=reply.citations,
            turn_id=turn.id,
        )
    )
