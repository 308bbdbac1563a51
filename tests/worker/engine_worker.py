"""A worker process for the tests to kill: runs jobs on the given database until it dies.

Usage: python -m tests.worker.engine_worker DATABASE_URL LIVES [patient]. It waits for a line on standard input, so that
the time it takes to load is not spent between a kill and the next start, and answers `ready` once it runs jobs.
Tables it writes to: effects(name unique), tries(name).
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from datetime import timedelta

import sqlalchemy as sa

from store.engine import open_engine, transaction
from worker.jobs import JobEngine

DDL = (
    "CREATE TABLE effects (name VARCHAR(40) PRIMARY KEY)",
    "CREATE TABLE tries (name VARCHAR(40))",
)


def engine_for(url: str, lives: int = 20) -> JobEngine:
    """An engine whose handlers leave traces in the database."""
    database = open_engine(url)
    engine = JobEngine(url, poll=timedelta(milliseconds=50), concurrency=4, lives=lives)

    async def note(table: str, name: str) -> None:
        async with transaction(database) as connection:
            # table is one of the two names above
            await connection.execute(
                sa.text(f"INSERT INTO {table} VALUES (:name) ON CONFLICT DO NOTHING"), {"name": name}
            )

    @engine.job("effect")
    async def effect(name: str) -> None:
        await note("tries", name)
        await asyncio.sleep(random.uniform(0.005, 0.06))
        await note("effects", name)
        await asyncio.sleep(random.uniform(0, 0.02))  # so that some die between the effect and the end

    @engine.job("hold")
    async def hold(name: str) -> None:
        await note("tries", name)
        if "patient" not in sys.argv:
            await asyncio.Event().wait()
        await note("effects", name)

    @engine.job("poison")
    async def poison(name: str) -> None:
        await note("tries", name)
        os._exit(9)

    return engine


async def work(engine: JobEngine) -> None:
    """Run jobs for ever."""
    await engine.start(run_jobs=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    import worker.engine  # noqa: F401 - loaded before the wait

    sys.stdin.readline()
    asyncio.run(work(engine_for(sys.argv[1], int(sys.argv[2]))))
