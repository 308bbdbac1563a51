"""Handoffs over HTTP: one of two reps gets it, a decision closes it, and nothing goes round in circles."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from actions.propose_disqualification import propose_disqualification
from actions.propose_handoff import propose_handoff
from leads.handoff import HandoffReason
from leads.identity import ConversationId, LeadId
from leads.stage import Outcome, ReasonCode, Stage, WorkStatus
from tests.api.door import Door, a_client, a_door, a_visitor
from tests.api.reps import a_request, two_reps
from tests.builders import StandingClock
from worker.desk_rounds import give_back_lines


async def test_two_reps_claim_at_once_and_one_wins(either_door: Door) -> None:
    async with a_client(either_door) as client:
        visitor = await a_visitor(client)
        handoff = await a_request(client, either_door, visitor)
        ana, jonas = two_reps(client, either_door)
        replies = await asyncio.gather(*(rep.post(f"/handoffs/{handoff}/claim") for rep in (ana, jonas) * 5))
        won = {r.json()["owner"]["name"] for r in replies if r.status_code == 200}
        lost = [r.json() for r in replies if r.status_code != 200]
        assert len(won) == 1 and len(lost) == 5
        assert {(no["status"], no["code"], no["owner"]["name"]) for no in lost} == {(409, "handoff_claimed", *won)}


async def test_a_lease_that_ran_out_can_be_taken_over_and_acts_renew_it(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        handoff = await a_request(client, door, visitor)
        ana, jonas = two_reps(client, door)
        assert (await ana.post(f"/handoffs/{handoff}/claim")).status_code == 200
        clock.forward(minutes=14)
        assert (await ana.post(f"/handoffs/{handoff}/reply", text="Hello, I am Ana.")).status_code == 201
        clock.forward(minutes=14)
        assert (await jonas.post(f"/handoffs/{handoff}/claim")).status_code == 409
        clock.forward(minutes=2)
        taken = await jonas.post(f"/handoffs/{handoff}/claim")
        assert taken.status_code == 200 and taken.json()["owner"]["name"] == "Jonas Brandt"
        late = await ana.post(f"/handoffs/{handoff}/accept")
        assert (late.status_code, late.json()["owner"]["name"]) == (409, "Jonas Brandt")


async def test_a_claim_that_was_let_lie_is_open_again(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, a_client(door) as client:
        handoff = await a_request(client, door, await a_visitor(client))
        ana, _ = two_reps(client, door)
        await ana.post(f"/handoffs/{handoff}/claim")
        clock.forward(minutes=14)
        await give_back_lines(door.workspace)
        assert (await ana.get(f"/handoffs/{handoff}"))["state"] == "claimed"
        clock.forward(minutes=1)
        await give_back_lines(door.workspace)
        shown = await ana.get(f"/handoffs/{handoff}")
        assert (shown["state"], shown["owner"], shown["lease_until"]) == ("open", None, None)
        assert (await ana.post(f"/handoffs/{handoff}/accept")).status_code == 200


async def test_a_released_handoff_is_free_for_others(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    ana, jonas = two_reps(client, door)
    await ana.post(f"/handoffs/{handoff}/claim")
    released = (await ana.post(f"/handoffs/{handoff}/release")).json()
    assert (released["state"], released["owner"], released["lease_until"]) == ("open", None, None)
    assert (await jonas.post(f"/handoffs/{handoff}/claim")).status_code == 200


async def test_accepting_makes_the_lead_the_reps_and_closes_the_handoff(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    ana, jonas = two_reps(client, door)
    done = (await ana.post(f"/handoffs/{handoff}/accept", note="mine")).json()
    assert (done["state"], done["lead"]["stage"], done["lead"]["owner"]["name"]) == ("accepted", "sal", "Ana Ferreira")
    assert done["decision"]["by"]["name"] == "Ana Ferreira" and done["decision"]["note"] == "mine"
    for path in ("accept", "claim", "release"):
        again = await ana.post(f"/handoffs/{handoff}/{path}")
        assert (path, again.status_code, again.json()["code"]) == (path, 409, "handoff_closed")
    assert (await jonas.post(f"/handoffs/{handoff}/reply", text="Me too")).json()["code"] == "handoff_claimed"
    async with door.workspace.reading() as uow:
        lead = await uow.leads.get(LeadId(done["lead"]["id"]))
        moves = [(c.change.before, c.change.after, c.change.actor.name) for c in await uow.leads.history(lead.id)]
    assert lead.standing.stage is Stage.SAL and lead.accepted_at is not None
    assert moves[-2:] == [("lead", "sal", "Ana Ferreira"), ("new", "assigned", "Ana Ferreira")]


@pytest.mark.parametrize(
    ("reason", "status", "outcome"),
    [("not_now", WorkStatus.NURTURE, Outcome.OPEN), ("too_small", WorkStatus.CLOSED, Outcome.RECYCLED)],
)
async def test_a_returned_lead_is_nurtured_or_recycled_and_never_lost(
    door: Door, client: Any, reason: str, status: WorkStatus, outcome: Outcome
) -> None:
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    ana, _ = two_reps(client, door)
    missing = await ana.post(f"/handoffs/{handoff}/return", note="no")
    assert missing.status_code == 422
    wrong = await ana.post(f"/handoffs/{handoff}/return", reason_code="because")
    assert wrong.status_code == 422
    done = (await ana.post(f"/handoffs/{handoff}/return", reason_code=reason, note="Ask in spring.")).json()
    assert (done["state"], done["decision"]["reason_code"]) == ("returned", reason)
    async with door.workspace.reading() as uow:
        lead = await uow.leads.get(LeadId(done["lead"]["id"]))
    assert (lead.standing.status, lead.standing.outcome) == (status, outcome)
    assert lead.owner is None and lead.queue is not None


async def test_a_proposed_disqualification_is_agreed_to_or_kept_once(door: Door, client: Any) -> None:
    ana, _ = two_reps(client, door)
    kept, agreed = await a_visitor(client), await a_visitor(client)
    for visitor in (kept, agreed):
        await visitor.says("I write my thesis about this.")
        await visitor.answered()
        async with door.workspace.unit() as uow:
            await propose_disqualification(
                uow, door.workspace.book, _conv(visitor), reason=ReasonCode.STUDENT, quote="I write my thesis"
            )
    by_talk = {h["conversation_id"]: h["id"] for h in (await ana.get("/handoffs"))["items"]}
    done = (await ana.post(f"/handoffs/{by_talk[agreed.conversation_id]}/accept")).json()
    assert (done["lead"]["outcome"], done["lead"]["reason_code"]) == ("disqualified", "student")
    done = (await ana.post(f"/handoffs/{by_talk[kept.conversation_id]}/return")).json()
    assert (done["state"], done["lead"]["outcome"]) == ("returned", "open")
    async with door.workspace.unit() as uow:
        again = await propose_disqualification(
            uow, door.workspace.book, _conv(kept), reason=ReasonCode.STUDENT, quote="I write my thesis"
        )
    assert again.id == by_talk[kept.conversation_id]
    assert (await ana.get("/handoffs"))["items"] == []


def _conv(visitor: Any) -> ConversationId:
    return ConversationId(visitor.conversation_id)


async def test_support_that_is_taken_care_of_says_nothing_about_a_sale(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    async with door.workspace.unit() as uow:
        await propose_handoff(
            uow, door.workspace.book, _conv(visitor), reason=HandoffReason.SUPPORT_REQUEST, note="It is down."
        )
    ana, _ = two_reps(client, door)
    [line] = (await ana.get("/handoffs"))["items"]
    done = (await ana.post(f"/handoffs/{line['id']}/accept")).json()
    assert (done["state"], done["lead"]["stage"], done["lead"]["owner"]) == ("accepted", "lead", None)


async def test_deciding_needs_a_person(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    handoff = await a_request(client, door, visitor)
    for path in ("claim", "release", "accept", "take-over", "give-back", "typing"):
        reply = await client.post(f"/v1/handoffs/{handoff}/{path}", headers=door.bearer)
        assert (path, reply.json()["code"]) == (path, "rep_needed")
    nothing = await client.post("/v1/handoffs/nope/claim", headers=door.bearer | {"Opener-Rep": "ana@nobody"})
    assert nothing.json()["code"] == "rep_unknown"
    ana, _ = two_reps(client, door)
    assert (await ana.post("/handoffs/nope/claim")).status_code == 404


async def test_the_inbox_is_filtered_and_counted(door: Door, client: Any) -> None:
    ana, jonas = two_reps(client, door)
    first, second, third = [await a_request(client, door, await a_visitor(client)) for _ in range(3)]
    await ana.post(f"/handoffs/{first}/claim")
    await jonas.post(f"/handoffs/{second}/accept")
    mine = (await ana.get("/handoffs", mine=True))["items"]
    assert [h["id"] for h in mine] == [first] and mine[0]["lease_until"]
    assert [h["id"] for h in (await ana.get("/handoffs", state="accepted"))["items"]] == [second]
    assert [h["id"] for h in (await ana.get("/handoffs", state="open"))["items"]] == [third]
    assert (await ana.get("/handoffs", reason="complaint"))["items"] == []
    assert len((await ana.get("/handoffs", queue="sales", overdue=False))["items"]) == 2
    assert (await ana.get("/handoffs", overdue=True))["items"] == []
    owner = (await ana.get(f"/handoffs/{first}"))["owner"]["id"]
    assert [h["id"] for h in (await jonas.get("/handoffs", owner=owner))["items"]] == [first]
    assert await ana.get("/handoffs/counts") == {
        "open": 1,
        "claimed": 1,
        "overdue": 0,
        "unowned": 1,
        "mine": 1,
        "by_reason": {"asked_for_person": 2},
    }
    assert (await client.get("/v1/handoffs?state=gone", headers=door.bearer)).status_code == 422


async def test_the_brief_is_made_of_what_is_stored(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("We have about 30k set aside.")
    await visitor.answered()
    handoff = await a_request(client, door, visitor, reason="I'd like to talk to somebody")
    ana, _ = two_reps(client, door)
    shown = await ana.get(f"/handoffs/{handoff}")
    assert "asked for a person" in shown["brief"] and "I'd like to talk to somebody" in shown["brief"]
    assert "Not known yet:" in shown["brief"] and "stage" in shown["brief"]
    assert shown["note"].startswith("The visitor asked") and shown["line"] is None and shown["decision"] is None


async def test_a_visitor_who_returns_next_week_starts_no_loop(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, a_client(door) as client:
        ana, _ = two_reps(client, door)
        visitor = await a_visitor(client)
        async with door.workspace.unit() as uow:
            await propose_handoff(
                uow, door.workspace.book, _conv(visitor), reason=HandoffReason.QUALIFIED, note="Ready."
            )
        [line] = (await ana.get("/handoffs"))["items"]
        assert (await ana.post(f"/handoffs/{line['id']}/accept")).status_code == 200
        clock.forward(days=7)
        await visitor.says("Hello again, do you also support two plants?", "c2")
        events = await visitor.answered()
        assert events[-1]["type"] == "message.completed"
        async with door.workspace.unit() as uow:
            same = await propose_handoff(
                uow, door.workspace.book, _conv(visitor), reason=HandoffReason.QUALIFIED, note="Ready again."
            )
        assert same.id == line["id"]
        assert (await ana.get("/handoffs"))["items"] == []
        assert not [e for e in await visitor.events(after=events[-1]["id"]) if e["type"] == "handoff.requested"]
        await visitor.says("I want to talk to a human please.", "c3")
        events = await visitor.answered(2)
        assert "Ana Ferreira" in events[-1]["data"]["text"]
        [again] = (await ana.get("/handoffs"))["items"]
        assert (again["reason"], again["owner"]["name"]) == ("asked_for_person", "Ana Ferreira")
        clock.forward(days=7)
        await visitor.says("One more thing: is it hosted in the EU?", "c4")
        await visitor.answered(3)
        assert len((await ana.get("/handoffs"))["items"]) == 1
