"""One stretch of running jobs: from taking a slot until it is given up or lost."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from worker.job import Handler, JobCall, JobParked, UnknownJob, wait_after
from worker.orphans import Orphans
from worker.pace import Pace
from worker.slot import Slot

if TYPE_CHECKING:
    from worker.engine import DbosQueue

log = structlog.get_logger()

CUT_WITHIN = 2.0
"""Seconds that cancelled jobs get to clean up after themselves."""

DATABASE_PAUSE = 2.0
"""Seconds between tries to leave a retry while the database cannot be reached."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a job's name stands for: who handles it, and how long one attempt may take."""

    handler: Handler
    limit: timedelta


class Work:
    """Runs the queue's jobs in the running event loop, under a name nobody else has."""

    def __init__(
        self,
        queue: DbosQueue,
        slot: Slot,
        slot_name: str,
        *,
        tasks: Mapping[str, Task],
        waits: Sequence[timedelta],
        poll: timedelta,
        hurry: Callable[[], None],
    ) -> None:
        """Prepare to work in this slot, which has been taken; `hurry` is called when `look_after` should come soon."""
        self.name = f"{slot_name}:{secrets.token_hex(4)}"
        self._queue = queue
        self._slot = slot
        self._tasks = tasks
        self._waits = waits
        self._hurry = hurry
        self._pace = Pace(idle=poll, places=queue.concurrency)
        self._places = asyncio.Semaphore(queue.concurrency)  # DBOS counts jobs it has begun: it may claim one too many
        self._orphans = Orphans(queue, slot, self.name)
        self._running: set[asyncio.Task[object]] = set()
        self._ended = asyncio.Event()
        self._ending = False

    async def begin(self) -> None:
        """Start claiming jobs, first those that our slot's last holder left behind."""
        await self._orphans.resume(at_once=True)
        self._queue.launch(self._run, executor=self.name)
        log.info("jobs.started", worker=self.name)

    async def look_after(self) -> bool:
        """Resume dead workers' jobs and adjust the pace; False when our slot is lost and the work has to end."""
        if not await asyncio.to_thread(self._slot.held):
            log.error("jobs.slot_lost", worker=self.name)
            return False
        await self._orphans.resume()
        poll = self._pace.to_tell(time.monotonic())
        if poll is not None:
            await self._queue.set_poll(poll)
        return True

    async def end(self, grace: float) -> None:
        """Start no more jobs, wait up to `grace` seconds for the running ones, cut the rest and hand them back."""
        self._ending = True
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        self._ended.set()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=CUT_WITHIN)
        await self._queue.halt()
        await self._hand_back()
        log.info("jobs.stopped", worker=self.name)

    async def _hand_back(self) -> None:
        """Put what was not finished back into the queue; if the database is gone, others will find it later."""
        try:
            await self._queue.resume((await self._queue.claimed()).get(self.name, []), worker_died=False)
        except Exception as error:  # noqa: BLE001 - the driver's errors belong to worker/engine.py
            log.error("jobs.not_handed_back", worker=self.name, error=type(error).__name__)

    async def _run(self, call: JobCall) -> None:
        """Run one claimed job. To leave it claimed, and so to be handed back, is to end by cancellation."""
        async with self._places:
            await self._run_in_place(call)

    async def _run_in_place(self, call: JobCall) -> None:
        if self._ending:
            await self._ended.wait()
            raise asyncio.CancelledError
        self._note_start()
        try:
            await self._attempt(call)
        except asyncio.CancelledError:
            if self._ending:
                raise
            await self._after_failure(call, "CancelledError")
        except Exception as error:  # noqa: BLE001 - whatever a job raises, it is tried again or parked
            await self._after_failure(call, type(error).__name__)

    async def _attempt(self, call: JobCall) -> None:
        task = self._tasks.get(call.job)
        if task is None:
            raise UnknownJob(call.job)
        async with asyncio.timeout(task.limit.total_seconds()):
            await task.handler(*call.args)

    async def _after_failure(self, call: JobCall, error: str) -> None:
        wait = wait_after(call.attempt, self._waits)
        if wait is None:
            log.error("job.parked", job=call.job, error=error, attempts=call.attempt)
            raise JobParked(call.job, error) from None
        log.warning("job.retried", job=call.job, error=error, attempt=call.attempt, wait=round(wait.total_seconds(), 1))
        await self._leave_again(call.again(), wait)

    async def _leave_again(self, call: JobCall, wait: timedelta) -> None:
        """Leave the next attempt, whatever it takes: until it is left, this one is not over."""
        while True:
            try:
                return await self._queue.put_now(call, delay=wait)
            except Exception as error:  # noqa: BLE001 - the driver's errors belong to worker/engine.py
                log.error("job.retry_not_left", job=call.job, error=type(error).__name__)
                await asyncio.sleep(DATABASE_PAUSE)

    def _note_start(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        # Until the task is done, not the handler: the engine still writes the job's end in the same task.
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if self._pace.job_started(time.monotonic()):
            self._hurry()
