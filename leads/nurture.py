"""Nurture: which track a lead that is not ready goes on, decided by ordered rules in the one grammar for rules.

What is asked is intent (what it did, how it scored), stage, source, and the reason it is not ready yet; the first rule
that holds decides and its label is kept as the why. Enrolment itself is the sequences' business: a track may name one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from leads.condition import All, AnyOf, Attribute, Condition, Facts, Happened, InSegment, Not, ask
from leads.reasons import NEVER_AGAIN
from leads.signal import is_of
from leads.stage import Outcome, Standing
from leads.task import TaskKind


class Occasion(StrEnum):
    """When a track is chosen: a lead was given back, it fell silent, or it did something."""

    RETURNED = "returned"
    SILENT = "silent"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class TrackTask:
    """A task for the owner that comes with a track, due so many days after the choice."""

    kind: TaskKind
    title: str
    due: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TrackRule:
    """One rule: on these occasions, if the condition holds, this track (and this sequence, and this task)."""

    id: str
    label: str
    track: str
    on: frozenset[Occasion]
    when: Condition | None = None
    sequence: str | None = None
    task: TrackTask | None = None


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """What was chosen and why."""

    track: str
    rule: str
    why: str
    sequence: str | None = None
    task: TrackTask | None = None


_REST = frozenset({Occasion.RETURNED, Occasion.SILENT})

DEFAULT_RULES = (
    TrackRule(
        "pricing_guide",
        "Downloaded the pricing guide",
        "case_study",
        frozenset({Occasion.ACTIVITY}),
        AnyOf(
            (
                Happened("asset.downloaded", (Attribute("name", "contains", "pricing"),), within_days=7),
                Happened("asset.downloaded", (Attribute("asset", "contains", "pricing"),), within_days=7),
            )
        ),
        task=TrackTask(TaskKind.CALL, "Call about the pricing guide they downloaded"),
    ),
    TrackRule(
        "bad_moment",
        "Interested, but not now",
        "long_cycle",
        frozenset({Occasion.RETURNED}),
        Attribute("reason", "in", ("not_now", "no_budget")),
    ),
    TrackRule(
        "not_convinced",
        "Sees no need yet",
        "education",
        frozenset({Occasion.RETURNED}),
        Attribute("reason", "in", ("no_need", "not_interested")),
    ),
    TrackRule(
        "wrong_person",
        "Cannot decide alone",
        "champion",
        frozenset({Occasion.RETURNED}),
        Attribute("reason", "eq", "no_authority"),
    ),
    TrackRule("light_interest", "Only reads along", "newsletter", _REST, Attribute("context", "eq", "newsletter")),
    TrackRule("rest", "Not ready yet", "long_cycle", _REST),
)
"""The rules where the playbook names none (domain.md: long cycle after silence, a case study after the price list)."""


@dataclass(frozen=True, slots=True)
class NurturePolicy:
    """The rules in order, and after how long without a sign of life a lead counts as silent."""

    rules: tuple[TrackRule, ...] = DEFAULT_RULES
    silence: timedelta = timedelta(days=14)


def track_for(facts: Facts, policy: NurturePolicy, occasion: Occasion) -> TrackChoice | None:
    """The first rule of the occasion that holds; None when none does. What is unknown does not hold."""
    for rule in policy.rules:
        if occasion in rule.on and (rule.when is None or ask(rule.when, facts).holds):
            return TrackChoice(rule.track, rule.id, rule.label, rule.sequence, rule.task)
    return None


def concerns(policy: NurturePolicy, activity: str) -> bool:
    """Whether an activity of this type can make a rule hold; most cannot, and then nothing needs to be read."""
    rules = (rule for rule in policy.rules if Occasion.ACTIVITY in rule.on)
    return any(rule.when is None or _asks_for(rule.when, activity) for rule in rules)


def _asks_for(condition: Condition, activity: str) -> bool:
    match condition:
        case All(parts) | AnyOf(parts):
            return any(_asks_for(part, activity) for part in parts)
        case Not(part) | InSegment(_, part):
            return _asks_for(part, activity)
        case Happened():
            return is_of(activity, condition.event)
    return False


def may_be_nurtured(standing: Standing) -> bool:
    """Whether anybody may be put on a track: the cycle is open, and no reason speaks against any contact."""
    return standing.outcome is Outcome.OPEN and standing.reason not in NEVER_AGAIN


def shadowed(rules: Sequence[TrackRule]) -> tuple[str, ...]:
    """The ids of rules that can never be reached, because one before them always holds on all their occasions."""
    covered: set[Occasion] = set()
    lost = []
    for rule in rules:
        if rule.on <= covered:
            lost.append(rule.id)
        if rule.when is None:
            covered |= rule.on
    return tuple(lost)
