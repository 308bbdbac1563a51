"""What the interviewer sees: the facts, the new words, what it said before, and what its tools have answered."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

LEFT_TO_A_PERSON = frozenset({"asked_for_person", "complaint", "support_request", "privacy_request"})
"""Where a colleague was asked for one of these, or has accepted the lead, nobody is interviewed any more."""
_FENCED = re.compile(r"```json\n(.*?)\n```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Slot:
    """An offered time; `start` is on the visitor's own clock."""

    slot_id: str
    start: datetime
    when: str


@dataclass(frozen=True, slots=True)
class Done:
    """A tool call of this turn and what it was answered."""

    name: str
    arguments: Mapping[str, Any]
    result: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of a turn."""

    burst: tuple[str, ...]
    agent_said: tuple[str, ...]
    visitor_said: tuple[str, ...]
    zone: str
    contact: Mapping[str, str]
    bant: Mapping[str, Mapping[str, str]]
    ask_next: tuple[str, ...]
    asked: Mapping[str, int]
    slots: tuple[Slot, ...]
    meeting: str | None
    colleague_asked: str | None
    signals: frozenset[str]
    team_at_work: bool
    team_hours: str
    done: tuple[Done, ...] = field(default=())
    told_not_to_use_tools: bool = False
    colleague_in_charge: str | None = None

    @property
    def last_said(self) -> str:
        """The agent's last message, or an empty text."""
        return self.agent_said[-1] if self.agent_said else ""

    @property
    def left_to_a_person(self) -> bool:
        """Whether a colleague is asked or in charge, so that the agent only answers questions."""
        return self.colleague_asked in LEFT_TO_A_PERSON or self.colleague_in_charge is not None

    def called(self, name: str) -> Done | None:
        """The last call of a tool in this turn."""
        return next((d for d in reversed(self.done) if d.name == name), None)


def read_scene(messages: Sequence[BaseMessage]) -> Scene:
    """Read the scene from the messages any model would get."""
    at = _facts_at(messages)
    facts = _facts(messages[at]) if at is not None else {}
    before, after = messages[: at or 0], messages[(at or 0) + 1 :] if at is not None else messages
    burst = tuple(_text(m) for m in after if isinstance(m, HumanMessage))
    system = [_text(m) for m in after if isinstance(m, SystemMessage)]
    return Scene(
        burst=burst,
        agent_said=tuple(_text(m) for m in before if isinstance(m, AIMessage)),
        visitor_said=tuple(_text(m) for m in before if isinstance(m, HumanMessage)),
        zone=facts.get("visitor_zone") or "UTC",
        contact=facts.get("contact") or {},
        bant=facts.get("bant") or {},
        ask_next=tuple(facts.get("ask_next") or ()),
        asked=facts.get("asked_so_far") or {},
        slots=tuple(_slot(s) for s in facts.get("offered") or ()),
        meeting=facts.get("meeting"),
        colleague_asked=facts.get("colleague_asked"),
        signals=frozenset(facts.get("reported_signals") or ()),
        team_at_work=bool(facts.get("team_at_work")),
        team_hours=facts.get("team_hours") or "",
        done=_done(after),
        colleague_in_charge=facts.get("colleague_in_charge"),
        told_not_to_use_tools=any("without tools" in text for text in system),
    )


def _facts_at(messages: Sequence[BaseMessage]) -> int | None:
    places = [i for i, m in enumerate(messages) if isinstance(m, SystemMessage) and _FENCED.search(_text(m))]
    return places[-1] if places else None


def _facts(message: BaseMessage) -> dict[str, Any]:
    found = _FENCED.search(_text(message))
    loaded = json.loads(found[1]) if found else {}
    return loaded if isinstance(loaded, dict) else {}


def _slot(raw: Mapping[str, str]) -> Slot:
    return Slot(raw["slot_id"], datetime.fromisoformat(raw["start"]), raw["when"])


def _done(after: Sequence[BaseMessage]) -> tuple[Done, ...]:
    asked = {c["id"]: c for m in after if isinstance(m, AIMessage) for c in m.tool_calls}
    answers = [m for m in after if isinstance(m, ToolMessage) and m.tool_call_id in asked]
    return tuple(
        Done(asked[m.tool_call_id]["name"], asked[m.tool_call_id]["args"], _text(m), _went_well(m)) for m in answers
    )


def _went_well(answer: ToolMessage) -> bool:
    """Every tool of ours says what it did in its first words; anything else is a refusal."""
    return _text(answer).startswith(_DONE_WORDS)


_DONE_WORDS = (
    "Noted",
    "Booked:",
    "Free times",
    "slot_",
    "Nothing is free at just that time;",
    "A colleague has been asked",
    "Proposed",
    "Planned",
    "The day is noted",
    "[",
    "{",
)


def _text(message: BaseMessage) -> str:
    return str(message.text)
