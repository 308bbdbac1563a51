"""What lies ahead of a score: what time alone will do to it, and which answer would change it most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from leads.bant import Bant, Factor, FactorStatus, FactorView
from leads.condition import All, AnyOf, Attribute, Condition, Facts, InSegment, Not
from leads.score_rules import DecayKind, ScoreRules
from leads.scorer import Figures, Scorer
from leads.signal import Property

HORIZON = timedelta(days=90)
_MARKS = (timedelta(days=7), timedelta(days=30), HORIZON)
_MOST_LOOKS = 200
_MOST_AHEAD = 8
_MOST_ANSWERS = 10
_MOST_VALUES = 40
NOTABLE = 1.0
"""Points that a single instant must bring or take to be worth telling."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The total at a later instant if nothing else happens. `why` is decay, ended, began or adjustment_ended."""

    at: datetime
    total: float
    why: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Learnable:
    """Something not known yet, and the most that knowing it could change. `how` says which answer brings it.

    `factor` is the question of BANT, `attribute` a fact about the person or company; one of them is given.
    """

    points: float
    how: str
    attribute: str | None = None
    factor: Factor | None = None


def ahead(facts: Facts, scorer: Scorer) -> tuple[Ahead, ...]:
    """What comes in the next 90 days: lines crossed, points that end or begin, and how far all has faded."""
    told: list[Ahead] = []
    now, marks = facts.now, [facts.now + mark for mark in _MARKS]
    before, since = scorer.figures(facts), now
    for _ in range(_MOST_LOOKS):
        at = before.changes_at
        if at is None or at > now + HORIZON or len(told) >= _MOST_AHEAD:
            break
        past = [mark for mark in marks if mark < at]
        told += [Ahead(mark, before.total, "decay") for mark in past[-1:] if before.total != _last(told, facts, scorer)]
        marks = marks[len(past) :]
        after = scorer.figures(replace(facts, now=at))
        if _is_notable(before, after, scorer.rules):
            told.append(_cause(facts, scorer, before, after, (since, at)))
        before, since = after, at
    return tuple(told[:_MOST_AHEAD])


def _last(told: Sequence[Ahead], facts: Facts, scorer: Scorer) -> float:
    return told[-1].total if told else scorer.figures(facts).total


def _is_notable(before: Figures, after: Figures, rules: ScoreRules) -> bool:
    if abs(after.total - before.total) >= NOTABLE and before.changes_at is not None:
        return True
    lines = [line for threshold in rules.thresholds for line in (threshold.up, threshold.down)]
    return any((before.total >= line) is not (after.total >= line) for line in lines)


def _cause(facts: Facts, scorer: Scorer, before: Figures, after: Figures, between: tuple[datetime, datetime]) -> Ahead:
    """The rule whose points moved most between two instants."""
    earlier, later = (scorer.brought(replace(facts, now=instant)) for instant in between)
    at = between[1]
    moved = {id: later.get(id, 0.0) - earlier.get(id, 0.0) for id in {*earlier, *later}}
    rule = max(moved, key=lambda id: (abs(moved[id]), id), default=None)
    if rule is None or abs(moved[rule]) < 0.05:
        same_groups = (before.fit, before.engagement, before.negative) == (after.fit, after.engagement, after.negative)
        return Ahead(at, after.total, "adjustment_ended" if same_groups else "decay")
    fading = next(r.decay.kind for r in scorer.rules.rules if r.id == rule) in {DecayKind.HALF_LIFE, DecayKind.STEP}
    if rule in earlier and rule in later and fading:
        return Ahead(at, after.total, "decay", rule)
    return Ahead(at, after.total, "began" if rule not in earlier else "ended", rule)


def what_would_change(facts: Facts, scorer: Scorer, missing: Sequence[str]) -> tuple[Learnable, ...]:
    """Answers nobody has given yet, the one that could change the total most first.

    `missing` are the attributes that rules asked for in vain; BANT is looked at besides.
    """
    now = scorer.figures(facts).total
    found = [one for name in missing if (one := _attribute(name, facts, scorer, now))]
    found += [one for factor in facts.bant.missing if (one := _factor(factor, facts, scorer, now))]
    return tuple(sorted(found, key=lambda one: (-abs(one.points), one.how))[:_MOST_ANSWERS])


def _factor(factor: Factor, facts: Facts, scorer: Scorer, now: float) -> Learnable | None:
    told = FactorView(FactorStatus.STATED, "told", (), (), met=True)
    bant = Bant(MappingProxyType({**facts.bant.factors, factor: told}))
    points = round(scorer.figures(replace(facts, bant=bant)).total - now, 1)
    return Learnable(points, f"they tell their {factor.value}", factor=factor) if points else None


def _attribute(name: str, facts: Facts, scorer: Scorer, now: float) -> Learnable | None:
    """The value that would move the total furthest, among those the rules speak of."""
    best: Learnable | None = None
    leaves = [leaf for rule in scorer.rules.rules if rule.enabled for leaf in _asking(rule.when, name)]
    values = dict.fromkeys(value for leaf in leaves for value in _values(leaf))
    for value in list(values)[:_MOST_VALUES]:
        known = replace(facts, attributes={**facts.attributes, name: value})
        points = round(scorer.figures(known).total - now, 1)
        if points and (best is None or (abs(points), points) > (abs(best.points), best.points)):
            best = Learnable(points, f"{name} is {_spoken(value)}", attribute=name)
    return best


def _asking(condition: Condition, name: str) -> Iterator[Attribute]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _asking(part, name)
        case Not(part) | InSegment(_, part):
            yield from _asking(part, name)
        case Attribute() if condition.name == name:
            yield condition


def _values(leaf: Attribute) -> Iterator[Property]:
    """Values that would make the comparison true."""
    values: Sequence[Property] = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if leaf.op in {"eq", "in", "contains", "starts_with", "gte", "lte"}:
        yield from values
    elif leaf.op in {"gt", "lt"}:
        step = 1 if leaf.op == "gt" else -1
        yield from (value + step for value in values if isinstance(value, int | float))
    elif leaf.op == "between":
        yield values[0]
    elif leaf.op in {"neq", "not_in", "exists"}:
        yield "known"


def _spoken(value: Property) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else f"{value}"
