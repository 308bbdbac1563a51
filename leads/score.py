"""The score: 0-100 from three capped groups, decayed, and explained so that the lines add up (domain.md §2.2).

Points are counted in tenths as whole numbers, so that a sum of lines is exact. Caps are applied when the score is
read, never when an activity is added: the order in which events arrive does not matter and history can be replayed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Protocol

from leads.condition import Facts, ask
from leads.evidence import Evidence
from leads.score_rules import Decay, DecayKind, Group, Limits, Measure, Rule, ScoreRules, Threshold
from leads.signal import ADJUSTED, ActorKind, Deed

__all__ = [
    "Decay",
    "DecayKind",
    "Group",
    "Limits",
    "Rule",
    "Score",
    "ScoreLine",
    "ScoreRules",
    "Threshold",
    "is_ready",
    "score",
]

MANUAL = "manual"
"""What the lines of adjustments by the team are called."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the receipt. `raw` is what the rule is worth before decay and caps; `at` the newest cause.

    `group` is None for what a person of the team gave or took: it stands beside the groups and their limits.
    """

    rule: str
    label: str
    group: Group | None
    points: float
    raw: float
    at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()


class Measured(Protocol):
    """The figures a threshold can look at."""

    @property
    def total(self) -> float:
        """All of it, 0 to 100."""

    @property
    def fit(self) -> float:
        """Who they are."""

    @property
    def engagement(self) -> float:
        """What they do and say."""


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
    stops: tuple[str, ...] = ()

    @property
    def capped(self) -> tuple[ScoreLine, ...]:
        """The lines that took points away again because a limit was reached."""
        return tuple(line for line in self.lines if line.rule.startswith("cap.") or line.rule == "bounds")


def score(facts: Facts, rules: ScoreRules) -> Score:
    """Work the score out from scratch; the same facts and rules always give the same receipt."""
    lines: list[ScoreLine] = []
    missing: set[str] = set()
    heard: set[str] = set()  # rules that count something the model reported
    stops: list[str] = []
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
            stops += [rule.id] if rule.hard_stop else []
    kept = [line for line in _best_of_sets(lines, rules.rules) if line.points or line.raw]
    kept += _reported_cap([line for line in kept if line.rule in heard], rules.reported_cap)
    groups = {g: _capped(kept, g, rules.limits[g]) for g in Group}
    kept += [cap for _, cap in groups.values() if cap is not None]
    sums = {g: total for g, (total, _) in groups.items()}
    given = list(adjustments(facts.activities, facts.now))
    kept += given
    whole = sum(sums.values()) + sum(tenths(line.points) for line in given)
    total = min(max(whole, 0), 1000)
    if total != whole:
        label = "A score is never below 0" if whole < 0 else "A score is never above 100"
        kept.append(
            ScoreLine("bounds", label, Group.NEGATIVE if whole > 0 else Group.ENGAGEMENT, (total - whole) / 10, 0)
        )
    fit, engagement, negative = (sums[g] / 10 for g in Group)
    grade = grade_of(fit, engagement, rules.limits)
    return Score(
        total=total / 10,
        fit=fit,
        engagement=engagement,
        negative=negative,
        grade=grade,
        lines=tuple(kept),
        missing=tuple(sorted(missing)),
        as_of=facts.now,
        version=rules.version,
        stops=tuple(stops),
    )


def adjustments(activities: Sequence[Deed], now: datetime) -> Iterator[ScoreLine]:
    """What people of the team gave or took by hand and what has not run out, oldest first, a line each."""
    by_hand = [a for a in activities if a.type == ADJUSTED and a.actor is ActorKind.REP]
    for activity in sorted(by_hand, key=lambda a: (a.occurred_at, a.id)):
        points, until = activity.properties.get("points"), runs_out_at(activity)
        if isinstance(points, int | float) and (until is None or now < until):
            label = f"{activity.properties.get('by') or 'The team'}: {activity.properties.get('reason') or ''}"
            yield ScoreLine(MANUAL, label, None, tenths(points) / 10, float(points), activity.occurred_at)


def runs_out_at(adjustment: Deed) -> datetime | None:
    """When an adjustment ends; None when it stays."""
    until = adjustment.properties.get("expires_at")
    return datetime.fromisoformat(until) if isinstance(until, str) and until else None


def tenths(points: float) -> int:
    """Points as a whole number of tenths, rounded half up."""
    return floor(points * 10 + 0.5)


def _line(rule: Rule, counted: Sequence[Deed], now: datetime) -> ScoreLine:
    if not counted:
        return ScoreLine(rule.id, rule.label, rule.group, tenths(rule.points) / 10, rule.points)
    raw = rule.points * len(counted)
    points = sum(rule.points * rule.decay.factor(now - a.occurred_at) for a in counted)
    if rule.max_points is not None:
        points = min(points, rule.max_points) if rule.points >= 0 else max(points, rule.max_points)
    evidence = tuple(a.evidence for a in counted if a.evidence)
    return ScoreLine(rule.id, rule.label, rule.group, tenths(points) / 10, raw, counted[0].occurred_at, evidence)


def _counted(rule: Rule, because: Sequence[Deed]) -> list[Deed]:
    """The activities that bring points, newest first: one, or every one outside the cool-down of a later one."""
    each = {id(activity): activity for activity in because}.values()  # two parts of a condition may mean the same one
    newest = sorted(each, key=lambda a: (a.occurred_at, a.id), reverse=True)
    if not rule.per_occurrence:
        return newest[:1]
    kept: list[Deed] = []
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
    brought = {g: sum(tenths(ln.points) for ln in heard if ln.group is g and ln.points > 0) for g in Group}
    excess = max(sum(brought.values()) - tenths(cap), 0)
    label = f"What was heard counts for at most {cap:g}"
    lines = []
    for group in (Group.ENGAGEMENT, Group.FIT, Group.NEGATIVE):
        taken = min(excess, brought[group])
        excess -= taken
        if taken:
            lines.append(ScoreLine("cap.reported", label, group, -taken / 10, 0))
    return lines


def _capped(lines: Sequence[ScoreLine], group: Group, limits: Limits) -> tuple[int, ScoreLine | None]:
    whole = sum(tenths(line.points) for line in lines if line.group is group)
    capped = min(max(whole, tenths(limits.low)), tenths(limits.high))
    if capped == whole:
        return whole, None
    bound = limits.high if whole > capped else limits.low
    return capped, ScoreLine(
        f"cap.{group}", f"{group.value.capitalize()} counts for at most {bound:g}", group, (capped - whole) / 10, 0
    )


def grade_of(fit: float, engagement: float, limits: Mapping[Group, Limits]) -> str:
    """A-C by fit, 1-3 by engagement, in thirds of what the group can bring."""
    return grade_between(fit, engagement, (limits[Group.FIT].high, limits[Group.ENGAGEMENT].high))


def grade_between(fit: float, engagement: float, highest: tuple[float, float]) -> str:
    """The same, with the most that fit and engagement can bring."""
    most_fit, most_engagement = highest
    return "CBA"[_third(fit, most_fit)] + "321"[_third(engagement, most_engagement)]


def _third(points: float, most: float) -> int:
    return min(2, int(3 * points / (most or 1))) if points > 0 else 0


def is_ready(score: Measured, threshold: Threshold) -> bool:
    """Whether the score alone crosses this line: what it looks at and fit both."""
    return measured(score, threshold.on) >= threshold.up and score.fit >= threshold.fit_at_least


def stays_ready(score: Measured, threshold: Threshold, *, was: bool) -> bool:
    """Whether a lead stands above the line, having stood there before or not: it leaves below `down` only."""
    return is_ready(score, threshold) or (was and measured(score, threshold.on) >= threshold.down)


def measured(score: Measured, on: Measure) -> float:
    """The figure a threshold looks at."""
    if on is Measure.TOTAL:
        return score.total
    return score.fit if on is Measure.FIT else score.engagement
