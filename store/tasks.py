"""Tasks: what people are to do about leads, and which of them are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import LeadId, RepId
from leads.refusal import NotKnown
from leads.task import Task, TaskId, TaskKind
from store.once import insert_once
from store.paging import Place, past
from store.pipeline_tables import tasks


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks a list shows; None leaves a field open."""

    lead: str | None = None
    owner: str | None = None
    done: bool | None = None


class Tasks:
    """What is to be done."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, task_id: TaskId, *, lock: bool = False) -> Task:
        """The task by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        query = select(tasks).where(tasks.c.id == task_id)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such task.")
        return _task(row)

    async def add(self, task: Task) -> bool:
        """Store a new task; False when one with its key was there before."""
        values = _values(task) | {"id": task.id, "key": task.key, "created_at": task.created_at}
        return await insert_once(self._db, tasks, [values]) == 1

    async def save(self, task: Task) -> Task:
        """Store what a task has become."""
        await self._db.execute(update(tasks).where(tasks.c.id == task.id).values(**_values(task)))
        return task

    async def open_of(self, owner: RepId) -> list[Task]:
        """What a rep has still to do, by id."""
        query = select(tasks).where(tasks.c.owner_id == owner, tasks.c.done_at.is_(None)).order_by(tasks.c.id)
        return [_task(row) for row in (await self._db.execute(query)).all()]

    async def give(self, task_id: TaskId, *, before: RepId, to: RepId | None) -> None:
        """Make an open task somebody else's, who is reminded of it anew; one that was done or given meanwhile stays."""
        still = (tasks.c.id == task_id, tasks.c.owner_id == before, tasks.c.done_at.is_(None))
        await self._db.execute(update(tasks).where(*still).values(owner_id=to, reminded_at=None))

    async def page(self, wanted: TaskFilter, *, after: Place | None, limit: int) -> Sequence[Task]:
        """One page, the most pressing first."""
        query = select(tasks).order_by(tasks.c.due_at, tasks.c.id).limit(limit)
        if wanted.lead is not None:
            query = query.where(tasks.c.lead_id == wanted.lead)
        if wanted.owner is not None:
            query = query.where(tasks.c.owner_id == wanted.owner)
        if wanted.done is not None:
            query = query.where(tasks.c.done_at.is_not(None) if wanted.done else tasks.c.done_at.is_(None))
        if after is not None:
            query = query.where(past(tasks.c.due_at, tasks.c.id, after))
        return [_task(row) for row in (await self._db.execute(query)).all()]

    async def to_remind_of(self, now: datetime, *, limit: int, lock: bool = True) -> Sequence[Task]:
        """Open tasks that are due and that nobody was reminded of; other processes skip the rows this one holds."""
        due = (tasks.c.due_at <= now, tasks.c.done_at.is_(None), tasks.c.reminded_at.is_(None))
        query = select(tasks).where(*due).order_by(tasks.c.due_at).limit(limit)
        query = query.with_for_update(skip_locked=True) if lock else query
        return [_task(row) for row in (await self._db.execute(query)).all()]

    async def drop_open_of(self, lead_id: LeadId, *, at: datetime) -> None:
        """Nothing is left to do about a lead whose cycle has ended."""
        mine = update(tasks).where(tasks.c.lead_id == lead_id, tasks.c.done_at.is_(None))
        await self._db.execute(mine.values(done_at=at))


def _values(task: Task) -> dict[str, Any]:
    return {
        "lead_id": task.lead_id,
        "owner_id": task.owner,
        "kind": task.kind.value,
        "title": task.title[:300],
        "due_at": task.due_at,
        "done_at": task.done_at,
        "reminded_at": task.reminded_at,
    }


def _task(row: Any) -> Task:
    return Task(
        id=row.id,
        lead_id=row.lead_id,
        kind=TaskKind(row.kind),
        title=row.title,
        due_at=row.due_at,
        created_at=row.created_at,
        owner=row.owner_id,
        done_at=row.done_at,
        reminded_at=row.reminded_at,
        key=row.key,
    )
