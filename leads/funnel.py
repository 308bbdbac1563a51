"""Figures of the funnel: cohorts, rates with their uncertainty, durations with those that have not ended yet.

A cohort is the leads that were created in a period; what became of them is counted whenever it happened, up to a
horizon, so that no figure divides one month's deals by another month's leads (domain.md §7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from math import ceil, sqrt

Z95 = 1.959964
"""The normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` out of `of`. Unknown, and not zero, when there is nothing to divide by."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0..1."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson score interval (E. B. Wilson, 1927): honest for few leads and for rates near 0 and 1."""
        if not self.of:
            return None
        n, p, z2 = self.of, self.hits / self.of, Z95 * Z95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of the leads of one period. Whoever reached a stage has reached every one before it.

    `mql` counts product qualified leads too, `pql` them alone. The counts from one stage to the next (`iql_mql` and so
    on) are of leads that made the step within the horizon. `worked`: somebody, or the agent, answered. `mature`: older
    than the horizon, so that nothing more can change.
    """

    leads: int = 0
    people: int = 0
    iql: int = 0
    mql: int = 0
    pql: int = 0
    sal: int = 0
    sql: int = 0
    opportunity: int = 0
    customer: int = 0
    lead_mql: int = 0
    mql_sal: int = 0
    sal_sql: int = 0
    sql_opportunity: int = 0
    opportunity_customer: int = 0
    lead_opportunity: int = 0
    lead_customer: int = 0
    worked: int = 0
    sql_worked: int = 0
    rejected: int = 0
    disqualified: int = 0
    recycled: int = 0
    lost: int = 0
    junk: int = 0
    mature: int = 0
    score_sum: float = 0.0

    def plus(self, other: "Cohort") -> "Cohort":
        """Both together. People who are in both are counted twice: only the whole report counts them once."""
        return Cohort(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def maturity(self) -> Rate:
        """The share whose horizon is over."""
        return Rate(self.mature, self.leads)

    @property
    def rates(self) -> Mapping[str, Rate]:
        """Every rate of the funnel by its name."""
        return {
            "lead_to_mql": Rate(self.lead_mql, self.leads),
            "mql_to_sal": Rate(self.mql_sal, self.mql),
            "sal_to_sql": Rate(self.sal_sql, self.sal),
            "sql_to_opportunity": Rate(self.sql_opportunity, self.sql),
            "opportunity_to_customer": Rate(self.opportunity_customer, self.opportunity),
            "lead_to_opportunity": Rate(self.lead_opportunity, self.leads),
            "lead_to_customer": Rate(self.lead_customer, self.leads),
            "acceptance": Rate(self.sal, self.sal + self.rejected),
            "qualification": Rate(self.sql_worked, self.worked),
            "qualification_of_all": Rate(self.sql, self.leads),
            "disqualification": Rate(self.disqualified, self.leads),
            "recycle": Rate(self.recycled, self.recycled + self.disqualified + self.lost + self.customer),
        }

    @property
    def average_score(self) -> float | None:
        """The mean of the stored scores."""
        return round(self.score_sum / self.leads, 1) if self.leads else None


@dataclass(frozen=True, slots=True)
class Durations:
    """How long something took, in seconds: each length with how often it occurred, and how many have not ended.

    Those that have not ended are kept in the ranking behind all others: leaving them out would flatter the median.
    """

    counted: tuple[tuple[int, int], ...]
    open: int = 0

    @property
    def ended(self) -> int:
        """How many have ended."""
        return sum(count for _, count in self.counted)

    @property
    def all(self) -> int:
        """Ended or not."""
        return self.ended + self.open

    def quantile(self, share: float) -> int | None:
        """The length that this share of all stays within (nearest rank); None when that many have not ended yet."""
        rank = ceil(share * self.all)
        seen = 0
        for seconds, count in sorted(self.counted):
            seen += count
            if seen >= rank > 0:
                return seconds
        return None

    def within(self, seconds: int) -> Rate:
        """The share that ended within so many seconds, of all."""
        return Rate(sum(count for length, count in self.counted if length <= seconds), self.all)


def per(amount: Decimal | None, count: int) -> Decimal | None:
    """Money a head, in cents; unknown without a cost or without heads, never zero."""
    if amount is None or not count:
        return None
    return (amount / count).quantize(Decimal("0.01"))


def velocity(
    *, opportunities: int, win_rate: float | None, average: Decimal | None, cycle_days: float | None
) -> float | None:
    """Money a day the pipeline brings: opportunities x win rate x average deal / days from lead to customer."""
    if win_rate is None or average is None or not cycle_days:
        return None
    return round(opportunities * win_rate * float(average) / cycle_days, 2)


@dataclass(frozen=True, slots=True)
class ScoreLevel:
    """How many leads have this very score, and how many of them were won."""

    score: float
    leads: int
    won: int


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the leads, the best scores first. `won` is no whole number where a score lies across two tenths."""

    number: int
    leads: float
    won: float
    score_from: float
    score_to: float


def ranking_quality(levels: Sequence[ScoreLevel]) -> float | None:
    """The area under the ROC curve: how often a won lead stood above one that was not; ties count half.

    None without both kinds. Computed from ranks (Mann-Whitney U), which is the same area.
    """
    wins = sum(level.won for level in levels)
    others = sum(level.leads for level in levels) - wins
    if not wins or not others:
        return None
    below, better = 0, 0.0
    for level in sorted(levels, key=lambda level: level.score):
        lost = level.leads - level.won
        better += level.won * (below + lost / 2)
        below += lost
    return better / (wins * others)


def tenths(levels: Sequence[ScoreLevel]) -> tuple[Tenth, ...]:
    """Ten parts of equal size, best first; leads of one score are divided evenly, wins and all."""
    size = sum(level.leads for level in levels) / 10
    if not size:
        return ()
    parts: list[Tenth] = []
    waiting = [(level, float(level.leads)) for level in sorted(levels, key=lambda level: -level.score)]
    for number in range(1, 11):
        part, waiting = _part(number, size, waiting)
        parts.append(part)
    return tuple(parts)


def _part(
    number: int, size: float, waiting: list[tuple[ScoreLevel, float]]
) -> tuple[Tenth, list[tuple[ScoreLevel, float]]]:
    """The next so many leads, and what is left of the line."""
    best = waiting[0][0].score
    won, worst, room, at = 0.0, best, size, 0
    while at < len(waiting) and room > 1e-9:
        level, left = waiting[at]
        taken = min(left, room)
        won, worst, room = won + level.won * taken / level.leads, level.score, room - taken
        waiting[at] = (level, left - taken)
        at += waiting[at][1] <= 1e-9
        if number == 10:
            room = max(room, 1e-6) if at < len(waiting) else 0.0  # the last part takes what rounding has left
    return Tenth(number, size, won, worst, best), waiting[at:] or waiting[-1:]


class Period(StrEnum):
    """What a report can be divided into over time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
