"""What outside programs send and get about moves of leads, opportunities and tasks."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from api.lead_shapes import Answer, LeadShown, OwnerShown
from api.shapes import Code, Line, Zone
from leads.bant import Factor
from leads.stage import ReasonCode, WorkStatus
from leads.task import TaskKind

Note = Annotated[str, Meta(max_length=2000)]
AmountText = Annotated[str, Meta(pattern=r"^\d{1,12}(\.\d{1,4})?$")]
"""An amount as text, so that no float touches it: "12.50"."""
Number = Annotated[int, Meta(ge=0, lt=10**12)] | Annotated[float, Meta(ge=0, lt=1e12)]
Amount = AmountText | Number
CurrencyCode = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
Link = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s<>\"]+$")]
OptionalLine = Line | UnsetType | None


class PersonEdit(Struct, forbid_unknown_fields=True):
    """What to change of the person; null takes a value away, what is left out stays."""

    name: OptionalLine = UNSET
    title: OptionalLine = UNSET
    phone: Annotated[str, Meta(max_length=60)] | UnsetType | None = UNSET
    language: Annotated[str, Meta(max_length=12)] | UnsetType | None = UNSET
    tz: Zone | UnsetType | None = UNSET
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] | UnsetType | None = UNSET
    region: Annotated[str, Meta(max_length=80)] | UnsetType | None = UNSET
    seniority: Annotated[str, Meta(max_length=40)] | UnsetType | None = UNSET
    department: Annotated[str, Meta(max_length=40)] | UnsetType | None = UNSET


class CompanyEdit(Struct, forbid_unknown_fields=True):
    """What to change of the company."""

    name: OptionalLine = UNSET
    domain: Annotated[str, Meta(max_length=253)] | UnsetType | None = UNSET
    size_band: Annotated[str, Meta(max_length=20)] | UnsetType | None = UNSET
    industry: Annotated[str, Meta(max_length=80)] | UnsetType | None = UNSET
    region: Annotated[str, Meta(max_length=80)] | UnsetType | None = UNSET
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] | UnsetType | None = UNSET
    employees: Annotated[int, Meta(ge=0, le=2**31 - 1)] | UnsetType | None = UNSET
    revenue_band: Annotated[str, Meta(max_length=40)] | UnsetType | None = UNSET
    account_type: Literal["prospect", "customer", "partner", "competitor"] | UnsetType | None = UNSET


class LeadPatch(Struct, forbid_unknown_fields=True):
    """What to change of a lead; what is left out stays. `confirmed`: factors the lead stated and you have checked."""

    status: WorkStatus | UnsetType = UNSET
    person: PersonEdit | UnsetType = UNSET
    company: CompanyEdit | UnsetType = UNSET
    fields: Annotated[dict[Annotated[str, Meta(min_length=1, max_length=80)], Answer], Meta(max_length=60)] = {}
    follow_up_on: date | UnsetType | None = UNSET
    confirmed: Annotated[list[Factor], Meta(max_length=4)] = []


class ReturnBody(Struct, forbid_unknown_fields=True):
    """Why the lead is given back."""

    reason_code: ReasonCode
    note: Note = ""


class DisqualifyBody(Struct, forbid_unknown_fields=True):
    """Why the lead is not for us; `cancel_meetings` also cancels a meeting that lies ahead."""

    reason_code: ReasonCode
    note: Note = ""
    cancel_meetings: bool = False


class RecycleBody(Struct, forbid_unknown_fields=True):
    """The day on which the lead is taken up again."""

    until: date


class ConvertBody(Struct, forbid_unknown_fields=True):
    """The deal. `amount` is a text such as "12000.00", or a number; `owner` is the id or address of a rep."""

    amount: Amount
    currency: CurrencyCode
    close_date: date
    quote_url: Link | None = None
    name: Line | None = None
    owner: Annotated[str, Meta(min_length=1, max_length=320)] | None = None


class MoneyShown(Struct):
    """An amount as text, and its currency (ISO 4217)."""

    amount: str
    currency: str


class DealChangeShown(Struct):
    """One change of an opportunity."""

    what: str
    before: str
    after: str
    by: str
    actor: str
    reason_code: str | None
    at: datetime


class OpportunityShown(Struct):
    """A deal. `state` is open, won or lost, `stage` one of the pipeline's; `reopened` counts how often it was."""

    id: str
    lead_id: str
    person_id: str
    company_id: str | None
    name: str
    value: MoneyShown
    probability: float
    close_date: date
    quote_url: str | None
    stage: str
    state: str
    reason_code: str | None
    note: str
    owner: OwnerShown | None
    reopened: int
    created_at: datetime
    updated_at: datetime
    stage_entered_at: datetime
    closed_at: datetime | None
    history: list[DealChangeShown] = []


class OpportunityList(Struct):
    """A page of opportunities, newest first."""

    items: list[OpportunityShown]
    next_cursor: str | None


class PipelineStageShown(Struct):
    """One stage of the pipeline with what stands in it: a sum for each currency, and weighted by probability."""

    stage: str
    label: str
    probability: float
    count: int
    totals: list[MoneyShown]
    weighted: list[MoneyShown]


class PipelineShown(Struct):
    """The pipeline by stage, in its order; stages that the playbook no longer names come last."""

    items: list[PipelineStageShown]
    won: list[MoneyShown]
    lost: list[MoneyShown]
    next_cursor: str | None = None


class Converted(Struct):
    """What a lead was converted into."""

    lead: LeadShown
    opportunity: OpportunityShown


class OpportunityPatch(Struct, forbid_unknown_fields=True):
    """What to change of a deal; what is left out stays. `amount` alone keeps the currency."""

    stage: Code | None = None
    amount: Amount | None = None
    currency: CurrencyCode | None = None
    close_date: date | None = None
    quote_url: Link | UnsetType | None = UNSET
    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    owner: Annotated[str, Meta(min_length=1, max_length=320)] | None = None


class TaskBody(Struct, forbid_unknown_fields=True):
    """Something to be done about a lead; `owner` is the id or address of a rep, the lead's owner when left out."""

    lead_id: Code
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    due_at: datetime
    kind: TaskKind = TaskKind.OTHER
    owner: Annotated[str, Meta(min_length=1, max_length=320)] | None = None


class TaskShown(Struct):
    """A task."""

    id: str
    lead_id: str
    kind: str
    title: str
    owner: OwnerShown | None
    due_at: datetime
    overdue: bool
    done_at: datetime | None
    created_at: datetime


class TaskList(Struct):
    """A page of tasks, the most pressing first."""

    items: list[TaskShown]
    next_cursor: str | None


class WishShown(Struct):
    """A track that was chosen for a lead, why, and whether a sequence has taken it up."""

    track: str
    sequence: str | None
    why: str
    at: datetime
    taken_at: datetime | None


class StandingShown(Struct):
    """Where a lead stands and what you may do with it now."""

    stage: str
    label: str
    status: str
    outcome: str
    legal_moves: list[str]
    prospect: bool | None
    segments: list[str]
    cycle: int
    earlier_lead_id: str | None
    tracks: list[WishShown]


class OutcomeBody(Struct, forbid_unknown_fields=True):
    """Whether the meeting took place."""

    outcome: Literal["held", "no_show"]
