"""Who gets a lead: guards, whoever has it already, ordered rules, pools, and the fallback (domain.md §3.1).

The first match wins inside each layer, and every step leaves a line in the trace: which rule was asked, what it said,
and which predicate with which value decided. Nothing here picks inside a pool; that is `leads.pool`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from leads.condition import Condition, Facts, ask
from leads.identity import RepId
from leads.signal import Property
from leads.sla import SlaPolicy
from leads.verdict import missed

LONGEST_HOLD = timedelta(minutes=2)
"""How long a lead may be held back for facts about it."""


class TargetKind(StrEnum):
    """The kinds of place a lead can go to."""

    REP = "rep"
    POOL = "pool"
    QUEUE = "queue"
    ACCOUNT_OWNER = "account_owner"
    DESTINATION = "destination"
    HOLD = "hold_for_enrichment"


PASSES_ON = frozenset({TargetKind.ACCOUNT_OWNER, TargetKind.HOLD})
"""Targets that may not be there for a lead; then the next rule is asked."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a lead goes. `name` is an address of a rep or the key of a pool, queue or destination; `wait` of a hold."""

    kind: TargetKind
    name: str = ""
    wait: timedelta = timedelta(0)

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One rule. `skills` are what the rep of a pool must be able to do; `language` asks for the lead's own language."""

    id: str
    label: str
    when: Condition
    to: Target
    skills: frozenset[str] = frozenset()
    language: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """A rep's place in a pool. None means: no limit. `open_most` is the capacity, `day_most` the daily cap."""

    email: str
    weight: int = 1
    skills: frozenset[str] = frozenset()
    open_most: int | None = None
    day_most: int | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """Reps who take leads in turn.

    `queue` is where a lead waits for the next shift, `wait` how long at most; then `backup`, another pool, is asked.
    `around_the_clock` gives leads out at any hour. A lead that a rep takes by hand costs a turn when `claims_count`.
    """

    key: str
    title: str
    members: tuple[Member, ...]
    queue: str | None = None
    around_the_clock: bool = False
    wait: timedelta = timedelta(hours=72)
    backup: str | None = None
    claims_count: bool = True


@dataclass(frozen=True, slots=True)
class Queue:
    """A list of leads that several people look after; members are addresses of reps."""

    key: str
    title: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """A place outside sales, such as support: told by mail or at a web address, with a time of its own."""

    key: str
    title: str
    email: str | None = None
    webhook: str | None = None
    due: timedelta = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Territory:
    """An area of the map. A lead is in it when its country, its region or its postal code's beginning is listed."""

    key: str
    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    postal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def holds(self, *, country: str | None, region: str | None, postal: str | None) -> bool:
        """Whether a place lies in it. Postal prefixes are listed by country, and narrow that country down."""
        land = (country or "").upper()
        if land in self.postal:
            code = (postal or "").replace(" ", "").upper()
            return bool(code) and code.startswith(self.postal[land])
        return land in self.countries or (region or "").casefold() in self.regions


@dataclass(frozen=True, slots=True)
class RouteRules:
    """A set of rules that decides together. `delegate_after` is how long an owner may be away and keep new leads.

    `recipient` of alarms is the address of the manager; None is the company's own mailbox.
    """

    version: int = 0
    rules: tuple[RouteRule, ...] = ()
    pools: tuple[Pool, ...] = ()
    queues: tuple[Queue, ...] = (Queue("sales", "Sales"),)
    territories: tuple[Territory, ...] = ()
    destinations: tuple[Destination, ...] = ()
    fallback: Target = Target(TargetKind.QUEUE, "sales")
    delegate_after: timedelta = timedelta(days=3)
    sla: SlaPolicy = SlaPolicy()
    manager: str | None = None

    def pool(self, key: str | None) -> Pool | None:
        """A pool by its key."""
        return next((pool for pool in self.pools if pool.key == key), None)

    def queue(self, key: str) -> Queue | None:
        """A queue by its key."""
        return next((queue for queue in self.queues if queue.key == key), None)

    def destination(self, key: str | None) -> Destination | None:
        """A destination by its key."""
        return next((place for place in self.destinations if place.key == key), None)

    @property
    def last_queue(self) -> str:
        """The queue for leads that nobody takes."""
        return self.fallback.name if self.fallback.kind is TargetKind.QUEUE else self.queues[0].key

    def territory_of(self, *, country: str | None, region: str | None, postal: str | None) -> str | None:
        """The first territory that holds a place."""
        found = (t for t in self.territories if t.holds(country=country, region=region, postal=postal))
        return next((t.key for t in found), None)


GOES_TO = "goes to "
"""How the step of a rule that holds names its target."""


class Verdict(StrEnum):
    """What one step of the way said."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace. `asked` is the predicate that decided and `seen` its value, where a predicate did."""

    rule: str
    verdict: Verdict
    asked: str = ""
    seen: Property = None


@dataclass(frozen=True, slots=True)
class KnownOwner:
    """Somebody who has this person or company already, and who stands in when they are away. `layer` says as what.

    `rep` is None when neither they nor a delegate are there.
    """

    layer: str
    named: str
    rep: RepId | None


@dataclass(frozen=True, slots=True)
class Case:
    """What routing looks at: the facts, a reason not to route at all, who has the lead already, and past holds."""

    facts: Facts
    guard: str | None = None
    owners: tuple[KnownOwner, ...] = ()
    account_owner: KnownOwner | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the lead goes, by which rule, why in the team's words, and the steps that led there.

    `target` is None when the lead is not routed at all; `rep` is set when a person was named by the way there.
    """

    target: Target | None
    rule: str
    label: str
    steps: tuple[Step, ...]
    rep: RepId | None = None
    skills: frozenset[str] = frozenset()
    language: bool = False


def decide(case: Case, rules: RouteRules) -> Decision:
    """The way of one lead through guards, owners and rules. The same case and rules always give the same decision."""
    if case.guard is not None:
        return Decision(None, f"guard.{case.guard}", f"Not routed: {case.guard}", (_guard(case),))
    steps: list[Step] = [Step("guards", Verdict.PASSED_ON)]
    for owner in case.owners:
        if owner.rep is not None:
            found = Step(f"owner.{owner.layer}", Verdict.HELD, owner.layer.replace("_", " "), owner.named)
            target = Target(TargetKind.REP, owner.named)
            label = f"{owner.named} has the {owner.layer.replace('_', ' ')}"
            return Decision(target, f"owner.{owner.layer}", label, (*steps, found), owner.rep)
        steps.append(Step(f"owner.{owner.layer}", Verdict.FAILED, "is there, or has a delegate", owner.named))
    return _by_rules(case, rules, steps)


def _guard(case: Case) -> Step:
    return Step(f"guard.{case.guard}", Verdict.HELD, case.guard or "", True)


def _by_rules(case: Case, rules: RouteRules, steps: list[Step]) -> Decision:
    for rule in rules.rules:
        if not rule.enabled:
            continue
        step = _asked(rule, case)
        steps.append(step)
        if step.verdict is Verdict.HELD:
            of_account = rule.to.kind is TargetKind.ACCOUNT_OWNER and case.account_owner
            rep = case.account_owner.rep if of_account and case.account_owner else None
            return Decision(rule.to, rule.id, rule.label, tuple(steps), rep, rule.skills, rule.language)
    steps.append(Step("fallback", Verdict.HELD, f"{GOES_TO}{rules.fallback}"))
    return Decision(rules.fallback, "fallback", "No rule takes it", tuple(steps))


def _asked(rule: RouteRule, case: Case) -> Step:
    """What one rule says to a case."""
    answer = ask(rule.when, case.facts)
    if not answer.holds:
        return _failed(rule, case.facts, unknown=answer.holds is None)
    owner = case.account_owner
    if rule.to.kind is TargetKind.ACCOUNT_OWNER and (owner is None or owner.rep is None):
        return Step(rule.id, Verdict.PASSED_ON, "the company has an owner who is there", owner.named if owner else None)
    if rule.to.kind is TargetKind.HOLD and case.held:
        return Step(rule.id, Verdict.PASSED_ON, "not held before", True)
    return Step(rule.id, Verdict.HELD, f"{GOES_TO}{rule.to}")


def named_target(steps: Sequence[Step]) -> str | None:
    """The place that the rules named, whoever was there to take it then; None where an owner or a guard decided."""
    named = (s.asked for s in steps if s.verdict is Verdict.HELD and s.asked.startswith(GOES_TO))
    return next((asked.removeprefix(GOES_TO) for asked in named), None)


def _failed(rule: RouteRule, facts: Facts, *, unknown: bool) -> Step:
    found = missed(rule.when, facts)
    verdict = Verdict.UNKNOWN if unknown else Verdict.FAILED
    return Step(rule.id, verdict, found.asked if found else "", found.seen if found else None)


def backups(pool: Pool, rules: RouteRules) -> Sequence[Pool]:
    """The pool and those that stand in for it, in order; a ring ends where it closes."""
    chain: list[Pool] = []
    following: Pool | None = pool
    while following is not None and following not in chain:
        chain.append(following)
        following = rules.pool(following.backup)
    return chain
