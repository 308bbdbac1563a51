"""The worker with its engine, on both databases: what is owed is answered, what waits is delivered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from actions.erase_conversation import erase_conversation
from actions.workspace import Workspace
from agent.answer import Agent
from agent.gateway import Gateway
from agent.provider import Part
from channels.mail_out import ConsoleMailOut
from channels.notice import ConsoleNotices, HandoffNotice
from channels.sent import Accepted, Sent
from leads.conversation import AuthorKind
from leads.identity import ConversationId, TurnId
from playbook.settings import Settings
from store.outbox import OutboxState
from tests.agent.turns import ScriptedProvider, says
from tests.builders import StandingClock, a_conversation, a_message
from tests.worker.night_shift import MARA, PUBLIC_URL, a_booking, a_handoff
from tests.worker.night_worker import NoKnowledge
from worker.dispatch import ANSWER_TURN
from worker.job_list import PURGE
from worker.jobs import JobEngine
from worker.outside import Outside
from worker.worker import Worker, worker_for

AT_ONCE = timedelta(milliseconds=20)


class Hands:
    """A worker on a quick engine, with everything that left kept in lists."""

    def __init__(self, workspace: Workspace, url: str, *answers: list[Part | Exception], run_jobs: bool = True) -> None:
        self.workspace = workspace
        self.mail = ConsoleMailOut()
        self.notices = ConsoleNotices()
        self.agent = Agent(workspace, Gateway(ScriptedProvider(answers)), NoKnowledge())
        self.engine = JobEngine(url, poll=AT_ONCE, waits=(AT_ONCE,))
        outside = Outside(self.mail, self.notices)
        self.worker = Worker(workspace, self.agent, outside, self.engine, public_url=PUBLIC_URL, run_jobs=run_jobs)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        await self.worker.start()
        try:
            yield
        finally:
            await self.worker.stop(grace=5.0)

    async def outbox(self) -> list[OutboxState]:
        async with self.workspace.reading() as uow:
            return [message.state for message in await uow.outbox.all()]

    async def answers(self, conversation_id: ConversationId) -> list[str]:
        async with self.workspace.reading() as uow:
            messages = await uow.conversations.messages(conversation_id)
        return [message.text for message in messages if message.author is AuthorKind.AGENT]


async def until(true: Callable[[], Awaitable[bool]] | Callable[[], bool], patience: float = 20.0) -> None:
    deadline = time.monotonic() + patience
    while True:
        result = true()
        if (await result) if isinstance(result, Awaitable) else result:
            return
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_a_booking_leaves_the_house_by_itself(workspace: Workspace, database_url: str) -> None:
    hands = Hands(workspace, database_url)
    async with hands.at_work():
        await a_booking(workspace)
        await until(lambda: len(hands.mail.sent) == 2 and len(hands.notices.sent) == 1)

        async def all_sent() -> bool:
            return set(await hands.outbox()) == {OutboxState.SENT}

        await until(all_sent)
    assert MARA.email in {mail.to.address for mail in hands.mail.sent}


async def test_what_waited_before_the_start_leaves_at_once(workspace: Workspace, database_url: str) -> None:
    await a_handoff(workspace)
    hands = Hands(workspace, database_url)
    async with hands.at_work():
        await until(lambda: len(hands.notices.sent) == 1)


async def test_a_turn_that_was_left_behind_is_answered(
    workspace: Workspace, database_url: str, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    await a_message(workspace, conversation.id, "Are you there?")
    clock.forward(seconds=10)
    hands = Hands(workspace, database_url, says("Yes, I am."))

    async def answered() -> bool:
        return await hands.answers(conversation.id) == ["Yes, I am."]

    async with hands.at_work():
        await until(answered)


async def test_a_turn_whose_conversation_was_erased_is_let_go(
    workspace: Workspace, database_url: str, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace, says="Are you there?")
    hands = Hands(workspace, database_url)
    async with workspace.unit() as uow:
        turn = await uow.turns.open_of(conversation.id)
        await erase_conversation(uow, workspace.book, conversation.id)
    assert turn is not None
    async with hands.at_work():
        async with workspace.unit() as uow:
            await uow.jobs.put(ANSWER_TURN, "left behind", turn.id)

        async def done() -> bool:
            stats = await hands.engine.stats()
            return stats.waiting == stats.delayed == stats.running == 0

        await until(done)
        assert await hands.engine.failed() == []


async def test_a_process_that_does_not_run_jobs_only_leaves_them(
    workspace: Workspace, database_url: str, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    turn_id = (await a_message(workspace, conversation.id, "Are you there?")).turn_id
    await a_handoff(workspace)
    clock.forward(minutes=1)
    idle = Hands(workspace, database_url, run_jobs=False)
    async with idle.at_work():
        async with workspace.unit() as uow:
            await uow.jobs.put(ANSWER_TURN, "k", turn_id)
        await asyncio.sleep(0.3)
        assert (await idle.engine.stats()).waiting == 1
        assert await idle.outbox() == [OutboxState.WAITING]
    # The draft for the handoff asks the same model, now before and now after the answer.
    busy = Hands(workspace, database_url, *(says("Yes.") for _ in range(4)))

    async def answered() -> bool:
        return await busy.answers(conversation.id) == ["Yes."]

    async with busy.at_work():
        await until(answered)


async def test_a_stopped_worker_closes_the_ways_out_and_leaves_the_workspace_usable(
    workspace: Workspace, database_url: str
) -> None:
    closed = []

    class Way:
        async def send(self, notice: HandoffNotice, *, not_after: object) -> Sent:
            return Accepted()

        async def close(self) -> None:
            closed.append("notices")

    engine = JobEngine(database_url, poll=AT_ONCE)
    agent = Agent(workspace, Gateway(ScriptedProvider([])), NoKnowledge())
    worker = Worker(workspace, agent, Outside(ConsoleMailOut(), Way()), engine, public_url=PUBLIC_URL)
    await worker.start()
    await worker.stop()
    assert closed == ["notices"]
    await a_handoff(workspace)
    async with workspace.unit() as uow:
        await uow.jobs.put(ANSWER_TURN, "k", TurnId("turn_1"))


async def test_the_purge_runs(workspace: Workspace, database_url: str) -> None:
    hands = Hands(workspace, database_url)
    async with hands.at_work():
        async with workspace.unit() as uow:
            await uow.jobs.put(PURGE, "tonight")

        async def done() -> bool:
            stats = await hands.engine.stats()
            return stats.waiting == stats.delayed == stats.running == 0

        await until(done)
        assert await hands.engine.failed() == []


async def test_the_settings_alone_make_a_worker(workspace: Workspace, database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, data=tmp_path / "data")
    agent = Agent(workspace, Gateway(ScriptedProvider([])), NoKnowledge())
    worker = worker_for(workspace, agent, settings, run_jobs=True)
    await worker.start()
    try:
        await a_booking(workspace)
        await until(lambda: len(list((tmp_path / "data" / "mail").glob("*.eml"))) == 2)
        await until(lambda: len(list((tmp_path / "data" / "notices").glob("*.txt"))) == 1)
    finally:
        await worker.stop()
