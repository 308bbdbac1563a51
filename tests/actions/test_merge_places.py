"""Two leads that become one are in one place: one assignment, one clock of a kind, one history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from actions.accept_lead import accept_lead
from actions.assign_owner import assign_owner
from actions.convert_lead import convert_lead
from actions.merge_people import merge_people
from actions.note_response import note_response
from actions.workspace import Workspace
from leads.actor import BY_AGENT, BY_RULE, Actor
from leads.assignment import AssignmentState
from leads.lead import Lead
from leads.opportunity import Deal, Money
from leads.signal import ActorKind
from leads.sla import ClockKind
from leads.stage import Outcome
from tests.actions.routed import a_request, rep_named, rules_of, the_lead, use
from tests.builders import ANA, MONDAY, StandingClock

ACCEPTANCE, FIRST = ClockKind.ACCEPTANCE, ClockKind.FIRST_RESPONSE


@pytest.fixture(autouse=True)
def pool(workspace: Workspace) -> None:
    use(workspace, rules_of())


async def merged(workspace: Workspace, loser: Lead, winner: Lead, *, proved: bool = True) -> Lead:
    async with workspace.unit() as uow:
        given = {"actor": BY_RULE, "proved": proved}
        await merge_people(uow, workspace.book, loser.person_id, winner.person_id, **given)  # type: ignore[arg-type]
    gone = await the_lead(workspace, loser.id)
    assert (gone.standing.outcome, gone.merged_into) == (Outcome.MERGED, winner.id)
    async with workspace.reading() as uow:
        assert await uow.assignments.current(loser.id) is None
        assert await uow.clocks.running(loser.id) == []
    return await the_lead(workspace, winner.id)


async def test_the_winner_keeps_its_rep_and_its_clocks_and_the_losers_offer_is_over(
    workspace: Workspace, clock: StandingClock
) -> None:
    winner = await a_request(workspace)
    clock.forward(minutes=1)
    loser = await a_request(workspace)
    assert winner.owner != loser.owner
    one = await merged(workspace, loser, winner)
    assert one.owner == winner.owner
    async with workspace.reading() as uow:
        current = await uow.assignments.current(winner.id)
        history = await uow.assignments.of_lead(winner.id)
        running = await uow.clocks.running(winner.id)
        seats = await uow.assignments.seats("team", [r for r in (winner.owner, loser.owner) if r])
    assert current is not None and (current.rep, current.state) == (winner.owner, AssignmentState.OFFERED)
    assert [(a.rep, a.state, a.reason) for a in history if not a.current] == [
        (loser.owner, AssignmentState.ENDED, "merged")
    ]
    assert {(c.kind, c.deadline.started_at) for c in running} == {(ACCEPTANCE, MONDAY), (FIRST, MONDAY)}
    assert sum(seat.credit for seat in seats) == 0  # shares stay whole when a turn is given back


async def test_a_winner_that_waits_in_a_queue_goes_to_who_has_the_loser(workspace: Workspace) -> None:
    winner, loser = await a_request(workspace), await a_request(workspace)
    async with workspace.unit() as uow:
        await assign_owner(uow, workspace.book, winner.id, to=None, queue="partners", actor=BY_RULE, why="test")
    one = await merged(workspace, loser, winner)
    assert (one.owner, one.queue) == (loser.owner, loser.queue)
    async with workspace.reading() as uow:
        current = await uow.assignments.current(winner.id)
        running = [clock.kind for clock in await uow.clocks.running(winner.id)]
    assert current is not None and current.rep == loser.owner
    assert sorted(running) == sorted(set(running))
    assert ACCEPTANCE in running


async def test_a_typed_address_moves_no_assignment_to_the_known_lead(workspace: Workspace) -> None:
    winner, loser = await a_request(workspace), await a_request(workspace)
    async with workspace.unit() as uow:
        await assign_owner(uow, workspace.book, winner.id, to=None, queue="partners", actor=BY_RULE, why="test")
    one = await merged(workspace, loser, winner, proved=False)
    assert (one.owner, one.queue) == (None, "partners")
    async with workspace.reading() as uow:
        current = await uow.assignments.current(winner.id)
    assert current is not None and current.queue == "partners"


async def test_an_accepted_and_answered_lead_waits_for_neither_again(
    workspace: Workspace, clock: StandingClock
) -> None:
    winner, loser = await a_request(workspace), await a_request(workspace)
    rep = Actor(ActorKind.REP, winner.owner, "Rep")
    clock.forward(minutes=3)
    async with workspace.unit() as uow:
        await note_response(uow, loser.id, actor=BY_AGENT, at=MONDAY + timedelta(minutes=1))
        await note_response(uow, winner.id, actor=BY_AGENT, at=MONDAY + timedelta(minutes=2))
        await accept_lead(uow, workspace.book, winner.id, actor=rep)
        await note_response(uow, winner.id, actor=rep, at=uow.now)
    one = await merged(workspace, loser, winner)
    assert one.first_response_at == MONDAY + timedelta(minutes=3)
    async with workspace.reading() as uow:
        assert await uow.clocks.running(winner.id) == []
        touches = await uow.assignments.first_touches(winner.id)
    assert touches[ActorKind.AGENT] == MONDAY + timedelta(minutes=1)


async def test_cycles_that_were_converted_keep_their_deals_and_their_history(
    workspace: Workspace, clock: StandingClock
) -> None:
    ana = Actor(ActorKind.REP, await rep_named(workspace, ANA), "Ana")
    deals = []
    for _ in range(2):
        lead = await a_request(workspace, company="Fjord Bakery")
        async with workspace.unit() as uow:
            await accept_lead(uow, workspace.book, lead.id, actor=ana)
            deal = Deal(Money(Decimal(900), "EUR"), MONDAY.date() + timedelta(days=30))
            deals.append((lead, await convert_lead(uow, workspace.book, lead.id, deal, actor=ana)))
        clock.forward(days=1)
    (loser, _), (winner, _) = deals
    async with workspace.unit() as uow:
        await merge_people(uow, workspace.book, loser.person_id, winner.person_id, actor=BY_RULE)
    async with workspace.reading() as uow:
        cycles = await uow.leads.of_person(winner.person_id)
        assert {(c.id, c.standing.outcome) for c in cycles} == {
            (winner.id, Outcome.CONVERTED),
            (loser.id, Outcome.CONVERTED),
        }
        assert {c.opportunity_id for c in cycles} == {conversion.opportunity.id for _, conversion in deals}
        assert all([await uow.assignments.of_lead(cycle.id) for cycle in cycles])


async def test_the_wait_of_the_place_that_stays_comes_along(workspace: Workspace, clock: StandingClock) -> None:
    clock.now = MONDAY + timedelta(days=5)  # a Saturday: both wait in their queue for a shift
    winner, loser = await a_request(workspace), await a_request(workspace)
    async with workspace.unit() as uow:
        await uow.assignments.waited(winner.id, at=uow.now)
        current = await uow.assignments.current(winner.id)
        assert current is not None
        await uow.assignments.save(replace(current, state=AssignmentState.ENDED, ended_at=uow.now, reason="test"))
        winner = await uow.leads.save(replace(await uow.leads.get(winner.id, lock=True), queue=None))
    one = await merged(workspace, loser, winner)
    assert one.queue == loser.queue
    async with workspace.reading() as uow:
        assert await uow.assignments.due_waits(clock.now + timedelta(days=3), limit=5) == [one.id]
