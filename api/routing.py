"""Who has a lead and why, giving it to somebody by hand, and what rules of routing would do."""

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from actions.add_key import Scope
from actions.assign_owner import assign_owner
from actions.current_routing import routing_rules
from actions.decline_offer import decline_offer
from actions.plan_route import Plan
from actions.read_colleagues import Colleagues, read_colleagues
from actions.set_away import active_rep
from actions.simulate_route import dry_run, simulate_attributes, simulate_lead
from api.auth import ActorDep, needs, rep_acting
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from api.lead_shapes import LeadShown, OwnerShown
from api.lead_views import Team, lead_shown, read_team
from api.routing_shapes import (
    AssignBody,
    AssignmentShown,
    ClockShown,
    DeclineBody,
    MovedShown,
    RouteDryRunBody,
    RouteDryRunShown,
    RouteShown,
    SimulateBody,
    SimulationShown,
    StepShown,
)
from api.rules import RuleRoutes
from leads.assignment import Assignment
from leads.identity import LeadId, RepId
from leads.route import RouteRules, Step
from leads.sla import Clock
from playbook.fault import PlaybookFaults
from playbook.routing_rules import read_routing, routing_warnings
from store.rules import RuleKind
from store.unit import UnitOfWork

MOST_MOVED = 200


class LeadRouteRoutes(Controller):
    """`/v1/leads/{id}/route`, `/assign`, `/decline`."""

    path = "/leads/{lead_id:str}"

    @get("/route", operation_id="explainRoute", guards=[needs(Scope.LEADS_READ)])
    async def route(self, desk: DeskDep, lead_id: FromPath[str]) -> RouteShown:
        """Why this lead went where it is: every rule that was asked, with the value that decided, and its clocks."""
        async with desk.workspace.reading() as uow:
            lead = await uow.leads.get(LeadId(lead_id))
            return await _route(uow, LeadId(lead.id))

    @post("/assign", operation_id="assignLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def assign(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[AssignBody]
    ) -> LeadShown:
        """Give the lead to a rep or put it into a queue. A rep who takes it for themselves has accepted the offer."""
        async with desk.workspace.unit() as uow:
            to = (await active_rep(uow, RepId(data.owner))).id if data.owner else None
            given = {"to": to, "queue": data.queue, "actor": actor, "why": data.reason}
            lead = await assign_owner(uow, desk.book, LeadId(lead_id), **given)  # type: ignore[arg-type]
            return await lead_shown(uow, lead, await read_team(uow))

    @post("/decline", operation_id="declineLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def decline(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[DeclineBody]
    ) -> LeadShown:
        """Do not take an offered lead: it goes to the next one, and does not come back to whoever declined."""
        rep = rep_acting(actor)
        async with desk.workspace.unit() as uow:
            lead = await decline_offer(uow, desk.book, LeadId(lead_id), rep=rep, actor=actor, reason=data.reason)
            return await lead_shown(uow, lead, await read_team(uow))


class RoutingRuleRoutes(RuleRoutes):
    """`/v1/rules/routing`: versions, and what rules would do. Nothing is changed by asking."""

    path = "/rules/routing"
    kind = RuleKind.ROUTING

    @post("/simulate", operation_id="simulateRouting", status_code=200, guards=[needs(Scope.RULES_READ)])
    async def simulate(self, desk: DeskDep, data: JSONBody[SimulateBody]) -> SimulationShown:
        """Where a lead would go, with every step: a known lead by `lead_id`, or one made up from `attributes`."""
        if (data.lead_id is None) == (data.attributes is None):
            raise Problem(
                422, "invalid", "Send either lead_id or attributes.", errors=[FieldError("lead_id", "or one")]
            )
        async with desk.workspace.reading() as uow:
            rules, team = await _rules(uow, desk, data.content), await read_colleagues(uow, desk.book)
            if data.lead_id is not None:
                plan = await simulate_lead(uow, desk.book, LeadId(data.lead_id), rules, team)
            else:
                plan = await simulate_attributes(uow, data.attributes or {}, data.events, rules, team)
            return _simulation(plan, team, rules)

    @post("/dry-run", operation_id="dryRunRouting", status_code=200, guards=[needs(Scope.RULES_READ)])
    async def dry_run(self, desk: DeskDep, data: JSONBody[RouteDryRunBody]) -> RouteDryRunShown:
        """Where the leads of the last days would have gone, and which of them went elsewhere."""
        async with desk.workspace.reading() as uow:
            rules, team = await _rules(uow, desk, data.content), await read_colleagues(uow, desk.book)
            found = await dry_run(uow, desk.book, rules, team, days=data.days)
        return RouteDryRunShown(
            days=data.days,
            leads=found.leads,
            by_target=dict(found.by_target),
            by_rule=dict(found.by_rule),
            moved_count=len(found.moved),
            moved=[MovedShown(m.lead_id, m.was, m.would_be, m.rule) for m in found.moved[:MOST_MOVED]],
            warnings=list(routing_warnings(rules)),
        )


async def _rules(uow: UnitOfWork, desk: Desk, content: dict[str, object] | None) -> RouteRules:
    """The rules that were sent, else those that decide now. Raises Problem 422 with each fault's place."""
    if content is None:
        return await routing_rules(uow, desk.book)
    try:
        return read_routing(content, desk.book)
    except PlaybookFaults as faults:
        errors = [FieldError(f"content.{f.where}", f"{f.wrong}. Allowed: {f.allowed}.") for f in faults.faults]
        raise Problem(422, "invalid", f"The rules have {len(errors)} fault(s).", errors=errors) from None


def _simulation(plan: Plan, team: Colleagues, rules: RouteRules) -> SimulationShown:
    return SimulationShown(
        routed=not plan.guarded,
        rule=plan.rule,
        why=plan.label,
        owner=OwnerShown(plan.rep, team.by_id[plan.rep].rep.name) if plan.rep else None,
        pool=plan.pool,
        queue=plan.queue,
        destination=plan.destination,
        waits_until=plan.ask_again_at,
        answer_within_minutes=plan.answer_within.total_seconds() / 60,
        steps=[_step(step) for step in plan.steps],
        warnings=list(routing_warnings(rules)),
    )


async def _route(uow: UnitOfWork, lead_id: LeadId) -> RouteShown:
    names = Team({rep.id: rep.name for rep in await uow.access.everybody()})  # also those who have left
    given = await uow.assignments.of_lead(lead_id)
    wait = await uow.assignments.wait_of(lead_id)
    touches = await uow.assignments.first_touches(lead_id)
    return RouteShown(
        lead_id=lead_id,
        current=next((_assignment(a, names) for a in given if a.current), None),
        history=[_assignment(a, names) for a in reversed(given) if not a.current],
        clocks=[_clock(uow, clock) for clock in await uow.clocks.of_lead(lead_id)],
        first_touch={kind.value: at for kind, at in touches.items()},
        waits_until=wait.until if wait and wait.until > uow.now else None,
    )


def _assignment(given: Assignment, names: Team) -> AssignmentShown:
    return AssignmentShown(
        id=given.id,
        at=given.at,
        state=given.state.value,
        owner=names.owner(given.rep),
        queue=given.queue,
        destination=given.destination,
        pool=given.pool,
        rule=given.rule,
        why=given.why,
        by=given.actor.name,
        reason=given.reason,
        ended_at=given.ended_at,
        steps=[_step(step) for step in given.steps],
    )


def _step(step: Step) -> StepShown:
    return StepShown(step.rule, step.verdict.value, step.asked, step.seen)


def _clock(uow: UnitOfWork, clock: Clock) -> ClockShown:
    deadline = clock.deadline
    return ClockShown(
        kind=clock.kind.value,
        started_at=deadline.started_at,
        due_at=clock.due_at,
        stopped_at=deadline.stopped_at,
        breached_at=clock.breached_at,
        paused=deadline.paused_since is not None,
        overdue=clock.overdue(uow.now),
        calendar=clock.calendar,
    )
