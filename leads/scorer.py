"""The score's figures, quickly: a version of the rules compiled once, then a few microseconds a rule for each lead.

`leads.score.score` is what a score means and gives the receipt; this gives the same figures for the many (a property
test holds them together), and says when time alone will change them.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from leads.compiled import Answers, Compiled, attributes_in, compiled, is_still, looks_at, triggers
from leads.condition import Facts
from leads.score import adjustments, grade_between, runs_out_at, tenths
from leads.score_rules import DecayKind, Group, Rule, ScoreRules
from leads.signal import Deed, is_of
from leads.track import Track

TICK = timedelta(days=1)
"""How often points that fade all the time are worked out again when nothing else happens."""
_JUST_AFTER = timedelta(seconds=1)
_MOST_KEPT = 5000
_WHOLE = (0, 1000)
_ORDER = {Group.FIT: 0, Group.ENGAGEMENT: 1, Group.NEGATIVE: 2}


@dataclass(frozen=True, slots=True)
class Figures:
    """A score without its lines. `changes_at`: when time alone changes it next; None when it never does."""

    total: float
    fit: float
    engagement: float
    negative: float
    grade: str
    version: int
    stops: tuple[str, ...] = ()
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InFull:
    """Figures, and the points of each rule that holds, by its id, before any cap."""

    figures: Figures
    brought: dict[str, float]


@dataclass(slots=True)
class _Line:
    """What one rule brings one lead, in tenths of a point."""

    rule: "_Rule"
    points: int
    heard: bool


@dataclass(frozen=True, slots=True)
class _Still:
    """The lines of all rules that neither an activity nor the time can change, and what they come to by group."""

    lines: tuple[_Line, ...]
    sums: tuple[int, int, int]


class _Rule:
    """One rule, ready to be asked."""

    __slots__ = (
        *("changes", "cooldown", "factor", "fades", "group", "halves"),
        *("holds", "most", "once", "place", "points", "rule", "stays"),
    )

    def __init__(self, rule: Rule, place: int) -> None:
        self.rule = rule
        self.place = place
        self.group = _ORDER[rule.group]
        self.once = not rule.per_occurrence
        self.holds: Compiled = compiled(rule.when, every=rule.per_occurrence)
        self.points = rule.points
        self.most = rule.max_points
        self.factor = rule.decay.factor
        self.fades = rule.decay.kind is not DecayKind.NONE
        self.halves = rule.decay.kind is DecayKind.HALF_LIFE
        self.changes = rule.decay.changes_at
        self.cooldown = timedelta(hours=rule.cooldown_hours)
        self.stays = tenths(rule.points)

    def line(self, track: Track) -> _Line | None:
        """What it brings; None when it does not hold."""
        holds, because = self.holds(track)
        if not holds:
            return None
        if not because:
            return _Line(self, self.stays, False)
        counted = self._counted(because)
        points, heard = self._brought(counted, track.now)
        if self.most is not None:
            points = min(points, self.most) if self.points >= 0 else max(points, self.most)
        brought = tenths(points)
        if self.halves:
            track.fades = track.fades or brought != 0
        elif self.fades:
            for activity in counted:
                track.note(self.changes(activity.occurred_at, track.now))
        return _Line(self, brought, heard)

    def _brought(self, counted: Sequence[Deed], now: datetime) -> tuple[float, bool]:
        """The points, and whether a model reported any of what brings them."""
        if len(counted) == 1:
            one = counted[0]
            return self.points * self.factor(now - one.occurred_at) if self.fades else self.points, one.reported
        each = [self.points * self.factor(now - a.occurred_at) if self.fades else self.points for a in counted]
        return sum(each), any(activity.reported for activity in counted)

    def _counted(self, because: Sequence[Deed]) -> Sequence[Deed]:
        if len(because) == 1:
            return because
        if self.once:
            return (max(because, key=lambda a: (a.occurred_at, a.id)),)
        each = {id(activity): activity for activity in because}.values()
        kept: list[Deed] = []
        for activity in sorted(each, key=lambda a: (a.occurred_at, a.id), reverse=True):
            if not kept or kept[-1].occurred_at - activity.occurred_at >= self.cooldown:
                kept.append(activity)
        return kept


class Scorer:
    """One version of the rules, compiled.

    `looks_at`: the events whose properties the rules look at; `asks`: the attributes they look at. Rules that rest on
    attributes and BANT alone are worked out once for each combination of answers: most leads share theirs.
    """

    def __init__(self, rules: ScoreRules) -> None:
        self.rules = rules
        asked = [_Rule(rule, place) for place, rule in enumerate(rules.rules) if rule.enabled]
        self._still = [rule for rule in asked if is_still(rule.rule.when)]
        self._moving = [rule for rule in asked if not is_still(rule.rule.when)]
        self._triggers = [triggers(rule.rule.when) for rule in self._moving]
        self._answers = Answers(rule.rule.when for rule in self._still)
        self._by_answers: dict[Hashable, _Still] = {}
        self._by_types: dict[frozenset[str], list[_Rule]] = {}
        self.looks_at = frozenset[str]().union(*(looks_at(rule.rule.when) for rule in asked))
        self.asks = frozenset[str]().union(*(attributes_in(rule.rule.when) for rule in asked))
        self._stops = any(rule.rule.hard_stop for rule in asked)
        self._has_sets = any(rule.rule.exclusive_set for rule in self._moving)
        self._limits = [(tenths(rules.limits[g].low), tenths(rules.limits[g].high)) for g in _ORDER]
        self._cap = tenths(rules.reported_cap)
        self._highest = (rules.limits[Group.FIT].high, rules.limits[Group.ENGAGEMENT].high)

    def figures(self, facts: Facts) -> Figures:
        """The figures of a lead with these facts."""
        track = Track(facts)
        return self._folded(self._held_still(track), self._held_moving(track), track)

    def brought(self, facts: Facts) -> dict[str, float]:
        """What each rule that holds brings, by its id, before any cap; 0 for one that has faded."""
        return self.in_full(facts).brought

    def in_full(self, facts: Facts) -> InFull:
        """The figures, and what each rule that holds brings towards them."""
        track = Track(facts)
        still, moving = self._held_still(track), self._held_moving(track)
        lines = _best_of_sets(_in_order(still, moving))
        brought = {line.rule.rule.id: line.points / 10 for line in lines}
        return InFull(self._folded(still, moving, track), brought)

    def _held_still(self, track: Track) -> _Still:
        answers = self._answers.of(track)
        found = self._by_answers.get(answers)
        if found is None:
            lines = [line for rule in self._still if (line := rule.line(track)) is not None]
            found = _Still(tuple(lines), _sums(_best_of_sets(lines)))
            _remember(self._by_answers, answers, found)
        return found

    def _held_moving(self, track: Track) -> Sequence[_Line]:
        types = track.types
        rules = self._by_types.get(types)
        if rules is None:
            rules = [
                rule
                for rule, events in zip(self._moving, self._triggers, strict=True)
                if events is None or any(is_of(type, event) for type in types for event in events)
            ]
            _remember(self._by_types, types, rules)
        return [line for rule in rules if (line := rule.line(track)) is not None]

    def _folded(self, still: _Still, moving: Sequence[_Line], track: Track) -> Figures:
        sums, lines = list(still.sums), moving
        if self._has_sets:
            sums, lines = [0, 0, 0], _best_of_sets(_in_order(still, moving))
        heard = [0, 0, 0]
        for line in lines:
            sums[line.rule.group] += line.points
            if line.heard and line.points > 0:
                heard[line.rule.group] += line.points
        excess = heard[0] + heard[1] + heard[2] - self._cap
        if excess > 0:
            for group in (1, 0, 2):  # engagement is cut first, as on the receipt
                taken = min(excess, heard[group])
                excess -= taken
                sums[group] -= taken
        fit, engagement, negative = map(_within, sums, self._limits)
        whole = fit + engagement + negative + _by_hand(track)
        if track.fades:
            track.note(track.now + TICK)
        return Figures(
            _within(whole, _WHOLE) / 10,
            fit / 10,
            engagement / 10,
            negative / 10,
            grade_between(fit / 10, engagement / 10, self._highest),
            self.rules.version,
            self._stopped(still, moving) if self._stops else (),
            track.changes_at + _JUST_AFTER if track.changes_at else None,
        )

    def _stopped(self, still: _Still, moving: Sequence[_Line]) -> tuple[str, ...]:
        return tuple(line.rule.rule.id for line in _in_order(still, moving) if line.rule.rule.hard_stop)


def _within(points: int, bounds: tuple[int, int]) -> int:
    low, high = bounds
    return low if points < low else high if points > high else points


def _remember(kept: dict[Any, Any], key: Hashable, found: object) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = found


def _in_order(still: _Still, moving: Sequence[_Line]) -> list[_Line]:
    """The lines in the order of their rules."""
    return sorted([*still.lines, *moving], key=lambda line: line.rule.place)


def _sums(lines: Sequence[_Line]) -> tuple[int, int, int]:
    fit, engagement, negative = (sum(line.points for line in lines if line.rule.group == g) for g in range(3))
    return fit, engagement, negative


def _best_of_sets(lines: Sequence[_Line]) -> list[_Line]:
    best: dict[str, _Line] = {}
    for line in lines:
        name = line.rule.rule.exclusive_set
        if name and (name not in best or abs(line.points) > abs(best[name].points)):
            best[name] = line
    return [line for line in lines if not (name := line.rule.rule.exclusive_set) or best[name] is line]


def _by_hand(track: Track) -> int:
    if not track.by_hand:
        return 0
    for activity in track.by_hand:
        track.note(runs_out_at(activity))
    return sum(tenths(line.points) for line in adjustments(track.by_hand, track.now))
