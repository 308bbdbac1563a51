"""The opportunity: what a converted lead becomes, with an amount, a close date, a quote and a place in the pipeline."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from leads.actor import Actor
from leads.identity import CompanyId, LeadId, OpportunityId, PersonId, RepId
from leads.refusal import ValueMissing
from leads.stage import ReasonCode

LARGEST = Decimal(10) ** 12
"""Amounts are below this."""
STEP = Decimal("0.0001")
"""The finest amount: no currency of ISO 4217 has more than four decimals."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217). Two currencies never add up."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is no amount. Raises ValueMissing."""
        if not self.amount.is_finite() or not 0 <= self.amount < LARGEST or self.amount != self.amount.quantize(STEP):
            raise ValueMissing("An amount is a number from 0 to below a million million, with up to four decimals.")


class DealState(StrEnum):
    """How an opportunity stands; its stage in the pipeline is a thing of its own."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PipelineStage:
    """One stage of the pipeline; `probability` (0..1) is what a deal in it is weighted with in a forecast."""

    key: str
    label: str
    probability: float


PIPELINE = (
    PipelineStage("discovery", "Discovery", 0.2),
    PipelineStage("proposal", "Proposal", 0.5),
    PipelineStage("negotiation", "Negotiation", 0.75),
)
"""The stages where the playbook names none."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What a person says when they convert a lead; a name is made from the company when none is given."""

    value: Money
    close_date: date
    quote_url: str | None = None
    name: str | None = None
    owner: RepId | None = None


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One deal with one company. `reopened` counts how often it was closed and taken up again (case 32)."""

    id: OpportunityId
    lead_id: LeadId
    person_id: PersonId
    name: str
    value: Money
    close_date: date
    stage: str
    created_at: datetime
    updated_at: datetime
    stage_entered_at: datetime
    company_id: CompanyId | None = None
    owner: RepId | None = None
    quote_url: str | None = None
    state: DealState = DealState.OPEN
    reason: ReasonCode | None = None
    note: str = ""
    closed_at: datetime | None = None
    reopened: int = 0

    def probability(self, pipeline: tuple[PipelineStage, ...]) -> float:
        """What it is weighted with: 1 when won, 0 when lost, else its stage's share."""
        if self.state is not DealState.OPEN:
            return 1.0 if self.state is DealState.WON else 0.0
        return next((stage.probability for stage in pipeline if stage.key == self.stage), 0.0)


@dataclass(frozen=True, slots=True)
class DealChange:
    """One recorded change of an opportunity: `what` is stage, state, amount, currency, close_date or owner."""

    what: str
    before: str
    after: str
    actor: Actor
    at: datetime
    reason: ReasonCode | None = None


def deal_changes(before: Opportunity, after: Opportunity, *, actor: Actor, at: datetime) -> tuple[DealChange, ...]:
    """What has to be recorded between two states of one opportunity; amounts too, so that reports can look back."""
    pairs = (
        ("stage", before.stage, after.stage),
        ("state", before.state.value, after.state.value),
        ("amount", f"{before.value.amount.normalize():f}", f"{after.value.amount.normalize():f}"),
        ("currency", before.value.currency, after.value.currency),
        ("close_date", before.close_date.isoformat(), after.close_date.isoformat()),
        ("owner", before.owner or "", after.owner or ""),
    )
    return tuple(DealChange(what, old, new, actor, at, after.reason) for what, old, new in pairs if old != new)
