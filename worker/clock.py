"""Rounds that come back every few hundred milliseconds, outside the job engine.

A dispatcher looks for due rows far more often than a durable schedule should fire, and missing one of
its rounds costs nothing: the row is still due in the next. Such rounds run here, as plain tasks of the
process; whatever must happen exactly once per period belongs to `JobEngine.schedule`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from store.ending import end

log = structlog.get_logger()

Round = Callable[[], Awaitable[bool | None]]
"""One round. True means "there is more, come back at once"; anything else waits for the interval."""

LONGEST_PAUSE = timedelta(seconds=30)
"""How far failing rounds may drift apart (the pause doubles with each failure in a row)."""


class Beat:
    """A round that repeats until it is stopped; made by `every`."""

    def __init__(self, interval: timedelta, act: Round, *, name: str) -> None:
        """Prepare the beat; `every` also starts it."""
        self._interval = interval.total_seconds()
        self._act = act
        self._name = name
        self._failures = 0
        self._stopping = False
        self._woken = asyncio.Event()
        self._task = asyncio.create_task(self._repeat(), name=f"beat:{name}")

    def wake(self) -> None:
        """Start the next round now instead of at the end of the interval."""
        self._woken.set()

    async def stop(self, grace: float = 5.0) -> None:
        """Let a running round finish for up to `grace` seconds, then cancel it; no round follows."""
        self._stopping = True
        self._woken.set()
        done, _ = await asyncio.wait({self._task}, timeout=grace)
        if not done:
            await end([self._task])

    async def _repeat(self) -> None:
        while not self._stopping:
            self._woken.clear()
            if await self._round():
                await asyncio.sleep(0)
            elif not self._stopping:
                await self._pause()

    async def _round(self) -> bool:
        try:
            more = await self._act()
        except Exception as error:  # noqa: BLE001 - a round that fails must not end the beat
            self._failures += 1
            log.error("round.failed", round=self._name, error=type(error).__name__, in_a_row=self._failures)
            return False
        self._failures = 0
        return more is True

    async def _pause(self) -> None:
        longest = max(self._interval, LONGEST_PAUSE.total_seconds())
        pause = min(self._interval * 2 ** min(self._failures, 16), longest)
        try:
            async with asyncio.timeout(pause):
                await self._woken.wait()
        except TimeoutError:
            return


def every(interval: timedelta, act: Round, *, name: str | None = None) -> Beat:
    """Run `act` now and then every `interval` in the running event loop, until `Beat.stop`.

    The interval counts from the end of one round to the start of the next, so rounds never overlap.
    A round that raises is logged as `round.failed`; the next ones come later and later (at most 30 s
    apart, or the interval if that is longer) until one succeeds.
    """
    return Beat(interval, act, name=name or str(getattr(act, "__qualname__", "round")))
