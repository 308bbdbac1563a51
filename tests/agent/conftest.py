"""What the tests of the agent's room share: a workspace copied from one template, a strict script for a model, an ear.

A `Stage` is one agent over one fresh database. Its model says what the test's script says and nothing else; whether
the script was read to its end, and no further, is part of every test.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from actions.install_playbook import install_playbook
from actions.read_context import Context, read_context
from actions.workspace import Workspace
from agent.answer import Agent
from agent.finish import Finish
from agent.gateway import Budget, Gateway
from agent.provider import Part, Provider, ProviderFault, Request
from leads.conversation import AuthorKind, ChatMessage, Conversation
from leads.handoff import Handoff
from leads.identity import ConversationId, TurnId
from leads.lead import Lead
from playbook.book import Playbook
from store.conversations import StoredEvent
from store.engine import open_engine
from store.knowledge import Passage
from store.live import Ephemeral, Follower
from store.migrate import upgrade
from store.outbox import OutboxMessage
from store.turn_record import ToolCallRecord, TurnRecord
from tests.builders import CountedIds, StandingClock, a_conversation, a_message, a_playbook

QUICK = Budget(
    connect_s=1, first_byte_s=1, between_chunks_s=1, turn_s=5, after_finish_s=0.05, reserve_s=1, retry_pause_s=0
)

Answer = Sequence[Part | Exception] | Callable[[Request], Sequence[Part | Exception]]
"""The parts of one message; an exception among them is raised in its place. A function reads the request first."""


@dataclass
class Script:
    """A model that reads the n-th answer to the n-th request. Asked once more it fails, and `overrun` counts it.

    `before`, when given, is awaited before the n-th answer begins: the place for what happens while a model thinks.
    """

    answers: Sequence[Answer] = ()
    name: str = "scripted"
    before: dict[int, Callable[[], Any]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    overrun: int = 0

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """Read the next answer."""
        n = len(self.requests)
        self.requests.append(request)
        if n in self.before:
            await self.before[n]()
        if n >= len(self.answers):
            self.overrun += 1
            raise ProviderFault(Finish.unavailable, "the script is over")
        answer = self.answers[n]
        for part in answer(request) if callable(answer) else answer:
            if isinstance(part, Exception):
                raise part
            await asyncio.sleep(0)
            yield part

    @property
    def read_to_the_end(self) -> bool:
        """Whether every answer was asked for, and no more than that."""
        return not self.overrun and len(self.requests) == len(self.answers)


@dataclass
class Pages:
    """The company's knowledge in memory: gives the same passages to every question, and remembers the questions."""

    passages: Sequence[Passage] = ()
    asked: list[str] = field(default_factory=list)

    async def search(self, query: str, *, limit: int = 4) -> list[Passage]:
        """The passages, whatever is asked."""
        self.asked.append(query)
        return list(self.passages)[:limit]


def a_passage(
    text: str, *, n: int = 1, title: str = "Pricing", heading: str = "Plans", url: str | None = None
) -> Passage:
    """A passage that answers."""
    link = url or "https://tidewell.example.com/pricing"
    return Passage(f"psg_{n}", title.lower(), title, heading, link, text, 0.9, True)


PRICES = a_passage("The Harbour plan costs EUR 490 per plant and month. It is billed yearly.")


@dataclass
class Told:
    """What one turn came to, as the visitor's screen and the database saw it."""

    text: str
    streamed: str
    live: list[Ephemeral]
    events: list[StoredEvent]
    context: Context
    lead: Lead
    calls: list[ToolCallRecord]
    record: TurnRecord
    guards: list[tuple[str, str]]
    outbox: list[OutboxMessage]

    @property
    def handoff(self) -> Handoff | None:
        """The open handoff of the conversation."""
        return self.context.handoff


@dataclass
class Stage:
    """An agent, the model behind it, and one visitor."""

    workspace: Workspace
    agent: Agent
    clock: StandingClock
    conversation: Conversation

    @property
    def id(self) -> ConversationId:
        """The visitor's conversation."""
        return self.conversation.id

    async def neighbour(self, **arrival: Any) -> Stage:
        """Another visitor in the same house."""
        conversation = await a_conversation(self.workspace, **({"zone": "Europe/Berlin", "language": "en"} | arrival))
        return Stage(self.workspace, self.agent, self.clock, conversation)

    async def says(self, text: str) -> TurnId:
        """The visitor writes; the turn that is owed for it."""
        received = await a_message(self.workspace, self.id, text)
        assert received.turn_id is not None
        return received.turn_id

    async def hears(self, *burst: str) -> Told:
        """The visitor writes (a burst, when several) and hears the answer."""
        turns = [await self.says(text) for text in burst]
        return await self.answered(turns[-1])

    async def answered(self, turn_id: TurnId, *, take_over: bool = False) -> Told:
        """Let the agent answer the turn, and look at all that came of it."""
        with self.workspace.live.follow(self.id) as follower:
            await self.agent.answer(turn_id, take_over=take_over)
            live = await passed_by(follower)
        return await self.look(live)

    async def look(self, live: Sequence[Ephemeral] = ()) -> Told:
        """What is stored now, with the passing events given."""
        async with self.workspace.reading() as uow:
            context = await read_context(uow, self.id)
            records = await uow.turns.records(self.id)
            said = [m for m in context.messages if m.author is AuthorKind.AGENT]
            last = said[-1] if said else None
            return Told(
                text=last.text if last else "",
                streamed=streamed(live).strip(),
                live=list(live),
                events=await uow.conversations.events_after(self.id, 0, limit=500),
                context=context,
                lead=await uow.leads.get(context.lead.id),
                calls=await uow.turns.tool_calls(self.id),
                record=records[-1] if records else TurnRecord("", "", "", ""),
                guards=await uow.conversations.guard_events(self.id),
                outbox=await uow.outbox.all(),
            )

    async def messages(self) -> list[ChatMessage]:
        """The whole talk."""
        async with self.workspace.reading() as uow:
            return list(await uow.conversations.messages(self.id))


async def passed_by(follower: Follower) -> list[Ephemeral]:
    """The passing events of a line, without the wakes between them."""
    seen: list[Ephemeral] = []
    quiet = 0
    while quiet < 2:
        notice = await follower.next(within=0.001)
        if notice is None:
            quiet += 1
        else:
            quiet = 0
            seen.append(notice)
    return seen


def streamed(live: Sequence[Ephemeral]) -> str:
    """What the screen shows of the newest message after these events: pieces put at their offsets, snapshots whole."""
    text = ""
    for event in live:
        if event.type == "message.started":
            text = ""
        elif event.type == "message.snapshot":
            text = event.data["text"]
        elif event.type == "message.delta":
            assert event.data["at"] == len(text), "a piece was shown out of place"
            text += event.data["t"]
    return text


@dataclass
class Template:
    """A migrated SQLite database with the playbook's reps in it, copied for each stage."""

    file: Path

    def copy(self, folder: Path) -> Path:
        """A fresh copy in `folder`."""
        target = folder / "opener.db"
        shutil.copy(self.file, target)
        return target


def make_template(folder: Path) -> Template:
    """Migrate once and install the reps of `a_playbook`."""
    file = folder / "template.db"

    async def make() -> None:
        database = open_engine(f"sqlite+aiosqlite:///{file}")
        await upgrade(database)
        workspace = Workspace(database, a_playbook(), StandingClock(), CountedIds())
        async with workspace.unit() as uow:
            await install_playbook(uow, workspace.book)
        await database.dispose()

    asyncio.run(make())
    with sqlite3.connect(file) as db:  # so that the file alone holds everything
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Template(file)


@asynccontextmanager
async def a_stage(
    file: Path,
    provider: Provider,
    *,
    pages: Pages | None = None,
    book: Playbook | None = None,
    clock: StandingClock | None = None,
    fallback: Provider | None = None,
    budget: Budget = QUICK,
    **arrival: Any,
) -> AsyncIterator[Stage]:
    """Open a copied database, put the agent on it, and let a visitor arrive (keywords are those of Arrival)."""
    clock = clock or StandingClock()
    database = open_engine(f"sqlite+aiosqlite:///{file}")
    try:
        workspace = Workspace(database, book or a_playbook(), clock, CountedIds(itertools.count(1000).__next__))
        agent = Agent(workspace, Gateway(provider, fallback=fallback, budget=budget), pages or Pages())
        conversation = await a_conversation(workspace, **({"zone": "Europe/Berlin", "language": "en"} | arrival))
        yield Stage(workspace, agent, clock, conversation)
    finally:
        await database.dispose()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """The database every stage is copied from."""
    yield make_template(tmp_path_factory.mktemp("agent"))


@pytest.fixture
def staged(template: Template, tmp_path: Path) -> Callable[..., Any]:
    """Make a stage: `async with staged(script, pages=…) as stage`. At its end the script must have been read."""
    file = template.copy(tmp_path)

    @asynccontextmanager
    async def make(provider: Provider, **options: Any) -> AsyncIterator[Stage]:
        async with a_stage(file, provider, **options) as stage:
            yield stage
        if isinstance(provider, Script):
            assert provider.read_to_the_end, (
                f"{len(provider.requests)} requests, of which {provider.overrun} too many, "
                f"for {len(provider.answers)} answers"
            )

    return make


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What was logged; unconfigured structlog would print every local variable, slowly."""
    with capture_logs() as lines:
        yield lines
