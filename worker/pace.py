"""How often to look for waiting jobs: seldom while little happens, often while a backlog is worked off.

DBOS looks for jobs by polling and cannot be woken. A look costs 3 to 4 ms of CPU, whether or not it finds
anything, and takes at most as many jobs as there are places. Looking once a second therefore costs next to
nothing, but would hold five places down to five jobs a second; so a worker that keeps filling all its places
asks for more looks, and asks for fewer again when it no longer does. (DBOS goes up at once, and down by a
tenth with each look: from one second to 50 ms takes 28 looks, or 10 s.)
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta

BUSY = timedelta(milliseconds=50)
FULL_WITHIN = 0.5
"""Seconds in which as many jobs must start as there are places for the queue to count as backed up."""

CALM_AFTER = 2.0
"""Seconds without that until the pace falls back."""


class Pace:
    """The polling interval one worker wants. All instants are seconds of one monotonic clock."""

    def __init__(self, *, idle: timedelta, places: int) -> None:
        """Begin at the idle pace."""
        self._idle = idle
        self._busy = min(BUSY, idle)
        self._starts: deque[float] = deque(maxlen=places)
        self._full_at = float("-inf")
        self._told = idle

    def job_started(self, at: float) -> bool:
        """Note a job's start; True when the pace should change right away."""
        self._starts.append(at)
        if len(self._starts) == self._starts.maxlen and at - self._starts[0] < FULL_WITHIN:
            self._full_at = at
        return self._full_at == at and self._told != self._busy

    def to_tell(self, at: float) -> timedelta | None:
        """The interval to set now; None if it can stay.

        The setting is shared by all workers, so a busy one repeats it: an idle one may have lowered it.
        """
        if at - self._full_at < CALM_AFTER:
            self._told = self._busy
            return self._told
        if self._told == self._idle:
            return None
        self._told = self._idle
        return self._told
