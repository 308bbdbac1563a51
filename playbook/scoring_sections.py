"""The parts of scoring.yaml: signals, decay, limits, lines, segments and rules."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, model_validator

from leads.condition import Happened
from leads.score_rules import Decay, DecayKind, Group, Limits, Measure, Rule, Step, Threshold
from leads.signal import SignalDefinition
from playbook.conditions import When, leaves
from playbook.fields import Key, Line, Number
from playbook.schema import Problem, Section, refuse

PER = {"once": False, "occurrence": True}


class SignalSection(Section):
    """A sign of interest, or of the opposite, that the agent may report with a quote."""

    name: Annotated[Key, Field(pattern=r"^[a-z0-9_]+$")] = Field(description="a name such as asked_price")
    label: Line = Field(description="a few words for the people who read the score")
    hint: Line = Field(description="when the agent should report it, in one sentence")
    hand_raise: bool = Field(False, strict=True, description="true when it alone makes the lead qualified for sales")

    def definition(self) -> SignalDefinition:
        """The signal as the agent's tool knows it."""
        return SignalDefinition(self.name, self.label, self.hint, self.hand_raise)


class DecaySection(Section):
    """How points fade."""

    kind: DecayKind = Field(description="none, half_life, window or step")
    days: Annotated[float, Field(strict=True, ge=0, le=3660)] = Field(
        0.0, description="days until half, until gone, or until the next step"
    )
    percent: Annotated[float, Field(strict=True, ge=0, le=100)] = Field(
        0.0, description="what each step takes of what is left, in percent"
    )

    @model_validator(mode="after")
    def _has_days(self) -> "DecaySection":
        if self.kind is not DecayKind.NONE and not self.days:
            raise refuse(Problem(f"{self.kind} needs a number of days", "a number above 0", ("days",)))
        if (self.kind is DecayKind.STEP) is not bool(self.percent):
            wrong = "step needs a percent" if self.kind is DecayKind.STEP else f"{self.kind} takes no percent"
            raise refuse(Problem(wrong, "percent with kind step, and only there", ("percent",)))
        return self


class LimitsSection(Section):
    """The least and the most a group of points may bring."""

    low: Number = Field(description="the fewest points, 0 or below")
    high: Number = Field(description="the most points, 0 or above")

    @model_validator(mode="after")
    def _around_zero(self) -> "LimitsSection":
        if not self.low <= 0 <= self.high:
            raise refuse(
                Problem(f"no points at all must lie between {self.low:g} and {self.high:g}", "low <= 0 <= high")
            )
        return self


class AllLimits(Section):
    """The limits of the three groups."""

    fit: LimitsSection = Field(LimitsSection(low=0, high=50), description="low and high of who they are")
    engagement: LimitsSection = Field(LimitsSection(low=0, high=60), description="low and high of what they do")
    negative: LimitsSection = Field(LimitsSection(low=-60, high=0), description="low and high of what speaks against")

    def by_group(self) -> Mapping[Group, Limits]:
        """The limits as the rules understand them."""
        return MappingProxyType({g: Limits(getattr(self, g).low, getattr(self, g).high) for g in Group})


class ThresholdSection(Section):
    """When a lead is ready for sales, and when it is not any more."""

    up: Number = Field(50.0, description="the total that makes a lead ready, 0 to 100")
    down: Number = Field(40.0, description="the total below which it is not ready any more, up to 'up'")
    fit_at_least: Number = Field(15.0, description="the points of fit it needs besides")

    @model_validator(mode="after")
    def _in_order(self) -> "ThresholdSection":
        if not 0 <= self.down <= self.up <= 100:
            raise refuse(Problem(f"{self.down:g} to {self.up:g} is no threshold", "0 <= down <= up <= 100"))
        return self


class RequiredSection(Section):
    """What must hold besides."""

    fit_gte: Number = Field(0.0, description="the points of fit it needs besides")


class LineSection(Section):
    """One more line: what happens, once a cycle, when a score crosses it."""

    id: Key = Field(description="a name of its own, such as hot")
    on: Measure = Field(Measure.TOTAL, description="total, fit or engagement")
    up: Number = Field(description="the points from which it is crossed, 0 to 100")
    down: Number = Field(description="the points below which it is over, up to 'up'")
    require: RequiredSection = Field(RequiredSection(), description="fit_gte")
    action: Annotated[tuple[Step, ...], Field(min_length=1)] = Field(
        description="a list of stage:mql, stage:pql, route, notify:slack, notify:email"
    )
    once_per: Annotated[str, Field(pattern="^cycle$")] = Field("cycle", description="cycle")

    @model_validator(mode="after")
    def _in_order(self) -> "LineSection":
        if not 0 <= self.down <= self.up <= 100:
            raise refuse(Problem(f"{self.down:g} to {self.up:g} is no threshold", "0 <= down <= up <= 100"))
        return self

    def threshold(self) -> Threshold:
        """The line as the score understands it."""
        return Threshold(self.up, self.down, self.require.fit_gte, self.id, self.on, self.action)


class SegmentSection(Section):
    """A condition with a name."""

    id: Key = Field(description="a name of its own, such as wholesale")
    label: Line = Field("", description="a few words for people")
    when: When = Field(description="a condition: all, any, not, attr, event, bant or segment")


class RuleSection(Section):
    """One scoring rule."""

    id: Key = Field(description="a name of its own, such as engagement.pricing")
    group: Group = Field(description="fit, engagement or negative")
    label: Line = Field(description="what the receipt says, such as Visited the pricing page")
    when: When = Field(description="a condition: all, any, not, attr, event, bant or segment")
    points: Number = Field(description="points; below 0 in the group negative")
    per: Annotated[str, Field(pattern="^(once|occurrence)$")] = Field("once", description="once or occurrence")
    max_points: Number | None = Field(None, description="the most this rule brings in all")
    cooldown_hours: Annotated[Number, Field(ge=0)] = Field(0.0, description="hours in which repetitions do not count")
    decay: DecaySection = Field(DecaySection(kind=DecayKind.NONE), description="kind and days")
    exclusive_set: Key | None = Field(None, description="of the rules in one set only the best counts")
    enabled: bool = Field(True, strict=True, description="true or false")
    hard_stop: Annotated[str, Field(pattern="^disqualify_suggest$")] | None = Field(
        None, description="disqualify_suggest: the score hands nobody over for whom this holds"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "RuleSection":
        if problems := list(self._problems()):
            raise refuse(*problems)
        return self

    def _problems(self) -> Iterator[Problem]:
        negative = self.group is Group.NEGATIVE
        if (self.points > 0) is negative and self.points:
            allowed = "0 or below; what speaks for a lead belongs into fit or engagement"
            yield Problem(
                f"{self.points:g} points in the group {self.group}",
                allowed if negative else "0 or above; what speaks against a lead belongs into the group negative",
                ("points",),
            )
        if self.max_points is not None and self.max_points * self.points < 0:
            yield Problem("max_points and points lie on two sides of 0", "the same side", ("max_points",))
        if self.group is Group.FIT and self.decay.kind is not DecayKind.NONE:
            yield Problem("fit does not fade: who they are stays true", "no decay in the group fit", ("decay",))
        if PER[self.per] and not any(isinstance(leaf, Happened) for leaf in leaves(self.when)):
            yield Problem(
                "nothing is counted: the condition asks for no event", "once, or a condition on an event", ("per",)
            )

    def rule(self) -> Rule:
        """The rule as the score understands it."""
        return Rule(
            id=self.id,
            group=self.group,
            label=self.label,
            when=self.when,
            points=self.points,
            per_occurrence=PER[self.per],
            max_points=self.max_points,
            cooldown_hours=self.cooldown_hours,
            decay=Decay(self.decay.kind, self.decay.days, self.decay.percent),
            exclusive_set=self.exclusive_set,
            enabled=self.enabled,
            hard_stop=self.hard_stop is not None,
        )
