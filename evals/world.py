"""A fresh world for each case: an empty database, a clock that stands still, ids that count, and the real agent.

The schema is made once and copied, and the company's knowledge is indexed once and shared: it belongs to the company,
not to a conversation.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from actions.install_playbook import install_playbook
from actions.workspace import Workspace
from agent.answer import Agent
from agent.gateway import Budget, Gateway
from agent.interviewer.model import NAME as BUILT_IN
from agent.interviewer.model import BuiltInInterviewer
from agent.langchain_provider import LangChainProvider
from agent.provider import HoldsConnections, Provider
from evals.catalogue import Entry
from evals.lines import Lines
from evals.modes import Mode
from evals.overrides import overridden
from evals.recorded import RecordedModel, RecordingModel
from evals.scripted import ScriptedModel
from evals.watched import Watched
from playbook.book import Playbook
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from store.embedders import OfflineEmbedder
from store.engine import Database, open_engine
from store.knowledge import Document, Knowledge
from store.live import Ephemeral, Live
from store.migrate import upgrade


@dataclass(slots=True)
class CaseClock:
    """The time of a case; it moves when the case says so."""

    now: datetime

    def __call__(self) -> datetime:
        """The present instant, in UTC."""
        return self.now

    def pass_by(self, while_: timedelta) -> None:
        """Let time pass."""
        self.now += while_


def counting_ids() -> Callable[[str], str]:
    """Ids such as `slot_00002`, the second slot of this world: the same on every run, and in order of making."""
    made: Counter[str] = Counter()

    def new_id(kind: str) -> str:
        made[kind] += 1
        return f"{kind}_{made[kind]:05}"

    return new_id


class Overheard(Live):
    """The exchange of passing events, with a memory: nothing that was on a screen for a moment is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Ephemeral] = []

    def tell(self, topic: str, event: Ephemeral) -> None:
        """Pass an event on, and remember it."""
        self.heard.append(event)
        super().tell(topic, event)


@dataclass(frozen=True, slots=True)
class LiveModel:
    """A real model for the exam: how its provider is made, and how long it may take."""

    make: Callable[[], Provider]
    budget: Budget


@dataclass(slots=True)
class World:
    """Where one run of a case takes place.

    `lines` are what a model double says, `recorder` keeps what a live model answers; None in the other modes.
    """

    workspace: Workspace
    agent: Agent
    clock: CaseClock
    screen: Overheard
    model: Watched
    stand_in: Watched | None
    visitor: tuple[Provider, Budget] | None = None
    """Who plays a simulated visitor, and how long they may take."""
    lines: Lines[Any] | None = None
    recorder: RecordingModel | None = None

    def begin_turn(self) -> None:
        """The model is about to be asked for the next answer."""
        for listener in (self.lines, self.recorder):
            if listener is not None:
                listener.begin_turn()

    @property
    def requests(self) -> int:
        """How often any model was asked so far."""
        return self.model.requests + (self.stand_in.requests if self.stand_in else 0)


class Worlds:
    """Makes worlds, one after the other. Open it once per process.

    All of them use one engine: its statements stay compiled, and the file below it is new for each.
    """

    def __init__(
        self,
        folder: Path,
        book: Playbook,
        knowledge: Knowledge,
        live: tuple[Provider, Budget] | None,
        *,
        keep_answers: bool,
    ) -> None:
        self.live = live
        self._keep = keep_answers
        self._folder = folder
        self._book = book
        self._knowledge = knowledge
        self._path = folder / "world.db"
        self._database = open_engine(f"sqlite+aiosqlite:///{self._path}", lasting=False)
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def fresh(self, entry: Entry, mode: Mode) -> AsyncIterator[World]:
        """A world in which nothing has happened yet. Raises PlaybookFaults when the case's overrides do not hold."""
        book = _quick(overridden(self._book, entry.case.playbook))
        clock, screen = CaseClock(entry.case.clock.astimezone(UTC)), Overheard()
        async with self._one_at_a_time, self._empty_database() as database:
            workspace = Workspace(database, book, clock, counting_ids(), screen)
            async with workspace.unit() as uow:
                await install_playbook(uow, book)
            interviewer = Watched(LangChainProvider(BuiltInInterviewer(book=book, clock=clock), name=BUILT_IN))
            if mode is Mode.BUILT_IN:
                agent = Agent(workspace, Gateway(interviewer), self._knowledge)
                yield World(workspace, agent, clock, screen, interviewer, None)
                return
            double = self._double(entry, mode)
            model = Watched(double)
            gateway = Gateway(model, fallback=interviewer, budget=self._budget(mode))
            agent = Agent(workspace, gateway, self._knowledge)
            recorder = double if isinstance(double, RecordingModel) else None
            yield World(workspace, agent, clock, screen, model, interviewer, self.live, double.lines, recorder)

    def _double(self, entry: Entry, mode: Mode) -> ScriptedModel | RecordedModel | RecordingModel:
        """Who speaks in this mode."""
        if mode is Mode.SCRIPTED:
            return ScriptedModel(entry.case.script)
        if mode is Mode.REPLAY:
            if entry.tape is None:
                raise ValueError(f"{entry.name} was never recorded")
            return RecordingModel(RecordedModel(entry.tape, strict=False)) if self._keep else RecordedModel(entry.tape)
        if self.live is None:
            raise ValueError("no live model was given")
        return RecordingModel(self.live[0])

    def _budget(self, mode: Mode) -> Budget:
        """A double fails at once and for good; nothing is gained by waiting before the second try."""
        return self.live[1] if mode is Mode.LIVE and self.live else replace(Budget(), retry_pause_s=0)

    @asynccontextmanager
    async def _empty_database(self) -> AsyncIterator[Database]:
        shutil.copy(self._folder / "template.db", self._path)
        try:
            yield self._database
        finally:
            await self._database.dispose()  # closes its connections and keeps its compiled statements
            for leftover in self._folder.glob(f"{self._path.name}*"):
                leftover.unlink()


@asynccontextmanager
async def open_worlds(
    live: LiveModel | None = None, *, keep_answers: bool = False, playbook: Path = SAMPLE
) -> AsyncIterator[Worlds]:
    """The maker of worlds over a playbook, its knowledge indexed; everything is gone at the end.

    With `keep_answers` a recorded model says its lines whatever it is shown, and what it is shown is recorded anew.
    Raises PlaybookFaults.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="opener-evals-")))
        book = read_playbook(playbook)
        template = open_engine(f"sqlite+aiosqlite:///{folder / 'template.db'}")
        await upgrade(template)
        await template.dispose()
        shutil.copy(folder / "template.db", folder / "knowledge.db")
        database = open_engine(f"sqlite+aiosqlite:///{folder / 'knowledge.db'}")
        stack.push_async_callback(database.dispose)
        knowledge = Knowledge(database, folder=folder / "index", embedder=OfflineEmbedder())
        stack.push_async_callback(knowledge.close)
        await knowledge.add([Document(p.slug, p.title, p.url, p.body, source="playbook") for p in book.knowledge])
        if not await knowledge.ready():
            raise RuntimeError(
                "The playbook's knowledge could not be indexed, so the exam would not be the same each time."
            )
        yield Worlds(folder, book, knowledge, await _opened(live, stack), keep_answers=keep_answers)


async def _opened(live: LiveModel | None, stack: AsyncExitStack) -> tuple[Provider, Budget] | None:
    """The live model with its connections, which are given back at the end."""
    if live is None:
        return None
    provider = live.make()
    if isinstance(provider, HoldsConnections):
        stack.push_async_callback(provider.close)
    return provider, live.budget


def _quick(book: Playbook) -> Playbook:
    """Without the pause that waits for the rest of a burst: a case says itself what belongs together."""
    return replace(book, agent=replace(book.agent, burst_pause=timedelta(0)))
