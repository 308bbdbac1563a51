"""Routing a lead, on both databases: who gets it, the trace, the promises, and nobody who is not there."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import pytest

from actions.assign_owner import assign_owner
from actions.capture_lead import CaptureContext
from actions.decline_offer import decline_offer
from actions.move_lead import move_lead
from actions.propose_handoff import propose_handoff
from actions.route_lead import route_lead, route_waiting
from actions.set_away import set_away
from actions.stage_reached import stage_reached
from actions.stop_clocks import stop_clocks
from actions.suppress import suppress_point
from actions.workspace import Workspace
from leads.actor import BY_RULE, Actor
from leads.assignment import AssignmentState
from leads.condition import Attribute
from leads.handoff import HandoffReason
from leads.hours import DateRange
from leads.lead import Lead
from leads.refusal import NobodyThere, NothingOffered, ValueMissing
from leads.route import Member, RouteRule, Target, TargetKind, Verdict
from leads.signal import ActorKind
from leads.sla import ClockKind
from leads.stage import Outcome, ReasonCode, Stage, WorkStatus
from leads.suppression import SuppressionReason
from store.rules import RuleKind, RuleSet, RuleState
from tests.actions.routed import (
    a_pool,
    a_request,
    news,
    rep_named,
    rules_of,
    the_lead,
    to_careers,
    told,
    use,
)
from tests.builders import ANA, JONAS, MONDAY, StandingClock, a_conversation
from tests.processes import at_once

SATURDAY = datetime(2026, 3, 7, 14, tzinfo=UTC)
MANAGER = Actor(ActorKind.SYSTEM, "key_1", "console")


async def test_a_qualified_lead_goes_to_whose_turn_it_is_with_trace_promises_and_one_notice(
    workspace: Workspace,
) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    assert lead.standing.stage is Stage.MQL
    assert lead.owner is not None
    assert lead.standing.status is WorkStatus.ASSIGNED
    async with workspace.reading() as uow:
        given = await uow.assignments.current(lead.id)
        clocks = {clock.kind: clock for clock in await uow.clocks.running(lead.id)}
    assert given is not None
    assert (given.rule, given.pool, given.state, given.rep) == (
        "everybody",
        "team",
        AssignmentState.OFFERED,
        lead.owner,
    )
    assert [step.verdict for step in given.steps if step.rule == "pool.team"] == [Verdict.HELD, Verdict.HELD]
    assert clocks[ClockKind.ACCEPTANCE].due_at == MONDAY + timedelta(hours=4)
    assert clocks[ClockKind.FIRST_RESPONSE].due_at == MONDAY + timedelta(minutes=5)  # they asked for a demo
    assert await news(workspace) == [("lead.routed", lead.owner)]


async def test_routing_again_to_who_has_the_lead_changes_nothing_and_tells_nobody_twice(workspace: Workspace) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    async with workspace.unit() as uow:
        before = await uow.assignments.of_lead(lead.id)
        seats = await uow.assignments.seats("team", [rep.id for rep in await uow.access.reps()])
        await route_lead(uow, workspace.book, lead.id, why="crossed the line hot")
        assert await uow.assignments.of_lead(lead.id) == before
        assert await uow.assignments.seats("team", [rep.id for rep in await uow.access.reps()]) == seats
    assert await news(workspace) == [("lead.routed", lead.owner)]


async def test_who_has_taken_a_lead_keeps_it_as_taken_when_it_is_routed_again(workspace: Workspace) -> None:
    use(workspace, rules_of())
    ana = await rep_named(workspace, ANA)
    lead = await a_request(workspace, context=CaptureContext.NEWSLETTER)
    async with workspace.unit() as uow:
        acting = Actor(ActorKind.REP, ana, "Ana")
        await assign_owner(uow, workspace.book, lead.id, to=ana, queue=None, actor=acting, why="")
        await route_lead(uow, workspace.book, lead.id, why="mql")
        current = await uow.assignments.current(lead.id)
        clocks = {clock.kind for clock in await uow.clocks.running(lead.id)}
    assert current is not None
    assert (current.state, current.rep) == (AssignmentState.ACCEPTED, ana)
    assert clocks == {ClockKind.FIRST_RESPONSE}


async def test_a_place_outside_sales_is_told_of_a_lead_once(workspace: Workspace) -> None:
    use(workspace, rules_of(to_careers()))
    lead = await a_request(workspace, context=CaptureContext.CONTACT)
    async with workspace.unit() as uow:
        await route_lead(uow, workspace.book, lead.id, why="crossed the line hot")
    assert (await the_lead(workspace, lead.id)).destination == "careers"
    assert len(await told(workspace, "referral")) == 1


async def test_turns_alternate(workspace: Workspace) -> None:
    use(workspace, rules_of())
    owners = [(await a_request(workspace)).owner for _ in range(4)]
    assert owners[0] != owners[1]
    assert owners[:2] == owners[2:]


async def test_no_qualified_lead_is_nobody_s(workspace: Workspace, clock: StandingClock) -> None:
    """domain.md §1.4 rule 3, whatever the hour and whoever is away."""
    use(workspace, rules_of(to_careers()))
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    for at in (MONDAY, SATURDAY, MONDAY + timedelta(hours=14)):
        clock.now = at
        for away in ((), (ana,), (ana, jonas)):
            async with workspace.unit() as uow:
                for rep in away:
                    days = DateRange(date(2026, 2, 1), date(2026, 4, 1))
                    await set_away(uow, rep, days, delegate=None, actor=MANAGER)
            lead = await a_request(workspace)
            async with workspace.reading() as uow:
                assert lead.owner or lead.queue
                assert lead.owner not in away
                kinds = {clock.kind for clock in await uow.clocks.running(lead.id)}
                assert {ClockKind.ACCEPTANCE, ClockKind.FIRST_RESPONSE} <= kinds


async def test_case_26_all_of_a_pool_away_or_full_is_the_fallback_queue_and_an_alarm(workspace: Workspace) -> None:
    use(workspace, rules_of(pool=a_pool(members=(Member(ANA, open_most=1), Member(JONAS)))))
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    async with workspace.unit() as uow:
        days = DateRange(date(2026, 3, 1), date(2026, 3, 20))
        await set_away(uow, jonas, days, delegate=None, actor=MANAGER)
    assert (await a_request(workspace)).owner == ana
    full = await a_request(workspace)
    assert (full.owner, full.queue) == (None, "sales")
    assert (await news(workspace))[-1] == ("lead.fallback", ANA)
    async with workspace.reading() as uow:
        given = await uow.assignments.current(full.id)
    assert given is not None
    assert [step.asked for step in given.steps if step.rule == "pool.team"] == [
        "has 1 open leads, no room",
        "is away",
    ]


async def test_case_26_a_rep_back_from_two_weeks_of_leave_gets_no_flood(
    workspace: Workspace, clock: StandingClock
) -> None:
    use(workspace, rules_of())
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    async with workspace.unit() as uow:
        days = DateRange(date(2026, 3, 1), date(2026, 3, 13))
        await set_away(uow, jonas, days, delegate=None, actor=MANAGER)
    assert {(await a_request(workspace)).owner for _ in range(16)} == {ana}
    clock.now = datetime(2026, 3, 16, 10, tzinfo=UTC)
    owners = [(await a_request(workspace)).owner for _ in range(16)]
    assert Counter(owners) == {ana: 8, jonas: 8}
    assert max(len(list(run)) for _, run in groupby(owners)) <= 2


async def test_on_a_saturday_a_lead_waits_in_its_queue_for_monday_s_shift(
    workspace: Workspace, clock: StandingClock
) -> None:
    use(workspace, rules_of())
    clock.now = SATURDAY
    lead = await a_request(workspace)
    assert (lead.owner, lead.queue) == (None, "sales")
    assert await news(workspace) == []
    async with workspace.reading() as uow:
        assert await uow.assignments.due_waits(clock.now, limit=5) == []
        wait = await uow.assignments.wait_of(lead.id)
    assert wait is not None
    assert wait.until == datetime(2026, 3, 9, 8, tzinfo=UTC)
    async with workspace.reading() as uow:  # and its promises begin with that shift
        due = {c.kind: c.due_at for c in await uow.clocks.running(lead.id)}
    assert due[ClockKind.FIRST_RESPONSE] == wait.until + timedelta(minutes=5)
    clock.now = wait.until
    async with workspace.unit() as uow:
        assert await uow.assignments.due_waits(clock.now, limit=5) == [lead.id]
        routed = await route_waiting(uow, workspace.book, lead.id)
        assert await uow.assignments.due_waits(clock.now, limit=5) == []
    assert routed.owner is not None
    assert await news(workspace) == [("lead.routed", routed.owner)]


async def test_a_pool_that_does_not_wait_asks_its_backup(workspace: Workspace, clock: StandingClock) -> None:
    night = replace(a_pool(), key="night", around_the_clock=True, members=(Member(JONAS),))
    day = a_pool(wait=timedelta(0), backup="night")
    use(workspace, rules_of(pools=(day, night)))
    clock.now = SATURDAY
    assert (await a_request(workspace)).owner == await rep_named(workspace, JONAS)


async def test_a_second_cycle_goes_to_who_owns_the_company_and_their_delegate_when_they_are_away(
    workspace: Workspace,
) -> None:
    use(workspace, rules_of())
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    first = await a_request(workspace, company="Harbour Bakery")
    async with workspace.unit() as uow:
        company = await uow.people.company((await uow.leads.get(first.id)).company_id)
        assert company is not None
        await uow.people.save_company(replace(company, owner=jonas))
    for _ in range(3):
        assert (await a_request(workspace, company="Harbour Bakery")).owner == jonas
    async with workspace.unit() as uow:
        days = DateRange(date(2026, 3, 2), date(2026, 3, 20))
        await set_away(uow, jonas, days, delegate=ana, actor=MANAGER)
    assert (await a_request(workspace, company="Harbour Bakery")).owner == ana
    async with workspace.unit() as uow:  # away for a day or two: they keep what is theirs
        days = DateRange(date(2026, 3, 2), date(2026, 3, 3))
        await set_away(uow, jonas, days, delegate=ana, actor=MANAGER)
    assert (await a_request(workspace, company="Harbour Bakery")).owner == jonas


async def test_a_rule_for_a_rep_who_is_away_goes_to_the_fallback_and_never_to_them(workspace: Workspace) -> None:
    mine = RouteRule("mine", "Jonas's", Attribute("source", "exists"), Target(TargetKind.REP, JONAS))
    use(workspace, rules_of(mine))
    jonas = await rep_named(workspace, JONAS)
    async with workspace.unit() as uow:
        days = DateRange(date(2026, 3, 1), date(2026, 3, 20))
        await set_away(uow, jonas, days, delegate=None, actor=MANAGER)
    lead = await a_request(workspace)
    assert (lead.owner, lead.queue) == (None, "sales")
    assert (await news(workspace))[-1] == ("lead.fallback", ANA)


async def test_a_destination_outside_sales_is_told_once_and_has_its_own_time(workspace: Workspace) -> None:

    use(workspace, rules_of(to_careers()))
    lead = await a_request(workspace, context=CaptureContext.CONTACT)
    assert (lead.owner, lead.queue, lead.destination) == (None, None, "careers")
    (referral,) = await told(workspace, "referral")
    assert referral.payload["email"] == "careers@tidewell.example.com"
    async with workspace.reading() as uow:
        (clock,) = await uow.clocks.running(lead.id)
    assert clock.due_at == MONDAY + timedelta(days=1, hours=0)  # eight working hours from Monday 10:00


async def test_a_test_lead_goes_to_nobody(workspace: Workspace) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    async with workspace.unit() as uow:
        await uow.leads.save(replace(await uow.leads.get(lead.id), is_test=True, owner=None))
        again = await route_lead(uow, workspace.book, lead.id, why="asked")
    assert again.owner is None


async def test_a_lead_is_held_for_facts_for_two_minutes_and_then_goes_on(
    workspace: Workspace, clock: StandingClock
) -> None:
    hold = Target(TargetKind.HOLD, wait=timedelta(minutes=2))
    rule = RouteRule("hold", "Wait for facts", Attribute("company.size_band", "missing"), hold)
    use(workspace, rules_of(rule))
    lead = await a_request(workspace)
    assert (lead.owner, lead.queue) == (None, "sales")
    clock.forward(minutes=2)
    async with workspace.unit() as uow:
        assert await uow.assignments.due_waits(clock.now, limit=5) == [lead.id]
        assert (await route_waiting(uow, workspace.book, lead.id)).owner is not None


async def test_a_request_for_a_person_finds_its_rep_and_tells_them_once(workspace: Workspace) -> None:
    use(workspace, rules_of())
    conversation = await a_conversation(workspace, says="Can I talk to somebody?")
    async with workspace.unit() as uow:
        reason = HandoffReason.ASKED_FOR_PERSON
        handoff = await propose_handoff(uow, workspace.book, conversation.id, reason=reason, note="They ask.")
    assert handoff.owner is not None
    assert (await the_lead(workspace, conversation.lead_id)).owner == handoff.owner
    assert await news(workspace) == []
    assert len(await told(workspace, "notice")) == 1
    async with workspace.reading() as uow:
        (clock,) = await uow.clocks.running(conversation.lead_id)
    assert (clock.kind, clock.due_at) == (ClockKind.HANDOFF_CHAT, MONDAY + timedelta(minutes=2))


# --- by hand ---------------------------------------------------------------------------------------------------------


async def test_by_hand_a_lead_goes_to_a_rep_or_a_queue_and_history_keeps_it_all(workspace: Workspace) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    other = jonas if lead.owner == ana else ana
    async with workspace.unit() as uow:
        await assign_owner(uow, workspace.book, lead.id, to=other, queue=None, actor=MANAGER, why="knows them")
        queued = await assign_owner(uow, workspace.book, lead.id, to=None, queue="partners", actor=MANAGER, why="")
        history = await uow.assignments.of_lead(lead.id)
        acts = await uow.audit.page(subject_id=lead.id)
    assert (queued.owner, queued.queue, queued.standing.status) == (None, "partners", WorkStatus.NEW)
    assert [a.state for a in history] == [
        AssignmentState.REASSIGNED,
        AssignmentState.REASSIGNED,
        AssignmentState.QUEUED,
    ]
    assert [act.act for act in acts] == ["lead.assigned", "lead.assigned"]
    assert [kind for kind, _ in await news(workspace)] == ["lead.routed", "lead.routed", "lead.queued"]


async def test_a_lead_cannot_be_given_to_nobody_or_to_a_queue_there_is_not(workspace: Workspace) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    for to, queue, refusal in (("rep_x", None, NobodyThere), (None, "x", ValueMissing), (None, None, ValueMissing)):
        with pytest.raises(refusal):
            async with workspace.unit() as uow:
                await assign_owner(uow, workspace.book, lead.id, to=to, queue=queue, actor=MANAGER, why="")  # type: ignore[arg-type]


async def test_who_takes_a_lead_out_of_the_queue_has_accepted_it_and_pays_with_their_turn(
    workspace: Workspace, clock: StandingClock
) -> None:
    use(workspace, rules_of())
    clock.now = SATURDAY
    lead = await a_request(workspace)
    ana = await rep_named(workspace, ANA)
    async with workspace.unit() as uow:
        me = Actor(ActorKind.REP, ana, "Ana")
        await assign_owner(uow, workspace.book, lead.id, to=ana, queue=None, actor=me, why="mine")
        given = await uow.assignments.current(lead.id)
        seats = {seat.rep: seat.credit for seat in await uow.assignments.seats("team", [ana])}
    assert given is not None
    assert given.state is AssignmentState.ACCEPTED
    assert seats[ana] == -1
    assert await news(workspace) == []


async def test_a_declined_lead_goes_to_the_next_one_and_not_back(workspace: Workspace) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    assert lead.owner is not None
    decliner = Actor(ActorKind.REP, lead.owner, "x")
    async with workspace.unit() as uow:
        second = await decline_offer(uow, workspace.book, lead.id, rep=lead.owner, actor=decliner, reason="no_capacity")
    assert second.owner not in {None, lead.owner}
    with pytest.raises(NothingOffered):
        async with workspace.unit() as uow:
            await decline_offer(uow, workspace.book, lead.id, rep=lead.owner, actor=decliner, reason="again")
    assert second.owner is not None
    async with workspace.unit() as uow:
        last = await decline_offer(uow, workspace.book, lead.id, rep=second.owner, actor=BY_RULE, reason="no_capacity")
        states = [a.state for a in await uow.assignments.of_lead(lead.id)]
    assert (last.owner, last.queue) == (None, "sales")
    assert states == [AssignmentState.DECLINED, AssignmentState.DECLINED, AssignmentState.QUEUED]


async def ended(workspace: Workspace, lead: Lead, outcome: Outcome, reason: ReasonCode) -> None:
    async with workspace.unit() as uow:
        current = await uow.leads.get(lead.id, lock=True)
        over = replace(current.standing, outcome=outcome, status=WorkStatus.CLOSED, reason=reason)
        await move_lead(uow, current, over, actor=BY_RULE, why=reason.value)
        await stop_clocks(uow, lead.id)


@pytest.mark.parametrize(("after", "back"), [(timedelta(hours=3), True), (timedelta(hours=30), False)])
async def test_junk_gives_the_turn_back_within_a_day(
    workspace: Workspace, clock: StandingClock, after: timedelta, back: bool
) -> None:
    use(workspace, rules_of())
    lead = await a_request(workspace)
    clock.now += after
    await ended(workspace, lead, Outcome.JUNK, ReasonCode.SPAM)
    async with workspace.reading() as uow:
        assert await uow.clocks.running(lead.id) == []
        given = (await uow.assignments.of_lead(lead.id))[0]
        seats = await uow.assignments.seats("team", [lead.owner], lock=False) if lead.owner else []
    assert given.state is AssignmentState.ENDED
    assert (given.credit_back_at is not None) is back
    assert [seat.credit for seat in seats] == [0 if back else -1]


async def test_accepting_takes_the_offer_and_stops_its_clock(workspace: Workspace) -> None:

    use(workspace, rules_of())
    lead = await a_request(workspace)
    async with workspace.unit() as uow:
        accepted = replace(lead.standing, stage=Stage.SAL)
        moved = await move_lead(uow, lead, accepted, actor=Actor(ActorKind.REP, lead.owner, "x"), why="accepted")
        await stage_reached(uow, workspace.book, moved, before=Stage.MQL)
        given = await uow.assignments.current(lead.id)
        kinds = {clock.kind for clock in await uow.clocks.running(lead.id)}
    assert given is not None
    assert given.state is AssignmentState.ACCEPTED
    assert kinds == {ClockKind.FIRST_RESPONSE}


async def test_the_published_version_of_the_rules_decides(workspace: Workspace) -> None:
    use(workspace, rules_of())
    everything = {"id": "all", "label": "All", "when": {"attr": "source", "op": "exists"}, "to": {"queue": "partners"}}
    queues = [{"key": "partners", "title": "Partners"}]
    content = {"queues": queues, "rules": [everything], "fallback": {"queue": "partners"}}
    rules = RuleSet("rul_1", RuleKind.ROUTING, 1, RuleState.DRAFT, content, "", "boss", MONDAY)
    async with workspace.unit() as uow:
        await uow.rules.publish(await uow.rules.add(rules), at=MONDAY)
    lead = await a_request(workspace)
    assert (lead.owner, lead.queue) == (None, "partners")


# --- many at once ----------------------------------------------------------------------------------------------------


async def test_eight_workers_at_once_give_exact_shares(workspace: Workspace, database_url: str) -> None:
    rivals = [[database_url, str(number), "6"] for number in range(8)]
    told = await asyncio.to_thread(at_once, "tests.actions.routing_rivals", rivals)
    got: Counter[str] = sum((Counter(json.loads(line)) for line in told), Counter())
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    assert got == {ana: 36, jonas: 12}
    async with workspace.reading() as uow:
        seats = await uow.assignments.seats("team", [ana, jonas], lock=False)
    assert [seat.credit for seat in seats] == [0, 0]


async def test_a_capacity_is_never_passed_by_many_at_once(workspace: Workspace) -> None:
    use(workspace, rules_of(pool=a_pool(members=(Member(ANA, open_most=3), Member(JONAS, day_most=2)))))
    owners = await asyncio.gather(*((a_request(workspace)) for _ in range(8)))
    got = Counter(lead.owner for lead in owners)
    assert got == {await rep_named(workspace, ANA): 3, await rep_named(workspace, JONAS): 2, None: 3}


@pytest.mark.parametrize(
    ("reason", "routed"),
    [
        (SuppressionReason.UNSUBSCRIBED, True),
        (SuppressionReason.BOUNCED, True),
        (SuppressionReason.COMPLAINED, False),
        (SuppressionReason.DO_NOT_CONTACT, False),
    ],
)
async def test_whoever_only_wants_no_marketing_is_still_answered(
    workspace: Workspace, reason: SuppressionReason, routed: bool
) -> None:
    use(workspace, rules_of())
    async with workspace.unit() as uow:
        await suppress_point(uow, "asks@example.com", reason, source="test")
    lead = await a_request(workspace, email="asks@example.com")
    assert (lead.owner is not None) is routed
