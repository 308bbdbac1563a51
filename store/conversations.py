"""Conversations: threads, their messages, and their events as rows with a number that only grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.conversation import AuthorKind, Channel, ChatMessage, Citation, Conversation, Page
from leads.evidence import Said
from leads.identity import ConversationId, LeadId, MessageId
from leads.refusal import NotKnown
from store.conversation_tables import conversations, events, guard_events, messages


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One durable event: `seq` only grows within its conversation, `data` is what the widget contract says."""

    seq: int
    type: str
    data: dict[str, Any]
    at: datetime


# Statements of the path every turn takes are built once: building them anew costs more than running them.
_GET = select(conversations).where(conversations.c.id == bindparam("wanted"))
_GET_LOCKED = _GET.with_for_update(key_share=True)  # rows that refer to it may be stored meanwhile: no deadlocks
_ADD_EVENT = insert(events)
_ADD_MESSAGE = insert(messages)
_MESSAGES = select(messages).where(messages.c.conversation_id == bindparam("wanted")).order_by(messages.c.seq)
_SAID = (
    select(messages.c.id, messages.c.text, messages.c.at)
    .where(messages.c.conversation_id == bindparam("wanted"), messages.c.author == AuthorKind.VISITOR.value)
    .order_by(messages.c.seq)
)
_OF_CONVERSATION = conversations.c.id == bindparam("wanted")
_NEXT = {"last_seq": conversations.c.last_seq + 1}
_COUNT_UP = update(conversations).where(_OF_CONVERSATION).values(_NEXT).returning(conversations.c.last_seq)
_COUNT_UP_VISITOR = (
    update(conversations)
    .where(_OF_CONVERSATION)
    .values(_NEXT | {"visitor_seq": conversations.c.last_seq + 1})
    .returning(conversations.c.last_seq)
)


class Conversations:
    """The threads we keep."""

    def __init__(self, connection: AsyncConnection, touched: set[str]) -> None:
        self._db = connection
        self._touched = touched  # conversations whose listeners must look again after the commit

    async def get(self, conversation_id: ConversationId, *, lock: bool = False) -> Conversation:
        """The conversation by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        row = (await self._db.execute(_GET_LOCKED if lock else _GET, {"wanted": conversation_id})).first()
        if row is None:
            raise NotKnown("There is no such conversation.")
        return _conversation(row)

    async def of_lead(self, lead_id: LeadId) -> list[Conversation]:
        """The lead's conversations, oldest first."""
        query = select(conversations).where(conversations.c.lead_id == lead_id)
        query = query.order_by(conversations.c.opened_at, conversations.c.id)
        return [_conversation(row) for row in (await self._db.execute(query)).all()]

    async def add(self, conversation: Conversation, *, widget_key: str | None, extra: dict[str, Any]) -> Conversation:
        """Store a new conversation; `extra` (utm and the like) is kept beside the page."""
        page = {"url": conversation.page.url, "title": conversation.page.title, "referrer": conversation.page.referrer}
        await self._db.execute(
            insert(conversations).values(
                id=conversation.id,
                lead_id=conversation.lead_id,
                person_id=conversation.person_id,
                channel=conversation.channel.value,
                verified=conversation.verified,
                widget_key=widget_key,
                last_seq=0,
                visitor_seq=0,
                opened_at=conversation.opened_at,
                language=conversation.language,
                zone=conversation.zone,
                page=page | extra,
            )
        )
        return conversation

    async def save(self, conversation: Conversation) -> None:
        """Store what a conversation has become (its number of events is kept by `append_event` alone)."""
        await self._db.execute(
            update(conversations)
            .where(conversations.c.id == conversation.id)
            .values(
                lead_id=conversation.lead_id,
                person_id=conversation.person_id,
                closed_at=conversation.closed_at,
                rep_id=conversation.rep_id,
                rep_until=conversation.rep_until,
                verified=conversation.verified,
                language=conversation.language,
                zone=conversation.zone,
            )
        )

    async def append_event(
        self,
        conversation_id: ConversationId,
        type: str,
        data: dict[str, Any],
        at: datetime,
        *,
        by_visitor: bool = False,
    ) -> int:
        """Store one event and return its number. The row lock on the conversation makes number order commit order."""
        bumped = _COUNT_UP_VISITOR if by_visitor else _COUNT_UP
        seq = int((await self._db.execute(bumped, {"wanted": conversation_id})).scalar_one())
        row = {"conversation_id": conversation_id, "seq": seq, "type": type, "data": data, "at": at}
        await self._db.execute(_ADD_EVENT, row)
        self._touched.add(conversation_id)
        return seq

    async def events_after(self, conversation_id: ConversationId, seq: int, *, limit: int = 500) -> list[StoredEvent]:
        """Stored events with a higher number, in order."""
        query = select(events.c.seq, events.c.type, events.c.data, events.c.at).where(
            events.c.conversation_id == conversation_id, events.c.seq > seq
        )
        rows = (await self._db.execute(query.order_by(events.c.seq).limit(limit))).all()
        return [StoredEvent(r.seq, r.type, r.data, r.at) for r in rows]

    async def events_of(self, conversation_id: ConversationId, *types: str) -> list[StoredEvent]:
        """Stored events of some types, in order."""
        query = select(events.c.seq, events.c.type, events.c.data, events.c.at).where(
            events.c.conversation_id == conversation_id, events.c.type.in_(types)
        )
        return [
            StoredEvent(r.seq, r.type, r.data, r.at)
            for r in (await self._db.execute(query.order_by(events.c.seq))).all()
        ]

    async def lines_run_out(self, now: datetime, *, limit: int = 50) -> list[ConversationId]:
        """Conversations a rep has taken over and then let lie until the lease ran out."""
        query = select(conversations.c.id).where(conversations.c.rep_id.is_not(None), conversations.c.rep_until <= now)
        return [ConversationId(r.id) for r in (await self._db.execute(query.limit(limit))).all()]

    async def add_message(self, message: ChatMessage) -> None:
        """Store one message; its event must have been appended first (it gives the number)."""
        row = {
            "id": message.id,
            "conversation_id": message.conversation_id,
            "seq": message.seq,
            "author": message.author.value,
            "author_name": message.author_name,
            "text": message.text,
            "client_id": message.client_id,
            "citations": [_citation_row(c) for c in message.citations],
            "turn_id": message.turn_id,
            "at": message.at,
        }
        await self._db.execute(_ADD_MESSAGE, row)

    async def message_by_client_id(self, conversation_id: ConversationId, client_id: str) -> ChatMessage | None:
        """The message this browser has sent under that id already, or None."""
        query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
        row = (await self._db.execute(query)).first()
        return _message(row) if row else None

    async def messages(self, conversation_id: ConversationId) -> list[ChatMessage]:
        """All the messages, in order."""
        rows = (await self._db.execute(_MESSAGES, {"wanted": conversation_id})).all()
        return [_message(row) for row in rows]

    async def said_by_visitor(self, conversation_id: ConversationId) -> list[Said]:
        """What this visitor wrote in this conversation, oldest first: the only source of evidence."""
        rows = (await self._db.execute(_SAID, {"wanted": conversation_id})).all()
        return [Said(MessageId(r.id), r.text, r.at) for r in rows]

    async def note_guard_event(
        self, conversation_id: ConversationId, kind: str, detail: str, *, id: str, at: datetime
    ) -> None:
        """Keep that a guard stepped in, for the rep to see."""
        await self._db.execute(
            insert(guard_events).values(id=id, conversation_id=conversation_id, kind=kind, detail=detail[:400], at=at)
        )

    async def guard_events(self, conversation_id: ConversationId) -> list[tuple[str, str]]:
        """What the guards stopped: (kind, detail), oldest first."""
        query = select(guard_events.c.kind, guard_events.c.detail).where(
            guard_events.c.conversation_id == conversation_id
        )
        rows = (await self._db.execute(query.order_by(guard_events.c.at, guard_events.c.id))).all()
        return [(r.kind, r.detail) for r in rows]


def _citation_row(citation: Citation) -> dict[str, Any]:
    return {"n": citation.n, "title": citation.title, "url": citation.url, "passage_id": citation.passage_id}


def _conversation(row: Any) -> Conversation:
    page = row.page or {}
    return Conversation(
        id=row.id,
        lead_id=row.lead_id,
        person_id=row.person_id,
        channel=Channel(row.channel),
        opened_at=row.opened_at,
        last_seq=row.last_seq,
        visitor_seq=row.visitor_seq,
        closed_at=row.closed_at,
        rep_id=row.rep_id,
        rep_until=row.rep_until,
        language=row.language,
        zone=row.zone,
        verified=row.verified,
        page=Page(page.get("url", ""), page.get("title", ""), page.get("referrer", "")),
    )


def _message(row: Any) -> ChatMessage:
    return ChatMessage(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=AuthorKind(row.author),
        author_name=row.author_name,
        text=row.text,
        at=row.at,
        client_id=row.client_id,
        citations=tuple(Citation(**c) for c in row.citations or ()),
        turn_id=row.turn_id,
    )
