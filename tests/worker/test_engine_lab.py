"""The kill lab: real worker processes, killed with SIGKILL at random while they work. Nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from store.engine import open_engine, transaction
from tests.postgres_server import new_database, postgres_server
from tests.worker.engine_worker import DDL, engine_for
from worker.jobs import JobEngine

ROOT = Path(__file__).resolve().parents[2]
JOBS = 300
KILLS = 6


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/app.db"
    else:
        with new_database(request.getfixturevalue("server")) as fresh:
            yield fresh


@asynccontextmanager
async def house(url: str) -> AsyncIterator[tuple[AsyncEngine, JobEngine]]:
    """Our tables, and an engine that leaves jobs and counts them but runs none."""
    database, engine = open_engine(url), engine_for(url)
    async with transaction(database) as connection:
        for statement in DDL:
            await connection.execute(sa.text(statement))
    await engine.start(run_jobs=False)
    try:
        yield database, engine
    finally:
        await engine.stop()
        await database.dispose()


async def recruit(url: str, lives: int = 20, *words: str) -> Process:
    """A worker that has begun to load and waits to be put to work."""
    command = [sys.executable, "-m", "tests.worker.engine_worker", url, str(lives), *words]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)


async def put_to_work(process: Process) -> Process:
    """Wait until it runs jobs, or has died of them."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    while await process.stdout.readline() not in (b"ready\n", b""):
        pass
    return process


async def kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def count(database: AsyncEngine, query: str) -> int:
    async with transaction(database, read_only=True) as connection:
        return int((await connection.execute(sa.text(query))).scalar_one())


async def until(true: Callable[[], Awaitable[bool]], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not await true():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


async def has(database: AsyncEngine, table: str, rows: int) -> bool:
    return await count(database, f"SELECT count(*) FROM {table}") >= rows


async def is_idle(engine: JobEngine) -> bool:
    stats = await engine.stats()
    return stats.waiting == stats.delayed == stats.running == 0


@pytest.mark.lab
async def test_workers_killed_at_random_lose_no_job_and_do_none_twice(url: str) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    sys.stdout.write(f"seed {seed}\n")
    async with house(url) as (database, engine):
        async with transaction(database) as connection:
            for number in range(JOBS):
                await engine.enqueue(connection, "effect", str(number), f"effect-{number}")
        size = 1 if url.startswith("sqlite") else 2
        recruits = [await recruit(url) for _ in range(KILLS + size)]
        try:
            team = [await put_to_work(one) for one in recruits[:size]]
            for successor in recruits[size:]:
                await asyncio.sleep(chance.uniform(0.1, 0.7))
                victim = chance.randrange(size)
                await kill(team[victim])
                team[victim] = await put_to_work(successor)
            await until(lambda: has(database, "effects", JOBS), patience=30)
            await until(lambda: is_idle(engine), patience=30)
        finally:
            for worker in recruits:
                await kill(worker)
        tries = await count(database, "SELECT count(*) FROM tries")
        sys.stdout.write(f"{KILLS} kills, {tries - JOBS} second runs\n")
        assert await count(database, "SELECT count(DISTINCT name) FROM effects") == JOBS
        assert await count(database, "SELECT count(*) FROM effects") == JOBS
        assert tries > JOBS, "no job was cut: the kills came too late to show anything"
        assert await engine.failed() == []


@pytest.mark.lab
@pytest.mark.postgres
async def test_a_colleague_resumes_the_jobs_of_a_worker_that_never_comes_back(server: str) -> None:
    with new_database(server) as url:
        async with house(url) as (database, engine):
            mortal, colleague = await recruit(url), await recruit(url, 20, "patient")
            await put_to_work(mortal)
            async with transaction(database) as connection:
                await engine.enqueue(connection, "hold", "k", "held")
            await until(lambda: has(database, "tries", 1), patience=10)
            await put_to_work(colleague)  # in slot-1: slot-0 is taken
            try:
                await asyncio.sleep(4.5)  # two rounds: the living keep what they hold
                assert await count(database, "SELECT count(*) FROM tries") == 1
                await kill(mortal)
                await until(lambda: has(database, "effects", 1), patience=10)
                await until(lambda: is_idle(engine), patience=5)
            finally:
                await kill(mortal)
                await kill(colleague)
            assert await engine.failed() == []


@pytest.mark.lab
async def test_a_job_that_kills_every_worker_is_given_up_and_takes_nobody_with_it(tmp_path: Path) -> None:
    url, lives = f"sqlite+aiosqlite:///{tmp_path}/app.db", 4
    async with house(url) as (database, engine):
        async with transaction(database) as connection:
            await engine.enqueue(connection, "poison", "k", "poison")
            for number in range(2):  # they share the first workers' hands with the poison, and their deaths
                await engine.enqueue(connection, "effect", str(number), f"bystander-{number}")
        recruits = [await recruit(url, lives) for _ in range(lives + 1)]
        try:
            for worker in recruits:
                await put_to_work(worker)
                deadline = time.monotonic() + 20
                while worker.returncode is None and not (await engine.failed() and await has(database, "effects", 2)):
                    assert time.monotonic() < deadline, str(await engine.stats())
                    await asyncio.sleep(0.05)
            await until(lambda: is_idle(engine), patience=5)
        finally:
            for worker in recruits:
                await kill(worker)
        assert [(job.job, job.error) for job in await engine.failed()] == [("poison", "WorkerDied")]
        assert await count(database, "SELECT count(*) FROM tries WHERE name = 'poison'") == lives
