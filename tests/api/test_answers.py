"""Answers in the making: whatever ends them, and however often, leaves the conversation free for the next one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from actions.open_conversation import Arrival, open_conversation
from actions.receive_message import receive_message
from api.answers import Answers
from api.metrics import Metrics
from leads.identity import ConversationId, TurnId
from tests.api.door import Door, Reader, a_door, until


def answers_of(door: Door) -> Answers:
    return Answers(door.workspace, door.house.agent, Metrics())


async def owed(door: Door, here: ConversationId, text: str) -> TurnId:
    """The visitor writes, and an answer is owed."""
    async with door.workspace.unit() as uow:
        received = await receive_message(uow, here, text=text)
    assert received.turn_id is not None
    return received.turn_id


async def opened(door: Door) -> ConversationId:
    async with door.workspace.unit() as uow:
        return (await open_conversation(uow, door.workspace.book, Arrival())).id


async def outcomes(door: Door, here: ConversationId) -> tuple[list[str], Any]:
    """How each ended turn ended, and the turn that is open."""
    async with door.workspace.reading() as uow:
        return [record.outcome for record in await uow.turns.records(here)], await uow.turns.open_of(here)


async def test_a_second_stop_does_not_break_the_first_one(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(0)
    reader = Reader(gate=gate)
    async with a_door(tmp_path, reader=reader) as door:
        answers, here = answers_of(door), await opened(door)
        answers.begin(here, await owed(door, here, "Hello?"))
        await until(lambda: bool(reader.requests))
        stops = []
        for _ in range(40):  # one at each step of the ending
            stops.append(asyncio.create_task(answers.stop(here)))
            await asyncio.sleep(0)
        assert sum(await asyncio.gather(*stops)) == 1
        assert await answers.shown(here) is None
        assert await outcomes(door, here) == (["stopped"], None)
        for _ in range(20):
            gate.release()
        answers.begin(here, await owed(door, here, "Are you there?"))
        await until(lambda: ended(door, here, 2))
        assert (await outcomes(door, here))[0] == ["stopped", "answered"]
        await answers.close(5)


async def ended(door: Door, here: ConversationId, times: int) -> bool:
    return len((await outcomes(door, here))[0]) == times


async def test_a_turn_that_is_stopped_before_it_was_taken_is_over(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        answers, here = answers_of(door), await opened(door)
        answers.begin(here, await owed(door, here, "Hello?"))
        assert await answers.stop(here) is True  # the task has not had its first step
        assert await outcomes(door, here) == (["stopped"], None)
        answers.begin(here, await owed(door, here, "Are you there?"))
        await until(lambda: ended(door, here, 2))
        await answers.close(5)
