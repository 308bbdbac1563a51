"""What can be expected of a conversation: of the end state first, then of the tools, then of the words.

Every expectation is one or several checks that can fail on their own. Under `must_not` each of them has to fail.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, NaiveDatetime

from actions.note_contact import ContactKind
from agent.say_do import ClaimKind
from agent.tools import TOOLS
from leads.bant import Factor, FactorStatus
from leads.consent import Purpose
from leads.handoff import HandoffReason
from leads.stage import Outcome, Stage, WorkStatus
from playbook.fault import one_of, shown
from playbook.schema import Problem, Section, refuse

OUR_WORDS = frozenset({"leak", *(f"say_do.{kind.value}" for kind in ClaimKind)})
"""What a guard notes of words it stopped."""
GUARDS = OUR_WORDS | {"order"}
"""All that a guard may have noted; an order is what a visitor told the software to do."""


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _known(what: str, names: frozenset[str]) -> AfterValidator:
    """A misspelt name would make a check that cannot fail."""

    def known(value: str) -> str:
        if value not in names:
            raise refuse(Problem(f"there is no {what} {shown(value)}", one_of(value, names)))
        return value

    return AfterValidator(known)


Text = Annotated[str, Field(min_length=1, max_length=600)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed, json_schema_input_type=Text | list[Text])]
ToolName = Annotated[str, _known("tool", frozenset(tool.name for tool in TOOLS))]
Tools = Annotated[tuple[ToolName, ...], Field(min_length=1)]
GuardKind = Annotated[str, _known("guard event", GUARDS)]
SomeStatuses = Annotated[
    tuple[FactorStatus, ...], BeforeValidator(_listed, json_schema_input_type=FactorStatus | list[FactorStatus])
]
SomeStages = Annotated[tuple[Stage, ...], BeforeValidator(_listed, json_schema_input_type=Stage | list[Stage])]
Reason = HandoffReason | Literal["none"]
SomeReasons = Annotated[tuple[Reason, ...], BeforeValidator(_listed, json_schema_input_type=Reason | list[Reason])]
LeavesAs = Literal["invitation", "notice"]
"""The kinds of message that leave the house."""


class Word(StrEnum):
    """The newest word on a purpose."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    UNSAID = "unsaid"


class FactorExpectation(Section):
    """One factor at the end: `quote` stands in its evidence, `superseded` in a value that was taken back."""

    status: SomeStatuses | None = None
    value_contains: Texts = ()
    quote: Texts = ()
    superseded: Texts = ()
    met: bool | None = None


class ScoreBounds(Section):
    """Bounds of the total, both included."""

    min: float = Field(default=0, ge=0, le=100)
    max: float = Field(default=100, ge=0, le=100)


class MeetingExpectation(Section):
    """The lead's confirmed meeting. `start` is on the clock of `zone`, `moved` how often it was changed."""

    booked: bool | None = None
    start: NaiveDatetime | None = None
    zone: Text | None = None
    count: int | None = Field(default=None, ge=0, description="meetings of this lead, cancelled ones too")
    moved: int | None = Field(default=None, ge=0)
    host: Text | None = None
    kind: Text | None = None
    invited: Text | None = Field(default=None, description="the address the invitation goes to")


class HandoffExpectation(Section):
    """The open handoff; `due` on the company's clock."""

    reason: SomeReasons | None = None
    note_contains: Texts = ()
    due: NaiveDatetime | None = None


class SaidExpectation(Section):
    """Words of the agent, in one turn (from 1) or anywhere; case and typography do not matter."""

    turn: int | None = Field(default=None, ge=1)
    any: Texts = ()
    all: Texts = ()


class Cost(Section):
    """The most a conversation may cost. Seconds are those of one answer, and judged where a live model answers."""

    requests: int | None = Field(default=None, ge=0, description="questions to a model, tries included")
    tool_calls: int | None = Field(default=None, ge=0)
    input_tokens: int | None = Field(default=None, ge=0)
    output_tokens: int | None = Field(default=None, ge=0)
    seconds_per_answer: float | None = Field(default=None, gt=0)


class Routed(Section):
    """Who has the lead: a rep by name, or a queue; `nobody` when neither may have it."""

    owner: Text | None = None
    queue: Text | None = None
    nobody: Literal[True] | None = None


class AnsweredBy(Section):
    """Who answered a turn, as stored with it: the interviewer, or the model of the run (`scripted` in a script)."""

    turn: int = Field(ge=1)
    model: Literal["scripted", "built-in"]


class Prohibition(Section):
    """What must not hold: each single check of it has to fail."""

    bant: dict[Factor, FactorExpectation] = Field(default_factory=dict)
    stage: SomeStages | None = None
    status: WorkStatus | None = None
    outcome: Outcome | None = None
    score: ScoreBounds | None = None
    meeting: MeetingExpectation | None = None
    handoff: HandoffExpectation | None = None
    consent: dict[Purpose, Word] = Field(default_factory=dict)
    contact: dict[ContactKind, Text] = Field(default_factory=dict)
    follow_up_on: date | None = None
    signals: Texts = ()
    routed: Routed | None = None
    suppressed: bool | None = Field(default=None, description="their addresses may not be written to any more")
    outbox: dict[LeavesAs, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    guard_events: tuple[GuardKind, ...] = ()
    tools_used: Tools | None = Field(default=None, description="called, and did what they were asked")
    tools_refused: Tools | None = Field(default=None, description="called, and refused by a rule")
    said: tuple[SaidExpectation, ...] = ()
    cites: Texts = ()


class Expectation(Prohibition):
    """What must hold; it adds what can only be said of a whole conversation."""

    tools_never: Tools | None = Field(default=None, description="not even called")
    never_said: Texts = Field(default=(), description="never on the screen, not even for a moment, nor in the outbox")
    never_asks: tuple[Factor, ...] = ()
    questions_per_reply: int | None = Field(default=None, ge=0)
    asks_at_most: int | None = Field(default=None, ge=1, description="how often one factor is asked for in all")
    replies: int | None = Field(default=None, ge=0)
    answered_by: tuple[AnsweredBy, ...] = ()
    cost: Cost | None = None
