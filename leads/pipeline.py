"""Figures of deals: what stands in the pipeline, what was won and lost, and who brought it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from leads.attribution import Journey, Model, Touch, credits
from leads.funnel import Rate, velocity
from leads.opportunity import DealState

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class DealFacts:
    """A deal with what reports ask of its lead. `chat_at`: the first chat; `probability`: of its stage, 0..1."""

    id: str
    amount: Decimal
    currency: str
    stage: str
    state: DealState
    created_at: datetime
    closed_at: datetime | None
    lead_id: str
    lead_created_at: datetime
    source: str
    campaign: str | None = None
    owner: str | None = None
    chat_at: datetime | None = None
    probability: float = 0.0

    @property
    def weighted(self) -> Decimal:
        """What a forecast counts it with."""
        return self.amount * Decimal(str(self.probability)) if self.state is DealState.OPEN else Decimal()

    @property
    def sourced_by_chat(self) -> bool:
        """The lead came into being in a conversation with the agent."""
        return self.chat_at is not None and self.chat_at <= self.lead_created_at

    @property
    def influenced_by_chat(self) -> bool:
        """There was a conversation before there was a deal."""
        return self.chat_at is not None and self.chat_at <= self.created_at


@dataclass(frozen=True, slots=True)
class DealFigures:
    """Sums over deals of one currency: created in the period, open now, and closed in the period."""

    created: int
    created_amount: Decimal
    open: int
    open_amount: Decimal
    weighted_amount: Decimal
    won: int
    won_amount: Decimal
    lost: int
    lost_amount: Decimal
    cycle_days: float | None
    sourced: Rate
    sourced_amount: Decimal
    influenced: Rate
    influenced_amount: Decimal

    @property
    def win_rate(self) -> Rate:
        """Won among those that were closed in the period."""
        return Rate(self.won, self.won + self.lost)

    @property
    def average_won(self) -> Decimal | None:
        """The mean amount of what was won."""
        return (self.won_amount / self.won).quantize(CENT) if self.won else None

    @property
    def velocity_per_day(self) -> float | None:
        """Money a day at which the open deals turn into won ones."""
        rate, average = self.win_rate.value, self.average_won
        return velocity(opportunities=self.open, win_rate=rate, average=average, cycle_days=self.cycle_days)


def deal_figures(deals: Sequence[DealFacts], *, start: datetime, end: datetime) -> DealFigures:
    """The sums over these deals for a period, its end not included. They must be of one currency."""
    created = [d for d in deals if start <= d.created_at < end]
    closed = [d for d in deals if d.closed_at is not None and start <= d.closed_at < end]
    won, lost = ([d for d in closed if d.state is state] for state in (DealState.WON, DealState.LOST))
    waiting = [d for d in deals if d.state is DealState.OPEN]
    cycles = [(d.closed_at - d.lead_created_at).total_seconds() / 86400 for d in won if d.closed_at]
    sourced, influenced = [d for d in created if d.sourced_by_chat], [d for d in created if d.influenced_by_chat]
    return DealFigures(
        created=len(created),
        created_amount=_sum(created),
        open=len(waiting),
        open_amount=_sum(waiting),
        weighted_amount=sum((d.weighted for d in waiting), Decimal()),
        won=len(won),
        won_amount=_sum(won),
        lost=len(lost),
        lost_amount=_sum(lost),
        cycle_days=round(median(cycles), 1) if cycles else None,
        sourced=Rate(len(sourced), len(created)),
        sourced_amount=_sum(sourced),
        influenced=Rate(len(influenced), len(created)),
        influenced_amount=_sum(influenced),
    )


def divided(deals: Iterable[DealFacts], key: Callable[[DealFacts], str | None]) -> dict[str | None, list[DealFacts]]:
    """The deals by what `key` says of them."""
    found: dict[str | None, list[DealFacts]] = {}
    for deal in deals:
        found.setdefault(key(deal), []).append(deal)
    return found


def revenue_by_source(
    won: Iterable[DealFacts], touches: Mapping[str, Sequence[Touch]], model: Model
) -> dict[str, Decimal]:
    """What was won, divided over the sources that touched the leads (by lead id); without a touch, the lead's own."""
    found: dict[str, Decimal] = {}
    for deal in won:
        journey = Journey(
            tuple(touches.get(deal.lead_id, ())),
            lead_created_at=deal.lead_created_at,
            opportunity_at=deal.created_at,
            closed_at=deal.closed_at or deal.created_at,
        )
        for source, share in (credits(journey, model) or {deal.source: 1.0}).items():
            found[source] = found.get(source, Decimal()) + deal.amount * Decimal(str(share))
    return found


def _sum(deals: Iterable[DealFacts]) -> Decimal:
    return sum((deal.amount for deal in deals), Decimal())
