"""A trace: everything that can be judged of one replayed conversation, as plain values without clocks or handles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import msgspec

from leads.bant import Factor, FactorStatus


@dataclass(frozen=True, slots=True)
class Cited:
    """A page that a reply names."""

    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One tool call of a turn: the arguments as the model wrote them and the line it was told."""

    name: str
    arguments: str
    result: str
    ok: bool


@dataclass(frozen=True, slots=True)
class TurnTrace:
    """One answered turn. `shown` is every word that was on the screen, those taken back again too.

    `asked` are the factors the reply asks for; when the turn ended, `askable` were still to be asked, and `has_meeting`
    says whether a meeting stood. `requests` counts how often a model was asked, tokens are as the provider reported
    them, and `seconds` is how long the answer took; None unless the model is a live one.
    """

    number: int
    visitor: tuple[str, ...]
    reply: str
    shown: str
    cited: tuple[Cited, ...]
    tools: tuple[ToolUse, ...]
    outcome: str
    model: str
    asked: tuple[Factor, ...]
    askable: tuple[Factor, ...]
    has_meeting: bool
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A message that no turn of the agent answers: a rep's, or a visitor's to a rep. `after` is the turn before it."""

    after: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class FactorTrace:
    """What holds of one factor at the end, and what was taken back."""

    status: FactorStatus
    value: str
    quotes: tuple[str, ...]
    superseded: tuple[str, ...]
    met: bool


@dataclass(frozen=True, slots=True)
class MeetingTrace:
    """A meeting; `start` is on the clock of `zone`, `offered` says that the time was offered in this conversation."""

    start: datetime
    zone: str
    kind: str
    host: str
    invited: str
    state: str
    moved: int
    offered: bool


@dataclass(frozen=True, slots=True)
class HandoffTrace:
    """An open request for a person; `due` is on the company's clock."""

    reason: str
    note: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """A name and what stands for it: a contact detail, a purpose's newest word."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message on its way out; `payload` as JSON."""

    kind: str
    key: str
    payload: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The score and the points of the lines it is made of.

    `kept` is the figure that stands with the lead, which lists and routing go by; None when time has passed since it
    was worked out, because points fade.
    """

    total: float
    grade: str
    points: tuple[float, ...]
    kept: float | None = None


@dataclass(frozen=True, slots=True)
class EndState:
    """What is so when the conversation is over. BANT and contact as this conversation may see them.

    `owner` is the name of the rep who has the lead, `suppressed` says that no marketing may go to them any more.
    """

    bant: tuple[tuple[Factor, FactorTrace], ...]
    stage: str
    status: str
    outcome: str
    score: Receipt
    meetings: tuple[MeetingTrace, ...]
    handoff: HandoffTrace | None
    consents: tuple[Detail, ...]
    contact: tuple[Detail, ...]
    follow_up_on: date | None
    signals: tuple[str, ...]
    guard_events: tuple[Detail, ...]
    owner: str = ""
    queue: str = ""
    suppressed: bool = False

    def factor(self, factor: Factor) -> FactorTrace:
        """One factor."""
        return dict(self.bant)[factor]


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of a case with one model.

    `said_before` are words of an earlier talk, `faults` reasons why the case could not be run as it is written.
    """

    case: str
    model: str
    turns: tuple[TurnTrace, ...]
    end: EndState
    events: tuple[str, ...]
    outbox: tuple[Leaving, ...]
    said_before: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()

    @property
    def replies(self) -> Sequence[str]:
        """The agent's messages, turn by turn; empty where a turn ended without words."""
        return [turn.reply for turn in self.turns]

    @property
    def fingerprint(self) -> str:
        """The same for the same conversation: two runs that differ in anything have two fingerprints."""
        return sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]
