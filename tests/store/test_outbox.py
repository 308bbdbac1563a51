from __future__ import annotations

from typing import Any

import pytest

from store.engine import Database
from store.outbox import OutboxMessage, OutboxState
from tests.builders import MONDAY
from tests.store.records import act, later


def a_letter(id: str = "out_1", **known: Any) -> OutboxMessage:
    values: dict[str, Any] = {"key": f"key:{id}", "due_at": MONDAY} | known
    return OutboxMessage(id, "notice", values["key"], {"n": 1}, OutboxState.WAITING, 0, values["due_at"], MONDAY)


async def test_a_message_waits_is_claimed_and_settled(database: Database) -> None:
    async with act(database) as uow:
        assert await uow.outbox.put(a_letter())
        assert await uow.outbox.due(MONDAY, limit=9) == [a_letter()]
    async with act(database) as uow:
        held = await uow.outbox.claim("out_1")
        assert held is not None
        assert (held.state, held.attempts) == (OutboxState.SENDING, 1)
        assert await uow.outbox.claim("out_1") is None
        assert await uow.outbox.due(later(days=1), limit=9) == []
    async with act(database) as uow:
        assert await uow.outbox.settle(held, OutboxState.SENT, now=uow.now)
        assert not await uow.outbox.settle(held, OutboxState.FAILED, now=uow.now)
        assert [m.state for m in await uow.outbox.all()] == [OutboxState.SENT]
        assert await uow.outbox.claim("out_1") is None


async def test_a_message_that_was_put_back_is_due_later_and_its_first_attempt_has_no_say(database: Database) -> None:
    async with act(database) as uow:
        await uow.outbox.put(a_letter())
        first = await uow.outbox.claim("out_1")
        assert first is not None
        again = later(minutes=5)
        assert await uow.outbox.settle(first, OutboxState.WAITING, now=uow.now, due_at=again, error="x" * 900)
        assert await uow.outbox.due(later(minutes=4), limit=9) == []
        [due] = await uow.outbox.due(again, limit=9)
        assert (due.due_at, due.attempts, due.error) == (again, 1, "x" * 300)
        second = await uow.outbox.claim("out_1")
        assert second is not None
        assert not await uow.outbox.settle(first, OutboxState.SENT, now=uow.now)
        assert await uow.outbox.settle(second, OutboxState.UNKNOWN, now=uow.now)
        assert await uow.outbox.claim("out_1") is None  # never sent again blindly


@pytest.mark.parametrize("limit", [1, 2, 9])
async def test_what_is_due_comes_oldest_first(database: Database, limit: int) -> None:
    async with act(database) as uow:
        for n, minutes in enumerate([3, 1, 2, 90]):
            await uow.outbox.put(a_letter(f"out_{n}", due_at=later(minutes=minutes)))
        due = await uow.outbox.due(later(hours=1), limit=limit)
    assert [m.id for m in due] == ["out_1", "out_2", "out_0"][:limit]


async def test_a_parked_message_is_out_of_sight_until_its_time(database: Database) -> None:
    async with act(database) as uow:
        await uow.outbox.put(a_letter())
        await uow.outbox.park(a_letter(), until=later(minutes=15))
        assert await uow.outbox.due(later(minutes=14), limit=9) == []
        assert len(await uow.outbox.due(later(minutes=15), limit=9)) == 1


async def test_a_message_whose_worker_died_is_found_as_in_doubt(database: Database) -> None:
    async with act(database) as uow:
        await uow.outbox.put(a_letter("out_1"))
        await uow.outbox.put(a_letter("out_2"))
        await uow.outbox.claim("out_1")
        assert [m.id for m in await uow.outbox.in_doubt(later(minutes=1))] == ["out_1"]
        assert await uow.outbox.in_doubt(later(minutes=-1)) == []
