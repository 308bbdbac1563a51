"""A process of its own that works on the same database as others: `python -m tests.store.rivals JOB URL`.

It waits for a line on standard input, so that all begin at once, and prints what it achieved.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from leads.identity import TurnId
from store.engine import Database
from tests.builders import MONDAY
from tests.processes import wait_for_the_others
from tests.store.databases import opened
from tests.store.records import LEAD, act

ROUNDS = 100


async def count_up(database: Database) -> int:
    """Read a number, add one, write it back, a hundred times; return how often that failed."""
    failed = 0
    for _ in range(ROUNDS):
        try:
            async with act(database) as uow:
                lead = await uow.leads.get(LEAD, lock=True)
                await uow.leads.save(replace(lead, score=replace(lead.score, total=lead.score.total + 1)))
        except Exception as error:  # noqa: BLE001 (counted and shown)
            sys.stderr.write(f"{type(error).__name__}\n")
            failed += 1
    return failed


async def claim_turn(database: Database) -> int:
    """Five tasks try to take the same turn; return how many did."""

    async def claim() -> bool:
        async with act(database) as uow:
            lease = MONDAY + timedelta(seconds=15)
            return await uow.turns.claim(TurnId("turn_1"), now=MONDAY, lease_until=lease, take_over=False) is not None

    return sum(await asyncio.gather(*(claim() for _ in range(5))))


JOBS: Mapping[str, Callable[[Database], Awaitable[int]]] = {"count_up": count_up, "claim_turn": claim_turn}


async def main(job: str, url: str) -> None:
    """Do the job and print the number it returns."""
    async with opened(url) as database:
        sys.stdout.write(f"{await JOBS[job](database)}\n")


if __name__ == "__main__":
    wait_for_the_others()
    asyncio.run(main(*sys.argv[1:]))
