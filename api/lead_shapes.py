"""What outside programs send and get about leads."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from actions.capture_lead import CaptureContext
from api.shapes import Code, Email, EvidenceShown, FactorShown, Line
from leads.consent import Purpose

Answer = Annotated[str, Meta(max_length=4000)] | Annotated[int, Meta(ge=-(2**53), le=2**53)] | float | bool | None
"""An answer to a form's own question."""


class ConsentGiven(Struct, forbid_unknown_fields=True):
    """A word on consent that was given on the form; `at` is now unless told."""

    purpose: Purpose
    granted: bool
    text_version: Annotated[str, Meta(min_length=1, max_length=40)]


class LeadBody(Struct, forbid_unknown_fields=True):
    """Somebody to tell us of. An address or a number is needed; `fields` are the form's own questions."""

    source: Annotated[str, Meta(min_length=1, max_length=80)]
    email: Email | None = None
    phone: Annotated[str, Meta(max_length=60)] | Annotated[int, Meta(ge=0, le=10**16)] | None = None
    name: Line | None = None
    company: Line | None = None
    title: Line | None = None
    campaign: Annotated[str, Meta(max_length=120)] | None = None
    utm: Annotated[dict[Code, Line], Meta(max_length=20)] = {}
    context: CaptureContext | None = None
    fields: Annotated[dict[Annotated[str, Meta(min_length=1, max_length=80)], Answer], Meta(max_length=60)] = {}
    consent: Annotated[list[ConsentGiven], Meta(max_length=5)] = []


class ContactPointShown(Struct):
    """One way to reach somebody. `raw` is what is written to or called, `normalised` what look-ups compare."""

    id: str
    kind: str
    raw: str
    normalised: str
    primary: bool
    verified_at: datetime | None
    deliverability: str


class PersonShown(Struct):
    """The person behind a lead."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    title: str | None
    contact_points: list[ContactPointShown] = []
    seniority: str | None = None
    department: str | None = None
    country: str | None = None


class CompanyShown(Struct):
    """Their company."""

    id: str
    name: str
    domain: str | None
    size_band: str | None
    industry: str | None
    region: str | None
    country: str | None = None
    employees: int | None = None
    revenue_band: str | None = None


class OwnerShown(Struct):
    """Who of the team owns it."""

    id: str
    name: str


class ScoreShown(Struct):
    """The figures; the lines are at `/score`."""

    total: float
    fit: float
    engagement: float
    negative: float
    grade: str
    version: int


class SlaShown(Struct):
    """By when somebody should act, and whether that has passed.

    `kind` is acceptance, first_response, next_response, handoff_chat, or handoff for another request for a person.
    """

    due_at: datetime
    overdue: bool
    kind: str
    handoff_id: str | None = None


class EnrichedShown(Struct):
    """What somebody else says; `used` is false where the record holds another value, which stays."""

    field: str
    value: str | int
    source: str
    at: datetime
    used: bool


class ConsentNow(Struct):
    """How it stands with one purpose: `granted` is what counts now; the newest word and on what it rests."""

    granted: bool
    basis: str
    text_version: str
    source: str
    at: datetime
    expires_at: datetime | None


class LeadShown(Struct):
    """A lead: one buying cycle of one person."""

    id: str
    person: PersonShown
    company: CompanyShown | None
    stage: str
    status: str
    outcome: str
    reason_code: str | None
    owner: OwnerShown | None
    queue: str | None
    source: str
    campaign: str | None
    context: str | None
    cycle: int
    score: ScoreShown
    bant: dict[str, FactorShown]
    completeness: float
    completeness_missing: list[str]
    sla: SlaShown | None
    fields: dict[str, Any]
    consent: dict[str, ConsentNow]
    follow_up_on: datetime | None
    track: str | None
    opportunity_id: str | None
    accepted_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    merged_from: list[str] = []
    last_activity_at: datetime | None = None
    enrichment: list[EnrichedShown] = []


class LeadList(Struct):
    """A page of leads; `next_cursor` is null on the last one."""

    items: list[LeadShown]
    next_cursor: str | None


class ScoreLineShown(Struct):
    """One line of the receipt; the lines' points add up to the total. `raw` is before decay and caps."""

    rule: str
    label: str
    group: str
    points: float
    raw: float
    at: datetime | None
    evidence: list[EvidenceShown]


class ScoreExplained(Struct):
    """The receipt of a score as of now, and what would have to be known to score more."""

    total: float
    fit: float
    engagement: float
    negative: float
    grade: str
    lines: list[ScoreLineShown]
    missing: list[str]
    as_of: datetime
    version: int


class CappedShown(Struct):
    """Points that a limit took away again; `group` is null for the limits of the whole, 0 and 100."""

    group: str | None
    lost: float


class AheadShown(Struct):
    """The total at a later moment if nothing else happens. `why`: decay, ended, began or adjustment_ended."""

    at: datetime
    total: float
    why: str
    rule: str | None


class LearnableShown(Struct):
    """An answer that nobody has given yet, and the most it could change.

    `attribute` is a fact that rules ask for, `question` one of BANT with the playbook's way to `ask` it.
    """

    points: float
    how: str
    attribute: str | None = None
    question: str | None = None
    ask: str | None = None


class CrossedShown(Struct):
    """A line this cycle has crossed, once."""

    threshold: str
    at: datetime
    total: float
    version: int


class ScoreInFull(ScoreExplained, kw_only=True):
    """The receipt with everything around it. `ready`: it stands above the line for sales; `stops`: what forbids it."""

    capped: list[CappedShown]
    next: list[AheadShown]
    what_would_change: list[LearnableShown]
    ready: bool
    stops: list[str]
    crossed: list[CrossedShown]


class AdjustmentBody(Struct, forbid_unknown_fields=True):
    """Points given or taken by hand, with the reason; without `expires_at` they stay."""

    points: Annotated[float, Meta(ge=-100, le=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class TimelineItem(Struct):
    """One thing that happened. `kind` is message, activity, bant, stage, status, outcome, meeting or handoff."""

    at: datetime
    kind: str
    type: str
    text: str | None = None
    quote: str | None = None
    message_id: str | None = None
    properties: dict[str, Any] = {}


class Timeline(Struct):
    """Everything that happened, newest first."""

    items: list[TimelineItem]
    next_cursor: str | None
