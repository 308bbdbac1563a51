"""Whether promises of time were kept: clocks that fell due, and how soon requests for a person were decided."""

from collections import Counter
from datetime import datetime

from sqlalchemy import and_, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.funnel import Durations, Rate
from leads.handoff import HandoffState
from store.handoff_tables import handoffs
from store.report_tables import milestones
from store.routing_tables import clocks

_TESTS = select(milestones.c.lead_id).where(text("is_test"))  # as its index says it, or SQLite does not use that


class PromiseFigures:
    """Counts over clocks and handoffs."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def kept(self, start: datetime, end: datetime) -> dict[str, Rate]:
        """By kind of clock the share that was stopped in time, of all that fell due from `start` up to `end`.

        One that still runs past its time is a broken one. Tests do not count.
        """
        c = clocks.c
        met = and_(c.stopped_at.is_not(None), c.stopped_at <= c.due_at)
        query = (
            select(c.kind, func.count(), func.sum(case((met, 1), else_=0)))
            .where(c.due_at >= start, c.due_at < end, c.lead_id.not_in(_TESTS))
            .group_by(c.kind)
        )
        rows = (await self._db.execute(query)).all()
        return {row[0]: Rate(int(row[2] or 0), int(row[1])) for row in rows}

    async def accepted(self, start: datetime, end: datetime) -> Durations:
        """How soon requests for a person were accepted that came from `start` up to `end`; those that wait are open."""
        h = handoffs.c
        query = select(h.state, h.created_at, h.decided_at).where(h.created_at >= start, h.created_at < end)
        lengths: Counter[int] = Counter()
        waiting = 0
        for state, came, done in (await self._db.execute(query)).all():
            waiting += state in {HandoffState.OPEN.value, HandoffState.CLAIMED.value}
            if state == HandoffState.ACCEPTED.value and done is not None:
                lengths[max(int((done - came).total_seconds()), 0)] += 1
        return Durations(tuple(lengths.items()), waiting)
