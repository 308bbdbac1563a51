"""The last visitor turn in, one reply out: chat and e-mail alike. No transaction is open while a model thinks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

import structlog

from actions.take_turn import LEASE, catch_up, hold_turn, take_turn
from actions.workspace import Workspace
from agent.gateway import Gateway
from agent.guard import specs_for
from agent.leaks import LeakGuard
from agent.prompts import Prompt, chat_prompt, guarded_text
from agent.provider import ToolSpec
from agent.release import Superseded
from agent.reply import ReplyInTheMaking
from agent.tool import KnowledgeSearch
from leads.conversation import Turn
from leads.identity import MessageId, TurnId
from store.ending import end
from store.outage import OUTAGES
from store.turn_record import ToolCallRecord

log = structlog.get_logger()
MAX_ATTEMPTS = 3
"""Processes that may die over one turn before it is closed with fixed words and a handoff."""
MAX_RESTARTS = 2
"""How often a turn starts again because the visitor wrote on before anything was shown."""


@dataclass(slots=True)
class Agent:
    """Who answers: built once, shared by the API process, the worker and the exam."""

    workspace: Workspace
    gateway: Gateway
    knowledge: KnowledgeSearch
    prompt: Prompt = field(init=False)
    leaks: LeakGuard = field(init=False)
    tools: tuple[ToolSpec, ...] = field(init=False)

    def __post_init__(self) -> None:
        book = self.workspace.book
        self.prompt = chat_prompt(book)
        self.tools = specs_for(book)
        self.leaks = LeakGuard(guarded_text(), book.agent.never_say, book.agent.link_hosts)

    async def answer(self, turn_id: TurnId, *, take_over: bool = False) -> None:
        """Answer an owed turn, and those that become owed meanwhile. Does nothing when another process has it.

        Whatever breaks ends in fixed words, a handoff, and a closed turn; only cancellation passes through, and then
        the lease runs out and a worker takes the turn over.
        """
        owed: TurnId | None = turn_id
        while owed is not None:
            async with self.workspace.unit() as uow:
                turn = await take_turn(uow, owed, take_over=take_over)
            if turn is None:
                return
            async with self._holding(turn):
                owed, take_over = await self._answer(turn), False  # what became owed meanwhile waits for this process

    async def _answer(self, turn: Turn) -> TurnId | None:
        message_id = MessageId(self.workspace.new_id("msg"))
        earlier: list[ToolCallRecord] = []
        for restart in count():
            turn = await self._gather(turn, again=restart > 0)
            reply = ReplyInTheMaking(
                workspace=self.workspace,
                gateway=self.gateway,
                knowledge=self.knowledge,
                prompt=self.prompt,
                leaks=self.leaks,
                tools=self.tools,
                turn=turn,
                message_id=message_id,
                may_restart=restart < MAX_RESTARTS,
                earlier=earlier,
            )
            try:
                if turn.attempt > MAX_ATTEMPTS:
                    return (await reply.give_up("tried too often")).next_turn
                return (await reply.make()).next_turn
            except Superseded:
                continue
            except Exception as error:  # a lead must never meet silence; a person takes over
                log.error("turn.failed", turn=turn.id, kind=type(error).__name__, exc_info=True)
                return (await reply.give_up(type(error).__name__)).next_turn
        return None

    async def _gather(self, turn: Turn, *, again: bool) -> Turn:
        """Wait a moment for the rest of a burst, then answer all of it."""
        pause = self.workspace.book.agent.burst_pause.total_seconds()
        if pause <= 0 and not again:
            return turn
        await asyncio.sleep(pause)
        async with self.workspace.unit() as uow:
            newest = await catch_up(uow, turn)
        return replace(turn, up_to_seq=max(newest, turn.up_to_seq))

    @asynccontextmanager
    async def _holding(self, turn: Turn) -> AsyncIterator[None]:
        """Renew the lease while the answer is made; stop making it when somebody else has taken it over."""
        maker = asyncio.current_task()

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                try:
                    async with self.workspace.unit() as uow:
                        lost = not await hold_turn(uow, turn) and (await uow.turns.get(turn.id)).attempt != turn.attempt
                except OUTAGES:
                    continue  # a hiccup: the lease outlives it, and the next renewal tries again
                if lost and maker is not None:
                    maker.cancel("the turn was taken over")
                    return

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            await end([renewing])
