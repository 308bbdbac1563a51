"""The unit of work: what one act may touch, and the one place that commits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from leads.actor import Actor
from store.audit import AuditEntry
from store.engine import transaction
from store.outbox import OutboxMessage, OutboxState
from store.repositories import Repositories
from store.team_events import TEAM, TeamEvent

JobArg = str | int | float | bool | None
Enqueue = Callable[..., Awaitable[None]]
WAKE_CHANNEL = "opener_wake"


class Jobs:
    """Jobs left for the engine in this very transaction: rolled back with it, committed with it."""

    def __init__(self, connection: AsyncConnection, enqueue: Enqueue | None) -> None:
        self._db = connection
        self._enqueue = enqueue

    async def put(self, job: str, key: str, *args: JobArg) -> None:
        """Leave a job; the same key twice is one job. Without an engine (exams, tools) nothing runs jobs."""
        if self._enqueue is not None:
            await self._enqueue(self._db, job, key, *args)


class UnitOfWork(Repositories):
    """One act. `now` stands still while it lasts; everything it stores is committed together or not at all."""

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        now: datetime,
        new_id: Callable[[str], str],
        enqueue: Enqueue | None = None,
        suppression_key: bytes | None = None,
    ) -> None:
        super().__init__(connection, suppression_key=suppression_key)
        self.now = now
        self.new_id = new_id
        self._for_team: list[TeamEvent] = []
        self.jobs = Jobs(connection, enqueue)

    async def note_act(
        self, actor: Actor, act: str, subject: str, subject_id: str | None = None, **detail: JobArg
    ) -> None:
        """Put one act into the audit log; `detail` holds codes and figures, never a person's words."""
        await self.audit.add(AuditEntry(self.new_id("aud"), self.now, actor, act, subject, subject_id, dict(detail)))

    async def tell_outside(self, kind: str, key: str, payload: dict[str, Any], *, lead_id: str | None = None) -> bool:
        """Leave a message for the outside, due now; False when one with that key was left before."""
        message = OutboxMessage(
            self.new_id("out"), kind, key, payload, OutboxState.WAITING, 0, self.now, self.now, lead_id
        )
        return await self.outbox.put(message)

    def tell_team(self, type: str, *, conversation_id: str | None = None, **codes: JobArg) -> None:
        """Let the consoles know of a change; `codes` are ids and codes. It is stored as the last thing of this act."""
        self._for_team.append(TeamEvent(type, dict(codes), self.now, conversation_id))

    async def tell_consoles(self) -> None:
        """Store what the team is to hear; nothing may follow but the commit."""
        for event in self._for_team:
            await self.team_events.append(event)
        if self._for_team:
            self.touched.add(TEAM)
        self._for_team.clear()

    async def announce(self) -> None:
        """Wake listeners in other processes at commit (Postgres); on SQLite they look by themselves."""
        if self.touched and self._db.dialect.name == "postgresql":
            for conversation_id in sorted(self.touched):
                notify = text("SELECT pg_notify(:channel, :topic)")
                await self._db.execute(notify, {"channel": WAKE_CHANNEL, "topic": conversation_id})


@asynccontextmanager
async def unit_of_work(
    engine: AsyncEngine,
    *,
    now: datetime,
    new_id: Callable[[str], str],
    enqueue: Enqueue | None = None,
    read_only: bool = False,
    suppression_key: bytes | None = None,
) -> AsyncIterator[UnitOfWork]:
    """Open one act: commits when the block ends well, rolls back when it raises."""
    async with transaction(engine, read_only=read_only) as connection:
        uow = UnitOfWork(connection, now=now, new_id=new_id, enqueue=enqueue, suppression_key=suppression_key)
        yield uow
        if not read_only:
            await uow.tell_consoles()
            await uow.announce()
