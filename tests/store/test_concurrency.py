"""What happens when many write at once: tasks of one process, and processes of their own."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from leads.identity import ConversationId, MeetingId, RepId
from store import engine
from store.engine import Database, transaction
from store.outage import OUTAGES
from store.outbox import OutboxMessage
from tests.processes import at_once
from tests.store.databases import opened
from tests.store.records import ANA, CONVERSATION, JONAS, LEAD, a_turn, act, later, stored
from tests.store.rivals import ROUNDS


async def outcomes_of(job: str, url: str, *, processes: int) -> list[int]:
    """The number that each of so many rival processes printed."""
    printed = await asyncio.to_thread(at_once, "tests.store.rivals", [[job, url]] * processes)
    return [int(line) for line in printed]


async def test_four_processes_that_read_change_and_write_lose_nothing(database: Database, database_url: str) -> None:
    await stored(database)
    failures = await outcomes_of("count_up", database_url, processes=4)
    assert failures == [0, 0, 0, 0]
    async with act(database) as uow:
        assert (await uow.leads.get(LEAD)).score.total == 4 * ROUNDS


async def test_of_twenty_rivals_in_four_processes_one_gets_the_turn(database: Database, database_url: str) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.turns.add(a_turn())
    assert sum(await outcomes_of("claim_turn", database_url, processes=4)) == 1
    async with act(database) as uow:
        assert (await uow.turns.get(a_turn().id)).attempt == 1


async def test_of_twenty_who_take_over_a_lost_turn_one_wins(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.turns.add(a_turn(lease_until=later(seconds=10)))

    async def take_over() -> int | None:
        now = later(seconds=20)
        async with act(database, now=now) as uow:
            lease = now + timedelta(seconds=15)
            turn = await uow.turns.claim(a_turn().id, now=now, lease_until=lease, take_over=True)
            return turn.attempt if turn else None

    attempts = await asyncio.gather(*(take_over() for _ in range(20)))
    assert [attempt for attempt in attempts if attempt is not None] == [1]


async def test_events_have_no_gap_and_no_double_number_under_twenty_writers(database: Database) -> None:
    await stored(database, conversations=2)

    async def write(writer: int) -> None:
        for n in range(10):
            async with act(database) as uow:
                await uow.conversations.append_event(CONVERSATION, "note", {"writer": writer, "n": n}, uow.now)
                if n % 3 == 0:
                    await uow.conversations.append_event(ConversationId("conv_2"), "note", {}, uow.now)

    async def write_and_fail() -> None:
        try:
            async with act(database) as uow:
                await uow.conversations.append_event(CONVERSATION, "note", {}, uow.now)
                raise RuntimeError
        except RuntimeError:
            pass

    await asyncio.gather(*(write(n) for n in range(20)), *(write_and_fail() for _ in range(20)))
    async with act(database) as uow:
        events = await uow.conversations.events_after(CONVERSATION, 0)
        assert [e.seq for e in events] == list(range(1, 201))
        for writer in range(20):  # and each writer's own order is kept
            assert [e.data["n"] for e in events if e.data["writer"] == writer] == list(range(10))
        assert len(await uow.conversations.events_after(ConversationId("conv_2"), 0)) == 80


async def test_a_reader_never_sees_a_number_before_the_ones_below_it(database: Database) -> None:
    await stored(database)
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(15):
            async with act(database) as uow:
                await uow.conversations.append_event(CONVERSATION, "note", {}, uow.now)
                await asyncio.sleep(0)

    async def follow() -> None:
        last = 0
        while not (done.is_set() and last == 60):
            async with act(database, read_only=True) as uow:
                for event in await uow.conversations.events_after(CONVERSATION, last):
                    assert event.seq == last + 1
                    last = event.seq

    async def all_writers() -> None:
        await asyncio.gather(*(write() for _ in range(4)))
        done.set()

    async with asyncio.timeout(20):
        await asyncio.gather(follow(), all_writers())


async def test_a_message_that_leaves_is_claimed_by_one_of_twenty(database: Database) -> None:
    async with act(database) as uow:
        await uow.tell_outside("notice", "k", {})
        [letter] = await uow.outbox.all()

    async def claim() -> OutboxMessage | None:
        async with act(database) as uow:
            return await uow.outbox.claim(letter.id)

    claimed = await asyncio.gather(*(claim() for _ in range(20)))
    assert [c.attempts for c in claimed if c is not None] == [1]


async def test_dispatchers_at_work_at_once_share_the_letters_between_them(database: Database) -> None:
    async with act(database) as uow:
        for n in range(40):
            await uow.tell_outside("notice", f"k{n}", {})

    async def dispatch() -> list[str]:
        async with act(database) as uow:
            due = await uow.outbox.due(uow.now, limit=10)
            for letter in due:
                await uow.outbox.park(letter, until=later(minutes=15))
            return [letter.key for letter in due]

    parked = [key for keys in await asyncio.gather(*(dispatch() for _ in range(8))) for key in keys]
    assert len(parked) == len(set(parked))
    async with act(database) as uow:
        assert len(parked) + len(await uow.outbox.due(uow.now, limit=99)) == 40


async def test_two_processes_can_leave_the_same_message_and_it_is_left_once(
    database: Database, database_url: str
) -> None:
    async with opened(database_url) as other:

        async def leave(which: Database) -> bool:
            async with act(which) as uow:
                return await uow.tell_outside("notice", "the same", {})

        left = await asyncio.gather(*(leave(which) for which in [database, other] * 10))
    assert sum(left) == 1


async def test_sixty_who_want_overlapping_time_of_one_host_get_what_fits_and_no_more(database: Database) -> None:
    """A dozen starts five minutes apart overlap each other; of each dozen one can win, however they race."""
    await stored(database)

    async def claim(n: int) -> bool:
        start = later(days=1, hours=2 * (n % 5), minutes=5 * (n // 5 % 6))
        async with act(database) as uow:
            wanted = [start + timedelta(minutes=5 * step) for step in range(6)]
            return await uow.meetings.claim(ANA, wanted, MeetingId(f"meet_{n}"))

    began = time.monotonic()
    won = await asyncio.gather(*(claim(n) for n in range(60)))
    assert time.monotonic() - began < 10
    assert sum(won) == 5
    async with act(database) as uow:
        busy = await uow.meetings.busy([ANA], later(days=1), later(days=2))
        assert len(busy) == 5 * 6


async def test_choosing_among_hosts_in_opposite_order_never_ends_in_a_deadlock(database: Database) -> None:
    await stored(database)

    async def claim(n: int) -> RepId | None:
        order = [ANA, JONAS] if n % 2 else [JONAS, ANA]
        async with act(database) as uow:
            await uow.meetings.load(order, after=uow.now)
            for host in order:
                wanted = [later(days=1, minutes=5 * (n % 6 + step)) for step in range(6)]
                if await uow.meetings.claim(host, wanted, MeetingId(f"meet_{n}")):
                    return host
            return None

    won = await asyncio.gather(*(claim(n) for n in range(60)))
    assert sorted(host for host in won if host) == [ANA, JONAS]


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_an_act_that_writes_again_and_again_shuts_nobody_out(tmp_path: Path, elsewhere: bool) -> None:
    """`elsewhere`: by another engine, as in another process, which leaves 10 ms between its transactions."""
    url, written, over = f"sqlite+aiosqlite:///{tmp_path}/app.db", [], asyncio.Event()

    async def writes(database: Database) -> None:
        async with transaction(database) as writing:
            await writing.execute(text("INSERT INTO words VALUES ('one more')"))
            await asyncio.sleep(0.03)

    async def again_and_again(database: Database) -> None:
        while not over.is_set():
            await writes(database)
            written.append(1)
            await asyncio.sleep(0.01 if elsewhere else 0)

    async with opened(url) as database, opened(url) as other:
        async with transaction(database) as writing:
            await writing.execute(text("CREATE TABLE words (word)"))
        busy = asyncio.create_task(again_and_again(other if elsewhere else database))
        waited_for = []
        for _ in range(10):
            await asyncio.sleep(0.015)
            before = len(written)
            await writes(database)
            waited_for.append(len(written) - before)
        over.set()
        await busy
    assert sum(waited_for) <= 20, waited_for  # in turns: the one under way, and one that may have asked first


async def test_who_waits_too_long_for_a_turn_is_told_so_and_the_next_one_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "TURN_TIMEOUT_S", 0.05)
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/app.db") as database:
        async with transaction(database):
            with pytest.raises(OUTAGES):
                async with transaction(database):
                    raise AssertionError("two write at once")
            async with transaction(database, read_only=True) as reading:  # readers wait for nobody
                assert (await reading.execute(text("SELECT 1"))).scalar() == 1
        async with transaction(database) as writing:
            assert (await writing.execute(text("SELECT 1"))).scalar() == 1
