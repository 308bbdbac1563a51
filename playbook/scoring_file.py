"""scoring.yaml: the signals the agent may report, the rules that turn what is known into points, and the threshold."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from leads.condition import Happened
from leads.score import Decay, DecayKind, Group, Limits, Rule, ScoreRules, Threshold
from leads.signal import SAID, SignalDefinition
from playbook.conditions import When, hears, leaves
from playbook.fields import Count, Key, Line, Number
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

    kind: DecayKind = Field(description="none, half_life or window")
    days: Annotated[float, Field(strict=True, ge=0, le=3660)] = Field(0.0, description="days until half, or until gone")

    @model_validator(mode="after")
    def _has_days(self) -> "DecaySection":
        if self.kind is not DecayKind.NONE and not self.days:
            raise refuse(Problem(f"{self.kind} needs a number of days", "a number above 0", ("days",)))
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


class RuleSection(Section):
    """One scoring rule."""

    id: Key = Field(description="a name of its own, such as engagement.pricing")
    group: Group = Field(description="fit, engagement or negative")
    label: Line = Field(description="what the receipt says, such as Visited the pricing page")
    when: When = Field(description="a condition: all, any, not, attr, event or bant")
    points: Number = Field(description="points; below 0 in the group negative")
    per: Annotated[str, Field(pattern="^(once|occurrence)$")] = Field("once", description="once or occurrence")
    max_points: Number | None = Field(None, description="the most this rule brings in all")
    cooldown_hours: Annotated[Number, Field(ge=0)] = Field(0.0, description="hours in which repetitions do not count")
    decay: DecaySection = Field(DecaySection(kind=DecayKind.NONE), description="kind and days")
    exclusive_set: Key | None = Field(None, description="of the rules in one set only the best counts")
    enabled: bool = Field(True, strict=True, description="true or false")

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
            decay=Decay(self.decay.kind, self.decay.days),
            exclusive_set=self.exclusive_set,
            enabled=self.enabled,
        )


class ScoringFile(Section):
    """The whole file."""

    named_by: ClassVar[Mapping[str, str]] = {"signals": "name", "rules": "id"}

    version: Annotated[Count, Field(ge=1)] = Field(description="a whole number; raise it when rules change")
    threshold: ThresholdSection = Field(ThresholdSection(), description="up, down and fit_at_least")
    reported_cap: Annotated[Number, Field(ge=0)] = Field(
        15.0, description="the most that reported signals bring in all"
    )
    limits: AllLimits = Field(AllLimits(), description="low and high of fit, engagement and negative")
    signals: tuple[SignalSection, ...] = Field(description="what the agent may report: a list of name, label, hint")
    rules: Annotated[tuple[RuleSection, ...], Field(min_length=1)] = Field(description="a list of rules")

    @model_validator(mode="after")
    def _holds_together(self) -> "ScoringFile":
        problems = [_uncapped(i) for i, rule in enumerate(self.rules) if self._escapes_the_cap(rule)]
        if self.threshold.fit_at_least > self.limits.fit.high:
            wrong = f"fit never brings {self.threshold.fit_at_least:g} points, its limit is {self.limits.fit.high:g}"
            problems.append(Problem(wrong, "the limit or less", ("threshold", "fit_at_least")))
        if problems:
            raise refuse(*problems)
        return self

    def _escapes_the_cap(self, rule: RuleSection) -> bool:
        """Reported signals are capped only where a rule asks for them directly (leads.score)."""
        direct = isinstance(rule.when, Happened) and rule.when.event.startswith(SAID)
        return rule.points > 0 and not direct and hears(rule.when, [s.name for s in self.signals])

    def score_rules(self) -> ScoreRules:
        """The rules as the score understands them."""
        threshold = Threshold(self.threshold.up, self.threshold.down, self.threshold.fit_at_least)
        rules = tuple(rule.rule() for rule in self.rules)
        return ScoreRules(self.version, rules, self.limits.by_group(), threshold, self.reported_cap)


def _uncapped(index: int) -> Problem:
    wrong = f"it gives points for a reported signal ({SAID}…) inside all, any, not or a wildcard, where no cap holds"
    return Problem(wrong, f"the condition {{event: {SAID}name}} by itself", ("rules", index, "when"))
