"""The kill lab of the house: real processes, killed or frozen in mid-turn and in mid-mail, and what people then see."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.workspace import Workspace
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.identity import TurnId
from store.outbox import OutboxState
from tests.builders import a_conversation, a_message, a_workspace
from tests.channels.smtp_server import Post, smtp_server
from tests.worker.night_shift import a_booking
from worker.resolve import resolve

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 20.0
"""Seconds after its process died within which a visitor has their answer."""
PAST_THE_LEASE = "16"
"""A clock so many seconds ahead: what shortens the wait without touching the lease."""
MAILS = 40
KILLS = 4


class House:
    """A workspace on the wall clock, and processes on its database that end with the test."""

    def __init__(self, workspace: Workspace, url: str, folder: Path) -> None:
        self.workspace = workspace
        self._url = url
        self._folder = folder
        self.processes: list[Process] = []

    async def recruit(self, ahead: str = "0", *words: str, until: str = "ready") -> Process:
        """Start a worker and wait until it says that it works."""
        command = [sys.executable, "-m", "tests.worker.night_worker", self._url, str(self._folder), ahead, *words]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
        self.processes.append(process)
        await hear(process, until)
        return process

    async def asks(self, text: str) -> tuple[Conversation, TurnId]:
        """A visitor writes, and an answer is owed."""
        conversation = await a_conversation(self.workspace)
        turn_id = (await a_message(self.workspace, conversation.id, text)).turn_id
        assert turn_id is not None
        return conversation, turn_id

    async def answers(self, conversation: Conversation) -> list[ChatMessage]:
        """What the agent has said."""
        async with self.workspace.reading() as uow:
            messages = await uow.conversations.messages(conversation.id)
        return [message for message in messages if message.author is AuthorKind.AGENT]

    async def answered(self, conversation: Conversation, *, within: float) -> None:
        """Wait for an answer."""
        deadline = time.monotonic() + within
        while not await self.answers(conversation):
            assert time.monotonic() < deadline, "nobody answered in time"
            await asyncio.sleep(0.1)


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with a_workspace(tmp_path, url=database_url) as workspace:
        workspace.clock = lambda: datetime.now(UTC)
        opened = House(workspace, database_url, tmp_path / "outside")
        try:
            yield opened
        finally:
            for process in opened.processes:
                await kill(process)


async def hear(process: Process, word: str) -> None:
    assert process.stdout is not None
    while (line := await asyncio.wait_for(process.stdout.readline(), 60)) != f"{word}\n".encode():
        assert line, f"the process ended before it said {word!r}"


async def kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def let_speak(process: Process, words: str = "") -> None:
    assert process.stdin is not None
    process.stdin.write(f"{words}\n".encode())


# --- in mid-turn -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_visitor_whose_process_was_killed_in_mid_turn_is_answered_once_after_a_restart(house: House) -> None:
    conversation, turn_id = await house.asks("Are you there?")
    first = await house.recruit("0", "--answer", turn_id, until="thinking")
    await kill(first)
    died = time.monotonic()
    second = await house.recruit()
    let_speak(second, "Yes, I am.")
    await house.answered(conversation, within=WITHIN - (time.monotonic() - died))
    sys.stdout.write(f"answered after {time.monotonic() - died:.1f} s\n")
    await asyncio.sleep(2.5)  # a second answer would come with the next rounds
    assert [message.text for message in await house.answers(conversation)] == ["Yes, I am."]


async def test_a_colleague_takes_over_what_a_killed_process_owed(house: House) -> None:
    conversation, turn_id = await house.asks("Are you there?")
    first = await house.recruit("0", "--answer", turn_id, until="thinking")
    await kill(first)
    second = await house.recruit(PAST_THE_LEASE)
    let_speak(second, "Yes, I am.")
    await house.answered(conversation, within=WITHIN)
    await kill(second)
    third = await house.recruit(PAST_THE_LEASE)
    let_speak(third, "Me too!")
    await asyncio.sleep(2.5)
    assert [message.text for message in await house.answers(conversation)] == ["Yes, I am."]


@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_process_that_wakes_up_after_its_turn_was_taken_over_says_nothing(house: House) -> None:
    conversation, turn_id = await house.asks("Are you there?")
    first = await house.recruit("0", "--answer", turn_id, until="thinking")
    first.send_signal(signal.SIGSTOP)
    second = await house.recruit(PAST_THE_LEASE, until="ready")
    let_speak(second, "Yes, I am.")
    await house.answered(conversation, within=WITHIN)
    first.send_signal(signal.SIGCONT)
    let_speak(first, "I was asleep.")
    await asyncio.sleep(2.5)
    assert [message.text for message in await house.answers(conversation)] == ["Yes, I am."]


# --- in mid-mail -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def slow_post(chance: random.Random) -> AsyncIterator[Post]:
    """A server that takes a moment before and after it takes each mail over, so that kills hit every stage."""

    class SlowPost(Post):
        async def handle_DATA(self, *words: object) -> str:
            await asyncio.sleep(chance.uniform(0, 0.05))
            reply = await super().handle_DATA(*words)  # type: ignore[arg-type]
            await asyncio.sleep(chance.uniform(0, 0.05))
            return reply

    async with smtp_server(SlowPost()) as post:
        yield post


async def test_workers_killed_in_mid_mail_lose_none_and_send_none_twice(house: House) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    ids = await _leave_mails(house)
    async with slow_post(chance) as post:
        for _ in range(KILLS):
            worker = await house.recruit("0", "--smtp", str(post.port))
            enough = len(post.taken) + chance.randint(2, 8)
            while len(post.taken) < enough and OutboxState.WAITING in (await _states(house, ids)).values():
                await asyncio.sleep(0.01)
            await asyncio.sleep(chance.uniform(0, 0.1))
            await kill(worker)
        await house.recruit("0", "--smtp", str(post.port))
        states = await _settled(house, ids)
        taken = Counter(_message_id(mail.content) for mail in post.taken)
    counted = Counter(state.value for state in states.values())
    sys.stdout.write(f"seed {seed}: {dict(counted)}, {len(taken)} arrived, {max(taken.values())} at most each\n")
    assert max(taken.values()) == 1
    assert {f"<{one}@tidewell.example.com>" for one, state in states.items() if state is OutboxState.SENT} <= set(taken)
    assert set(states.values()) <= {OutboxState.SENT, OutboxState.UNKNOWN}
    assert counted["unknown"] <= KILLS * 10


async def _leave_mails(house: House) -> list[str]:
    meeting = await a_booking(house.workspace)
    async with house.workspace.unit() as uow:
        for number in range(MAILS):
            payload = {"meeting_id": meeting.id, "method": "REQUEST", "to": "guest"}
            await uow.tell_outside("invitation", f"mail:{number}", payload)
        return [one.id for one in await uow.outbox.all() if one.key.startswith("mail:")]


async def _settled(house: House, ids: list[str]) -> dict[str, OutboxState]:
    """Wait until only messages in doubt are open, let the doubt run out, and say how each one ended."""
    deadline = time.monotonic() + 60
    while OutboxState.WAITING in (states := await _states(house, ids)).values():
        assert time.monotonic() < deadline, f"still waiting: {Counter(states.values())}"
        await asyncio.sleep(0.2)
    await asyncio.sleep(1.0)
    wall, house.workspace.clock = house.workspace.clock, lambda: datetime.now(UTC).replace(year=2100)
    await resolve(house.workspace)
    house.workspace.clock = wall
    return await _states(house, ids)


async def _states(house: House, ids: list[str]) -> dict[str, OutboxState]:
    async with house.workspace.reading() as uow:
        return {one.id: one.state for one in await uow.outbox.all() if one.id in ids}


def _message_id(content: bytes) -> str:
    return next(line for line in content.decode().splitlines() if line.lower().startswith("message-id:")).split()[1]
