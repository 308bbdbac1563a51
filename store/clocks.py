"""Clocks of promised times: running, stopped, broken, and the rungs of the ladder that were climbed for each."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.deadline import Deadline
from leads.hours import Span
from leads.identity import LeadId, RepId
from leads.sla import Clock, ClockKind, Rung
from store.once import insert_once
from store.routing_tables import clock_rungs, clocks


class Clocks:
    """Promised times."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def start(self, clock: Clock) -> bool:
        """Keep a new clock; False when the lead has a running one of that kind, which then goes on."""
        row = _values(clock) | {"id": clock.id, "lead_id": clock.lead_id}
        return await insert_once(self._db, clocks, [row]) == 1

    async def save(self, clock: Clock) -> Clock:
        """Store what a clock has become."""
        await self._db.execute(update(clocks).where(clocks.c.id == clock.id).values(**_values(clock)))
        return clock

    async def get(self, clock_id: str, *, lock: bool = False) -> Clock | None:
        """A clock by id."""
        query = select(clocks).where(clocks.c.id == clock_id)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        return _clock(row) if row else None

    async def running(self, lead_id: LeadId) -> list[Clock]:
        """The lead's clocks that have not been stopped, paused ones too, the most pressing first."""
        return (await self.running_of([lead_id])).get(lead_id, [])

    async def running_of(self, leads: Collection[LeadId]) -> dict[LeadId, list[Clock]]:
        """The same of several leads at once; a lead without any is missing."""
        query = select(clocks).where(clocks.c.lead_id.in_(leads), clocks.c.stopped_at.is_(None))
        found: dict[LeadId, list[Clock]] = {}
        for row in (await self._db.execute(query.order_by(clocks.c.due_at, clocks.c.id))).all():
            found.setdefault(LeadId(row.lead_id), []).append(_clock(row))
        return found

    async def of_lead(self, lead_id: LeadId) -> list[Clock]:
        """Every clock of a lead, oldest first."""
        query = select(clocks).where(clocks.c.lead_id == lead_id).order_by(clocks.c.started_at, clocks.c.id)
        return [_clock(row) for row in (await self._db.execute(query)).all()]

    async def due(self, now: datetime, *, limit: int) -> list[Clock]:
        """Clocks that have a rung to climb by now, the longest due first; read only, the round locks each by itself."""
        query = select(clocks).where(clocks.c.stopped_at.is_(None), clocks.c.rung_at <= now)
        rows = (await self._db.execute(query.order_by(clocks.c.rung_at, clocks.c.id).limit(limit))).all()
        return [_clock(row) for row in rows]

    async def overdue(self, now: datetime, *, rep: RepId | None = None, limit: int = 200) -> list[Clock]:
        """Running clocks whose time is up, of one rep when told; the oldest first."""
        query = select(clocks).where(clocks.c.stopped_at.is_(None), clocks.c.due_at <= now)
        if rep is not None:
            query = query.where(clocks.c.rep_id == rep)
        rows = (await self._db.execute(query.order_by(clocks.c.due_at, clocks.c.id).limit(limit))).all()
        return [_clock(row) for row in rows]

    async def climb(self, clock: Clock, rung: Rung, *, at: datetime) -> bool:
        """Keep that a rung was climbed; False when it was before, whoever did it."""
        return await insert_once(self._db, clock_rungs, [{"clock_id": clock.id, "rung": rung.value, "at": at}]) == 1

    async def climbed(self, clock_id: str) -> frozenset[Rung]:
        """The rungs climbed so far."""
        rows = (await self._db.execute(select(clock_rungs.c.rung).where(clock_rungs.c.clock_id == clock_id))).all()
        return frozenset(Rung(row.rung) for row in rows)

    async def put_off(self, clock_id: str, until: datetime) -> None:
        """Look at a clock again later: its rung could not be climbed just now."""
        await self._db.execute(update(clocks).where(clocks.c.id == clock_id).values(rung_at=until))


def _values(clock: Clock) -> dict[str, Any]:
    deadline = clock.deadline
    return {
        "kind": clock.kind.value,
        "rep_id": clock.rep,
        "handoff_id": clock.handoff_id,
        "calendar": clock.calendar,
        "started_at": deadline.started_at,
        "business_s": int(deadline.business.total_seconds()),
        "pauses": [[span.start_utc.isoformat(), span.end_utc.isoformat()] for span in deadline.pauses],
        "paused_since": deadline.paused_since,
        "due_at": clock.due_at,
        "stopped_at": deadline.stopped_at,
        "breached_at": clock.breached_at,
        "next_rung": clock.next_rung.value if clock.next_rung else None,
        "rung_at": clock.rung_at,
    }


def _clock(row: Any) -> Clock:
    pauses = tuple(Span(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in row.pauses)
    business = timedelta(seconds=row.business_s)
    return Clock(
        id=row.id,
        lead_id=row.lead_id,
        kind=ClockKind(row.kind),
        deadline=Deadline(row.started_at, business, pauses, row.paused_since, row.stopped_at),
        calendar=row.calendar,
        due_at=row.due_at,
        next_rung=Rung(row.next_rung) if row.next_rung else None,
        rung_at=row.rung_at,
        breached_at=row.breached_at,
        rep=row.rep_id,
        handoff_id=row.handoff_id,
    )
