"""scoring.yaml: the signals the agent may report, the rules that turn what is known into points, and the threshold."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field, ValidationInfo, model_validator

from leads.condition import Happened
from leads.score_rules import ScoreRules, Step, Threshold
from leads.signal import SAID
from playbook.conditions import hears
from playbook.fields import Count, Number
from playbook.schema import Names, Problem, Section, refuse
from playbook.scoring_sections import (
    AllLimits,
    LineSection,
    RuleSection,
    SegmentSection,
    SignalSection,
    ThresholdSection,
)
from playbook.segments import MOST


class ScoringDocument(Section):
    """Everything an editor works on: the rules with their limits, lines and segments. JSON and YAML have one shape."""

    named_by: ClassVar[Mapping[str, str]] = {"rules": "id", "segments": "id", "thresholds": "id"}

    threshold: ThresholdSection | None = Field(None, description="up, down and fit_at_least")
    thresholds: tuple[LineSection, ...] = Field((), description="more lines: id, on, up, down, require, action")
    reported_cap: Annotated[Number, Field(ge=0)] = Field(
        15.0, description="the most that reported signals bring in all"
    )
    limits: AllLimits = Field(AllLimits(), description="low and high of fit, engagement and negative")
    segments: Annotated[tuple[SegmentSection, ...], Field(max_length=MOST)] = Field(
        (), description="conditions with a name: id, label, when"
    )
    rules: Annotated[tuple[RuleSection, ...], Field(min_length=1, max_length=300)] = Field(
        description="a list of rules"
    )

    @model_validator(mode="after")
    def _holds_together(self, info: ValidationInfo) -> "ScoringDocument":
        signals = Names.of(info).signals or frozenset()
        problems = [_uncapped(i) for i, rule in enumerate(self.rules) if _escapes_the_cap(rule, signals)]
        problems += self._lines_out_of_reach()
        if problems:
            raise refuse(*problems)
        return self

    def _lines_out_of_reach(self) -> Iterator[Problem]:
        most = self.limits.fit.high
        if self.threshold and self.threshold.fit_at_least > most:
            wrong = f"fit never brings {self.threshold.fit_at_least:g} points, its limit is {most:g}"
            yield Problem(wrong, "the limit or less", ("threshold", "fit_at_least"))
        for index, line in enumerate(self.thresholds):
            if line.require.fit_gte > most:
                wrong = f"fit never brings {line.require.fit_gte:g} points, its limit is {most:g}"
                yield Problem(wrong, "the limit or less", ("thresholds", index, "require", "fit_gte"))
            if self.threshold and line.id == Threshold().id:
                wrong = f'"{line.id}" is the name of the line under threshold'
                yield Problem(wrong, "another name", ("thresholds", index, "id"))

    def score_rules(self, version: int) -> ScoreRules:
        """The rules as the score understands them, under this number."""
        first, more = self._lines()
        return ScoreRules(
            version=version,
            rules=tuple(rule.rule() for rule in self.rules),
            limits=self.limits.by_group(),
            threshold=first,
            reported_cap=self.reported_cap,
            more=more,
            segments=MappingProxyType({segment.id: segment.when for segment in self.segments}),
        )

    def _lines(self) -> tuple[Threshold, tuple[Threshold, ...]]:
        """The line for sales and the others: the one under `threshold`, or the first that makes a lead an MQL."""
        lines = tuple(line.threshold() for line in self.thresholds)
        if self.threshold:
            return Threshold(self.threshold.up, self.threshold.down, self.threshold.fit_at_least), lines
        first = next((line for line in lines if Step.MQL in line.steps), Threshold())
        return first, tuple(line for line in lines if line is not first)


class ScoringFile(ScoringDocument):
    """The whole file: the document, its number, and what the agent may report."""

    named_by: ClassVar[Mapping[str, str]] = {**ScoringDocument.named_by, "signals": "name"}

    version: Annotated[Count, Field(ge=1)] = Field(description="a whole number; raise it when rules change")
    signals: tuple[SignalSection, ...] = Field(description="what the agent may report: a list of name, label, hint")


def _escapes_the_cap(rule: RuleSection, signals: frozenset[str]) -> bool:
    """Reported signals are capped only where a rule asks for them directly (leads.score)."""
    direct = isinstance(rule.when, Happened) and rule.when.event.startswith(SAID)
    return rule.points > 0 and not direct and hears(rule.when, signals)


def _uncapped(index: int) -> Problem:
    wrong = f"it gives points for a reported signal ({SAID}…) inside all, any, not or a wildcard, where no cap holds"
    return Problem(wrong, f"the condition {{event: {SAID}name}} by itself", ("rules", index, "when"))
