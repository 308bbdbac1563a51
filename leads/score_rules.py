"""What a set of scoring rules consists of: groups, decay, rules, limits and thresholds (domain.md §2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor
from types import MappingProxyType

from leads.condition import Condition, Segments

NO_SEGMENTS: Segments = MappingProxyType({})


class Group(StrEnum):
    """The three groups of points."""

    FIT = "fit"
    ENGAGEMENT = "engagement"
    NEGATIVE = "negative"


class DecayKind(StrEnum):
    """How points fade with age; fit never fades."""

    NONE = "none"
    HALF_LIFE = "half_life"
    WINDOW = "window"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Decay:
    """`half_life`: points halve every `days`. `window`: gone after `days`. `step`: `percent` less every `days`."""

    kind: DecayKind = DecayKind.NONE
    days: float = 0.0
    percent: float = 0.0

    def factor(self, age: timedelta) -> float:
        """The share of points left at this age, 0..1; steps take their percent of what is left."""
        days = max(age.total_seconds() / 86400.0, 0.0)
        if self.kind is DecayKind.HALF_LIFE:
            return float(0.5 ** (days / self.days))
        if self.kind is DecayKind.WINDOW:
            return 1.0 if days <= self.days else 0.0
        if self.kind is DecayKind.STEP:
            return float((1 - self.percent / 100) ** floor(days / self.days))
        return 1.0

    def changes_at(self, occurred_at: datetime, now: datetime) -> datetime | None:
        """When the points of something next fade, for kinds that fade at an instant; None for the others."""
        length = timedelta(days=self.days)
        if self.kind is DecayKind.WINDOW:
            return occurred_at + length
        if self.kind is DecayKind.STEP and self.percent:
            return occurred_at + length * (floor(max(now - occurred_at, timedelta(0)) / length) + 1)
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One scoring rule. `per` occurrence counts each matching activity (cooled down), `once` counts the newest one.

    `hard_stop`: a lead this rule holds for is not handed to sales by its score; disqualifying it is suggested.
    """

    id: str
    group: Group
    label: str
    when: Condition
    points: float
    per_occurrence: bool = False
    max_points: float | None = None
    cooldown_hours: float = 0.0
    decay: Decay = Decay()
    exclusive_set: str | None = None
    enabled: bool = True
    hard_stop: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The lowest and highest points a group may bring."""

    low: float
    high: float


class Measure(StrEnum):
    """What a threshold looks at."""

    TOTAL = "total"
    FIT = "fit"
    ENGAGEMENT = "engagement"


class Step(StrEnum):
    """What crossing a threshold brings about."""

    MQL = "stage:mql"
    PQL = "stage:pql"
    ROUTE = "route"
    SLACK = "notify:slack"
    EMAIL = "notify:email"

    @property
    def tells(self) -> bool:
        """Whether it only tells somebody."""
        return self in {Step.SLACK, Step.EMAIL}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Crossing `up` with at least `fit_at_least` points of fit fires once a cycle; below `down` it is over again.

    Between the two nothing changes, so that a score which sways around the line does not sway the lead.
    """

    up: float = 50.0
    down: float = 40.0
    fit_at_least: float = 15.0
    id: str = "mql"
    on: Measure = Measure.TOTAL
    steps: tuple[Step, ...] = (Step.MQL,)


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """A published set of rules. `reported_cap` bounds what one conversation's reported signals may bring in all.

    `threshold` is the line that makes a lead ready for sales; `more` are further lines that only set off their steps.
    """

    version: int
    rules: tuple[Rule, ...]
    limits: Mapping[Group, Limits]
    threshold: Threshold = Threshold()
    reported_cap: float = 15.0
    more: tuple[Threshold, ...] = ()
    segments: Segments = field(default_factory=lambda: NO_SEGMENTS)

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """Every line, the one for sales first."""
        return (self.threshold, *self.more)
