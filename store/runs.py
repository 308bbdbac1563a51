"""Long runs (an import, scoring everybody again): how far they are, and how they ended."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.refusal import NotKnown
from store.rule_tables import runs
from store.types import JsonObject


class RunState(StrEnum):
    """The life of a run."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `done` of `total` items (None while unknown), and what came of it."""

    id: str
    kind: str
    state: RunState
    started_at: datetime
    done: int = 0
    total: int | None = None
    result: JsonObject = field(default_factory=dict)
    error: str | None = None
    finished_at: datetime | None = None


class Runs:
    """Long runs, going on and over."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, run_id: str) -> Run:
        """The run by id. Raises NotKnown."""
        row = (await self._db.execute(select(runs).where(runs.c.id == run_id))).first()
        if row is None:
            raise NotKnown("There is no such run.")
        return _run(row)

    async def unfinished(self, kind: str, *, lock: bool = False) -> Run | None:
        """The oldest run of a kind that is not over; with `lock` one that nobody else works on (Postgres)."""
        waiting = (runs.c.kind == kind, runs.c.state.in_([RunState.WAITING.value, RunState.RUNNING.value]))
        query = select(runs).where(*waiting).order_by(runs.c.started_at, runs.c.id).limit(1)
        row = (await self._db.execute(query.with_for_update(skip_locked=True) if lock else query)).first()
        return _run(row) if row else None

    async def save(self, run: Run) -> Run:
        """Store a run, new or known."""
        values: dict[str, Any] = {
            "kind": run.kind,
            "state": run.state.value,
            "done": run.done,
            "total": run.total,
            "result": run.result,
            "error": run.error and run.error[:400],
            "started_at": run.started_at,
            "finished_at": run.finished_at,
        }
        done = await self._db.execute(update(runs).where(runs.c.id == run.id).values(**values))
        if done.rowcount == 0:
            await self._db.execute(insert(runs).values(id=run.id, **values))
        return run


def _run(row: Any) -> Run:
    return Run(
        id=row.id,
        kind=row.kind,
        state=RunState(row.state),
        started_at=row.started_at,
        done=row.done,
        total=row.total,
        result=row.result,
        error=row.error,
        finished_at=row.finished_at,
    )
