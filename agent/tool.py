"""What a tool is: a name, what the model is told of it, the arguments it takes, and one act behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from actions.note_contact import ContactKind
from actions.read_context import Context
from actions.workspace import Workspace
from agent.ears import Ears
from agent.provider import ToolSpec
from agent.tool_calls import ToolMode
from leads.identity import ConversationId
from playbook.book import Playbook
from store.knowledge import Passage


class Arguments(BaseModel):
    """Arguments of a tool. What is not declared is refused, so no id can be smuggled in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=2000)


class Deed(StrEnum):
    """What a tool really did in this turn; words that claim it need it."""

    OFFERED = "offered"
    BOOKED = "booked"
    HANDED_OFF = "handed_off"
    NOTED = "noted"
    PLANNED_FOLLOW_UP = "planned_follow_up"
    OPTED_OUT = "opted_out"


class KnowledgeSearch(Protocol):
    """The company's knowledge, as far as a turn needs it."""

    async def search(self, query: str, *, limit: int = ...) -> list[Passage]:
        """The passages nearest to a question, best first."""


async def _at_once() -> None:
    """Nobody to wait for."""


@dataclass(slots=True)
class Findings:
    """What this turn has found and done so far. Passages are numbered from 1 in the order they were shown."""

    passages: list[Passage] = field(default_factory=list)
    deeds: set[Deed] = field(default_factory=set)
    wary: Ears | None = None
    """Set where a text tried to steer the model: what it reports must have been heard by the rules as well."""
    listen: Callable[[], Ears] | None = None
    """Lends the rules' ears; None where no tool reports anything."""
    _asked_last: asyncio.Event | None = None

    def grow_wary(self) -> None:
        """A text that the model is shown tries to steer it."""
        if self.wary is None and self.listen is not None:
            self.wary = self.listen()

    @asynccontextmanager
    async def in_turn(self) -> AsyncIterator[Callable[[], Awaitable[object]]]:
        """A place among the look-ups that run together: what is given waits until those asked for before are done.

        They may finish in any order; numbered in the order they were asked for, a turn reads the same each time.
        """
        before, mine = self._asked_last, asyncio.Event()
        self._asked_last = mine
        try:
            yield before.wait if before is not None else _at_once
        finally:
            mine.set()

    def number(self, passage: Passage) -> int:
        """The number under which the model may cite a passage."""
        for n, known in enumerate(self.passages, 1):
            if known.id == passage.id:
                return n
        self.passages.append(passage)
        return len(self.passages)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a tool may touch: this conversation and nothing else. No id in here ever comes from a model."""

    workspace: Workspace
    conversation_id: ConversationId
    knowledge: KnowledgeSearch
    findings: Findings

    @property
    def book(self) -> Playbook:
        """The playbook in force."""
        return self.workspace.book


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool tells the model, and what it did."""

    text: str
    deeds: tuple[Deed, ...] = ()


def _no_choices(_book: Playbook) -> dict[str, list[str]]:
    return {}


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of the catalogue. `choices` are argument values that the playbook decides (rendered into the schema)."""

    name: str
    description: str
    mode: ToolMode
    arguments: type[Arguments]
    run: Callable[[Scope, Any], Awaitable[Told]]
    choices: Callable[[Playbook], Mapping[str, list[str]]] = _no_choices

    def spec(self, book: Playbook) -> ToolSpec:
        """The tool as the model sees it."""
        schema = self.arguments.model_json_schema()
        schema.pop("title", None)
        for name, allowed in self.choices(book).items():
            schema["properties"][name]["enum"] = allowed
        for prop in schema.get("properties", {}).values():
            prop.pop("title", None)
        return ToolSpec(self.name, self.description, schema)


def asking_for_an_address(known: Context) -> str:
    """What a tool's line adds when nothing is known to reach the visitor by; empty otherwise."""
    reachable = known.detail(ContactKind.EMAIL) or known.detail(ContactKind.PHONE)
    return "" if reachable else " Nothing is known to reach the visitor by: ask for an e-mail address."
