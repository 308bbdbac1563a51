"""Put an assignment into effect: the lead's owner or queue, the history, the clocks, and the notices."""

from dataclasses import replace
from datetime import datetime, timedelta

from actions.give_turn_back import give_turn_back
from actions.move_lead import move_lead
from actions.notify import notify
from actions.read_colleagues import Colleagues
from actions.run_clocks import start_clock, stop_kinds
from leads.actor import Actor
from leads.assignment import Assignment, AssignmentState
from leads.handoff import HandoffState
from leads.lead import Lead
from leads.route import RouteRules
from leads.sla import ClockKind
from leads.stage import Stage, WorkStatus
from store.unit import UnitOfWork

FALLBACK = "fallback"


async def settle_assignment(
    uow: UnitOfWork,
    team: Colleagues,
    rules: RouteRules,
    lead: Lead,
    given: Assignment,
    *,
    answer_within: timedelta | None = None,
    waits_until: datetime | None = None,
    left: AssignmentState = AssignmentState.REASSIGNED,
    reason: str | None = None,
) -> Lead:
    """The lead as it now stands. What it was assigned to before ends as `left`.

    `answer_within` is the promise of a first answer; None leaves clocks as they are (the ladder moves a lead on, and
    the promise was made to the person, not to the rep). Clocks of a lead that waits for a shift begin with it.
    """
    former = await _end_former(uow, given, left=left, reason=reason)
    assigned = await _placed(uow, lead, given)
    await uow.assignments.add(given)
    await uow.assignments.waited(lead.id, at=uow.now)
    await _handoffs_follow(uow, lead, given)
    if answer_within is not None:
        if former is not None:
            await stop_kinds(uow, lead.id, ClockKind.ACCEPTANCE, at=uow.now)
        await promise(uow, team, rules, lead, given, answer_within, waits_until)
    for clock in await uow.clocks.running(lead.id):  # whose it is now; the calendar stays the one it was promised in
        if clock.rep != given.rep:
            await uow.clocks.save(replace(clock, rep=given.rep))
    return assigned


async def tell_assigned(uow: UnitOfWork, rules: RouteRules, lead: Lead, given: Assignment) -> None:
    """Tell whom it concerns: the rep it is offered to, the queue's team, the manager when nobody could take it."""
    if given.rep is not None:
        if given.actor.id != given.rep:  # who takes a lead for themselves knows it
            await notify(uow, "lead.routed", given.id, lead_id=lead.id, to=given.rep, why=given.why)
    elif given.rule.startswith(FALLBACK):
        await notify(uow, "lead.fallback", given.id, lead_id=lead.id, to=rules.manager, why=given.why)
    elif given.queue is not None:
        await notify(uow, "lead.queued", given.id, lead_id=lead.id, why=given.why)


async def _end_former(
    uow: UnitOfWork, given: Assignment, *, left: AssignmentState, reason: str | None
) -> Assignment | None:
    former = await uow.assignments.current(given.lead_id)
    if former is None:
        return None
    ended = await uow.assignments.save(replace(former, state=left, ended_at=uow.now, reason=reason))
    await give_turn_back(uow, ended)
    return ended


async def _placed(uow: UnitOfWork, lead: Lead, given: Assignment) -> Lead:
    """The lead with its owner or queue. A lead that nobody worked on yet is assigned from now on, or new again."""
    placed = replace(lead, owner=given.rep, queue=given.queue, destination=given.destination, updated_at=uow.now)
    status = _status(lead.standing.status, owned=given.rep is not None)
    if status is lead.standing.status:
        return await uow.leads.save(placed)
    return await move_lead(uow, placed, replace(lead.standing, status=status), actor=given.actor, why=given.why)


def _status(status: WorkStatus, *, owned: bool) -> WorkStatus:
    if status is WorkStatus.NEW and owned:
        return WorkStatus.ASSIGNED
    return WorkStatus.NEW if status is WorkStatus.ASSIGNED and not owned else status


async def _handoffs_follow(uow: UnitOfWork, lead: Lead, given: Assignment) -> None:
    """Requests for a person that nobody has claimed go where the lead goes; a booked meeting's stays with its host."""
    for handoff in await uow.handoffs.of_lead(lead.id):
        if handoff.state is HandoffState.OPEN and handoff.meeting_id is None and handoff.owner in {None, lead.owner}:
            await uow.handoffs.save(replace(handoff, owner=given.rep, queue=given.queue or handoff.queue))


async def promise(
    uow: UnitOfWork,
    team: Colleagues,
    rules: RouteRules,
    lead: Lead,
    given: Assignment,
    answer_within: timedelta,
    waits_until: datetime | None = None,
) -> None:
    """Start the clocks of acceptance, where somebody has to accept, and of the first answer; one that runs goes on."""
    policy = rules.sla
    if given.state in {AssignmentState.OFFERED, AssignmentState.QUEUED} and _unaccepted(lead):
        kind = ClockKind.ACCEPTANCE
        within = policy.acceptance
        await start_clock(uow, team, policy, lead.id, kind, business=within, rep=given.rep, waits_until=waits_until)
    if lead.first_response_at is None:
        kind = ClockKind.FIRST_RESPONSE
        within = answer_within
        await start_clock(uow, team, policy, lead.id, kind, business=within, rep=given.rep, waits_until=waits_until)


def _unaccepted(lead: Lead) -> bool:
    return lead.accepted_at is None and lead.standing.stage.rank < Stage.SAL.rank


def by(actor: Actor, rep: object) -> AssignmentState:
    """An assignment to oneself is accepted in the same breath."""
    return AssignmentState.ACCEPTED if actor.id == rep else AssignmentState.OFFERED
