"""Figures of deals: what stands in the pipeline, what was won and lost, and who brought it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from leads.attribution import Journey, Model, credits
from leads.funnel import Rate, velocity
from leads.opportunity import DealState

CENT = Decimal("0.01")
_NOTHING = Decimal()


class AlikeDeals(NamedTuple):
    """How many deals are alike in everything a pipeline report asks of them, and what they are worth together.

    `value` is the group they are counted in and `probability` that of their stage, 0..1. `standing`: open now, or won
    or lost in the period, else None. `created`: in the period. `sourced`: the lead came into being in a conversation
    with the agent; `influenced`: there was a conversation before there was a deal. The last two are asked of deals
    that were created in the period.
    """

    value: str | None
    currency: str
    probability: float
    standing: DealState | None
    created: bool
    sourced: bool
    influenced: bool
    deals: int
    amount: Decimal


class Cycle(NamedTuple):
    """How long a deal that was won in the period took from the lead on, in seconds, and the group it is counted in."""

    value: str | None
    currency: str
    seconds: int


@dataclass(frozen=True, slots=True)
class WonDeal:
    """A deal that was won, with what divides its amount over those who brought it."""

    amount: Decimal
    source: str
    journey: Journey


@dataclass(slots=True)
class DealFigures:
    """Sums over deals of one currency: created in the period, open now, and closed in the period."""

    created: int = 0
    created_amount: Decimal = _NOTHING
    open: int = 0
    open_amount: Decimal = _NOTHING
    weighted_amount: Decimal = _NOTHING
    won: int = 0
    won_amount: Decimal = _NOTHING
    lost: int = 0
    lost_amount: Decimal = _NOTHING
    by_chat: int = 0
    sourced_amount: Decimal = _NOTHING
    after_chat: int = 0
    influenced_amount: Decimal = _NOTHING
    cycles_s: list[int] = field(default_factory=list)

    def add(self, alike: AlikeDeals) -> None:
        """Count some deals; an open one is weighted with the probability of its stage, which is what forecasts do."""
        match alike.standing:
            case DealState.OPEN:
                self.open += alike.deals
                self.open_amount += alike.amount
                self.weighted_amount += alike.amount * Decimal(str(alike.probability))
            case DealState.WON:
                self.won += alike.deals
                self.won_amount += alike.amount
            case DealState.LOST:
                self.lost += alike.deals
                self.lost_amount += alike.amount
        if alike.created:
            self._add_new(alike)

    def _add_new(self, alike: AlikeDeals) -> None:
        self.created += alike.deals
        self.created_amount += alike.amount
        if alike.sourced:
            self.by_chat += alike.deals
            self.sourced_amount += alike.amount
        if alike.influenced:
            self.after_chat += alike.deals
            self.influenced_amount += alike.amount

    @property
    def sourced(self) -> Rate:
        """New deals whose lead began in a chat."""
        return Rate(self.by_chat, self.created)

    @property
    def influenced(self) -> Rate:
        """New deals with a chat before them."""
        return Rate(self.after_chat, self.created)

    @property
    def cycle_days(self) -> float | None:
        """The median time from lead to customer."""
        return round(median(self.cycles_s) / 86400, 1) if self.cycles_s else None

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


def deal_figures(deals: Iterable[AlikeDeals], cycles: Iterable[Cycle]) -> dict[str | None, DealFigures]:
    """The sums of each group. Within a group deals must be of one currency."""
    found: dict[str | None, DealFigures] = {}
    for alike in deals:
        found.setdefault(alike.value, DealFigures()).add(alike)
    for cycle in cycles:
        found.setdefault(cycle.value, DealFigures()).cycles_s.append(cycle.seconds)
    return found


def revenue_by_source(won: Iterable[WonDeal], model: Model) -> dict[str, Decimal]:
    """What was won, divided over the sources that touched the leads; without a touch, the lead's own."""
    found: dict[str, Decimal] = {}
    for deal in won:
        for source, share in (credits(deal.journey, model) or {deal.source: 1.0}).items():
            found[source] = found.get(source, Decimal()) + deal.amount * Decimal(str(share))
    return found
