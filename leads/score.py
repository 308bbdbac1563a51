"""The score: 0-100 from three capped groups, decayed, and explained so that the lines add up (domain.md §2.2).

Points are counted in tenths as whole numbers, so that a sum of lines is exact. Caps are applied when the score is
read, never when an activity is added: the order in which events arrive does not matter and history can be replayed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor

from leads.condition import Condition, Facts, ask
from leads.evidence import Evidence
from leads.signal import Activity


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


@dataclass(frozen=True, slots=True)
class Decay:
    """`half_life`: points halve every `days`. `window`: points are gone after `days`."""

    kind: DecayKind = DecayKind.NONE
    days: float = 0.0

    def factor(self, age: timedelta) -> float:
        """The share of points left at this age, 0..1."""
        days = max(age.total_seconds() / 86400.0, 0.0)
        if self.kind is DecayKind.HALF_LIFE:
            return float(0.5 ** (days / self.days))
        if self.kind is DecayKind.WINDOW:
            return 1.0 if days <= self.days else 0.0
        return 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One scoring rule. `per` occurrence counts each matching activity (cooled down), `once` counts the newest one."""

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


@dataclass(frozen=True, slots=True)
class Limits:
    """The lowest and highest points a group may bring."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """Crossing `up` with at least `fit_at_least` points of fit makes a lead ready; below `down` it is not any more."""

    up: float = 50.0
    down: float = 40.0
    fit_at_least: float = 15.0


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """A published set of rules. `reported_cap` bounds what one conversation's reported signals may bring in all."""

    version: int
    rules: tuple[Rule, ...]
    limits: Mapping[Group, Limits]
    threshold: Threshold = Threshold()
    reported_cap: float = 15.0


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the receipt. `raw` is what the rule is worth before decay and caps; `at` the newest cause."""

    rule: str
    label: str
    group: Group
    points: float
    raw: float
    at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The receipt: lines, whose points add up to `total`, and what would be needed to know more."""

    total: float
    fit: float
    engagement: float
    negative: float
    grade: str
    lines: tuple[ScoreLine, ...]
    missing: tuple[str, ...]
    as_of: datetime
    version: int


def score(facts: Facts, rules: ScoreRules) -> Score:
    """Work the score out from scratch; the same facts and rules always give the same receipt."""
    lines: list[ScoreLine] = []
    missing: set[str] = set()
    heard: set[str] = set()  # rules that count something the model reported
    for rule in rules.rules:
        if not rule.enabled:
            continue
        answer = ask(rule.when, facts)
        if answer.holds is None:
            missing |= answer.missing
        if answer.holds:
            counted = _counted(rule, answer.because)
            heard |= {rule.id for activity in counted if activity.reported}
            lines.append(_line(rule, counted, facts.now))
    kept = [line for line in _best_of_sets(lines, rules.rules) if line.points or line.raw]
    kept += _reported_cap([line for line in kept if line.rule in heard], rules.reported_cap)
    groups = {g: _capped(kept, g, rules.limits[g]) for g in Group}
    kept += [cap for _, cap in groups.values() if cap is not None]
    sums = {g: total for g, (total, _) in groups.items()}
    whole = sum(sums.values())
    total = min(max(whole, 0), 1000)
    if total != whole:
        label = "A score is never below 0" if whole < 0 else "A score is never above 100"
        kept.append(
            ScoreLine("bounds", label, Group.NEGATIVE if whole > 0 else Group.ENGAGEMENT, (total - whole) / 10, 0)
        )
    fit, engagement, negative = (sums[g] / 10 for g in Group)
    grade = _grade(fit, engagement, rules.limits)
    return Score(
        total / 10, fit, engagement, negative, grade, tuple(kept), tuple(sorted(missing)), facts.now, rules.version
    )


def _tenths(points: float) -> int:
    return floor(points * 10 + 0.5)


def _line(rule: Rule, counted: Sequence[Activity], now: datetime) -> ScoreLine:
    if not counted:
        return ScoreLine(rule.id, rule.label, rule.group, _tenths(rule.points) / 10, rule.points)
    raw = rule.points * len(counted)
    points = sum(rule.points * rule.decay.factor(now - a.occurred_at) for a in counted)
    if rule.max_points is not None:
        points = min(points, rule.max_points) if rule.points >= 0 else max(points, rule.max_points)
    evidence = tuple(a.evidence for a in counted if a.evidence)
    return ScoreLine(rule.id, rule.label, rule.group, _tenths(points) / 10, raw, counted[0].occurred_at, evidence)


def _counted(rule: Rule, because: Sequence[Activity]) -> list[Activity]:
    """The activities that bring points, newest first: one, or every one outside the cool-down of a later one."""
    newest = sorted(because, key=lambda a: (a.occurred_at, a.id), reverse=True)
    if not rule.per_occurrence:
        return newest[:1]
    kept: list[Activity] = []
    gap = timedelta(hours=rule.cooldown_hours)
    for activity in newest:
        if not kept or kept[-1].occurred_at - activity.occurred_at >= gap:
            kept.append(activity)
    return kept


def _best_of_sets(lines: Sequence[ScoreLine], rules: Sequence[Rule]) -> list[ScoreLine]:
    """Of the rules in one exclusive set only the best one counts."""
    sets = {r.id: r.exclusive_set for r in rules if r.exclusive_set}
    best: dict[str, ScoreLine] = {}
    for line in lines:
        name = sets.get(line.rule)
        if name and (name not in best or abs(line.points) > abs(best[name].points)):
            best[name] = line
    return [line for line in lines if line.rule not in sets or best[sets[line.rule]] is line]


def _reported_cap(heard: Sequence[ScoreLine], cap: float) -> list[ScoreLine]:
    """What the model reported brings at most `cap` points in all; behaviour that we saw ourselves is not bounded."""
    brought = {g: sum(_tenths(ln.points) for ln in heard if ln.group is g and ln.points > 0) for g in Group}
    excess = max(sum(brought.values()) - _tenths(cap), 0)
    label = f"What was heard counts for at most {cap:g}"
    lines = []
    for group in (Group.ENGAGEMENT, Group.FIT, Group.NEGATIVE):
        taken = min(excess, brought[group])
        excess -= taken
        if taken:
            lines.append(ScoreLine("cap.reported", label, group, -taken / 10, 0))
    return lines


def _capped(lines: Sequence[ScoreLine], group: Group, limits: Limits) -> tuple[int, ScoreLine | None]:
    whole = sum(_tenths(line.points) for line in lines if line.group is group)
    capped = min(max(whole, _tenths(limits.low)), _tenths(limits.high))
    if capped == whole:
        return whole, None
    bound = limits.high if whole > capped else limits.low
    return capped, ScoreLine(
        f"cap.{group}", f"{group.value.capitalize()} counts for at most {bound:g}", group, (capped - whole) / 10, 0
    )


def _grade(fit: float, engagement: float, limits: Mapping[Group, Limits]) -> str:
    """A-C by fit, 1-3 by engagement, in thirds of what the group can bring."""
    letter = "ABC"[2 - min(2, int(3 * max(fit, 0.0) / (limits[Group.FIT].high or 1)))]
    digit = "123"[2 - min(2, int(3 * max(engagement, 0.0) / (limits[Group.ENGAGEMENT].high or 1)))]
    return letter + digit


def is_ready(score: Score, threshold: Threshold) -> bool:
    """Whether the score alone makes a lead marketing qualified: total and fit both."""
    return score.total >= threshold.up and score.fit >= threshold.fit_at_least
