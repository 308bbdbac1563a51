from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from store.engine import Database, transaction
from store.live import QUEUE, Ephemeral, Live
from tests.store.records import CONVERSATION, act, stored


async def test_many_wakes_before_a_look_are_one() -> None:
    live = Live()
    with live.follow("a") as follower:
        for _ in range(5):
            live.wake("a")
        assert await follower.next(within=1) is None
        assert follower._notices.empty()
        live.wake("a")
        assert follower._notices.qsize() == 1


async def test_words_on_their_way_reach_all_who_follow_and_nobody_else() -> None:
    live, delta = Live(), Ephemeral("message.delta", {"text": "Hi"})
    with live.follow("a") as one, live.follow("a") as two, live.follow("b") as other:
        live.tell("a", delta)
        assert [await one.next(within=1), await two.next(within=1)] == [delta, delta]
        assert other._notices.empty()
    live.tell("a", delta)  # nobody is there any more
    assert live._followers == {}


async def test_a_follower_looks_again_when_nothing_came_in_time() -> None:
    with Live().follow("a") as follower:
        assert await follower.next(within=0.001) is None


async def test_a_follower_that_is_far_behind_is_told_to_start_afresh() -> None:
    live = Live()
    with live.follow("a") as follower:
        for n in range(QUEUE + 1):
            live.tell("a", Ephemeral("message.delta", {"n": n}))
        assert await follower.next(within=1) is None
        assert await follower.next(within=1) == Ephemeral("reset", {})


async def test_everybody_can_be_woken_at_once() -> None:
    live = Live()
    with live.follow("a") as one, live.follow("b") as two:
        live.wake_all()
        assert (one._notices.qsize(), two._notices.qsize()) == (1, 1)


async def test_a_commit_in_another_process_wakes_followers_here_on_postgres(database: Database) -> None:
    await stored(database)
    postgres = database.dialect.name == "postgresql"
    live = Live(postgres_url=database.url.render_as_string(hide_password=False) if postgres else None)
    await live.start()
    try:
        with live.follow(CONVERSATION) as follower:
            async with asyncio.timeout(10):
                while postgres and follower._notices.empty():  # until it listens, which takes a moment
                    async with act(database) as uow:
                        await uow.conversations.append_event(CONVERSATION, "typing", {}, uow.now)
                    await asyncio.sleep(0.02)
            assert postgres is not follower._notices.empty()
    finally:
        await live.stop()


@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_whoever_follows_looks_again_as_soon_as_others_are_heard(database: Database) -> None:
    """What another process stored before we listened, or while the line was cut, is told by nobody."""
    live = Live(postgres_url=database.url.render_as_string(hide_password=False))
    with live.follow(CONVERSATION) as follower:
        await live.start()
        try:
            async with asyncio.timeout(10):
                await follower.next(within=60)
                await cut_off_listeners(database)
                await follower.next(within=60)
            assert await listeners(database) == 1
        finally:
            await live.stop()


async def cut_off_listeners(database: Database) -> None:
    async with transaction(database) as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend(pid) {LISTENING}"))


async def listeners(database: Database) -> int:
    async with transaction(database) as connection:
        return int((await connection.execute(text(f"SELECT count(*) {LISTENING}"))).scalar_one())


LISTENING = "FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()"
