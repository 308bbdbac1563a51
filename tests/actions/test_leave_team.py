"""Case 25: somebody leaves, and nothing of theirs is left behind."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from actions.accept_lead import accept_lead
from actions.add_key import add_api_key
from actions.add_task import add_task
from actions.claim_handoff import claim_handoff
from actions.close_opportunity import win_opportunity
from actions.convert_lead import convert_lead
from actions.leave_team import leave_team
from actions.propose_handoff import propose_handoff
from actions.workspace import Workspace
from leads.actor import Actor
from leads.handoff import HandoffReason, HandoffState
from leads.opportunity import Deal, Money
from leads.refusal import NobodyThere
from leads.signal import ActorKind
from leads.task import TaskKind
from tests.actions.routed import a_request, news, rep_named, rules_of, the_lead, use
from tests.builders import ANA, JONAS, MONDAY, a_conversation
from tests.worker.night_shift import a_booking

MANAGER = Actor(ActorKind.SYSTEM, "key_1", "console")


async def test_case_25_a_rep_leaves_and_leads_clocks_meetings_and_keys_go_on_without_them(workspace: Workspace) -> None:
    use(workspace, rules_of())
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    leads = [await a_request(workspace) for _ in range(4)]
    meeting = await a_booking(workspace)
    gone, stays = (ana, jonas) if meeting.host_id == ana else (jonas, ana)
    theirs = {lead.id for lead in leads if lead.owner == gone} | {meeting.lead_id}
    async with workspace.unit() as uow:
        email = ANA if gone == ana else JONAS
        await add_api_key(uow, name="phone", scopes=["all"], secret="sk_x", rep_email=email)
        listed = await leave_team(uow, workspace.book, gone, actor=MANAGER, dry_run=True)
    assert not listed.done
    assert {one.id for one in listed.leads} == theirs
    assert {one.to for one in listed.leads} == {stays}
    assert (listed.pools, listed.queues, listed.keys) == (("team",), ("sales",), ("phone",))
    assert listed.clocks > 0
    assert (await the_lead(workspace, next(iter(theirs)))).owner == gone  # nothing has changed yet
    async with workspace.unit() as uow:
        left = await leave_team(uow, workspace.book, gone, actor=MANAGER)
    assert left.done
    assert {one.to for one in (*left.leads, *left.meetings, *left.handoffs)} == {stays}
    for lead_id in theirs:
        assert (await the_lead(workspace, lead_id)).owner == stays
        async with workspace.reading() as uow:
            running = await uow.clocks.running(lead_id)
            assert running
            assert all(clock.rep == stays for clock in running)
    async with workspace.reading() as uow:
        moved = await uow.meetings.get(meeting.id)
        assert (moved.host_id, moved.start, moved.sequence) == (stays, meeting.start, meeting.sequence + 1)
        assert await uow.access.keys_of(gone) == []
        sent = [m for m in await uow.outbox.all() if m.kind == "invitation"]
        assert sent[-1].payload["method"] == "REQUEST"
        dropped = [m.payload for m in sent if m.payload["method"] == "CANCEL"]
        assert [(p["to"], p["host_id"]) for p in dropped] == [("host", gone)]  # it leaves their calendar
    assert {(await a_request(workspace)).owner for _ in range(3)} == {stays}
    with pytest.raises(NobodyThere):
        async with workspace.unit() as uow:
            await leave_team(uow, workspace.book, gone, actor=MANAGER)


async def test_a_named_heir_takes_everything(workspace: Workspace) -> None:
    use(workspace, rules_of())
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    for _ in range(4):
        await a_request(workspace)
    async with workspace.unit() as uow:
        left = await leave_team(uow, workspace.book, ana, actor=MANAGER, to=jonas)
    assert [one.to for one in left.leads] == [jonas, jonas]


@pytest.mark.parametrize("named", [True, False])
async def test_open_deals_and_tasks_go_with_the_leads_and_done_ones_stay(workspace: Workspace, named: bool) -> None:
    use(workspace, rules_of())
    ana, jonas = await rep_named(workspace, ANA), await rep_named(workspace, JONAS)
    by_ana = Actor(ActorKind.REP, ana, "Ana")
    terms = Deal(Money(Decimal(900), "EUR"), MONDAY.date(), owner=ana)
    mine = [lead for lead in [await a_request(workspace) for _ in range(6)] if lead.owner == ana]
    async with workspace.unit() as uow:
        for lead in mine[:2]:
            await accept_lead(uow, workspace.book, lead.id, actor=by_ana)
        converted = [await convert_lead(uow, workspace.book, lead.id, terms, actor=by_ana) for lead in mine[:2]]
        won, open_one = (one.opportunity for one in converted)
        await win_opportunity(uow, workspace.book, won.id, actor=by_ana)
        call, deal_task, done = [
            await add_task(uow, lead, kind=TaskKind.CALL, title="Call", due_at=MONDAY, actor=by_ana, owner=ana)
            for lead in (mine[2], mine[1], mine[2])
        ]
        await uow.tasks.save(replace(call, reminded_at=MONDAY))
        await uow.tasks.save(replace(done, done_at=MONDAY))
        heir = jonas if named else None
        listed = await leave_team(uow, workspace.book, ana, actor=MANAGER, to=heir, dry_run=True)
        assert (await uow.opportunities.get(open_one.id)).owner == ana  # nothing has changed yet
        left = await leave_team(uow, workspace.book, ana, actor=MANAGER, to=heir)
    for told in (listed, left):
        assert [(one.id, one.to) for one in told.deals] == [(open_one.id, jonas)]
        assert {one.id: one.to for one in told.tasks} == {call.id: jonas, deal_task.id: jonas}
    async with workspace.reading() as uow:
        assert [(await uow.opportunities.get(one.id)).owner for one in (won, open_one)] == [ana, jonas]
        changes = await uow.opportunities.history(open_one.id)
        assert [(c.before, c.after) for c in changes if c.what == "owner"] == [(ana, jonas)]
        given, kept = await uow.tasks.get(call.id), await uow.tasks.get(done.id)
        assert (given.owner, given.reminded_at, kept.owner) == (jonas, None, ana)  # who gets it is reminded anew
        assert await uow.tasks.open_of(ana) == []
        assert "Take over the deal" in " ".join(task.title for task in await uow.tasks.open_of(jonas))


async def test_a_request_somebody_had_in_hand_is_free_again_when_they_leave(workspace: Workspace) -> None:
    talk = await a_conversation(workspace)
    ana = await rep_named(workspace, ANA)
    async with workspace.unit() as uow:
        reason = HandoffReason.ASKED_FOR_PERSON
        asked = await propose_handoff(uow, workspace.book, talk.id, reason=reason, note="")
        await claim_handoff(uow, asked.id, actor=Actor(ActorKind.REP, ana, "Ana"))
        await leave_team(uow, workspace.book, ana, actor=MANAGER)
        handoff = await uow.handoffs.get(asked.id)
    assert (handoff.state, handoff.lease_until, handoff.claimed_at) == (HandoffState.OPEN, None, None)


async def test_a_meeting_nobody_can_take_over_is_told_to_the_manager(workspace: Workspace) -> None:
    use(workspace, rules_of(manager="boss@tidewell.example.com"))
    meeting = await a_booking(workspace)
    async with workspace.unit() as uow:
        for rep in await uow.access.reps():
            if rep.id != meeting.host_id:
                await uow.access.save_rep(replace(rep, active=False), at=uow.now)
        left = await leave_team(uow, workspace.book, meeting.host_id, actor=MANAGER)
    assert [one.to for one in left.meetings] == [None]
    assert ("meeting.orphaned", "boss@tidewell.example.com") in await news(workspace)
