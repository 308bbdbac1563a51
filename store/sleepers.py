"""Leads whose time has come without anything happening: a date was agreed on, or they fell silent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.lead import Lead
from leads.signal import ActorKind
from leads.stage import Outcome, Stage, WorkStatus
from store.leads import lead_of
from store.people_tables import activities, leads
from store.pipeline_tables import tasks

_RESTS = frozenset({Outcome.RECYCLED, Outcome.DISQUALIFIED, Outcome.LOST})
_NOT_YET_ACCEPTED = frozenset({Stage.LEAD, Stage.IQL, Stage.MQL, Stage.PQL})
_ACCEPTED = frozenset({Stage.SAL, Stage.SQL})
SILENCE_KEY = "silence:"
"""How the keys of tasks begin that a lead's silence has made."""


class Sleepers:
    """What the clock finds."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def due(self, now: datetime, *, limit: int, lock: bool = True) -> Sequence[Lead]:
        """Leads that were to be taken up again by now; other processes skip the rows this one holds."""
        resting = or_(
            leads.c.outcome.in_(sorted(o.value for o in _RESTS)),
            and_(leads.c.outcome == Outcome.OPEN.value, leads.c.follow_up_on.is_not(None)),
        )
        query = select(leads).where(leads.c.follow_up_on <= now, resting).order_by(leads.c.follow_up_on).limit(limit)
        locked = query.with_for_update(skip_locked=True) if lock else query
        return [lead_of(row) for row in (await self._db.execute(locked)).all()]

    async def silent(self, since: datetime, *, limit: int, lock: bool = True) -> Sequence[Lead]:
        """Open leads nobody has accepted, on no track, that showed no sign of life since an instant."""
        untracked = (leads.c.track.is_(None), leads.c.stage.in_(sorted(s.value for s in _NOT_YET_ACCEPTED)))
        return await self._quiet(since, *untracked, limit=limit, lock=lock)

    async def neglected(self, since: datetime, *, limit: int, lock: bool = True) -> Sequence[Lead]:
        """Accepted leads that showed no sign of life since an instant, and of whom nobody was told since."""
        told = exists().where(
            tasks.c.lead_id == leads.c.id, tasks.c.key.startswith(SILENCE_KEY), tasks.c.created_at > since
        )
        accepted = leads.c.stage.in_(sorted(s.value for s in _ACCEPTED))
        return await self._quiet(since, accepted, ~told, limit=limit, lock=lock)

    async def _quiet(self, since: datetime, *more: ColumnElement[bool], limit: int, lock: bool) -> Sequence[Lead]:
        alive = exists().where(
            activities.c.lead_id == leads.c.id,
            activities.c.actor == ActorKind.HUMAN.value,
            activities.c.received_at > since,
        )
        open_ones = (
            leads.c.outcome == Outcome.OPEN.value,
            leads.c.created_at <= since,
            leads.c.stage_entered_at <= since,
            leads.c.status.not_in([WorkStatus.MEETING_SCHEDULED.value, WorkStatus.ON_HOLD.value]),
            leads.c.follow_up_on.is_(None),
            leads.c.is_test.is_(False),
        )
        query = select(leads).where(*open_ones, *more, ~alive).order_by(leads.c.created_at).limit(limit)
        locked = query.with_for_update(skip_locked=True, of=leads) if lock else query
        return [lead_of(row) for row in (await self._db.execute(locked)).all()]
