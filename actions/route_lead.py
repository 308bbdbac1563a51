"""Route a lead: guards, whoever has it already, the rules, whose turn it is, and the fallback when nobody is there."""

from datetime import timedelta

from actions.current_routing import routing_rules
from actions.passed_over import had_before
from actions.plan_route import Plan, plan_route
from actions.read_colleagues import Colleagues, read_colleagues
from actions.refer_outside import refer_outside
from actions.settle_assignment import promise, settle_assignment, tell_assigned
from leads.actor import BY_RULE, Actor
from leads.assignment import Assignment, AssignmentState
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.route import RouteRules
from leads.stage import WorkStatus
from playbook.book import Playbook
from store.assignments import Wait
from store.unit import UnitOfWork


async def route_lead(
    uow: UnitOfWork,
    book: Playbook,
    lead_id: LeadId,
    *,
    actor: Actor = BY_RULE,
    why: str,
    excluded: frozenset[RepId] = frozenset(),
    left: AssignmentState = AssignmentState.REASSIGNED,
    reason: str | None = None,
    clocks_go_on: bool = False,
    quietly: bool = False,
) -> Lead:
    """Give the lead to whom it belongs, and keep the trace of how that was found.

    A lead that has an owner who is there keeps them, as they have it. `excluded` are reps who must not get it (they
    declined or let it lie); then existing ownership does not count. `left` and `reason` say how the assignment it had
    has ended.
    `clocks_go_on` leaves the running promises as they are; `quietly` tells nobody, because the caller does.
    """
    lead = await uow.leads.get(lead_id, lock=True)
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    plan = await plan_route(uow, book, lead, rules, team, excluded=excluded, lock=True)
    if plan.guarded:
        return lead
    within = None if clocks_go_on else plan.answer_within
    current = await uow.assignments.current(lead.id)
    if current is not None and _is_there(current, plan):
        return await _stays(uow, rules, team, lead, current, within, quietly=quietly)
    given = _assignment(uow, lead, plan, actor=actor, why=why)
    shift = plan.ask_again_at
    routed = await settle_assignment(
        uow, team, rules, lead, given, answer_within=within, waits_until=shift, left=left, reason=reason
    )
    if plan.turn is not None and plan.pool is not None:
        await uow.assignments.save_seats(plan.pool, plan.seats)
    await _wait(uow, routed, plan)
    await _tell(uow, rules, routed, given, plan, quietly=quietly)
    return routed


def _is_there(current: Assignment, plan: Plan) -> bool:
    """Whether the way leads to the rep or the place outside that has the lead already."""
    if plan.rep is not None:
        return plan.rep == current.rep
    return plan.destination is not None and plan.destination == current.destination


async def _stays(
    uow: UnitOfWork,
    rules: RouteRules,
    team: Colleagues,
    lead: Lead,
    current: Assignment,
    within: timedelta | None,
    *,
    quietly: bool,
) -> Lead:
    """What was accepted stays accepted, no turn is given back; the notice of it is left once, whoever asks.

    Promises that do not run yet begin, for the lead may have got its place by a request that had a time of its own.
    """
    if within is not None:
        await promise(uow, team, rules, lead, current, within)
    if current.rep is not None and not quietly:
        await _tell_team(uow, rules, lead, current)
    return lead


def _assignment(uow: UnitOfWork, lead: Lead, plan: Plan, *, actor: Actor, why: str) -> Assignment:
    state = AssignmentState.OFFERED if plan.rep else AssignmentState.QUEUED
    if plan.destination:
        state = AssignmentState.SENT
    return Assignment(
        id=uow.new_id("asg"),
        lead_id=lead.id,
        at=uow.now,
        state=state,
        actor=actor,
        rule=plan.rule,
        why=f"{plan.label} ({why})" if why else plan.label,
        rep=plan.rep,
        queue=plan.queue,
        destination=plan.destination,
        pool=plan.pool,
        steps=plan.steps,
        moved=plan.turn.moved if plan.turn else {},
    )


async def _wait(uow: UnitOfWork, lead: Lead, plan: Plan) -> None:
    if plan.ask_again_at is None:
        return
    before = await uow.assignments.wait_of(lead.id)
    held = (before.held if before else 0) + (1 if plan.hold else 0)
    await uow.assignments.wait(Wait(lead.id, plan.ask_again_at, plan.label[:200], held))


async def _tell(
    uow: UnitOfWork, rules: RouteRules, lead: Lead, given: Assignment, plan: Plan, *, quietly: bool
) -> None:
    """A place outside is always told. Nobody is while a lead waits for the next shift or for facts."""
    if plan.destination is not None:
        place = rules.destination(plan.destination)
        assert place is not None
        await refer_outside(uow, lead, place, given)
        return
    if plan.ask_again_at is None and not quietly:
        await _tell_team(uow, rules, lead, given)


async def _tell_team(uow: UnitOfWork, rules: RouteRules, lead: Lead, given: Assignment) -> None:
    hosted = lead.standing.status is WorkStatus.MEETING_SCHEDULED and given.rep is not None
    if not hosted:  # a host hears of the booking itself
        await tell_assigned(uow, rules, lead, given)


async def route_waiting(uow: UnitOfWork, book: Playbook, lead_id: LeadId) -> Lead:
    """The wait of a lead is over: route it again, unless somebody has taken it meanwhile."""
    lead = await uow.leads.get(lead_id, lock=True)
    await uow.assignments.waited(lead_id, at=uow.now)
    if lead.owner is not None or lead.destination is not None:
        return lead
    excluded = await had_before(uow, lead_id)
    return await route_lead(uow, book, lead_id, why="waited", excluded=excluded, clocks_go_on=True)
