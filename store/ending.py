"""Ending tasks of our own."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

_AGAIN_AFTER_S: Final = 5.0


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are over, whatever they end with.

    Those that go on are cancelled again after five seconds. A cancellation can be lost: `asyncio.wait_for` of Python
    3.11 drops one that meets its result (bpo-37658), and a driver in the middle of a statement may raise an error of
    its own instead, which a loop that outlives outages takes for one. Waiting after one try could then last for ever.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        done, left = await asyncio.wait(left, timeout=_AGAIN_AFTER_S)
        for task in done:
            if not task.cancelled():
                task.exception()  # looked at, so that nothing is logged of it
