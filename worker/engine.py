"""DBOS, and nothing else of the job engine: the only file that knows it.

`worker/jobs.py` decides what runs, when it is tried again and who may run it; this file makes DBOS do so.
DBOS keeps its tables beside ours, in the same SQLite file or in the schema `dbos` of the same Postgres
database, because a job must be committed together with what it is about.

Only the public names of DBOS are used (a test checks it), so that it can be upgraded and, if need be,
replaced. Its defaults that do not suit us, and what we set instead:

- application version: a hash of the code, which strands waiting jobs after any edit; ours is a constant.
- executor id: "local" for everybody, which lets a second process re-run the first one's jobs; ours is a lock.
- concurrency: without limit; ours has one on the only queue.
- serializer: pickle; ours is JSON.
- SQLite: rollback journal and 5 s of patience; ours is WAL and 30 s.
- logging: a console handler with a banner; ours passes warnings on to the root logger.
- threads: without limit; ours are bounded.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from worker.job import Argument, FailedJob, JobCall, JobParked, JobStats
from worker.quiet import quiet_dbos
from worker.slot import DatabaseSlot, FileSlot, Session, Slot

APPLICATION = "opener"
APPLICATION_VERSION = "opener-1"
"""Raised only when what a waiting job carries changes incompatibly, so that jobs outlive a deploy."""

SCHEMA = "dbos"
QUEUE = "jobs"
WORKFLOW = "job"
"""All jobs are one DBOS workflow. DBOS leaves a job whose function is gone waiting for ever, without a word;
ours reaches `JobEngine`, which parks it where people can see it."""

ALONE_AFTER = 2
"""After how many workers' deaths a job is only put back alone."""

THREADS = 32
"""DBOS makes its thread pool the event loop's own, so `asyncio.to_thread` of the whole process shares it."""

PATIENCE = {
    "application_name": "opener-jobs",
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
}
"""A Postgres server that is gone is noticed within seconds, or a worker would believe in its slot for hours."""

LOST = ["ERROR", "CANCELLED"]
"""Given up: all attempts failed, or it died with too many workers (nobody else cancels)."""

BATCH = 500

Run = Callable[[JobCall], Awaitable[None]]
Transaction = AsyncSession | AsyncConnection
"""What a caller may be in the middle of when it leaves a job."""


class DbosQueue:
    """The durable queue of one database. `open` before use, `close` after; `launch` … `halt` to run jobs here."""

    def __init__(self, database_url: str, *, concurrency: int | None, poll: timedelta, lives: int) -> None:
        """`concurrency` jobs at once (None: 5 on SQLite, 10 on Postgres); the queue is looked at every `poll`.

        A job in whose hands `lives` workers have died is given up.
        """
        url = sa.make_url(database_url)
        self._sqlite = url.get_backend_name() == "sqlite"
        if self._sqlite and url.database in (None, "", ":memory:"):
            raise ValueError(
                "Jobs need a database file: an in-memory SQLite database cannot be shared with the engine."
            )
        if not self._sqlite and url.get_backend_name() != "postgresql":
            raise ValueError(f"Jobs run on SQLite or Postgres, not on {url.get_backend_name()}.")
        self._url = url.set(drivername="sqlite" if self._sqlite else "postgresql+psycopg")
        self.concurrency = concurrency or (5 if self._sqlite else 10)
        self._poll = poll
        self._lives = lives
        self._engine = _sqlite_engine(self._url) if self._sqlite else _postgres_engine(self._url)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,  # a stop must not hang on a server that is gone
        )

    def slot(self) -> Slot:
        """The lock that lets one process run jobs under a name of its own."""
        if self._sqlite:
            return FileSlot(Path(cast(str, self._url.database)))
        return DatabaseSlot(self._session)

    async def open(self) -> None:
        """Create or migrate the engine's tables; safe from many processes at once."""
        quiet_dbos()
        await asyncio.to_thread(self._prepare)

    async def close(self) -> None:
        """Drop every connection."""
        await asyncio.to_thread(self._client.destroy)
        await asyncio.to_thread(self._engine.dispose)

    # --- leaving jobs ----------------------------------------------------------------------------------------------

    async def put(self, session: Transaction, call: JobCall) -> None:
        """Leave a job in the caller's transaction: it exists if that commits. The same id twice is one job."""
        await session.run_sync(
            lambda sync: self._client.enqueue_in_transaction(sync, _options(call), *_arguments(call))
        )

    async def put_now(self, call: JobCall, *, delay: timedelta = timedelta()) -> None:
        """Leave a job in a transaction of its own, to run after `delay`."""
        options = _options(call)
        if delay:
            options["delay_seconds"] = delay.total_seconds()
        await self._client.enqueue_async(options, *_arguments(call))

    # --- running jobs ----------------------------------------------------------------------------------------------

    def launch(self, run: Run, *, executor: str) -> None:
        """Claim jobs under this name and run them in the running event loop.

        Blocks for some 30 ms: DBOS takes the loop from the thread that launches it.
        """

        async def job(name: str, key: str, attempt: int, *args: Argument) -> None:
            await run(JobCall(name, key, args, attempt))

        DBOS(config=self._config(executor))
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(job)  # counted in `resume`
        DBOS.launch()

    async def halt(self) -> None:
        """Stop claiming and end DBOS's threads. Jobs that still run can no longer report their end."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            await loop.run_in_executor(thread, lambda: DBOS.destroy(destroy_registry=True))
        # The loop's thread pool was DBOS's, which is gone; without a new one to_thread would fail from here on.
        loop.set_default_executor(ThreadPoolExecutor())

    async def set_poll(self, poll: timedelta) -> None:
        """How often every worker looks for waiting jobs from now on."""
        queue = await self._client.retrieve_queue_async(QUEUE)
        if queue is not None:
            await asyncio.to_thread(queue.set_polling_interval_sec, poll.total_seconds())

    async def claimed(self) -> dict[str, list[str]]:
        """The ids of the jobs that are claimed, by the worker that claimed them."""
        found = await self._list(status="PENDING")
        by_worker: dict[str, list[str]] = defaultdict(list)
        for status in found:
            by_worker[status.executor_id or ""].append(status.workflow_id)
        return by_worker

    async def resume(self, ids: list[str], *, worker_died: bool) -> int:
        """Put claimed jobs back into the queue, or those of them whose turn it is; returns how many."""
        if not ids:
            return 0  # to DBOS, no ids means all
        back = await self._after_a_death(ids) if worker_died else ids
        if back:
            await self._client.resume_workflows_async(back, queue_name=QUEUE)
        return len(back)

    # --- looking after them ----------------------------------------------------------------------------------------

    async def stats(self) -> JobStats:
        """Count what is not done."""
        return await asyncio.to_thread(self._stats)

    async def failed(self, limit: int) -> list[FailedJob]:
        """The latest jobs that were given up."""
        found = await self._client.list_workflows_async(status=LOST, limit=limit, sort_desc=True, load_output=True)
        return [_failed(status) for status in found]

    async def retry(self, job: str, key: str) -> bool:
        """Put a job that was given up back into the queue; False if there is none."""
        for status in await self._client.list_workflows_async(status=LOST):
            call = _call(status)
            if (call.job, call.key) == (job, key):
                await self.put_now(call.again())  # first: a crash in between must not lose the job
                await self._client.delete_workflow_async(status.workflow_id)
                return True
        return False

    async def purge(self, before: datetime, *, failed: bool, keep: set[str]) -> int:
        """Forget jobs that ended before this instant, but those in `keep`; returns how many."""
        total = 0
        while True:
            found = await self._list(
                status=["SUCCESS", *(LOST if failed else [])], completed_before=before.isoformat(), limit=BATCH
            )
            ids = [status.workflow_id for status in found if status.workflow_id not in keep]
            if not ids:
                return total
            await self._client.delete_workflows_async(ids)
            total += len(ids)
            if len(found) < BATCH:
                return total

    # --- inside ----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        with self._engine.connect():  # switches a new SQLite file to WAL before DBOS opens it in its own way
            pass
        DBOS.migrate(self._url.render_as_string(hide_password=False), schema=SCHEMA)
        self._client.register_queue(
            QUEUE, worker_concurrency=self.concurrency, polling_interval_sec=self._poll.total_seconds()
        )

    def _config(self, executor: str) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "application_version": APPLICATION_VERSION,
            "executor_id": executor,
            "system_database_engine": self._engine,
            "dbos_system_schema": SCHEMA,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,  # done by `open`
            "use_listen_notify": False,  # for messages between workflows, which we do not use
            "notification_listener_polling_interval_sec": 0.25,  # it reads nothing, but a stop waits for it
            "scheduler_polling_interval_sec": 3600.0,  # our schedules are our own
            "max_executor_threads": THREADS,
            "enable_otlp": False,
            "log_level": "WARNING",
        }

    def _session(self) -> Session:
        # Beside the pool, which would hand a lost connection's successor to somebody else.
        args, kwargs = self._engine.dialect.create_connect_args(self._url)
        connection = cast(Any, self._engine.dialect.connect(*args, **{**PATIENCE, **kwargs}))
        connection.autocommit = True
        return cast(Session, connection)

    async def _list(self, **filters: Any) -> list[WorkflowStatus]:
        return await self._client.list_workflows_async(load_input=False, load_output=False, **filters)

    async def _after_a_death(self, ids: list[str]) -> list[str]:
        """Which of a dead worker's jobs to put back now.

        One of them may be what killed it. Jobs that have seen several deaths come back one at a time, so that the
        innocent get to finish; the one that has seen too many is given up.
        """
        found = await self._list(workflow_ids=ids)
        deaths = {status.workflow_id: int((status.attributes or {}).get("deaths", 0)) + 1 for status in found}
        await self._client.cancel_workflows_async([one for one in deaths if deaths[one] >= self._lives])
        back = [one for one in deaths if deaths[one] <= ALONE_AFTER]
        suspects = [one for one in deaths if ALONE_AFTER < deaths[one] < self._lives]
        if suspects and not back:
            back = [random.choice(suspects)]  # noqa: S311 - whose turn it is, not a secret
        for one in back:
            await self._client.update_workflow_attributes_async(one, {"deaths": deaths[one]})
        return back

    def _stats(self) -> JobStats:
        # DBOS has no public count, and listing a backlog to count it would take seconds when it matters most.
        row = sa.table(
            "workflow_status",
            sa.column("status"),
            sa.column("created_at"),
            sa.column("delay_until_epoch_ms"),
            schema=None if self._sqlite else SCHEMA,
        ).c
        ready = sa.case((row.delay_until_epoch_ms > row.created_at, row.delay_until_epoch_ms), else_=row.created_at)
        query = (
            sa.select(row.status, sa.func.count(), sa.func.min(ready))
            .where(row.status.in_(["ENQUEUED", "DELAYED", "PENDING", *LOST]))
            .group_by(row.status)
        )
        with self._engine.connect() as connection:
            found = {status: (int(count), int(first)) for status, count, first in connection.execute(query)}
        now = datetime.now(UTC).timestamp() * 1000
        waiting, first = found.get("ENQUEUED", (0, now))
        return JobStats(
            waiting=waiting,
            delayed=found.get("DELAYED", (0, 0))[0],
            running=found.get("PENDING", (0, 0))[0],
            failed=sum(found.get(status, (0, 0))[0] for status in LOST),
            longest_wait=timedelta(milliseconds=max(0.0, now - first)),
        )


def _options(call: JobCall) -> EnqueueOptions:
    return {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": call.id}


def _arguments(call: JobCall) -> tuple[Argument, ...]:
    return (call.job, call.key, call.attempt, *call.args)


def _call(status: WorkflowStatus) -> JobCall:
    assert status.input is not None
    job, key, attempt, *args = status.input["args"]
    return JobCall(job, key, tuple(args), attempt)


def _failed(status: WorkflowStatus) -> FailedJob:
    call = _call(status)
    if status.status != "ERROR":
        error = "WorkerDied"
    elif getattr(status.error, "name", "") == JobParked.__name__:
        error = str(status.error)
    else:
        error = getattr(status.error, "name", type(status.error).__name__)
    ended = datetime.fromtimestamp((status.completed_at or status.updated_at or 0) / 1000, UTC)
    return FailedJob(job=call.job, key=call.key, error=error, attempts=call.attempt, failed_at=ended)


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=8, max_overflow=4)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"  # take the write lock at the start, where waiting for it is safe
        connection.execute("PRAGMA busy_timeout=30000")  # first: the next line may have to wait
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # a claim or an end lost with the power means one more run
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _postgres_engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, connect_args=PATIENCE)
