"""The score's figures, quickly: a version of the rules compiled once, then a few microseconds a rule for each lead.

`leads.score.score` is what a score means and gives the receipt; this gives the same figures for the many (a property
test holds them together), and says when time alone will change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leads.compiled import Compiled, Track, compiled, looks_at, triggers
from leads.condition import Facts
from leads.score import adjustments, grade_of, runs_out_at, tenths
from leads.score_rules import DecayKind, Group, Rule, ScoreRules
from leads.signal import Activity

TICK = timedelta(days=1)
"""How often points that fade all the time are worked out again when nothing else happens."""
_JUST_AFTER = timedelta(seconds=1)
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


class _Rule:
    """One rule, ready to be asked."""

    __slots__ = ("cooldown", "factor", "fades", "group", "holds", "rule", "stays")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.group = _ORDER[rule.group]
        self.holds: Compiled = compiled(rule.when, every=rule.per_occurrence)
        self.factor = rule.decay.factor
        self.fades = rule.decay.kind is not DecayKind.NONE
        self.cooldown = timedelta(hours=rule.cooldown_hours)
        self.stays = tenths(rule.points)

    def line(self, track: Track) -> _Line | None:
        """What it brings; None when it does not hold."""
        holds, because = self.holds(track)
        if not holds:
            return None
        if not because:
            return _Line(self, self.stays, heard=False)
        counted = self._counted(because)
        heard = any(activity.reported for activity in counted)
        rule = self.rule
        if self.fades:
            points = sum(rule.points * self.factor(track.now - a.occurred_at) for a in counted)
        else:
            points = sum(rule.points for _ in counted)
        if rule.max_points is not None:
            points = min(points, rule.max_points) if rule.points >= 0 else max(points, rule.max_points)
        if self.fades:
            self._note_fading(track, counted, points)
        return _Line(self, tenths(points), heard)

    def _counted(self, because: Sequence[Activity]) -> Sequence[Activity]:
        if not self.rule.per_occurrence:
            return (because[0],) if len(because) == 1 else (max(because, key=lambda a: (a.occurred_at, a.id)),)
        each = {id(activity): activity for activity in because}.values()
        kept: list[Activity] = []
        for activity in sorted(each, key=lambda a: (a.occurred_at, a.id), reverse=True):
            if not kept or kept[-1].occurred_at - activity.occurred_at >= self.cooldown:
                kept.append(activity)
        return kept

    def _note_fading(self, track: Track, counted: Sequence[Activity], points: float) -> None:
        if self.rule.decay.kind is DecayKind.HALF_LIFE:
            if tenths(points):
                track.note(track.now + TICK)
            return
        for activity in counted:
            track.note(self.rule.decay.changes_at(activity.occurred_at, track.now))


class Scorer:
    """One version of the rules, compiled. `looks_at`: the events whose properties the rules look at."""

    def __init__(self, rules: ScoreRules) -> None:
        self.rules = rules
        self._asked = [_Rule(rule) for rule in rules.rules if rule.enabled]
        self._always: list[int] = []  # the places of rules that may hold whatever happened
        self._after: dict[str, list[int]] = {}  # and of those that need an activity of a type
        for place, rule in enumerate(self._asked):
            needed = triggers(rule.rule.when)
            for type in needed or ():
                self._after.setdefault(type, []).append(place)
            self._always += [place] if needed is None else []
        self.looks_at = frozenset[str]().union(*(looks_at(rule.rule.when) for rule in self._asked))
        self._has_sets = any(rule.exclusive_set for rule in rules.rules)
        self._limits = [(tenths(rules.limits[g].low), tenths(rules.limits[g].high)) for g in _ORDER]
        self._cap = tenths(rules.reported_cap)

    def figures(self, facts: Facts) -> Figures:
        """The figures of a lead with these facts."""
        track = Track(facts)
        return self._folded(self._held(track), track)

    def brought(self, facts: Facts) -> dict[str, float]:
        """What each rule that holds brings, by its id, before any cap; 0 for one that has faded."""
        return self.in_full(facts).brought

    def in_full(self, facts: Facts) -> InFull:
        """The figures, and what each rule that holds brings towards them."""
        track = Track(facts)
        lines = self._held(track)
        brought = {line.rule.rule.id: line.points / 10 for line in _best_of_sets(lines)}
        return InFull(self._folded(lines, track), brought)

    def _held(self, track: Track) -> list[_Line]:
        places = set(self._always)
        for type in track.by_type:
            places.update(self._after.get(type, ()))
        asked = self._asked
        return [line for place in sorted(places) if (line := asked[place].line(track)) is not None]

    def _folded(self, held: Sequence[_Line], track: Track) -> Figures:
        lines = _best_of_sets(held) if self._has_sets else held
        sums = [0, 0, 0]
        heard = [0, 0, 0]
        for line in lines:
            sums[line.rule.group] += line.points
            if line.heard and line.points > 0:
                heard[line.rule.group] += line.points
        excess = max(sum(heard) - self._cap, 0)
        for group in (1, 0, 2):  # engagement is cut first, as on the receipt
            taken = min(excess, heard[group])
            excess -= taken
            sums[group] -= taken
        fit, engagement, negative = (min(max(s, low), high) for s, (low, high) in zip(sums, self._limits, strict=True))
        whole = fit + engagement + negative + _by_hand(track)
        return Figures(
            total=min(max(whole, 0), 1000) / 10,
            fit=fit / 10,
            engagement=engagement / 10,
            negative=negative / 10,
            grade=grade_of(fit / 10, engagement / 10, self.rules.limits),
            version=self.rules.version,
            stops=tuple(line.rule.rule.id for line in held if line.rule.rule.hard_stop),
            changes_at=track.changes_at + _JUST_AFTER if track.changes_at else None,
        )


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
