"""Answers in the making: begun here as soon as a message is stored, and made to the end whoever listens.

One task a conversation, strongly held. The stored turn is the truth: what this process cannot finish, a worker takes
over when the lease runs out.
"""

import asyncio
import re
from functools import partial

import structlog

from actions.record_reply import Reply, record_reply
from actions.take_turn import take_turn
from actions.workspace import Workspace
from agent.answer import Agent
from api.metrics import Metrics
from api.overheard import Overheard, Shown
from leads.conversation import TurnStatus
from leads.identity import ConversationId, MessageId, TurnId
from store.ending import end
from store.turn_record import TurnRecord

log = structlog.get_logger()
_MARK = re.compile(r"\s?\[\d{1,2}\]")


class Answers:
    """The answers this process is making."""

    def __init__(self, workspace: Workspace, agent: Agent, metrics: Metrics) -> None:
        self._workspace = workspace
        self._agent = agent
        self._metrics = metrics
        self._owed: dict[ConversationId, TurnId] = {}
        self._tasks: dict[ConversationId, asyncio.Task[None]] = {}
        self._overheard: dict[ConversationId, Overheard] = {}
        self._ending: set[ConversationId] = set()
        self._closing = False

    def begin(self, conversation_id: ConversationId, turn_id: TurnId) -> None:
        """Answer an owed turn now, or as soon as the answer that is being made is done. Never waits."""
        if self._closing:
            return
        self._owed[conversation_id] = turn_id
        making = self._tasks.get(conversation_id)
        if making is not None and not making.done():
            return
        self._ending.discard(conversation_id)
        self._overheard[conversation_id] = Overheard(self._workspace.live, conversation_id)
        task = asyncio.create_task(self._make(conversation_id), name=f"answer {conversation_id}")
        self._tasks[conversation_id] = task
        task.add_done_callback(partial(self._forget, conversation_id))
        task.add_done_callback(_note_failure)

    async def shown(self, conversation_id: ConversationId) -> Shown | None:
        """What the answer in the making has shown; None when none is being made here."""
        overheard = self._overheard.get(conversation_id)
        return await overheard.shown() if overheard else None

    async def stop(self, conversation_id: ConversationId) -> bool:
        """End the answer in the making: what was shown is kept as the answer. False when none was being made here."""
        overheard = self._overheard.get(conversation_id)
        if overheard is None or not await self.drop(conversation_id):
            return False
        shown = overheard.last
        async with self._workspace.unit() as uow:
            turn = await uow.turns.open_of(conversation_id)
            if turn is not None and turn.status is TurnStatus.WAITING:  # nothing of it was shown yet
                turn, shown = await take_turn(uow, turn.id), Shown()
            if turn is None:
                return False
            message_id = shown.message_id or MessageId(uow.new_id("msg"))
            text = _MARK.sub("", shown.text).strip()  # without its passages a citation mark means nothing
            record = TurnRecord("stopped", "", "", "")
            recorded = await record_reply(uow, self._workspace.book, turn, Reply(message_id, text, record=record))
        self._metrics.turn(record)
        if recorded.next_turn is not None:
            self.begin(conversation_id, recorded.next_turn)
        return True

    async def drop(self, conversation_id: ConversationId) -> bool:
        """End the answer in the making and keep nothing of it. False when none was, or it was ending already."""
        task = self._tasks.get(conversation_id)
        if task is None:
            return False
        self._owed.pop(conversation_id, None)
        ending = conversation_id in self._ending or task.done()
        if not ending:
            self._ending.add(conversation_id)
            await end([task])
        else:
            await asyncio.wait({task})
        return not ending

    async def close(self, grace_s: float) -> None:
        """Begin nothing any more, and give running answers so long to finish; the rest is left to the lease."""
        self._closing = True
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=grace_s)
        if left := set(self._tasks.values()):
            log.warning("answers.left_to_lease", count=len(left))
            await end(left)

    async def _make(self, conversation_id: ConversationId) -> None:
        overheard = self._overheard[conversation_id]
        with self._workspace.live.follow(conversation_id) as follower:
            listening = asyncio.create_task(overheard.listen(follower))
            try:
                while conversation_id not in self._ending and conversation_id in self._owed:
                    await self._count(conversation_id, self._owed.pop(conversation_id))
            finally:
                self._ending.add(conversation_id)
                try:
                    await overheard.shown()
                finally:
                    listening.cancel()

    def _forget(self, conversation_id: ConversationId, task: asyncio.Task[None]) -> None:
        """A task is over, be it that it was cancelled before its first step; what became owed meanwhile is begun."""
        if self._tasks.get(conversation_id) is not task:
            return
        del self._tasks[conversation_id], self._overheard[conversation_id]
        self._ending.discard(conversation_id)
        if (owed := self._owed.pop(conversation_id, None)) is not None:
            self.begin(conversation_id, owed)

    async def _count(self, conversation_id: ConversationId, turn_id: TurnId) -> None:
        """Answer, and tell the metrics of every turn that was finished by it."""
        async with self._workspace.reading() as uow:
            before = len(await uow.turns.records(conversation_id))
        await self._agent.answer(turn_id)
        async with self._workspace.reading() as uow:
            for record in (await uow.turns.records(conversation_id))[before:]:
                self._metrics.turn(record)


def _note_failure(task: asyncio.Task[None]) -> None:
    """An answer that broke (the database was away) is left to the lease; only its kind is logged."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("answer.lost", kind=type(error).__name__)
