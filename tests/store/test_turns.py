from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from leads.conversation import AuthorKind, Turn, TurnStatus
from leads.identity import TurnId
from leads.refusal import NotKnown
from store.engine import Database
from store.outage import COLLISIONS
from store.turn_record import ToolCallRecord, TurnRecord
from tests.builders import MONDAY
from tests.store.records import CONVERSATION, a_turn, act, later, said, stored

WAITING = a_turn(lease_until=later(seconds=10))
RECORD = TurnRecord("answered", "gpt-x", "chat", "f" * 64, 1200, 80, 900)


async def waiting(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow.turns.add(WAITING)
        for text in ("Hello", "What does it cost?"):
            await said(uow, text)
        await said(uow, "Three plans.", by=AuthorKind.AGENT)


async def claim(database: Database, *, now: datetime = MONDAY, take_over: bool = False) -> Turn | None:
    async with act(database, now=now) as uow:
        lease = now + (later(seconds=15) - MONDAY)
        return await uow.turns.claim(WAITING.id, now=now, lease_until=lease, take_over=take_over)


async def test_a_turn_comes_back_as_it_was_stored(database: Database) -> None:
    await waiting(database)
    async with act(database) as uow:
        assert await uow.turns.get(WAITING.id) == WAITING
        assert await uow.turns.open_of(CONVERSATION) == WAITING
        with pytest.raises(NotKnown):
            await uow.turns.get(TurnId("turn_0"))


async def test_a_conversation_has_one_open_turn_whoever_writes(database: Database) -> None:
    await waiting(database)
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.turns.add(a_turn("turn_2"))


async def test_a_waiting_turn_is_claimed_once(database: Database) -> None:
    await waiting(database)
    held = await claim(database)
    assert held == replace(WAITING, status=TurnStatus.RUNNING, attempt=1, up_to_seq=2, lease_until=later(seconds=15))
    assert await claim(database) is None
    async with act(database) as uow:
        assert await uow.turns.open_of(CONVERSATION) == held


async def test_a_turn_is_taken_over_only_when_its_lease_has_run_out(database: Database) -> None:
    await waiting(database)
    assert await claim(database, now=later(seconds=9), take_over=True) is None
    first = await claim(database)
    assert first is not None
    assert await claim(database, now=later(seconds=14), take_over=True) is None
    second = await claim(database, now=later(seconds=15), take_over=True)
    assert second is not None
    assert second.attempt == 2
    async with act(database, now=later(seconds=16)) as uow:
        assert not await uow.turns.renew(first, lease_until=later(minutes=1))
        assert not await uow.turns.finish(first, RECORD, now=uow.now)
        assert await uow.turns.renew(second, lease_until=later(minutes=1), up_to_seq=7)
        assert (await uow.turns.get(WAITING.id)).up_to_seq == 7
        assert await uow.turns.finish(second, RECORD, now=uow.now)
    assert await claim(database, now=later(hours=1), take_over=True) is None


async def test_a_turn_nobody_began_is_taken_over_after_its_grace(database: Database) -> None:
    await waiting(database)
    async with act(database) as uow:
        assert await uow.turns.overdue(later(seconds=9)) == []
        assert [t.id for t in await uow.turns.overdue(later(seconds=10))] == [WAITING.id]
    assert await claim(database, now=later(seconds=10), take_over=True) is not None


async def test_a_finished_turn_keeps_how_it_went_and_the_next_may_begin(database: Database) -> None:
    await waiting(database)
    held = await claim(database)
    assert held is not None
    async with act(database) as uow:
        assert await uow.turns.finish(held, RECORD, now=later(seconds=5))
        assert not await uow.turns.finish(held, RECORD, now=later(seconds=5))
        assert await uow.turns.open_of(CONVERSATION) is None
        await uow.turns.add(a_turn("turn_2", created_at=later(seconds=6)))
        assert (await uow.turns.get(held.id)).status is TurnStatus.DONE
        second = await uow.turns.claim(TurnId("turn_2"), now=MONDAY, lease_until=later(minutes=1), take_over=False)
        assert second is not None
        failed = replace(RECORD, outcome="no_provider", failed=True)
        assert await uow.turns.finish(second, failed, now=later(seconds=9))
        assert await uow.turns.records(CONVERSATION) == [RECORD, failed]
        assert await uow.turns.overdue(later(days=1)) == []


async def test_the_tool_calls_of_an_earlier_attempt_are_replaced(database: Database) -> None:
    def call(id: str, name: str) -> ToolCallRecord:
        return ToolCallRecord(id, f"call_{id}", name, '{"quote": "30k \\u0000"}', "Noted.", ok=True)

    await waiting(database)
    held = await claim(database)
    assert held is not None
    async with act(database) as uow:
        await uow.turns.record_tool_calls(held, [call("tc_1", "find_slots")], at=uow.now)
    second = await claim(database, now=later(minutes=1), take_over=True)
    assert second is not None
    async with act(database) as uow:
        await uow.turns.record_tool_calls(second, [call("tc_1", "find_slots"), call("tc_2", "hand_off")], at=uow.now)
    async with act(database) as uow:
        kept = await uow.turns.tool_calls(CONVERSATION)
        assert [(c.id, c.name, c.turn_id, c.ok) for c in kept] == [
            ("tc_1", "find_slots", held.id, True),
            ("tc_2", "hand_off", held.id, True),
        ]
        await uow.turns.record_tool_calls(second, [], at=uow.now)
        assert await uow.turns.tool_calls(CONVERSATION) == []
