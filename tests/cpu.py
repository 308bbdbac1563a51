"""What a piece of work costs this thread, whoever else shares the machine."""

from __future__ import annotations

import time
from collections.abc import Callable


def least_cpu_s(act: Callable[[], object], *, times: int = 3) -> float:
    """CPU seconds of the quickest of so many runs: a guard against growth without measure, not a measurement."""
    taken = []
    for _ in range(times):
        began = time.thread_time()
        act()
        taken.append(time.thread_time() - began)
    return min(taken)
