"""What other programs tell that somebody did: once, for what it is worth by now, and one wrong item loses no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leads.activity_types import ActivityType
from leads.score import Threshold
from tests.api.door import Door, a_client, a_door
from tests.builders import MONDAY, a_playbook

KIM = {"source": "website", "email": "kim.ito@bakery.example.com", "name": "Kim Ito"}


async def a_lead(door: Door, client: Any, **more: Any) -> dict[str, Any]:
    reply = await client.post("/v1/leads", json=KIM | more, headers=door.bearer)
    return dict(reply.json())


async def tell(door: Door, client: Any, lead: dict[str, Any], **activity: Any) -> Any:
    return await client.post(f"/v1/leads/{lead['id']}/activities", json=activity, headers=door.bearer)


async def read(door: Door, client: Any, lead: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.get(f"/v1/leads/{lead['id']}", headers=door.bearer)).json())


async def test_an_activity_is_kept_and_counts(door: Door, client: Any) -> None:
    lead = await a_lead(door, client)
    reply = await tell(door, client, lead, type="form.contact", properties={"path": "/contact"})
    assert reply.status_code == 201
    assert reply.json()["actor"] == "human"
    assert (await read(door, client, lead))["score"]["total"] > lead["score"]["total"]


async def test_the_same_key_counts_once(door: Door, client: Any) -> None:
    lead = await a_lead(door, client)
    first = await tell(door, client, lead, type="form.contact", dedup_key="evt-1")
    scored = await read(door, client, lead)
    again = await tell(door, client, lead, type="form.contact", dedup_key="evt-1")
    assert (first.status_code, again.status_code, again.json()["status"]) == (201, 200, "duplicate")
    assert (await read(door, client, lead))["score"] == scored["score"]


async def test_one_persons_key_cannot_keep_out_anothers(door: Door, client: Any) -> None:
    kim = await a_lead(door, client)
    lee = await a_lead(door, client, email="lee@dairy.example.com")
    for lead in (kim, lee):
        assert (await tell(door, client, lead, type="page.viewed", dedup_key="1")).status_code == 201


async def test_a_late_event_gets_decayed_points_and_hurries_nobody(door: Door, client: Any) -> None:
    """Case 9: it happened 40 days ago and is told now."""
    late, fresh = await a_lead(door, client), await a_lead(door, client, email="lee@dairy.example.com")
    long_ago = (MONDAY - timedelta(days=40)).isoformat()
    await tell(door, client, fresh, type="page.viewed")
    await tell(door, client, late, type="page.viewed", occurred_at=(MONDAY - timedelta(days=2)).isoformat())
    before = await read(door, client, late)
    await tell(door, client, fresh, type="form.contact")
    await tell(door, client, late, type="form.contact", occurred_at=long_ago)
    after = await read(door, client, late)
    assert after["last_activity_at"] == before["last_activity_at"]
    assert before["score"]["total"] < after["score"]["total"] < (await read(door, client, fresh))["score"]["total"]
    assert after["stage"] == "iql"
    assert (await read(door, client, fresh))["stage"] == "mql"


async def test_what_is_told_of_the_future_happened_now(door: Door, client: Any) -> None:
    lead = await a_lead(door, client)
    reply = await tell(door, client, lead, type="page.viewed", occurred_at="2199-01-01T00:00:00Z")
    assert reply.json()["occurred_at"] == MONDAY.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("activity", "actor"),
    [
        ({"type": "email.opened"}, "human"),
        ({"type": "email.opened", "machine": True}, "machine"),
        ({"type": "email.opened", "properties": {"prefetch": True}}, "machine"),
        ({"type": "email.opened", "properties": {"user_agent": "Mozilla/5.0"}}, "machine"),
        ({"type": "email.clicked", "properties": {"user_agent": "Barracuda Sentinel (EE)"}}, "machine"),
        ({"type": "email.clicked", "properties": {"seconds_after_delivery": 0.4}}, "machine"),
        ({"type": "page.viewed", "properties": {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}}, "machine"),
        ({"type": "page.viewed", "properties": {"user_agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}}, "human"),
        ({"type": "email.delivered"}, "system"),
        ({"type": "call.logged"}, "rep"),
        ({"type": "call.logged", "properties": {"direction": "inbound"}}, "human"),
    ],
)
async def test_who_did_it_is_told_apart(door: Door, client: Any, activity: dict[str, Any], actor: str) -> None:
    lead = await a_lead(door, client)
    assert (await tell(door, client, lead, **activity)).json()["actor"] == actor


async def test_a_scanner_that_clicks_everything_scores_nothing(door: Door, client: Any) -> None:
    """Case 16."""
    lead = await a_lead(door, client)
    await tell(door, client, lead, type="form.contact", machine=True)
    after = await read(door, client, lead)
    assert (after["score"], after["stage"]) == (lead["score"], lead["stage"])


@pytest.mark.parametrize(
    ("type", "says"),
    [
        ("said.asked_demo", "own words"),
        ("score.set", "scoring rules"),
        ("meeting.booked", "booked"),
        ("stage.changed", "moved by the team"),
        ("consent.granted", "proof"),
        ("page.veiwed", "page.viewed"),
        ("nonsense", "page.viewed"),
    ],
)
async def test_what_cannot_be_told_is_refused_with_the_reason(door: Door, client: Any, type: str, says: str) -> None:
    lead = await a_lead(door, client)
    reply = await tell(door, client, lead, type=type)
    assert (reply.status_code, reply.json()["code"]) == (422, "activity_not_accepted")
    assert says in reply.json()["detail"]


async def test_a_program_cannot_vouch_for_a_form(door: Door, client: Any) -> None:
    lead = await a_lead(door, client)
    reply = await tell(door, client, lead, type="form.submitted", properties={"trust": "high"})
    assert (reply.status_code, reply.json()["code"]) == (422, "activity_not_accepted")


@pytest.mark.parametrize(
    "activity",
    [
        {},
        {"type": 7},
        {"type": "page.viewed", "occurred_at": "yesterday"},
        {"type": "page.viewed", "occurred_at": "2026-03-01T10:00:00"},
        {"type": "page.viewed", "occurred_at": "0001-01-01T00:00:00Z"},
        {"type": "page.viewed", "properties": {"deep": {"er": 1}}},
        {"type": "page.viewed", "points": 100},
    ],
)
async def test_a_wrong_field_is_a_problem_never_a_failure(door: Door, client: Any, activity: dict[str, Any]) -> None:
    lead = await a_lead(door, client)
    assert (await tell(door, client, lead, **activity)).status_code == 422


async def test_a_lead_there_is_not_is_not_found(door: Door, client: Any) -> None:
    reply = await tell(door, client, {"id": "lead_nobody"}, type="page.viewed")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_each_item_of_a_batch_stands_for_itself(either_door: Door) -> None:
    async with a_client(either_door) as client:
        lead = await a_lead(either_door, client)
        items = [
            {"type": "page.viewed", "lead_id": lead["id"], "dedup_key": "a"},
            {"type": "page.viewed", "lead_id": lead["id"], "dedup_key": "a"},
            {"type": "webinar.attended", "email": "KIM.ITO@bakery.example.com"},
            {"type": "page.viewed", "person_id": lead["person"]["id"]},
            {"type": "page.viewed"},
            {"type": "page.viewed", "email": "nobody@example.com"},
            {"type": "said.urgent", "lead_id": lead["id"]},
            {"lead_id": lead["id"]},
            {"type": "page.viewed", "lead_id": "lead_nobody"},
        ]
        sent = {"activities": items}
        reply = await client.post("/v1/activities", json=sent, headers=either_door.bearer)
        told = reply.json()
        assert reply.status_code == 200
        assert [item["status"] for item in told["items"]] == [
            "accepted",
            "duplicate",
            *["accepted"] * 2,
            *["refused"] * 5,
        ]
        assert (told["accepted"], told["duplicates"], told["refused"]) == (3, 1, 5)
        codes = [item["error"]["code"] for item in told["items"][4:]]
        assert codes == ["value_missing", "not_found", "activity_not_accepted", "invalid", "not_found"]
        timeline = (await client.get(f"/v1/leads/{lead['id']}/timeline", headers=either_door.bearer)).json()
        assert sum(item["kind"] == "activity" for item in timeline["items"]) == 4
        again = (await client.post("/v1/activities", json=sent, headers=either_door.bearer)).json()
        assert (again["accepted"], again["duplicates"]) == (2, 2)


async def test_a_thousand_fit_into_one_batch_and_no_more(door: Door, client: Any) -> None:
    lead = await a_lead(door, client)
    text = {"note": "x" * 300}
    items = [{"type": "page.viewed", "lead_id": lead["id"], "properties": text} for _ in range(1000)]
    reply = await client.post("/v1/activities", json={"activities": items}, headers=door.bearer)
    assert (reply.status_code, reply.json()["accepted"]) == (200, 1000)
    over = await client.post("/v1/activities", json={"activities": [*items, items[0]]}, headers=door.bearer)
    assert over.status_code == 422


async def test_the_schema_lists_what_is_accepted(client: Any) -> None:
    document = (await client.get("/schema/openapi.json")).text
    assert all(f'"{type}"' in document or type in document for type in ActivityType)


async def test_case_9_what_is_told_late_crosses_no_line(tmp_path: Path, sqlite_url: str) -> None:
    plain = a_playbook()
    book = replace(plain, scoring=replace(plain.scoring, threshold=Threshold(up=35, down=30, fit_at_least=15)))
    async with a_door(tmp_path, url=sqlite_url, book=book) as door, a_client(door) as client:
        late, both = [await a_lead(door, client, email=f"{who}@dairy.example.com", title="Head of IT") for who in "ab"]
        old = {"type": "form.contact", "occurred_at": (MONDAY - timedelta(days=40)).isoformat()}
        await tell(door, client, late, **old)
        await tell(door, client, both, **old)
        told = await read(door, client, late)
        assert (told["score"]["total"] > 35, told["stage"]) == (True, "iql")
        # The next fresh sign crosses it: nothing of the late one was lost.
        await tell(door, client, both, type="page.viewed")
        assert (await read(door, client, both))["stage"] == "mql"


async def test_what_is_downloaded_elsewhere_is_seen_by_the_rules_that_ask_for_it(door: Door, client: Any) -> None:
    lead = await a_lead(door, client)
    await tell(door, client, lead, type="asset.downloaded", properties={"name": "Pricing guide"})
    after = await read(door, client, lead)
    assert (after["stage"], after["track"]) == ("iql", "case_study")
