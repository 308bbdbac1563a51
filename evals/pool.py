"""Running the exam in several processes: each gets every n-th sitting, and worlds of its own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from threading import Thread
from typing import Any

import structlog

from evals.result import Result
from evals.run import Sitting, sit
from evals.world import LiveModel
from playbook.folders import SAMPLE

_WORTH_A_PROCESS = 12
"""Sittings; with fewer, starting another process takes longer than running them."""


def sit_all(
    wanted: Sequence[Sitting],
    *,
    jobs: int,
    live: LiveModel | None = None,
    playbook: Path = SAMPLE,
    done: Callable[[], None] = lambda: None,
) -> list[Result]:
    """The results, in the order of the sittings. With one job, or little to do, everything stays in this process.

    `live` must be picklable when there are several jobs: it is made anew in each of them.
    """
    processes = min(jobs, max(1, len(wanted) // _WORTH_A_PROCESS))
    if processes == 1:
        return asyncio.run(sit(wanted, live=live, playbook=playbook, done=done))
    context = get_context("spawn")  # a fork would copy the threads of the vector index in a broken state
    told: SimpleQueue[bool] = context.SimpleQueue()
    counting = Thread(target=_count, args=(told, done), daemon=True)
    counting.start()
    shares = [wanted[n::processes] for n in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(told,)) as pool:
        parts = list(pool.map(_sit_share, shares, repeat(live), repeat(playbook)))
    told.put(False)
    counting.join()
    return [parts[n % processes][n // processes] for n in range(len(wanted))]


def _count(told: "SimpleQueue[bool]", done: Callable[[], None]) -> None:
    while told.get():
        done()


_told: Any = None


def _begin(told: "SimpleQueue[bool]") -> None:
    global _told  # noqa: PLW0603 - how a worker process keeps what it was started with
    _told = told
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def _sit_share(share: Sequence[Sitting], live: LiveModel | None, playbook: Path) -> list[Result]:
    return asyncio.run(sit(share, live=live, playbook=playbook, done=lambda: _told.put(True)))
