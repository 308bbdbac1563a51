"""The ladder, on both databases: reminder, miss, fallback, digest; each rung once, and only offers are pulled back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from actions.await_response import await_response
from actions.chase_deadlines import chase_clock
from actions.current_routing import routing_rules
from actions.move_lead import move_lead
from actions.note_response import note_response
from actions.propose_handoff import propose_handoff
from actions.read_colleagues import read_colleagues
from actions.run_clocks import pause_clocks, resume_clocks
from actions.send_digest import send_digest
from actions.stage_reached import stage_reached
from actions.workspace import Workspace
from leads.actor import BY_AGENT, BY_RULE, Actor
from leads.assignment import AssignmentState
from leads.handoff import HandoffReason, HandoffState
from leads.identity import LeadId
from leads.lead import Lead
from leads.route import Member
from leads.signal import ActorKind
from leads.sla import Clock, ClockKind, Rung
from leads.stage import Stage, WorkStatus
from tests.actions.routed import a_pool, a_request, news, rep_named, rules_of, the_lead, use
from tests.builders import ANA, JONAS, MONDAY, StandingClock, a_conversation

ACCEPTANCE, FIRST = ClockKind.ACCEPTANCE, ClockKind.FIRST_RESPONSE


async def the_clock(workspace: Workspace, lead_id: LeadId, kind: ClockKind) -> Clock:
    async with workspace.reading() as uow:
        return next(clock for clock in await uow.clocks.of_lead(lead_id) if clock.kind is kind)


async def chase(workspace: Workspace, lead_id: LeadId) -> list[Rung]:
    """Climb whatever is due, as the worker's round does."""
    climbed = []
    while True:
        async with workspace.reading() as uow:
            due = [clock for clock in await uow.clocks.due(uow.now, limit=50) if clock.lead_id == lead_id]
        if not due:
            return climbed
        for clock in due:
            async with workspace.unit() as uow:
                if rung := await chase_clock(uow, workspace.book, lead_id, clock.id):
                    climbed.append(rung)


async def answered(workspace: Workspace, lead: Lead) -> None:
    """Leave the acceptance alone: a rep has answered already."""
    async with workspace.unit() as uow:
        await note_response(uow, lead.id, actor=Actor(ActorKind.REP, lead.owner, "x"), at=uow.now)


async def test_the_whole_ladder_of_an_offer_nobody_takes(workspace: Workspace, clock: StandingClock) -> None:
    use(workspace, rules_of(manager="boss@tidewell.example.com"))
    lead = await a_request(workspace)
    await answered(workspace, lead)
    clock.forward(hours=2)
    assert await chase(workspace, lead.id) == [Rung.REMINDER]
    clock.forward(hours=2)
    assert await chase(workspace, lead.id) == [Rung.BREACH]
    second = await the_lead(workspace, lead.id)
    assert second.owner not in {None, lead.owner}
    assert (await the_clock(workspace, lead.id, ACCEPTANCE)).rep == second.owner
    clock.forward(hours=1)
    assert await chase(workspace, lead.id) == [Rung.FALLBACK]
    last = await the_lead(workspace, lead.id)
    assert (last.owner, last.queue) == (None, "sales")
    assert (await the_clock(workspace, lead.id, ACCEPTANCE)).breached_at == MONDAY + timedelta(hours=4)
    async with workspace.reading() as uow:
        states = [a.state for a in await uow.assignments.of_lead(lead.id)]
    assert states == [AssignmentState.EXPIRED, AssignmentState.ESCALATED, AssignmentState.QUEUED]
    boss = "boss@tidewell.example.com"
    assert await news(workspace) == [
        ("lead.routed", lead.owner),
        ("deadline.near", lead.owner),
        ("lead.routed", second.owner),
        ("lead.withdrawn", lead.owner),
        ("deadline.missed", boss),
        ("lead.withdrawn", second.owner),
        ("lead.fallback", boss),
    ]
    clock.forward(hours=100)
    assert await chase(workspace, lead.id) == []


async def test_an_accepted_lead_is_never_pulled_back_by_a_clock(workspace: Workspace, clock: StandingClock) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    async with workspace.unit() as uow:
        accepted = replace(lead.standing, stage=Stage.SAL)
        moved = await move_lead(uow, lead, accepted, actor=Actor(ActorKind.REP, lead.owner, "x"), why="accepted")
        await stage_reached(uow, workspace.book, moved, before=Stage.MQL)
    clock.forward(hours=6)
    assert await chase(workspace, lead.id) == [Rung.REMINDER, Rung.BREACH, Rung.FALLBACK]  # of the first response
    assert (await the_lead(workspace, lead.id)).owner == lead.owner


async def test_case_27_a_breach_that_two_workers_find_is_told_once(workspace: Workspace, clock: StandingClock) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    await answered(workspace, lead)
    clock.forward(hours=2)
    await chase(workspace, lead.id)
    found = await the_clock(workspace, lead.id, ACCEPTANCE)
    clock.forward(hours=2)

    async def worker() -> Rung | None:
        async with workspace.unit() as uow:
            return await chase_clock(uow, workspace.book, lead.id, found.id)

    climbed = await asyncio.gather(*(worker() for _ in range(6)))
    assert [rung for rung in climbed if rung] == [Rung.BREACH]
    assert [kind for kind, _ in await news(workspace)].count("deadline.missed") == 1


async def test_case_27_a_lead_of_saturday_is_due_in_the_first_hours_of_monday(
    workspace: Workspace, clock: StandingClock
) -> None:
    use(workspace, rules_of(pool=a_pool(around_the_clock=True)))
    clock.now = datetime(2026, 3, 7, 14, tzinfo=UTC)  # Saturday 15:00 in Berlin
    lead = await a_request(workspace)
    assert (await the_clock(workspace, lead.id, ACCEPTANCE)).due_at == datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert (await the_clock(workspace, lead.id, FIRST)).due_at == datetime(2026, 3, 9, 8, 5, tzinfo=UTC)


async def test_case_27_a_paused_clock_is_resumed_once(workspace: Workspace, clock: StandingClock) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    clock.forward(hours=1)
    async with workspace.unit() as uow:
        await pause_clocks(uow, lead.id)
        await pause_clocks(uow, lead.id)
    clock.forward(hours=2)
    assert await chase(workspace, lead.id) == []
    for _ in range(2):
        async with workspace.unit() as uow:
            rules, team = await routing_rules(uow, workspace.book), await read_colleagues(uow, workspace.book)
            await resume_clocks(uow, team, rules.sla, lead.id)
        clock.forward(minutes=1)
    assert (await the_clock(workspace, lead.id, ACCEPTANCE)).due_at == MONDAY + timedelta(hours=6)


async def test_the_first_touch_of_a_person_stops_the_clock_and_the_agent_s_is_kept_beside_it(
    workspace: Workspace, clock: StandingClock
) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    clock.forward(minutes=1)
    async with workspace.unit() as uow:
        await note_response(uow, lead.id, actor=BY_AGENT, at=uow.now)
        await note_response(uow, lead.id, actor=BY_RULE, at=uow.now)  # an automatic acknowledgement is no answer
    assert (await the_clock(workspace, lead.id, FIRST)).running
    assert (await the_lead(workspace, lead.id)).first_response_at is None
    clock.forward(minutes=2)
    await answered(workspace, lead)
    await answered(workspace, lead)
    kept = await the_clock(workspace, lead.id, FIRST)
    assert kept.deadline.stopped_at == MONDAY + timedelta(minutes=3)
    touched = await the_lead(workspace, lead.id)
    assert touched.first_response_at == MONDAY + timedelta(minutes=3)
    assert touched.standing.status is WorkStatus.ATTEMPTING
    async with workspace.reading() as uow:
        touches = await uow.assignments.first_touches(lead.id)
    assert touches == {ActorKind.AGENT: MONDAY + timedelta(minutes=1), ActorKind.REP: MONDAY + timedelta(minutes=3)}


async def test_what_they_write_later_has_a_clock_of_its_own_each_time(
    workspace: Workspace, clock: StandingClock
) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    async with workspace.unit() as uow:
        await await_response(uow, workspace.book, lead.id)  # nobody has answered yet: the first clock runs
        assert {c.kind for c in await uow.clocks.running(lead.id)} == {ACCEPTANCE, FIRST}
    await answered(workspace, lead)
    for _ in range(2):
        async with workspace.unit() as uow:
            await await_response(uow, workspace.book, lead.id)
            await await_response(uow, workspace.book, lead.id)
            assert ClockKind.NEXT_RESPONSE in {c.kind for c in await uow.clocks.running(lead.id)}
        await answered(workspace, lead)
    async with workspace.reading() as uow:
        kinds = [c.kind for c in await uow.clocks.of_lead(lead.id)]
    assert kinds.count(ClockKind.NEXT_RESPONSE) == 2


async def test_a_request_that_was_taken_is_not_chased(workspace: Workspace, clock: StandingClock) -> None:
    use(workspace, rules_of())
    conversation = await a_conversation(workspace, says="A person, please.")
    async with workspace.unit() as uow:
        reason = HandoffReason.ASKED_FOR_PERSON
        handoff = await propose_handoff(uow, workspace.book, conversation.id, reason=reason, note="They ask.")
        await uow.handoffs.save(replace(handoff, state=HandoffState.CLAIMED))
    clock.forward(minutes=5)
    assert await chase(workspace, conversation.lead_id) == []
    assert not (await the_clock(workspace, conversation.lead_id, ClockKind.HANDOFF_CHAT)).running


async def test_the_digest_comes_once_a_working_day_to_each(workspace: Workspace, clock: StandingClock) -> None:
    use(workspace, rules_of(pool=a_pool(members=(Member(JONAS),))))
    await a_request(workspace)
    jonas = await rep_named(workspace, JONAS)

    async def digests() -> list[str | None]:
        for _ in range(2):
            async with workspace.unit() as uow:
                await send_digest(uow, workspace.book)
        return [to for kind, to in await news(workspace) if kind == "digest"]

    assert await digests() == []  # nothing is overdue yet
    clock.now = datetime(2026, 3, 3, 3, tzinfo=UTC)
    assert await digests() == []  # the company is closed
    clock.now = datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert await digests() == [jonas, ANA]
    clock.forward(days=1)
    assert len(await digests()) == 4
