"""Lines that scores cross: once a cycle, by news and not by time, whatever is republished and whoever is quicker."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.adjust_score import adjust_score
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.cross_thresholds import CROSSED, Reach
from actions.current_rules import current_scorer, scoring_rules
from actions.dry_run_rules import dry_run
from actions.install_playbook import install_playbook
from actions.note_signal import note_activity
from actions.publish_rules import publish_draft, read_shelf, save_draft
from actions.replay_score import replay_score
from actions.rescore_lead import rescore_lead
from actions.rescore_many import continue_rescoring
from actions.workspace import Workspace
from leads.actor import Actor
from leads.condition import Attribute, Happened
from leads.identity import LeadId
from leads.lead import Lead
from leads.refusal import NothingToPublish, RulesChanged, RulesOutdated, StageClosed, ValueMissing
from leads.scorer import Figures
from leads.signal import Activity, ActorKind
from leads.stage import Outcome, Stage
from playbook.fault import PlaybookFaults
from playbook.scoring_document import read_scoring, scoring_document
from store.rules import RuleKind
from store.runs import Run, RunState
from store.scores import Rescored
from store.tasks import TaskFilter
from tests.builders import StandingClock
from tests.store.records import a_claim
from worker.sweep import sweep

ANA = Actor(ActorKind.REP, "rep_ana", "Ana")
HEAD = Capture("list", email="kim@bakery.example.com", title="Head of production", context=CaptureContext.LIST)


def a_document(workspace: Workspace, **changes: Any) -> dict[str, Any]:
    """The playbook's rules, a visit worth 25 points that fade, and a line at 80 that tells the team."""
    base = scoring_document(workspace.book.scoring)
    visit = {
        "id": "visit",
        "group": "engagement",
        "label": "Visited",
        "when": {"event": "page.viewed"},
        "points": 25,
        "per": "occurrence",
        "decay": {"kind": "half_life", "days": 30},
    }
    hot = {"id": "hot", "up": 80, "down": 70, "action": ["notify:slack", "route"]}
    return base | {"rules": [*base["rules"], visit], "thresholds": [hot]} | changes


async def publish(workspace: Workspace, content: dict[str, Any], reach: Reach = Reach.FIGURES) -> Run:
    async with workspace.unit() as uow:
        await save_draft(uow, workspace.book, RuleKind.SCORING, content, actor=ANA)
        done = await publish_draft(uow, workspace.book, RuleKind.SCORING, actor=ANA, reach=reach)
    assert done.run is not None
    while True:
        async with workspace.unit() as uow:
            if not await continue_rescoring(uow, workspace.book):
                return await uow.runs.get(done.run.id)


async def a_lead(workspace: Workspace, told: Capture = HEAD) -> LeadId:
    async with workspace.unit() as uow:
        return (await capture_lead(uow, workspace.book, told)).lead.id


async def visits(workspace: Workspace, lead_id: LeadId, *, days_ago: float = 0, times: int = 1) -> Lead:
    lead = None
    for n in range(times):
        async with workspace.unit() as uow:
            at = uow.now - timedelta(days=days_ago, minutes=n)
            lead = await note_activity(uow, workspace.book, lead_id, Activity("page.viewed", at, uow.now))
    assert lead is not None
    return lead


async def read(workspace: Workspace, lead_id: LeadId) -> Lead:
    async with workspace.reading() as uow:
        return await uow.leads.get(lead_id)


async def told(workspace: Workspace) -> list[str]:
    async with workspace.reading() as uow:
        return [message.key for message in await uow.outbox.all() if message.payload.get("notice") == CROSSED]


async def lines(workspace: Workspace, lead_id: LeadId) -> list[str]:
    async with workspace.reading() as uow:
        return [firing.threshold_id for firing in await uow.firings.of(await uow.leads.get(lead_id))]


async def test_a_line_fires_once_however_often_it_is_crossed(workspace: Workspace, clock: StandingClock) -> None:
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)
    lead = await visits(workspace, lead_id, times=3)
    assert (lead.score.total, lead.standing.stage, lead.ready, lead.queue) == (90, Stage.MQL, True, "sales")
    assert await told(workspace) == [f"notice:score.crossed:{lead_id}:1:hot:team"]
    clock.forward(days=60)
    await sweep(workspace)
    assert (await read(workspace, lead_id)).ready is True  # 30 + 18.75 is above `down`
    clock.forward(days=60)
    await sweep(workspace)
    fallen = await read(workspace, lead_id)
    assert (fallen.ready, fallen.standing.stage) == (False, Stage.MQL)  # a falling score takes no stage away
    again = await visits(workspace, lead_id, times=3)
    assert again.ready
    assert len(await told(workspace)) == 1
    assert sorted(await lines(workspace, lead_id)) == ["hot", "mql"]


async def test_swaying_by_a_point_tells_nobody_twice(workspace: Workspace, clock: StandingClock) -> None:
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)
    for _ in range(6):
        await visits(workspace, lead_id)
        clock.forward(days=2)
        await sweep(workspace)
    assert len(await told(workspace)) == 1


async def test_a_late_event_counts_decayed_and_alerts_nobody(workspace: Workspace) -> None:
    """Case 9: it occurred 40 days ago and arrives now."""
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)
    late = await visits(workspace, lead_id, days_ago=40, times=6)
    assert late.score.total == pytest.approx(30 + 59.5, abs=0.2)
    assert (late.standing.stage, late.ready, await told(workspace)) == (Stage.LEAD, False, [])
    fresh = await visits(workspace, lead_id)
    assert (fresh.standing.stage, fresh.ready, len(await told(workspace))) == (Stage.MQL, True, 1)


async def test_nothing_fires_at_three_in_the_morning(workspace: Workspace, clock: StandingClock) -> None:
    """Case 10: time alone lifts a lead over the line (a penalty ends) and the sweep tells nobody."""
    penalty = {
        "id": "cold",
        "group": "negative",
        "label": "Careers page",
        "when": {"event": "careers.viewed", "within_days": 2},
        "points": -30,
    }
    document = a_document(workspace)
    await publish(workspace, document | {"rules": [*document["rules"], penalty]})
    lead_id = await a_lead(workspace)
    async with workspace.unit() as uow:
        await note_activity(uow, workspace.book, lead_id, Activity("careers.viewed", uow.now, uow.now))
    await visits(workspace, lead_id)
    clock.forward(days=2, hours=1)
    assert await sweep(workspace) is False
    lead = await read(workspace, lead_id)
    assert lead.score.total > 50
    assert (lead.ready, lead.standing.stage, await lines(workspace, lead_id)) == (False, Stage.LEAD, [])
    assert (await visits(workspace, lead_id)).standing.stage is Stage.MQL


@pytest.mark.parametrize(
    ("reach", "stage", "notices", "crossed"),
    [
        (Reach.FIGURES, Stage.LEAD, 0, []),
        (Reach.NOTIFY, Stage.LEAD, 1, ["hot", "mql"]),
        (Reach.ACT, Stage.MQL, 1, ["hot", "mql"]),
    ],
)
async def test_publishing_reaches_as_far_as_it_was_told_to(
    workspace: Workspace, reach: Reach, stage: Stage, notices: int, crossed: list[str]
) -> None:
    lead_id = await a_lead(workspace)
    await visits(workspace, lead_id, times=3)
    run = await publish(workspace, a_document(workspace), reach)
    lead = await read(workspace, lead_id)
    assert (lead.score.total, lead.score.version, lead.standing.stage) == (90, 1, stage)
    assert (len(await told(workspace)), sorted(await lines(workspace, lead_id))) == (notices, crossed)
    assert (run.state, run.done, run.result["changed"]) == (RunState.DONE, 1, 1)
    again = await publish(workspace, a_document(workspace), reach)
    assert (again.result["version"], len(await told(workspace))) == (2, notices)
    assert (await visits(workspace, lead_id)).standing.stage is Stage.MQL  # and something new moves it in any case


async def test_publishing_sees_what_stages_look_at_and_no_rule_does(workspace: Workspace) -> None:
    lead_id = await a_lead(workspace)
    await visits(workspace, lead_id, times=2)
    async with workspace.unit() as uow:
        used = Activity("product.used", uow.now, uow.now, properties={"plan": "trial"})
        assert (await note_activity(uow, workspace.book, lead_id, used)).standing.stage is Stage.LEAD
    on_trial = Happened("product.used", where=(Attribute("plan", "eq", "trial"),))
    workspace.book = replace(workspace.book, stages=replace(workspace.book.stages, product_qualified=on_trial))
    low = {"id": "low", "up": 20, "down": 10, "action": ["notify:slack"]}
    await publish(workspace, a_document(workspace, threshold={"up": 99}, thresholds=[low]), Reach.ACT)
    assert (await read(workspace, lead_id)).standing.stage is Stage.PQL


async def test_a_run_scores_everybody_as_one_by_one(workspace: Workspace) -> None:
    """Whoever they are and whatever they did: the figures, the readiness and the time to look again are the same."""
    everybody = []
    for n, title in enumerate(("Head of production", "Student", None, "Buyer", "Head of production")):
        told = replace(HEAD, email=f"kim{n}@{'gmail.com' if n % 2 else 'bakery.example.com'}", title=title)
        lead_id = await a_lead(workspace, told)
        await visits(workspace, lead_id, days_ago=n * 9, times=n + 1)
        async with workspace.unit() as uow:
            await adjust_score(uow, workspace.book, lead_id, points=n + 0.5, reason="met at a fair", actor=ANA)
            await uow.ledger.add_claim(lead_id, a_claim(message=f"msg_{n}"), id=f"claim_{n}")
        everybody.append(lead_id)
    await publish(workspace, a_document(workspace))
    together = [await read(workspace, lead_id) for lead_id in everybody]
    for lead_id, lead in zip(everybody, together, strict=True):
        async with workspace.unit() as uow:
            alone = await rescore_lead(uow, workspace.book, lead_id, why="alone")
        assert (alone.score, alone.rescore_at) == (lead.score, lead.rescore_at)
    assert len({lead.score.total for lead in together}) == len(everybody)


async def test_two_who_score_at_once_fire_once(workspace: Workspace) -> None:
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)

    async def one(n: int) -> None:
        async with workspace.unit() as uow:
            at = uow.now - timedelta(minutes=n)
            await note_activity(uow, workspace.book, lead_id, Activity("page.viewed", at, uow.now))

    await asyncio.gather(*(one(n) for n in range(8)), *(sweep(workspace) for _ in range(4)))
    lead = await read(workspace, lead_id)
    assert (lead.score.total, len(await told(workspace))) == (90, 1)
    async with workspace.reading() as uow:
        history = [c.change.after for c in await uow.leads.history(lead_id) if c.change.dimension == "stage"]
    assert history.count("mql") == 1


async def test_a_run_of_an_older_version_ends_and_mixes_nothing(workspace: Workspace) -> None:
    """Case 11: rules are published while a batch runs."""
    for n in range(3):
        await visits(workspace, await a_lead(workspace, replace(HEAD, email=f"kim{n}@bakery.example.com")))
    async with workspace.unit() as uow:
        await save_draft(uow, workspace.book, RuleKind.SCORING, a_document(workspace), actor=ANA)
        first = await publish_draft(uow, workspace.book, RuleKind.SCORING, actor=ANA, reach=Reach.ACT)
        old = await current_scorer(uow, workspace.book)
    run = await publish(workspace, a_document(workspace, threshold={"up": 60}))
    async with workspace.unit() as uow:
        ended = await uow.runs.get(first.run.id) if first.run else None
        rows = await uow.scores.leads(await uow.scores.open_ids())
        assert [lead.score.version for lead in rows.values()] == [2, 2, 2]
        assert old.rules.version == 1
    assert ended is not None
    assert (ended.state, ended.result["superseded_by"], run.done) == (RunState.DONE, 2, 3)


async def test_what_a_newer_version_has_scored_is_not_written_over(workspace: Workspace) -> None:
    lead_id = await a_lead(workspace)
    await publish(workspace, a_document(workspace))
    async with workspace.unit() as uow:
        stale = Rescored(lead_id, Figures(1, 1, 0, 0, "C3", 0), ready=False, rescore_at=None)
        await uow.scores.store([stale], at=uow.now)
    assert (await read(workspace, lead_id)).score.total == 30


async def test_the_stored_score_is_the_one_that_is_replayed(workspace: Workspace, clock: StandingClock) -> None:
    """Invariant 2: worked out from scratch for that moment and version it is the same."""
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)
    for days in (0, 3, 11):
        clock.forward(days=days)
        await visits(workspace, lead_id)
        stored = (await read(workspace, lead_id)).score
        clock.forward(days=20)
        await visits(workspace, lead_id)
        async with workspace.reading() as uow:
            receipt = (await replay_score(uow, workspace.book, lead_id, as_of=stored.at, version="1")).receipt
        assert (receipt.total, receipt.fit, receipt.engagement, receipt.grade) == (
            stored.total,
            stored.fit,
            stored.engagement,
            stored.grade,
        )


async def test_a_score_can_be_replayed_under_a_draft_and_under_the_file(workspace: Workspace) -> None:
    lead_id = await a_lead(workspace)
    await visits(workspace, lead_id)
    async with workspace.unit() as uow:
        await save_draft(uow, workspace.book, RuleKind.SCORING, a_document(workspace), actor=ANA)
    async with workspace.reading() as uow:
        totals = [
            (await replay_score(uow, workspace.book, lead_id, version=version)).receipt.total
            for version in (None, "0", "draft")
        ]
    assert totals == [30, 30, 55]


RIVAL = {
    "id": "rival",
    "group": "negative",
    "label": "Works for a rival",
    "when": {"attr": "company.domain", "op": "eq", "value": "bakery.example.com"},
    "points": -1,
    "hard_stop": "disqualify_suggest",
}


@pytest.mark.parametrize(("reach", "asked"), [(Reach.FIGURES, 0), (Reach.NOTIFY, 1), (Reach.ACT, 1)])
async def test_new_rules_that_stop_a_lead_ask_somebody_to_look_once(
    workspace: Workspace, reach: Reach, asked: int
) -> None:
    lead_id = await a_lead(workspace)
    lead = await visits(workspace, lead_id, times=3)
    document = a_document(workspace)
    for points in (-1, -2):
        await publish(workspace, document | {"rules": [*document["rules"], RIVAL | {"points": points}]}, reach)
        async with workspace.reading() as uow:
            tasks = await uow.tasks.page(TaskFilter(lead=lead_id), after=None, limit=9)
        assert [task.title for task in tasks] == ["Disqualify, or say why not: Works for a rival"] * asked
        stopped = await read(workspace, lead_id)
        assert (stopped.standing, stopped.ready, await told(workspace)) == (lead.standing, False, [])


async def test_a_rule_with_a_hard_stop_keeps_a_lead_from_sales_whatever_it_does(workspace: Workspace) -> None:
    document = a_document(workspace)
    await publish(workspace, document | {"rules": [*document["rules"], RIVAL]})
    lead_id = await a_lead(workspace, replace(HEAD, context=CaptureContext.DEMO))
    lead = await visits(workspace, lead_id, times=3)
    assert (lead.standing.stage, lead.ready, await told(workspace)) == (Stage.IQL, False, [])
    async with workspace.reading() as uow:
        assert (await replay_score(uow, workspace.book, lead_id)).receipt.stops == ("rival",)


async def test_points_given_by_hand_count_until_they_run_out(workspace: Workspace, clock: StandingClock) -> None:
    lead_id = await a_lead(workspace)
    async with workspace.unit() as uow:
        until = uow.now + timedelta(days=5)
        lead = await adjust_score(
            uow, workspace.book, lead_id, points=25, reason="met at a fair", actor=ANA, expires_at=until
        )
    assert (lead.score.total, lead.standing.stage) == (55, Stage.MQL)
    clock.forward(days=5, hours=1)
    await sweep(workspace)
    over = await read(workspace, lead_id)
    assert (over.score.total, over.standing.stage, over.ready) == (30, Stage.MQL, False)
    async with workspace.reading() as uow:
        (entry,) = await uow.audit.page(act="lead.score_adjusted")
    assert (entry.actor.name, entry.detail) == ("Ana", {"points": 25})


@pytest.mark.parametrize(("points", "reason", "days"), [(0, "why", 1), (101, "why", 1), (5, "  ", 1), (5, "why", -1)])
async def test_an_adjustment_needs_points_a_reason_and_a_future(
    workspace: Workspace, points: float, reason: str, days: int
) -> None:
    lead_id = await a_lead(workspace)
    with pytest.raises(ValueMissing):
        async with workspace.unit() as uow:
            until = uow.now + timedelta(days=days)
            await adjust_score(uow, workspace.book, lead_id, points=points, reason=reason, actor=ANA, expires_at=until)


async def test_a_closed_lead_is_not_adjusted(workspace: Workspace) -> None:
    lead_id = await a_lead(workspace)
    async with workspace.unit() as uow:
        lead = await uow.leads.get(lead_id)
        await uow.leads.save(replace(lead, standing=replace(lead.standing, outcome=Outcome.LOST)))
    with pytest.raises(StageClosed):
        async with workspace.unit() as uow:
            await adjust_score(uow, workspace.book, lead_id, points=5, reason="why", actor=ANA)


async def test_a_new_cycle_may_cross_the_lines_again(workspace: Workspace) -> None:
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)
    lead = await visits(workspace, lead_id, times=3)
    async with workspace.unit() as uow:
        await uow.leads.save(replace(lead, standing=replace(lead.standing, outcome=Outcome.LOST)))
    second = await a_lead(workspace)
    await visits(workspace, second, times=3)
    assert second != lead_id
    assert len(await told(workspace)) == 2


async def test_a_test_lead_wakes_nobody(workspace: Workspace) -> None:
    await publish(workspace, a_document(workspace))
    lead_id = await a_lead(workspace)
    async with workspace.unit() as uow:
        await uow.leads.save(replace(await uow.leads.get(lead_id), is_test=True))
    await visits(workspace, lead_id, times=3)
    assert await told(workspace) == []


# --- versions --------------------------------------------------------------------------------------------------------


async def test_the_playbooks_file_decides_until_something_is_published(workspace: Workspace) -> None:
    async with workspace.reading() as uow:
        assert (await scoring_rules(uow, workspace.book)).version == 0
    await publish(workspace, a_document(workspace))
    async with workspace.reading() as uow:
        assert (await scoring_rules(uow, workspace.book)).version == 1
        shelf = await read_shelf(uow, workspace.book, RuleKind.SCORING)
    assert [(one.version, one.state.value) for one in shelf.versions] == [(1, "published"), (0, "base")]
    assert shelf.warnings == ()


async def test_a_file_that_is_edited_after_publishing_is_warned_about_and_not_used(workspace: Workspace) -> None:
    await publish(workspace, a_document(workspace))
    edited = replace(workspace.book, scoring=replace(workspace.book.scoring, reported_cap=5))
    async with workspace.unit() as uow:
        await install_playbook(uow, edited)
        assert (await scoring_rules(uow, edited)).reported_cap == 15
        (warning,) = (await read_shelf(uow, edited, RuleKind.SCORING)).warnings
    assert "changed after version 1" in warning


async def test_a_file_that_is_edited_before_anything_is_published_scores_everybody_again(workspace: Workspace) -> None:
    lead_id = await a_lead(workspace)
    rules = workspace.book.scoring
    poorer = tuple(replace(r, points=2) if r.id == "fit.work" else r for r in rules.rules)
    workspace.book = replace(workspace.book, scoring=replace(rules, rules=poorer))
    async with workspace.unit() as uow:
        await install_playbook(uow, workspace.book)
    await sweep(workspace)
    assert (await read(workspace, lead_id)).score.total == 22


async def test_two_editors_do_not_undo_each_other(workspace: Workspace) -> None:
    async with workspace.unit() as uow:
        seen = (await read_shelf(uow, workspace.book, RuleKind.SCORING)).mark
        await save_draft(uow, workspace.book, RuleKind.SCORING, a_document(workspace), actor=ANA, expected=seen)
    with pytest.raises(RulesChanged):
        async with workspace.unit() as uow:
            await save_draft(uow, workspace.book, RuleKind.SCORING, a_document(workspace), actor=ANA, expected=seen)
    with pytest.raises(RulesChanged):
        async with workspace.unit() as uow:
            await publish_draft(uow, workspace.book, RuleKind.SCORING, actor=ANA, reach=Reach.FIGURES, expected=seen)
    with pytest.raises(RulesOutdated):
        async with workspace.unit() as uow:
            await save_draft(uow, workspace.book, RuleKind.SCORING, a_document(workspace), actor=ANA, base_version=3)


async def test_of_two_who_publish_at_once_one_does(workspace: Workspace) -> None:
    async with workspace.unit() as uow:
        await save_draft(uow, workspace.book, RuleKind.SCORING, a_document(workspace), actor=ANA)

    async def one() -> bool:
        try:
            async with workspace.unit() as uow:
                await publish_draft(uow, workspace.book, RuleKind.SCORING, actor=ANA, reach=Reach.FIGURES)
        except NothingToPublish:
            return False
        return True

    assert sorted(await asyncio.gather(one(), one(), one())) == [False, False, True]


async def test_rules_with_a_fault_are_not_saved(workspace: Workspace) -> None:
    with pytest.raises(PlaybookFaults):
        async with workspace.unit() as uow:
            await save_draft(uow, workspace.book, RuleKind.SCORING, {"rules": []}, actor=ANA)


async def test_a_dry_run_says_who_would_rise_and_drop_and_changes_nothing(workspace: Workspace) -> None:
    rising = await a_lead(workspace)
    await visits(workspace, rising)
    ready = await a_lead(workspace, replace(HEAD, email="lee@dairy.example.com", context=CaptureContext.DEMO))
    assert (await read(workspace, ready)).ready
    document = a_document(workspace)
    fewer = [rule for rule in document["rules"] if rule["id"] != "act.form"]
    rules = read_scoring(document | {"rules": fewer}, version=9, signals=workspace.book.signals)
    async with workspace.reading() as uow:
        found = await dry_run(uow, workspace.book, rules)
        nothing = await dry_run(uow, workspace.book, rules, clock=iter([0.0, *[99.0] * 9]).__next__)
    assert (found.leads, found.looked_at, found.rise, found.drop, found.whole) == (2, 2, 1, 1, True)
    assert [(s.lead_id, s.before, s.after, s.rule) for s in found.rising] == [(rising, 30, 55, "visit")]
    assert [(s.lead_id, s.rule) for s in found.dropping] == [(ready, "act.form")]
    assert {e.rule: (e.leads_before, e.leads_after) for e in found.effects} == {"visit": (0, 1), "act.form": (1, 0)}
    assert (nothing.looked_at, nothing.whole, nothing.of_all(0)) == (0, False, 0)
    assert (await read(workspace, rising)).score.total == 30


async def test_merged_leads_do_not_cross_again_what_one_of_them_crossed(workspace: Workspace) -> None:
    await publish(workspace, a_document(workspace))
    one = await a_lead(workspace)
    await visits(workspace, one, times=3)
    other = await a_lead(workspace, replace(HEAD, email="kim@home.example.com"))
    async with workspace.unit() as uow:
        await uow.merges.move_lead(one, other)
        await rescore_lead(uow, workspace.book, other, why="merged")
    assert (await read(workspace, other)).score.total == 90
    assert len([key for key in await told(workspace) if ":hot:" in key]) == 1
