"""The part of sequences.yaml that chooses a nurture track: after how much silence, and ordered rules."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from leads.nurture import DEFAULT_RULES, NurturePolicy, Occasion, TrackRule, TrackTask, shadowed
from leads.task import TaskKind
from playbook.conditions import When
from playbook.fields import Count, Key, Line
from playbook.schema import Problem, Section, refuse


class TrackTaskSection(Section):
    """A task that comes with a track."""

    kind: TaskKind = Field(description="call, email, follow_up, review or other")
    title: Line = Field(description="what is to be done")
    due_days: Annotated[Count, Field(ge=0, le=365)] = Field(1, description="days until it is due")


class TrackRuleSection(Section):
    """One rule; the first that holds on its occasion decides."""

    id: Key = Field(description="a name of its own, such as pricing_guide")
    label: Line = Field(description="why, in the words the team reads")
    occasions: Annotated[frozenset[Occasion], Field(min_length=1)] = Field(
        description="when it is asked: a list of returned, silent, activity"
    )
    when: When | None = Field(None, description="a condition; left out, the rule always holds")
    track: Annotated[Key, Field(max_length=40)] = Field(description="a short name of the track, such as long_cycle")
    sequence: Key | None = Field(None, description="the key of the sequence that the track begins with")
    task: TrackTaskSection | None = Field(None, description="a task for the owner: kind, title and due_days")

    def rule(self) -> TrackRule:
        """The rule as the funnel understands it."""
        task = TrackTask(self.task.kind, self.task.title, timedelta(days=self.task.due_days)) if self.task else None
        return TrackRule(self.id, self.label, self.track, self.occasions, self.when, self.sequence, task)


def _reachable(rules: tuple[TrackRuleSection, ...] | None) -> tuple[TrackRuleSection, ...] | None:
    lost = shadowed([rule.rule() for rule in rules or ()])
    problems = [
        Problem("a rule before it always holds, so it is never asked", "a place further up, or no rule", (index, "id"))
        for index, rule in enumerate(rules or ())
        if rule.id in lost
    ]
    if problems:
        raise refuse(*problems)
    return rules


class NurtureSection(Section):
    """The whole section; without `rules` the ones that come with the program decide."""

    named_by: ClassVar[Mapping[str, str]] = {"rules": "id"}

    silence_days: Annotated[Count, Field(ge=1, le=365)] = Field(14, description="days without a sign of life")
    rules: Annotated[tuple[TrackRuleSection, ...] | None, AfterValidator(_reachable)] = Field(
        None, description="a list of rules, the first that holds decides"
    )

    def policy(self) -> NurturePolicy:
        """The policy as the funnel understands it."""
        rules = DEFAULT_RULES if self.rules is None else tuple(rule.rule() for rule in self.rules)
        return NurturePolicy(rules, timedelta(days=self.silence_days))
