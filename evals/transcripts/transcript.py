"""A transcript: a conversation that was held elsewhere, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from playbook.fault import Fault


class Speaker(StrEnum):
    """Who a turn comes from. `system` is what an agent was told before, `tool` what a tool of it answered."""

    VISITOR = "visitor"
    AGENT = "agent"
    SYSTEM = "system"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that an agent called; `arguments` as it wrote them, usually JSON, and `id` where the call has one."""

    name: str
    arguments: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. A tool's holds the name of the tool and in `answers` the id of the call it is the result of."""

    speaker: Speaker
    text: str
    name: str = ""
    calls: tuple[Call, ...] = ()
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation; `file` and `line` (from 1) say where it stands."""

    file: str
    line: int
    turns: tuple[Turn, ...]

    @property
    def visitor_lines(self) -> int:
        """How often the visitor wrote."""
        return sum(turn.speaker is Speaker.VISITOR for turn in self.turns)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every tool call, in order."""
        return tuple(call for turn in self.turns for call in turn.calls)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one file: its transcripts, and everything in it that could not be used."""

    file: str
    transcripts: Sequence[Transcript]
    faults: Sequence[Fault]
