"""Background jobs: leave one in a transaction, and it runs once that commits, whatever happens to the process.

This is the port that the rest of the house wires and uses. What a job is about stays in our own tables;
a job carries the next step only: a name, a key and a few ids. It may run more than once (a process died,
an attempt failed half-way), so its effect needs a key of its own in our tables.

The durable queue underneath is DBOS (`worker/engine.py`), in the same database as everything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, TypeVar

from worker.clock import Beat, every
from worker.job import (
    WAITS,
    FailedJob,
    Handler,
    JobCall,
    JobError,
    JobsNotStarted,
    JobStats,
    UnknownJob,
    checked_call,
    checked_name,
)
from worker.schedule import Schedule
from worker.slot import Slot
from worker.work import Task, Work

if TYPE_CHECKING:
    from worker.engine import DbosQueue, Transaction

H = TypeVar("H", bound=Handler)

IDLE_POLL = timedelta(seconds=1)
"""How often an idle queue is looked at; see `worker/pace.py`."""

ROUND = timedelta(seconds=2)
"""How often a worker looks after its slot, dead colleagues and its pace."""

TICK = timedelta(seconds=1)
"""How often schedules are asked what is due; that costs no query."""

LIVES = 20
"""How many workers may die with the same job in hand before it is given up: it may be what kills them."""

LIMIT = timedelta(minutes=15)
"""How long one attempt may take before it counts as failed: a job that hangs would keep its place for ever."""


class JobEngine:
    """Leaves jobs, and runs them if this process may. One engine per process can run jobs."""

    _at_work: ClassVar[JobEngine | None] = None

    def __init__(
        self,
        database_url: str,
        *,
        concurrency: int | None = None,
        waits: Sequence[timedelta] = WAITS,
        poll: timedelta = IDLE_POLL,
        lives: int = LIVES,
    ) -> None:
        """Use the app's own database (`sqlite+aiosqlite:///…` or `postgresql+psycopg://…`); nothing is opened yet.

        `concurrency`: jobs at once in this process (5 on SQLite, 10 on Postgres). `waits`: the pauses between
        attempts, hence one attempt more than pauses. `poll`: how often an idle queue is looked at. `lives`: how many
        workers may die with one job.
        """
        self._url = database_url
        self._concurrency = concurrency
        self._waits = tuple(waits)
        self._poll = poll
        self._lives = lives
        self._tasks: dict[str, Task] = {}
        self._schedules: list[Schedule] = []
        self._queue: DbosQueue | None = None
        self._slot: Slot | None = None
        self._work: Work | None = None
        self._beats: list[Beat] = []
        self._runs_left: dict[Schedule, str] = {}

    @property
    def runs_jobs(self) -> bool:
        """Whether this process runs jobs at the moment, rather than only leaving them."""
        return self._work is not None

    # --- before the start ------------------------------------------------------------------------------------------

    def job(self, name: str, *, limit: timedelta = LIMIT) -> Callable[[H], H]:
        """Register the decorated coroutine function as the handler of the job `name`; it gets the job's arguments.

        Whatever it raises, and running longer than `limit`, is a failed attempt.
        """
        checked_name(name)

        def register(handler: H) -> H:
            if name in self._tasks:
                raise JobError(f"Two handlers are called {name!r}; a job has one.")
            self._tasks[name] = Task(handler, limit)
            return handler

        return register

    def schedule(self, name: str, every: timedelta | str) -> None:
        """Run the job `name`, without arguments, every so often or by a cron line in UTC; see `Schedule`."""
        self._schedules.append(Schedule(name, every))

    # --- life ------------------------------------------------------------------------------------------------------

    async def start(self, *, run_jobs: bool) -> None:
        """Open the queue in the running event loop and, with `run_jobs`, run jobs in it.

        Without, or as long as another process holds the SQLite file's worker lock, jobs are only left here;
        in the latter case this process takes over when the other one ends.
        """
        if self._queue is not None:
            raise JobError("This job engine has already been started.")
        for schedule in self._schedules:
            self._known(schedule.job)
        # Here and not above: dbos costs 19 MB and 0.3 s, which a command that never touches jobs need not pay.
        from worker.engine import DbosQueue  # noqa: PLC0415

        self._queue = DbosQueue(self._url, concurrency=self._concurrency, poll=self._poll, lives=self._lives)
        try:
            await self._queue.open()
            if run_jobs:
                await self._begin()
        except BaseException:
            await self.stop()
            raise
        if run_jobs:
            self._beats = [every(ROUND, self._look_after, name="jobs"), every(TICK, self._start_due, name="schedules")]

    async def stop(self, grace: float = 10.0) -> None:
        """Take no more jobs, let the running ones finish for up to `grace` seconds, cut the rest and hand them back."""
        if self._queue is None:
            return
        for beat in self._beats:
            await beat.stop()
        self._beats = []
        try:
            await self._end(grace)
        finally:
            queue, self._queue = self._queue, None
            await queue.close()

    # --- use -------------------------------------------------------------------------------------------------------

    async def enqueue(self, session: Transaction, job: str, key: str, *args: object) -> None:
        """Leave a job in the caller's transaction: it runs if that commits, and never existed if it does not.

        `session` is an `AsyncSession` or `AsyncConnection` on the engine's database. The same job and key twice is
        one job, for as long as `purge` has not forgotten it. Raises `UnknownJob`, `JobsNotStarted`, `ValueError` (no
        key) or `TypeError` (an argument that is not plain).
        """
        self._known(job)
        await self._opened().put(session, checked_call(job, key, args))

    async def stats(self) -> JobStats:
        """How much is waiting, running and given up."""
        return await self._opened().stats()

    async def failed(self, limit: int = 100) -> list[FailedJob]:
        """The jobs that were given up, latest first. They stay until `retry` or `purge(…, failed=True)`."""
        return await self._opened().failed(limit)

    async def retry(self, job: str, key: str) -> bool:
        """Give a job that was given up all its attempts again; False if there is no such job."""
        return await self._opened().retry(job, key)

    async def purge(self, older_than: timedelta, *, failed: bool = False) -> int:
        """Forget jobs that ended longer ago than this (with `failed`, also those given up); returns how many."""
        now = datetime.now(UTC)
        current = {JobCall(schedule.job, schedule.run_key(now)).id for schedule in self._schedules}
        return await self._opened().purge(now - older_than, failed=failed, keep=current)

    # --- inside ----------------------------------------------------------------------------------------------------

    async def _start_due(self) -> None:
        """Leave the scheduled jobs that have fallen due; their keys make each run happen once over all workers."""
        if self._work is None:
            return
        now = datetime.now(UTC)
        for schedule in self._schedules:
            run = JobCall(schedule.job, schedule.run_key(now))
            if self._runs_left.get(schedule) != run.key:
                await self._opened().put_now(run)
                self._runs_left[schedule] = run.key

    async def _look_after(self) -> None:
        if self._work is not None and not await self._work.look_after():
            await self._end(grace=0)
        if self._work is None:
            await self._begin()

    async def _begin(self) -> None:
        """Run jobs from now on, if there is a free slot."""
        if JobEngine._at_work is not None:
            raise JobError("Another job engine already runs jobs in this process; stop it first.")
        queue = self._opened()
        slot = queue.slot()
        name = await asyncio.to_thread(slot.take)
        if name is None:
            return
        work = Work(queue, slot, name, tasks=self._tasks, waits=self._waits, poll=self._poll, hurry=self._hurry)
        JobEngine._at_work = self
        self._slot, self._work = slot, work
        await work.begin()

    async def _end(self, grace: float) -> None:
        """Stop running jobs and give the slot up."""
        work, self._work = self._work, None
        slot, self._slot = self._slot, None
        if work is None or slot is None:
            return
        try:
            await work.end(grace)
        finally:
            JobEngine._at_work = None
            await asyncio.to_thread(slot.release)

    def _hurry(self) -> None:
        if self._beats:
            self._beats[0].wake()

    def _known(self, job: str) -> None:
        if job not in self._tasks:
            raise UnknownJob(job)

    def _opened(self) -> DbosQueue:
        if self._queue is None:
            raise JobsNotStarted
        return self._queue
