"""What rules would do to the leads there are, before they are published: who would rise, who would drop, and why."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from actions.current_rules import current_scorer
from actions.rescore_many import facts_of
from leads.identity import LeadId
from leads.score import stays_ready
from leads.score_rules import ScoreRules
from leads.scorer import InFull, Scorer
from leads.stage import Stage
from playbook.book import Playbook
from store.scores import Scorable
from store.unit import UnitOfWork

BATCH = 200
MOST_LEADS = 20_000
MOST_SECONDS = 8.0
MOST_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """One lead that would move, with the rule that moves it most."""

    lead_id: LeadId
    before: float
    after: float
    rule: str | None


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """One rule over all leads looked at: for how many it holds, and the points it brings in all, now and then."""

    rule: str
    leads_before: int
    leads_after: int
    points_before: float
    points_after: float


@dataclass(slots=True)
class DryRun:
    """What was found in `looked_at` of `leads` open ones. `rise` would become MQL, `drop` would fall below the line.

    `whole` says that every open lead was looked at; otherwise they are an even sample.
    """

    leads: int
    looked_at: int = 0
    rise: int = 0
    drop: int = 0
    changed: int = 0
    stopped: int = 0
    rising: list[Sample] = field(default_factory=list)
    dropping: list[Sample] = field(default_factory=list)
    effects: tuple[RuleEffect, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nobody was left out."""
        return self.looked_at == self.leads

    def of_all(self, count: int) -> int:
        """A count among those looked at, carried over to all."""
        return round(count * self.leads / self.looked_at) if self.looked_at else 0


@dataclass(slots=True)
class _Tally:
    """Points and leads by rule, under the old rules and the new."""

    leads: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)

    def add(self, brought: Mapping[str, float]) -> None:
        for rule, points in brought.items():
            self.leads[rule] += 1
            self.points[rule] += round(points * 10)


async def dry_run(
    uow: UnitOfWork, book: Playbook, rules: ScoreRules, *, clock: Callable[[], float] = time.monotonic
) -> DryRun:
    """Score open leads by the rules that decide and by these; changes nothing.

    At most 20,000 leads are looked at, drawn evenly, and for at most 8 seconds.
    """
    old, new = await current_scorer(uow, book), Scorer(rules)
    wanted = await uow.scores.open_ids()
    found = DryRun(len(wanted))
    random.Random(0).shuffle(wanted)  # noqa: S311 (an even sample, the same each time)
    before, after, until = _Tally(), _Tally(), clock() + MOST_SECONDS
    for start in range(0, min(len(wanted), MOST_LEADS), BATCH):
        if clock() > until:
            break
        batch = wanted[start : min(start + BATCH, MOST_LEADS)]
        for one in await uow.scores.read(batch, looks_at=old.looks_at | new.looks_at, asks=old.asks | new.asks):
            facts = facts_of(one, uow)
            was, would = old.in_full(facts), new.in_full(facts)
            before.add(was.brought)
            after.add(would.brought)
            _note(found, one, was, would, old.rules, rules)
    found.effects = tuple(_effects(before, after))
    return found


def _note(found: DryRun, lead: Scorable, was: InFull, would: InFull, old: ScoreRules, new: ScoreRules) -> None:
    found.looked_at += 1
    found.changed += was.figures.total != would.figures.total
    found.stopped += bool(would.figures.stops) and not was.figures.stops
    stood = lead.ready or _stands(was, old, was=False)
    stands = _stands(would, new, was=stood)
    if stands and lead.stage.rank < Stage.MQL.rank:
        found.rise += 1
        _sample(found.rising, lead, was, would)
    elif stood and not stands:
        found.drop += 1
        _sample(found.dropping, lead, was, would)


def _stands(measured: InFull, rules: ScoreRules, *, was: bool) -> bool:
    return not measured.figures.stops and stays_ready(measured.figures, rules.threshold, was=was)


def _sample(kept: list[Sample], lead: Scorable, was: InFull, would: InFull) -> None:
    if len(kept) < MOST_SAMPLES:
        before, after = was.brought, would.brought
        moved = {rule: after.get(rule, 0.0) - before.get(rule, 0.0) for rule in {*before, *after}}
        most = max(moved, key=lambda rule: (abs(moved[rule]), rule), default=None)
        rule = most if most and moved[most] else None
        kept.append(Sample(lead.lead_id, was.figures.total, would.figures.total, rule))


def _effects(before: _Tally, after: _Tally) -> list[RuleEffect]:
    """The rules whose effect differs, the greatest difference first."""
    effects = [
        RuleEffect(rule, before.leads[rule], after.leads[rule], before.points[rule] / 10, after.points[rule] / 10)
        for rule in {*before.leads, *after.leads}
    ]
    differing = [e for e in effects if (e.leads_before, e.points_before) != (e.leads_after, e.points_after)]
    return sorted(differing, key=lambda e: (-abs(e.points_after - e.points_before), e.rule))
