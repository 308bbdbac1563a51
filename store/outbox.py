"""The outbox: what must leave the house, written in the same transaction as the act that wants it, delivered once.

States: waiting, sending (claimed by a worker), sent, failed (certainly not delivered, no more tries), unknown (may or
may not have been delivered; a person decides, it is never sent again blindly).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.once import insert_once
from store.outbox_tables import outbox


class OutboxState(StrEnum):
    """The life of a message that leaves."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Something to tell the outside. `kind` names the deliverer, `key` makes it once, `attempts` is the fence."""

    id: str
    kind: str
    key: str
    payload: dict[str, Any]
    state: OutboxState
    attempts: int
    due_at: datetime
    created_at: datetime
    lead_id: str | None = None
    error: str | None = None


class Outbox:
    """Messages waiting to leave, and what became of them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def put(self, message: OutboxMessage) -> bool:
        """Leave a message; False when one with that key is there already."""
        values = {
            "id": message.id,
            "kind": message.kind,
            "key": message.key,
            "lead_id": message.lead_id,
            "payload": message.payload,
            "state": message.state.value,
            "attempts": 0,
            "due_at": message.due_at,
            "created_at": message.created_at,
        }
        return await insert_once(self._db, outbox, [values]) == 1

    async def due(self, now: datetime, *, limit: int) -> list[OutboxMessage]:
        """Waiting messages whose time has come; other dispatchers skip the rows this one holds."""
        query = (
            select(outbox)
            .where(outbox.c.state == OutboxState.WAITING.value, outbox.c.due_at <= now)
            .order_by(outbox.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_message(row) for row in (await self._db.execute(query)).all()]

    async def park(self, message: OutboxMessage, *, until: datetime) -> None:
        """Keep a message out of the dispatcher's sight while a job carries it."""
        await self._db.execute(update(outbox).where(outbox.c.id == message.id).values(due_at=until))

    async def claim(self, id: str) -> OutboxMessage | None:
        """Take a waiting message to send it; None when somebody else has it or it is done."""
        taken = (
            update(outbox)
            .where(outbox.c.id == id, outbox.c.state == OutboxState.WAITING.value)
            .values(state=OutboxState.SENDING.value, attempts=outbox.c.attempts + 1)
            .returning(outbox)
        )
        row = (await self._db.execute(taken)).first()
        return _message(row) if row else None

    async def settle(
        self,
        message: OutboxMessage,
        state: OutboxState,
        *,
        now: datetime,
        due_at: datetime | None = None,
        error: str = "",
    ) -> bool:
        """Say what became of a claimed message; False when it is no longer this attempt's to settle."""
        values: dict[str, Any] = {"state": state.value, "error": error[:300] or None}
        if state is OutboxState.SENT:
            values["sent_at"] = now
        if due_at is not None:
            values["due_at"] = due_at
        held = (outbox.c.id == message.id, outbox.c.attempts == message.attempts)
        done = await self._db.execute(
            update(outbox).where(*held, outbox.c.state == OutboxState.SENDING.value).values(**values)
        )
        return bool(done.rowcount)

    async def in_doubt(self, before: datetime, *, limit: int = 100) -> list[OutboxMessage]:
        """Messages that have been `sending` since before an instant: their worker died or hangs."""
        query = select(outbox).where(outbox.c.state == OutboxState.SENDING.value, outbox.c.due_at <= before)
        return [_message(row) for row in (await self._db.execute(query.limit(limit))).all()]

    async def all(self) -> list[OutboxMessage]:
        """Everything that was ever left here, oldest first (for exams and the console)."""
        rows = (await self._db.execute(select(outbox).order_by(outbox.c.created_at, outbox.c.id))).all()
        return [_message(row) for row in rows]


def _message(row: Any) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        state=OutboxState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        lead_id=row.lead_id,
        error=row.error,
    )
