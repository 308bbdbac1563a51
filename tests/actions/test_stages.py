"""What rules make of a lead, and that nothing goes on running once its cycle has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from actions.accept_lead import accept_lead
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.choose_track import choose_track
from actions.disqualify_lead import disqualify_lead
from actions.note_signal import note_activity
from actions.propose_handoff import propose_handoff
from actions.workspace import Workspace
from leads.actor import BY_RULE, Actor
from leads.condition import Happened
from leads.handoff import HandoffReason, HandoffState
from leads.lead import Lead
from leads.nurture import Occasion
from leads.refusal import NotYoursToMove
from leads.signal import Activity, ActorKind
from leads.stage import Outcome, ReasonCode, Stage
from tests.builders import a_conversation

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
USES_IT = Happened("product.invited", count=2, within_days=30)


async def captured(workspace: Workspace, context: CaptureContext, email: str = "kim@bakery.example.com") -> Lead:
    async with workspace.unit() as uow:
        return (await capture_lead(uow, workspace.book, Capture("test", email=email, context=context))).lead


async def the_rep(workspace: Workspace) -> Actor:
    async with workspace.reading() as uow:
        rep = (await uow.access.reps())[0]
    return Actor(ActorKind.REP, rep.id, rep.name)


@pytest.mark.parametrize(
    ("context", "stage"),
    [
        (CaptureContext.LIST, Stage.LEAD),
        (CaptureContext.NEWSLETTER, Stage.IQL),
        (CaptureContext.WEBINAR, Stage.IQL),
        (CaptureContext.DEMO, Stage.MQL),
        (CaptureContext.QUOTE, Stage.MQL),
    ],
)
async def test_who_asks_for_information_is_information_qualified_and_who_stands_on_a_list_is_not(
    workspace: Workspace, context: CaptureContext, stage: Stage
) -> None:
    assert (await captured(workspace, context)).standing.stage is stage


async def test_use_of_the_product_qualifies_by_the_playbooks_rule(workspace: Workspace) -> None:
    lead = await captured(workspace, CaptureContext.TRIAL)
    book = replace(workspace.book, stages=replace(workspace.book.stages, product_qualified=USES_IT))
    stages = []
    for number in range(2):
        async with workspace.unit() as uow:
            used = Activity("product.invited", uow.now, uow.now, dedup_key=f"used:{number}")
            stages.append((await note_activity(uow, book, lead.id, used)).standing.stage)
    assert stages == [Stage.IQL, Stage.PQL]


async def test_a_machine_using_the_product_qualifies_nobody(workspace: Workspace) -> None:
    lead = await captured(workspace, CaptureContext.TRIAL)
    rule = replace(USES_IT, count=1)
    book = replace(workspace.book, stages=replace(workspace.book.stages, product_qualified=rule))
    async with workspace.unit() as uow:
        used = Activity("product.invited", uow.now, uow.now, actor=ActorKind.MACHINE)
        assert (await note_activity(uow, book, lead.id, used)).standing.stage is Stage.IQL


async def test_rules_never_accept_a_lead(workspace: Workspace) -> None:
    lead = await captured(workspace, CaptureContext.DEMO)
    async with workspace.unit() as uow:
        with pytest.raises(NotYoursToMove):
            await accept_lead(uow, workspace.book, lead.id, actor=BY_RULE)


async def test_after_the_end_nothing_runs_and_nothing_is_wished_for(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Hello", verified=True, email="lee@example.com")
    async with workspace.unit() as uow:
        await propose_handoff(
            uow, workspace.book, conversation.id, reason=HandoffReason.ASKED_FOR_PERSON, note="They asked."
        )
        lead = await uow.leads.get(conversation.lead_id)
        tracked = await choose_track(uow, workspace.book, lead, occasion=Occasion.SILENT)
        assert [w.track for w in await uow.wishes.waiting(limit=5)] == ["long_cycle"] == [tracked.track]
        await choose_track(uow, workspace.book, tracked, occasion=Occasion.SILENT)
        assert len(await uow.wishes.of_lead(lead.id)) == 1
    ana = await the_rep(workspace)
    async with workspace.unit() as uow:
        ended = await disqualify_lead(uow, workspace.book, lead.id, actor=ana, reason=ReasonCode.NO_FIT)
        assert ended.standing.outcome is Outcome.DISQUALIFIED
        assert [h.state for h in await uow.handoffs.of_lead(lead.id)] == [HandoffState.RETURNED]
        assert await uow.wishes.of_lead(lead.id) == []
        again = await choose_track(uow, workspace.book, ended, occasion=Occasion.SILENT)
    assert again.standing.outcome is Outcome.DISQUALIFIED
    async with workspace.reading() as uow:
        assert await uow.wishes.of_lead(lead.id) == []


async def test_a_wish_is_taken_up_once(workspace: Workspace) -> None:
    lead = await captured(workspace, CaptureContext.LIST)
    async with workspace.unit() as uow:
        await choose_track(uow, workspace.book, lead, occasion=Occasion.SILENT)
        wish = (await uow.wishes.waiting(limit=5))[0]
        assert [await uow.wishes.take(wish.id, at=uow.now) for _ in range(2)] == [True, False]
        assert await uow.wishes.waiting(limit=5) == []


async def test_a_tests_lead_is_put_on_no_track(workspace: Workspace) -> None:
    lead = await captured(workspace, CaptureContext.LIST)
    async with workspace.unit() as uow:
        tested = await uow.leads.save(replace(lead, is_test=True))
        assert (await choose_track(uow, workspace.book, tested, occasion=Occasion.SILENT)).track is None


async def test_properties_of_a_decision_hold_the_note_and_the_audit_only_the_code(workspace: Workspace) -> None:
    lead, ana = await captured(workspace, CaptureContext.DEMO), await the_rep(workspace)
    async with workspace.unit() as uow:
        await disqualify_lead(
            uow, workspace.book, lead.id, actor=ana, reason=ReasonCode.NO_BUDGET, note="spoke with Kim"
        )
    async with workspace.reading() as uow:
        noted = [a for a in await uow.ledger.activities(lead.id) if a.type == "lead.disqualified"]
        acts = await uow.audit.page(subject_id=lead.id)
    assert noted[0].properties == MappingProxyType({"reason": "no_budget", "note": "spoke with Kim"})
    assert [(entry.act, entry.actor.id, entry.detail) for entry in acts] == [
        ("lead.disqualified", ana.id, {"reason": "no_budget", "stage": "mql"})
    ]
