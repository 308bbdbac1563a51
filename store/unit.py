"""The unit of work: what one act may touch, and the one place that commits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from leads.actor import Actor
from store.access import Access
from store.audit import Audit, AuditEntry
from store.conversations import Conversations
from store.engine import transaction
from store.handoffs import Handoffs
from store.leads import Leads
from store.ledger import Ledger
from store.meetings import Meetings
from store.outbox import Outbox, OutboxMessage, OutboxState
from store.people import People
from store.privacy import Privacy
from store.rules import Rules
from store.runs import Runs
from store.suppressions import Suppressions
from store.turns import Turns

JobArg = str | int | float | bool | None
Enqueue = Callable[..., Awaitable[None]]
WAKE_CHANNEL = "opener_wake"
UNKEYED = b"the suppression key of exams and tests: wiring gives the product one of its own"
"""What addresses are hashed with where nobody hands in a key; `Suppressions.check_key` notices a wrong one at start."""


class Jobs:
    """Jobs left for the engine in this very transaction: rolled back with it, committed with it."""

    def __init__(self, connection: AsyncConnection, enqueue: Enqueue | None) -> None:
        self._db = connection
        self._enqueue = enqueue

    async def put(self, job: str, key: str, *args: JobArg) -> None:
        """Leave a job; the same key twice is one job. Without an engine (exams, tools) nothing runs jobs."""
        if self._enqueue is not None:
            await self._enqueue(self._db, job, key, *args)


class UnitOfWork:
    """One act. `now` stands still while it lasts; everything it stores is committed together or not at all."""

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        now: datetime,
        new_id: Callable[[str], str],
        enqueue: Enqueue | None = None,
        suppression_key: bytes = UNKEYED,
    ) -> None:
        self._db = connection
        self._suppression_key = suppression_key
        self.now = now
        self.new_id = new_id
        self.touched: set[str] = set()
        self.jobs = Jobs(connection, enqueue)

    @cached_property
    def people(self) -> People:
        """People and companies."""
        return People(self._db)

    @cached_property
    def leads(self) -> Leads:
        """Leads and their stage history."""
        return Leads(self._db)

    @cached_property
    def ledger(self) -> Ledger:
        """Activities, BANT claims, consent."""
        return Ledger(self._db)

    @cached_property
    def conversations(self) -> Conversations:
        """Threads, messages, events."""
        return Conversations(self._db, self.touched)

    @cached_property
    def turns(self) -> Turns:
        """Answers in the making."""
        return Turns(self._db)

    @cached_property
    def meetings(self) -> Meetings:
        """Offers and meetings."""
        return Meetings(self._db)

    @cached_property
    def handoffs(self) -> Handoffs:
        """Requests for a person."""
        return Handoffs(self._db)

    @cached_property
    def outbox(self) -> Outbox:
        """What must leave the house."""
        return Outbox(self._db)

    @cached_property
    def access(self) -> Access:
        """Reps and keys."""
        return Access(self._db)

    @cached_property
    def rules(self) -> Rules:
        """Versions of scoring and routing rules."""
        return Rules(self._db)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self._db)

    @cached_property
    def privacy(self) -> Privacy:
        """Tombstones, receipts, holds, texts of consent."""
        return Privacy(self._db)

    @cached_property
    def suppressions(self) -> Suppressions:
        """Addresses that get nothing."""
        return Suppressions(self._db, self._suppression_key)

    @cached_property
    def runs(self) -> Runs:
        """Long runs."""
        return Runs(self._db)

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
    suppression_key: bytes = UNKEYED,
) -> AsyncIterator[UnitOfWork]:
    """Open one act: commits when the block ends well, rolls back when it raises."""
    async with transaction(engine, read_only=read_only) as connection:
        uow = UnitOfWork(connection, now=now, new_id=new_id, enqueue=enqueue, suppression_key=suppression_key)
        yield uow
        if not read_only:
            await uow.announce()
