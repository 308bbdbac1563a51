from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.workspace import Workspace
from leads.identity import PersonId
from leads.refusal import NotKnown
from store.engine import Database, transaction
from store.outage import COLLISIONS
from store.unit import WAKE_CHANNEL
from tests.builders import MONDAY, CountedIds, StandingClock, a_playbook
from tests.store.records import CONVERSATION, PERSON, a_person, act, stored


async def test_an_act_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError, match="in the middle"):
        async with act(database) as uow:
            await uow.people.add(a_person())
            await uow.tell_outside("notice", "k", {})
            raise RuntimeError("in the middle")
    async with act(database) as uow:
        assert await uow.outbox.all() == []
        with pytest.raises(NotKnown):
            await uow.people.get(PERSON)


async def test_an_act_that_is_cancelled_leaves_nothing_behind_and_blocks_nobody(database: Database) -> None:
    begun = asyncio.Event()

    async def interrupted() -> None:
        async with act(database) as uow:
            await uow.people.add(a_person())
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(interrupted())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), act(database) as uow:
        await uow.people.add(a_person())


async def test_now_stands_still_while_an_act_lasts(database: Database) -> None:
    clock = StandingClock()
    workspace = Workspace(database, a_playbook(), clock, CountedIds())
    async with workspace.unit() as uow:
        first = uow.now
        clock.forward(hours=1)
        assert uow.now == first == MONDAY
    async with workspace.unit() as uow:
        assert uow.now == clock.now


BROKEN_PROMISE = (
    "CREATE TABLE first_one (id INTEGER PRIMARY KEY)",
    "CREATE TABLE promise (id INTEGER REFERENCES first_one (id) DEFERRABLE INITIALLY DEFERRED)",
)


async def test_a_commit_that_fails_is_an_error_and_never_a_success(database: Database) -> None:
    await stored(database)
    async with transaction(database) as connection:
        for statement in BROKEN_PROMISE:
            await connection.execute(text(statement))
    workspace = Workspace(database, a_playbook(), StandingClock(), CountedIds())
    with workspace.live.follow(CONVERSATION) as follower:
        with pytest.raises(COLLISIONS):
            async with workspace.unit() as uow:
                await uow.conversations.append_event(CONVERSATION, "typing", {}, uow.now)
                await uow._db.execute(text("INSERT INTO promise VALUES (7)"))
        assert follower._notices.empty()  # nobody is woken for what was not stored
    for _ in range(3):  # and the connection it happened on is as good as new
        async with act(database) as uow:
            assert await uow.conversations.events_after(CONVERSATION, 0) == []
            assert (await uow._db.execute(text("SELECT count(*) FROM promise"))).scalar_one() == 0
            await uow.tell_outside("notice", uow.new_id("k"), {})


async def test_listeners_are_woken_after_the_commit_and_not_before(database: Database) -> None:
    await stored(database)
    workspace = Workspace(database, a_playbook(), StandingClock(), CountedIds())
    with workspace.live.follow(CONVERSATION) as follower:
        async with workspace.unit() as uow:
            await uow.conversations.append_event(CONVERSATION, "typing", {}, uow.now)
            assert uow.touched == {CONVERSATION}
            assert follower._notices.empty()
        assert follower._notices.qsize() == 1
        async with workspace.reading() as look:
            assert len(await look.conversations.events_after(CONVERSATION, 0)) == 1


async def test_other_processes_are_woken_by_the_commit_on_postgres(database: Database) -> None:
    if database.dialect.name != "postgresql":
        return  # on SQLite they look by themselves
    await stored(database)
    async with database.connect() as ear:
        raw = (await ear.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.set_autocommit(True)
        await raw.execute(f"LISTEN {WAKE_CHANNEL}")
        with pytest.raises(RuntimeError):
            async with act(database) as uow:
                await uow.conversations.append_event(CONVERSATION, "typing", {}, uow.now)
                raise RuntimeError
        async with act(database) as uow:
            await uow.conversations.append_event(CONVERSATION, "typing", {}, uow.now)
        heard = [note.payload async for note in raw.notifies(timeout=5, stop_after=1)]
    assert heard == [CONVERSATION]  # the rolled back one said nothing


class JobTable:
    """An engine that keeps jobs in a table of the same database, as the real one does."""

    async def __call__(self, connection: AsyncConnection, job: str, key: str, *args: object) -> None:
        await connection.execute(text("INSERT INTO jobs VALUES (:key)"), {"key": f"{job}:{key}:{args}"})


async def test_a_job_is_left_in_the_same_transaction(database: Database) -> None:
    async with transaction(database) as connection:
        await connection.execute(text("CREATE TABLE jobs (key VARCHAR(80) PRIMARY KEY)"))
    with pytest.raises(RuntimeError):
        async with act(database, enqueue=JobTable()) as uow:
            await uow.jobs.put("answer_turn", "turn_1", 1)
            raise RuntimeError
    async with act(database, enqueue=JobTable()) as uow:
        await uow.jobs.put("answer_turn", "turn_2", 2)
    async with transaction(database) as connection:
        kept = (await connection.execute(text("SELECT key FROM jobs"))).scalars().all()
    assert kept == ["answer_turn:turn_2:(2,)"]


async def test_without_an_engine_a_job_is_simply_not_run(database: Database) -> None:
    async with act(database) as uow:
        await uow.jobs.put("answer_turn", "turn_1")


async def test_a_look_takes_no_write_lock(database: Database) -> None:
    async with act(database) as writing:
        await writing.people.add(a_person())
        async with asyncio.timeout(2), act(database, read_only=True) as looking:
            with pytest.raises(NotKnown):
                await looking.people.get(PERSON)


async def test_leaving_the_same_message_twice_is_leaving_it_once(database: Database) -> None:
    async with act(database) as uow:
        assert await uow.tell_outside("notice", "k", {"n": 1})
        assert not await uow.tell_outside("notice", "k", {"n": 2})
    async with act(database) as uow:
        assert [m.payload for m in await uow.outbox.all()] == [{"n": 1}]


async def test_an_act_that_is_cancelled_while_it_waits_for_the_lock_never_gets_it(database: Database) -> None:
    async def waiting() -> None:
        async with act(database) as uow:  # SQLite waits here, Postgres at the locked row
            await uow.people.add(a_person("per_9"))
            await uow.conversations.get(CONVERSATION, lock=True)

    await stored(database)
    for _ in range(3):
        async with act(database) as holding:
            await holding.conversations.get(CONVERSATION, lock=True)
            await holding.tell_outside("notice", holding.new_id("k"), {})
            task = asyncio.create_task(waiting())
            await asyncio.sleep(0.05)
            task.cancel()
        async with asyncio.timeout(5), act(database) as uow:
            await uow.tell_outside("notice", uow.new_id("k"), {})
        with pytest.raises(asyncio.CancelledError):
            await task
    async with act(database) as uow:
        assert len(await uow.outbox.all()) == 6
        with pytest.raises(NotKnown):
            await uow.people.get(PersonId("per_9"))
