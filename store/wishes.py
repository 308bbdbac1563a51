"""Wishes to enrol somebody: decided by nurture, taken up by sequences, once a cycle and track."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import LeadId
from store.once import insert_once
from store.pipeline_tables import enrollment_wishes


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish: this lead, in this cycle, on this track; `sequence` where the playbook names one. `rule` said so."""

    id: str
    lead_id: LeadId
    cycle_no: int
    track: str
    sequence: str | None
    rule: str
    why: str
    at: datetime
    taken_at: datetime | None = None


class Wishes:
    """Enrolments that are wished for."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, wish: Wish) -> bool:
        """Keep a wish; False when this cycle was wished onto this track before."""
        return await insert_once(self._db, enrollment_wishes, [wish_row(wish)]) == 1

    async def waiting(self, *, limit: int) -> Sequence[Wish]:
        """Wishes nobody has taken up, oldest first; other processes skip the rows this one holds."""
        query = select(enrollment_wishes).where(enrollment_wishes.c.taken_at.is_(None))
        ordered = query.order_by(enrollment_wishes.c.at, enrollment_wishes.c.id).limit(limit)
        rows = (await self._db.execute(ordered.with_for_update(skip_locked=True))).all()
        return [_wish(row) for row in rows]

    async def of_lead(self, lead_id: LeadId) -> list[Wish]:
        """Every wish for a lead, oldest first."""
        query = select(enrollment_wishes).where(enrollment_wishes.c.lead_id == lead_id)
        rows = (await self._db.execute(query.order_by(enrollment_wishes.c.at, enrollment_wishes.c.id))).all()
        return [_wish(row) for row in rows]

    async def take(self, wish_id: str, *, at: datetime) -> bool:
        """Mark a wish as taken up; False when somebody else was quicker."""
        mine = (enrollment_wishes.c.id == wish_id, enrollment_wishes.c.taken_at.is_(None))
        return bool((await self._db.execute(update(enrollment_wishes).where(*mine).values(taken_at=at))).rowcount)

    async def drop_waiting_of(self, lead_id: LeadId) -> None:
        """Withdraw what nobody has taken up: the cycle has ended, or the lead is needed elsewhere."""
        waiting = (enrollment_wishes.c.lead_id == lead_id, enrollment_wishes.c.taken_at.is_(None))
        await self._db.execute(delete(enrollment_wishes).where(*waiting))


def wish_row(wish: Wish) -> dict[str, Any]:
    """A new wish as it is stored."""
    return {
        "id": wish.id,
        "lead_id": wish.lead_id,
        "cycle_no": wish.cycle_no,
        "track": wish.track[:40],
        "sequence_key": wish.sequence,
        "rule": wish.rule[:60],
        "why": wish.why[:300],
        "at": wish.at,
    }


def _wish(row: Any) -> Wish:
    return Wish(row.id, row.lead_id, row.cycle_no, row.track, row.sequence_key, row.rule, row.why, row.at, row.taken_at)
