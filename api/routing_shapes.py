"""What outside programs send and get about routing: who has a lead and why, the team, queues, what rules would do."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from api.lead_shapes import OwnerShown
from api.shapes import Code

Reason = Annotated[str, Meta(max_length=200)]
RepName = Annotated[str, Meta(min_length=1, max_length=320)]
"""The id or the address of one of the team."""
Attributes = Annotated[
    dict[
        Annotated[str, Meta(min_length=1, max_length=120)], Annotated[str, Meta(max_length=400)] | float | bool | None
    ],
    Meta(max_length=60),
]


class AssignBody(Struct, forbid_unknown_fields=True):
    """Where a lead goes by hand: exactly one of `owner` (id or address of a rep) and `queue`."""

    owner: RepName | None = None
    queue: Code | None = None
    reason: Reason = ""


class DeclineBody(Struct, forbid_unknown_fields=True):
    """Why a rep does not take an offered lead: a short code, such as no_capacity."""

    reason: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]


class StepShown(Struct):
    """One step of the way: what was asked, the value that was seen, and what the step said."""

    rule: str
    verdict: str
    asked: str
    seen: str | float | bool | None


class AssignmentShown(Struct):
    """One assignment, by whom, why, and how it ended."""

    id: str
    at: datetime
    state: str
    owner: OwnerShown | None
    queue: str | None
    destination: str | None
    pool: str | None
    rule: str
    why: str
    by: str
    reason: str | None
    ended_at: datetime | None
    steps: list[StepShown]


class ClockShown(Struct):
    """A promised time of the lead, in working time of `calendar`."""

    kind: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    paused: bool
    overdue: bool
    calendar: str


class RouteShown(Struct):
    """Why this lead is where it is: the assignment that holds, those before it, and its promised times.

    `first_touch` is when the agent and a person first reached the lead.
    """

    lead_id: str
    current: AssignmentShown | None
    history: list[AssignmentShown]
    clocks: list[ClockShown]
    first_touch: dict[str, datetime]
    waits_until: datetime | None


class AwayBody(Struct, forbid_unknown_fields=True):
    """Leave: dates in the rep's own zone, both included, and who stands in."""

    first: date = field(name="from")
    last: date = field(name="to")
    delegate: RepName | None = None


class AwayShown(Struct):
    """Leave that is kept for a rep."""

    first: date = field(name="from")
    last: date = field(name="to")
    delegate: OwnerShown | None = None


class RepShown(Struct):
    """One of the team. `working` says whether they are in their hours now, `next_shift` when these open again."""

    id: str
    name: str
    email: str
    languages: list[str]
    hours: str
    tz: str
    working: bool
    next_shift: datetime | None
    away: AwayShown | None
    open_leads: int
    pools: list[str]
    queues: list[str]


class RepList(Struct):
    """The team, by name."""

    items: list[RepShown]
    next_cursor: None = None


class LeaveBody(Struct, forbid_unknown_fields=True):
    """A rep leaves. `to` takes everything over; without it each lead is routed. `dry_run` only lists."""

    to: RepName | None = None
    dry_run: bool = False


class HandoverShown(Struct):
    """What became of one thing they had; without an owner it waits in the queue, a meeting for a host."""

    id: str
    owner: OwnerShown | None
    queue: str | None


class LeavingShown(Struct):
    """Everything a rep had, and where it went, or would go when `done` is false."""

    rep: OwnerShown
    done: bool
    leads: list[HandoverShown]
    deals: list[HandoverShown]
    tasks: list[HandoverShown]
    handoffs: list[HandoverShown]
    meetings: list[HandoverShown]
    clocks: int
    pools: list[str]
    queues: list[str]
    keys: list[str]


class QueueShown(Struct):
    """A queue: its people, how many open leads wait in it without an owner, and since when the oldest does."""

    key: str
    title: str
    members: list[str]
    waiting: int
    oldest: datetime | None


class QueueList(Struct):
    """Every queue; those that are not in the rules any more are listed while leads wait in them."""

    items: list[QueueShown]
    next_cursor: None = None


class SimulateBody(Struct, forbid_unknown_fields=True):
    """A known lead, or one that is made up; under the rules that decide now, or those in `content`."""

    lead_id: Code | None = None
    attributes: Attributes | None = None
    events: Annotated[list[Annotated[str, Meta(min_length=1, max_length=80)]], Meta(max_length=20)] = []
    content: dict[str, Any] | None = None


class SimulationShown(Struct):
    """Where the lead would go, why, and every step of the way. `waits_until` is set when it would wait in the queue."""

    routed: bool
    rule: str
    why: str
    owner: OwnerShown | None
    pool: str | None
    queue: str | None
    destination: str | None
    waits_until: datetime | None
    answer_within_minutes: float
    steps: list[StepShown]
    warnings: list[str]


class RouteDryRunBody(Struct, forbid_unknown_fields=True):
    """Put the leads of the last days through the rules that decide now, or through those in `content`."""

    days: Annotated[int, Meta(ge=1, le=90)] = 30
    content: dict[str, Any] | None = None


class MovedShown(Struct):
    """A lead that would go elsewhere."""

    lead_id: str
    was: str
    would_be: str
    rule: str


class RouteDryRunShown(Struct):
    """What the rules would have done. `moved` lists at most 200 of `moved_count` leads that would go elsewhere."""

    days: int
    leads: int
    by_target: dict[str, int]
    by_rule: dict[str, int]
    moved_count: int
    moved: list[MovedShown]
    warnings: list[str]
