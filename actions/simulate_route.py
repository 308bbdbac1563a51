"""Where would this lead go, and where would the leads of the last weeks have gone? Nothing is changed by asking."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from actions.plan_route import Looking, Plan, plan_of, plan_route
from actions.read_colleagues import Colleagues
from leads.bant import assess
from leads.condition import Facts
from leads.identity import LeadId
from leads.lead import Lead
from leads.route import Case, RouteRules, decide, named_target
from leads.route_facts import with_territory
from leads.signal import Activity, Property
from playbook.book import Playbook
from store.unit import UnitOfWork

MOST_LEADS = 5000


@dataclass(frozen=True, slots=True)
class Moved:
    """A lead that these rules would send elsewhere. `was` and `would_be` are targets in words."""

    lead_id: LeadId
    was: str
    would_be: str
    rule: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the rules would have done: leads by target and by rule, and those that went elsewhere."""

    leads: int
    by_target: Mapping[str, int]
    by_rule: Mapping[str, int]
    moved: Sequence[Moved]


async def simulate_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, rules: RouteRules, team: Colleagues) -> Plan:
    """The way a known lead would go if nobody had it. Raises NotKnown."""
    return await plan_route(uow, book, await uow.leads.get(lead_id), rules, team, afresh=True)


async def simulate_attributes(
    uow: UnitOfWork,
    attributes: Mapping[str, Property],
    events: Sequence[str],
    rules: RouteRules,
    team: Colleagues,
) -> Plan:
    """The way of a lead that is made up: attributes by dotted name, and the types of what it did just now."""
    did = [Activity(type=event, occurred_at=uow.now, received_at=uow.now) for event in events]
    facts = Facts(with_territory(attributes, rules), did, assess(()), uow.now)
    language = attributes.get("person.language")
    spoken = str(language) if language else None
    looking = Looking(uow, rules, team, spoken, frozenset(), rules.sla.first_response, lock=False)
    return await plan_of(looking, decide(Case(facts), rules))


async def dry_run(uow: UnitOfWork, book: Playbook, rules: RouteRules, team: Colleagues, *, days: int) -> DryRun:
    """The leads of the last days that were routed, put through these rules as if nobody had them.

    Compared is the place a rule names (a pool, not whose turn it was). Leads are taken as they are today.
    """
    since = uow.now - timedelta(days=days)
    targets, by_rule, moved = Counter[str](), Counter[str](), list[Moved]()
    lead_ids = await uow.assignments.routed_since(since, limit=MOST_LEADS)
    for lead_id in lead_ids:
        lead = await uow.leads.get(lead_id)
        would_be = await plan_route(uow, book, lead, rules, team, afresh=True)
        now = _place(would_be, team)
        targets[now] += 1
        by_rule[would_be.rule] += 1
        if (was := await _was(uow, lead)) is not None and was != now:
            moved.append(Moved(lead_id, was, now, would_be.rule))
    return DryRun(len(lead_ids), dict(targets.most_common()), dict(by_rule.most_common()), moved)


def _place(plan: Plan, team: Colleagues) -> str:
    if plan.guarded:
        return "not routed"
    return named_target(plan.steps) or f"owner {team.by_id[plan.rep].rep.email if plan.rep else plan.rule}"


async def _was(uow: UnitOfWork, lead: Lead) -> str | None:
    """Where the rules first sent it; None for leads that only people or owners moved."""
    first = next((a for a in await uow.assignments.of_lead(lead.id) if a.steps), None)
    return named_target(first.steps) if first else None
