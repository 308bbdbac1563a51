"""Work out where a lead would go, without changing anything: routing carries it out, the simulator shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from actions.hand_raise import raises_hand
from actions.read_colleagues import Colleague, Colleagues
from actions.suppress import points_of
from leads.bant import assess
from leads.consent import Purpose
from leads.handoff import HandoffState
from leads.hours import resolve, zone_of
from leads.identity import RepId
from leads.lead import Company, Lead, Person
from leads.pool import Candidate, Need, Seat, Turn, after, choose
from leads.route import (
    Case,
    Decision,
    KnownOwner,
    Pool,
    RouteRules,
    Step,
    Target,
    TargetKind,
    Verdict,
    backups,
    decide,
)
from leads.route_facts import route_facts
from leads.stage import Outcome, ReasonCode, WorkStatus
from leads.suppression import SuppressionReason
from playbook.book import Playbook
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a lead goes, and everything needed to carry it out. Of `rep`, `queue` and `destination` one is set.

    `ask_again_at` is set when it only waits in the queue. `seats` are the pool's credits after the turn.
    """

    rule: str
    label: str
    steps: tuple[Step, ...]
    answer_within: timedelta
    guarded: bool = False
    rep: RepId | None = None
    queue: str | None = None
    destination: str | None = None
    pool: str | None = None
    turn: Turn | None = None
    seats: tuple[Seat, ...] = ()
    ask_again_at: datetime | None = None
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Looking:
    """What is at hand while a way is looked for."""

    uow: UnitOfWork
    rules: RouteRules
    team: Colleagues
    language: str | None
    excluded: frozenset[RepId]
    answer_within: timedelta
    lock: bool


async def plan_route(
    uow: UnitOfWork,
    book: Playbook,
    lead: Lead,
    rules: RouteRules,
    team: Colleagues,
    *,
    excluded: frozenset[RepId] = frozenset(),
    lock: bool = False,
    afresh: bool = False,
) -> Plan:
    """The way of one lead. `lock` holds the pool's seats until the transaction ends; `afresh` forgets who has it."""
    person = await uow.people.get(lead.person_id)
    case, within = await _case(uow, book, lead, person, rules, team, ignore_owners=bool(excluded), afresh=afresh)
    decision = decide(case, rules)
    looking = Looking(uow, rules, team, person.language, excluded, within, lock)
    return await plan_of(looking, decision)


async def plan_of(looking: Looking, decision: Decision) -> Plan:
    """A decision carried on to a person, a queue or a place outside."""
    target = decision.target
    if target is None:
        return Plan(decision.rule, decision.label, decision.steps, looking.answer_within, guarded=True)
    if decision.rep is not None:
        return _plan(looking, decision, rep=decision.rep)
    match target.kind:
        case TargetKind.REP:
            return _for_rep(looking, decision, target)
        case TargetKind.POOL:
            return await _for_pool(looking, decision, target)
        case TargetKind.DESTINATION:
            return _for_destination(looking, decision, target)
        case TargetKind.HOLD:
            until = looking.uow.now + target.wait
            return _plan(looking, decision, queue=looking.rules.last_queue, ask_again_at=until, hold=True)
        case _:
            return _plan(looking, decision, queue=target.name)


def _plan(looking: Looking, decision: Decision, *steps: Step, within: timedelta | None = None, **found: object) -> Plan:
    promised = looking.answer_within if within is None else within
    return Plan(decision.rule, decision.label, (*decision.steps, *steps), promised, **found)  # type: ignore[arg-type]


def _for_rep(looking: Looking, decision: Decision, target: Target) -> Plan:
    """A rep by name, or who stands in for them; never somebody who is not there."""
    named = looking.team.by_email(target.name)
    days = looking.rules.delegate_after
    rep = looking.team.stands_in(named.id if named else None, delegate_after=days)
    if rep is not None and rep not in looking.excluded:
        return _plan(looking, decision, rep=rep)
    step = Step(f"rep.{target.name}"[:80], Verdict.FAILED, "is there, or has a delegate", target.name)
    return _fallback(looking, decision, step)


def _fallback(looking: Looking, decision: Decision, *steps: Step) -> Plan:
    """Nobody is there: the fallback queue, and an alarm."""
    held = Step("fallback", Verdict.HELD)
    plan = _plan(looking, decision, *steps, held, queue=looking.rules.last_queue)
    return Plan(
        f"fallback.{plan.rule}"[:80],
        f"{plan.label}, but nobody could take it",
        plan.steps,
        plan.answer_within,
        queue=plan.queue,
    )


def _for_destination(looking: Looking, decision: Decision, target: Target) -> Plan:
    place = looking.rules.destination(target.name)
    if place is None:
        return _fallback(looking, decision, Step(f"destination.{target.name}", Verdict.FAILED, "is known", target.name))
    return _plan(looking, decision, within=place.due, destination=place.key)


async def _for_pool(looking: Looking, decision: Decision, target: Target) -> Plan:
    """Whose turn it is; else wait for the next shift; else the backup pool; else the fallback."""
    steps: list[Step] = []
    first = looking.rules.pool(target.name)
    for pool in backups(first, looking.rules) if first else ():
        candidates, seats = await _members(looking, pool)
        need = Need(decision.skills, looking.language if decision.language else None, looking.excluded)
        choice = choose(pool, candidates, seats, need, now=looking.uow.now)
        steps += choice.steps
        if choice.turn is not None:
            moved = after(seats, choice.turn, at=looking.uow.now)
            turn = choice.turn
            return _plan(looking, decision, *steps, rep=turn.rep, pool=pool.key, turn=turn, seats=moved)
        if choice.opens is not None:
            queue = pool.queue or looking.rules.last_queue
            wait = Step(f"pool.{pool.key}", Verdict.PASSED_ON, "waits for the next shift", choice.opens.isoformat())
            return _plan(looking, decision, *steps, wait, queue=queue, ask_again_at=choice.opens)
    return _fallback(looking, decision, *steps)


async def _members(looking: Looking, pool: Pool) -> tuple[list[Candidate], Sequence[Seat]]:
    """The pool's members with their figures, and their seats. The seats are locked first, so the figures are true."""
    team, uow = looking.team, looking.uow
    places = [(m, c) for m in pool.members if (c := team.by_email(m.email)) is not None]
    ids = [colleague.id for _, colleague in places]
    seats = await uow.assignments.seats(pool.key, ids, lock=looking.lock)
    load = await uow.assignments.open_leads(ids) if any(m.open_most for m, _ in places) else {}
    capped = {c.id: _midnight(c, uow.now) for m, c in places if m.day_most}
    today = await uow.assignments.given_since(pool.key, capped)
    candidates = [
        Candidate(
            rep=colleague.id,
            email=member.email,
            weight=member.weight,
            away=colleague.away(uow.now),
            hours=colleague.working_hours,
            skills=member.skills,
            languages=colleague.languages,
            open_leads=load.get(colleague.id, 0),
            open_most=member.open_most,
            today=today.get(colleague.id, 0),
            day_most=member.day_most,
        )
        for member, colleague in places
    ]
    return candidates, seats


def _midnight(colleague: Colleague, now: datetime) -> datetime:
    """When the day began where the rep works: caps count their days, not UTC's."""
    zone = zone_of(colleague.hours.zone)
    return resolve(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)


async def _case(
    uow: UnitOfWork,
    book: Playbook,
    lead: Lead,
    person: Person,
    rules: RouteRules,
    team: Colleagues,
    *,
    ignore_owners: bool,
    afresh: bool,
) -> tuple[Case, timedelta]:
    """Everything `decide` looks at, and the promise of a first answer that the lead's own acts call for."""
    company = await uow.people.company(lead.company_id)
    activities = await uow.ledger.activities(lead.id)
    bant = assess(await uow.ledger.claims(lead.id))
    waiting = [h for h in await uow.handoffs.of_lead(lead.id) if h.state in {HandoffState.OPEN, HandoffState.CLAIMED}]
    reason = waiting[-1].reason if waiting else None
    facts = route_facts(
        lead, person, company, activities=activities, bant=bant, reason=reason, rules=rules, now=uow.now
    )
    held = await uow.assignments.wait_of(lead.id)
    account = _account(company, rules, team)
    owners = () if ignore_owners else await _owners(uow, lead, account, rules, team, afresh=afresh)
    guard = await _guard(uow, lead, person)
    asked = any(raises_hand(activity, book) for activity in activities)
    urgent = asked and lead.standing.status is not WorkStatus.MEETING_SCHEDULED
    within = rules.sla.hand_raise if urgent else rules.sla.first_response
    return Case(facts, guard, owners, account, held=bool(held and held.held)), within


async def _owners(
    uow: UnitOfWork, lead: Lead, account: KnownOwner | None, rules: RouteRules, team: Colleagues, *, afresh: bool
) -> tuple[KnownOwner, ...]:
    """Who has them already: the owner of this lead, of an opportunity or deal of this person, of the company."""
    earlier = await uow.assignments.other_owner(lead.id, lead.person_id)
    known = [("lead", None if afresh else lead.owner), ("opportunity", earlier)]
    of_person = [_known(layer, rep, rules, team) for layer, rep in known if rep is not None]
    return (*of_person, *([account] if account else []))


def _account(company: Company | None, rules: RouteRules, team: Colleagues) -> KnownOwner | None:
    return _known("account", company.owner, rules, team) if company and company.owner else None


def _known(layer: str, rep: RepId, rules: RouteRules, team: Colleagues) -> KnownOwner:
    there = team.stands_in(rep, delegate_after=rules.delegate_after)
    named = team.by_id[there].rep.name if there else rep
    return KnownOwner(layer, named, there)


async def _guard(uow: UnitOfWork, lead: Lead, person: Person) -> str | None:
    """Why this lead is not routed at all."""
    if lead.is_test:
        return "test"
    if lead.standing.outcome is Outcome.JUNK or lead.standing.reason in {ReasonCode.SPAM, ReasonCode.TEST}:
        return "spam"
    if lead.standing.outcome is not Outcome.OPEN:
        return "closed"
    if lead.standing.reason is ReasonCode.DO_NOT_CONTACT or await _suppressed(uow, person):
        return "suppressed"
    return None


async def _suppressed(uow: UnitOfWork, person: Person) -> bool:
    """Whether nobody may answer this person at all.

    Whoever only wants no marketing, or was erased and came back by themself, has asked something and gets an answer;
    and where a mail bounced a rep can still call.
    """
    found = await uow.suppressions.all_of(*await points_of(uow, person))
    return any(e.blocks(Purpose.SERVICE) and e.reason is not SuppressionReason.BOUNCED for e in found)
