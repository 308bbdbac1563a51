"""Climb the ladder for one clock: remind, tell the manager and offer the lead on, put it into the fallback queue.

Every rung is climbed once, whoever comes first; a clock that was stopped meanwhile is left alone.
"""

from dataclasses import replace
from datetime import timedelta

from actions.current_routing import routing_rules
from actions.notify import notify
from actions.passed_over import had_before
from actions.read_colleagues import Colleagues, read_colleagues
from actions.route_lead import route_lead
from actions.settle_assignment import FALLBACK, settle_assignment
from leads.actor import BY_RULE
from leads.assignment import Assignment, AssignmentState
from leads.handoff import HandoffState
from leads.identity import LeadId
from leads.lead import Lead
from leads.refusal import NotKnown
from leads.route import RouteRules, Step, Verdict
from leads.sla import Clock, ClockKind, Rung, stopped, timed
from leads.stage import Outcome
from playbook.book import Playbook
from store.unit import UnitOfWork

LATER = timedelta(minutes=15)
"""When a clock whose rung could not be climbed is looked at again."""


async def chase_clock(uow: UnitOfWork, book: Playbook, lead_id: LeadId, clock_id: str) -> Rung | None:
    """Climb the rung that is due, and say which; None when there was nothing to do.

    The lead is locked before its clock, as everywhere.
    """
    lead = await uow.leads.get(lead_id, lock=True)
    clock = await uow.clocks.get(clock_id, lock=True)
    if clock is None or not clock.running or clock.rung_at is None or clock.rung_at > uow.now:
        return None
    if lead.standing.outcome is not Outcome.OPEN or await _in_hand(uow, clock):
        await uow.clocks.save(stopped(clock, at=uow.now))
        return None
    rung = clock.next_rung
    if rung is None or not await uow.clocks.climb(clock, rung, at=uow.now):
        await _set_next(uow, book, clock)
        return None
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    if rung is Rung.REMINDER:
        await _remind(uow, clock, lead)
    elif rung is Rung.BREACH:
        clock = await uow.clocks.save(replace(clock, breached_at=clock.due_at))
        await _missed(uow, book, rules, clock, lead)
    else:
        await _to_fallback(uow, team, rules, clock, lead)
    await _set_next(uow, book, clock)
    return rung


async def put_off(uow: UnitOfWork, clock_id: str) -> None:
    """Look at a clock again in a while, so that one that fails does not hold the others up."""
    await uow.clocks.put_off(clock_id, uow.now + LATER)


async def _in_hand(uow: UnitOfWork, clock: Clock) -> bool:
    """Whether the request for a person that this clock is about has been taken."""
    if clock.handoff_id is None:
        return False
    try:
        return (await uow.handoffs.get(clock.handoff_id)).state is not HandoffState.OPEN
    except NotKnown:
        return True


async def _set_next(uow: UnitOfWork, book: Playbook, clock: Clock) -> None:
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    now = await uow.clocks.get(clock.id)
    if now is not None and now.running:
        climbed = await uow.clocks.climbed(clock.id)
        await uow.clocks.save(timed(now, team.hours_of(now.calendar), rules.sla, climbed=climbed))


async def _remind(uow: UnitOfWork, clock: Clock, lead: Lead) -> None:
    await notify(
        uow,
        "deadline.near",
        clock.id,
        lead_id=lead.id,
        to=lead.owner,
        why=_awaited(clock),
        due_at=clock.due_at,
        clock_id=clock.id,
    )


def _awaited(clock: Clock) -> str:
    return {
        ClockKind.ACCEPTANCE: "nobody has accepted it",
        ClockKind.FIRST_RESPONSE: "nobody has answered yet",
        ClockKind.NEXT_RESPONSE: "they wrote and wait for an answer",
        ClockKind.HANDOFF_CHAT: "they asked for a person",
    }[clock.kind]


async def _missed(uow: UnitOfWork, book: Playbook, rules: RouteRules, clock: Clock, lead: Lead) -> None:
    """Offer the lead to the next one of its pool if it was only offered, and tell the manager once.

    Where nobody else can take it, the notice of that says all.
    """
    current = await uow.assignments.current(lead.id)
    offered = current is not None and current.state is AssignmentState.OFFERED and current.pool is not None
    if current is not None and offered and clock.kind is not ClockKind.HANDOFF_CHAT:
        excluded = await had_before(uow, lead.id) | ({current.rep} if current.rep else frozenset())
        left, why = AssignmentState.EXPIRED, f"offered again: {_awaited(clock)}"
        await route_lead(uow, book, lead.id, why=why, excluded=excluded, left=left, reason="time_up", clocks_go_on=True)
        await _taken_back(uow, current, lead)
        now = await uow.assignments.current(lead.id)
        if now is not None and now.rule.startswith(FALLBACK):
            return
    why, key = _awaited(clock), f"{clock.id}:missed"
    due, about = clock.due_at, clock.id
    await notify(uow, "deadline.missed", key, lead_id=lead.id, to=rules.manager, why=why, due_at=due, clock_id=about)


async def _to_fallback(uow: UnitOfWork, team: Colleagues, rules: RouteRules, clock: Clock, lead: Lead) -> None:
    """Nobody took it in the time that was added: the fallback queue. An accepted lead is only moved by a person."""
    current = await uow.assignments.current(lead.id)
    if current is None or current.state is not AssignmentState.OFFERED or clock.kind is ClockKind.HANDOFF_CHAT:
        return
    given = Assignment(
        id=uow.new_id("asg"),
        lead_id=lead.id,
        at=uow.now,
        state=AssignmentState.QUEUED,
        actor=BY_RULE,
        rule="fallback.escalated",
        why=f"Escalated: {_awaited(clock)}",
        queue=rules.last_queue,
        steps=(Step(f"clock.{clock.kind.value}", Verdict.HELD, "time is up", clock.id),),
    )
    await settle_assignment(uow, team, rules, lead, given, left=AssignmentState.ESCALATED, reason="time_up")
    await _taken_back(uow, current, lead)
    await notify(uow, "lead.fallback", given.id, lead_id=lead.id, to=rules.manager, why=given.why)


async def _taken_back(uow: UnitOfWork, former: Assignment, lead: Lead) -> None:
    if former.rep is not None:
        await notify(uow, "lead.withdrawn", former.id, lead_id=lead.id, to=former.rep, why="the time was up")
