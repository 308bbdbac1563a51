"""Leads over HTTP: one person is one open lead, a repeated request is one request, and a score's lines add up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.event import listens_for

from actions.note_bant import Heard, note_bant
from leads.bant import Factor
from tests.api.door import Door, a_client, a_door, a_visitor
from tests.builders import a_conversation

KIM = {"source": "website", "email": "kim.ito@bakery.example.com", "name": "Kim Ito", "context": "demo"}


async def test_a_new_person_is_a_new_lead_and_a_known_one_the_same(door: Door, client: Any) -> None:
    first = await client.post("/v1/leads", json=KIM, headers=door.bearer)
    again = await client.post("/v1/leads", json=KIM | {"title": "Head of production"}, headers=door.bearer)
    assert (first.status_code, again.status_code) == (201, 200)
    lead = again.json()
    assert lead["id"] == first.json()["id"]
    assert lead["person"]["title"] == "Head of production"
    assert lead["company"]["name"] == "Bakery"
    assert lead["stage"] == "mql"  # a demo form is a raised hand
    assert lead["score"]["total"] > first.json()["score"]["total"]


async def test_a_known_name_is_not_overwritten_by_a_form(door: Door, client: Any) -> None:
    await client.post("/v1/leads", json=KIM, headers=door.bearer)
    again = await client.post("/v1/leads", json=KIM | {"name": "Somebody Else"}, headers=door.bearer)
    assert again.json()["person"]["name"] == "Kim Ito"


async def test_a_lead_has_the_fields_of_the_contract(door: Door, client: Any) -> None:
    body = KIM | {"fields": {"lines": 4, "sku": "A-1"}, "utm": {"utm_campaign": "spring"}, "phone": "030 1234567"}
    lead = (await client.post("/v1/leads", json=body, headers=door.bearer)).json()
    wanted = "id person company stage status outcome reason_code owner queue source score bant completeness sla"
    assert set(wanted.split()) <= set(lead)
    assert set(lead["score"]) >= {"total", "fit", "engagement", "negative", "grade"}
    assert set(lead["bant"]) == {"budget", "authority", "need", "timeline"}
    assert lead["fields"] == {"lines": 4, "sku": "A-1"}
    assert lead["campaign"] == "spring"
    assert lead["person"]["phone"] == "+49301234567"
    assert lead["created_at"].endswith("Z")


async def test_the_same_idempotency_key_gets_the_same_answer(door: Door, client: Any) -> None:
    headers = door.bearer | {"Idempotency-Key": "form-17"}
    first = await client.post("/v1/leads", json=KIM, headers=headers)
    again = await client.post("/v1/leads", json=KIM, headers=headers)
    other = await client.post("/v1/leads", json=KIM | {"name": "Kim"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    timeline = (await client.get(f"/v1/leads/{first.json()['id']}/timeline", headers=door.bearer)).json()
    assert sum(item["type"] == "form.demo" for item in timeline["items"]) == 1


async def test_twenty_equal_requests_at_once_make_one_lead(either_door: Door) -> None:
    headers = either_door.bearer | {"Idempotency-Key": "form-18"}
    async with a_client(either_door) as client:
        replies = await asyncio.gather(*(client.post("/v1/leads", json=KIM, headers=headers) for _ in range(20)))
    assert {reply.status_code for reply in replies} <= {201, 409}  # 409 asks to send it again, and says so
    assert len({reply.json()["id"] for reply in replies if reply.status_code == 201}) == 1


async def test_twenty_forms_of_one_person_at_once_make_one_lead(either_door: Door) -> None:
    async with a_client(either_door) as client:
        bodies = [KIM | {"fields": {"n": n}} for n in range(20)]
        replies = await asyncio.gather(
            *(client.post("/v1/leads", json=body, headers=either_door.bearer) for body in bodies)
        )
        assert {reply.status_code for reply in replies} <= {200, 201, 409}
        page = (await client.get("/v1/leads", headers=either_door.bearer)).json()
    assert [reply.status_code for reply in replies].count(201) == 1
    assert len(page["items"]) == 1


async def test_somebody_without_address_and_number_is_refused(door: Door, client: Any) -> None:
    reply = await client.post("/v1/leads", json={"source": "list", "name": "Nobody"}, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (422, "value_missing")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source": "x", "email": "a@example.com", "shoe_size": 43}, "body"),
        ({"source": "x", "email": "a@example.com", "context": "telepathy"}, "context"),
        ({"email": "a@example.com"}, "body"),
        ({"source": "x" * 81, "email": "a@example.com"}, "source"),
        ({"source": "x", "email": "a@example.com", "fields": {"deep": {"er": 1}}}, "fields"),
        ({"source": "x", "email": "a@example.com", "name": 7}, "name"),
    ],
)
async def test_a_wrong_field_is_named(door: Door, client: Any, body: dict[str, Any], field: str) -> None:
    reply = await client.post("/v1/leads", json=body, headers=door.bearer)
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (422, "invalid")
    assert field in problem["errors"][0]["field"]
    assert problem["errors"][0]["message"]


async def test_a_wrong_address_is_a_sentence_not_a_failure(door: Door, client: Any) -> None:
    reply = await client.post("/v1/leads", json={"source": "x", "email": "kim at home"}, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (422, "contact_invalid")


async def test_the_list_is_walked_page_by_page_without_gap_or_repeat(door: Door, client: Any) -> None:
    for n in range(7):
        await client.post("/v1/leads", json={"source": "list", "email": f"p{n}@example.com"}, headers=door.bearer)
    for sort in ("created_at", "-created_at", "score", "-score", "updated_at"):
        seen, cursor = [], None
        while True:
            params = {"limit": 3, "sort": sort} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/v1/leads", params=params, headers=door.bearer)).json()
            seen += [lead["id"] for lead in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7, sort


async def test_a_page_asks_the_database_no_more_often_the_longer_it_is_and_tells_what_each_lead_tells(
    door: Door, client: Any
) -> None:
    asked = [0]

    @listens_for(door.workspace.database.sync_engine, "before_cursor_execute")
    def count(*_: object) -> None:
        asked[-1] += 1

    consent = [{"purpose": "marketing", "granted": True, "text_version": "v1"}]
    for n in range(6):
        body = KIM | {"email": f"kim@bakery-{n}.example.com", "phone": f"030 123456{n}", "consent": consent[: n % 2]}
        await client.post("/v1/leads", json=body, headers=door.bearer)
    for limit in (2, 6):
        asked.append(0)
        page = (await client.get("/v1/leads", params={"limit": limit}, headers=door.bearer)).json()["items"]
        assert len(page) == limit
    assert asked[1] == asked[2]
    assert page == [(await client.get(f"/v1/leads/{one['id']}", headers=door.bearer)).json() for one in page]
    assert len({one["company"]["id"] for one in page}) == 6 and all(one["last_activity_at"] for one in page)
    assert [bool(one["consent"]) for one in page] == [True, False] * 3


async def test_the_list_is_filtered(door: Door, client: Any) -> None:
    await client.post("/v1/leads", json=KIM, headers=door.bearer)
    await client.post("/v1/leads", json={"source": "fair", "email": "lee@example.com"}, headers=door.bearer)

    async def found(**params: Any) -> list[str]:
        page = (await client.get("/v1/leads", params=params, headers=door.bearer)).json()
        return [lead["person"]["email"] for lead in page["items"]]

    assert await found(q="kim ito") == [KIM["email"]]
    assert await found(source="fair") == ["lee@example.com"]
    assert await found(stage="mql") == [KIM["email"]]
    assert await found(score_min=15) == [KIM["email"]]
    assert await found(owner="rep_nobody") == []


@pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24", "W10", "WyIyMDI2LTAzLTAyIiwgImEiXQ", "ÿ", "[1,2]"])
async def test_a_cursor_that_is_not_ours_is_refused(door: Door, client: Any, cursor: str) -> None:
    reply = await client.get("/v1/leads", params={"cursor": cursor}, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (422, "cursor_invalid")


async def test_the_lines_of_a_score_add_up(door: Door, client: Any) -> None:
    lead = (await client.post("/v1/leads", json=KIM | {"title": "Head of IT"}, headers=door.bearer)).json()
    score = (await client.get(f"/v1/leads/{lead['id']}/score", headers=door.bearer)).json()
    assert score["lines"]
    assert sum(line["points"] for line in score["lines"]) == pytest.approx(score["total"])
    assert score["total"] == lead["score"]["total"]
    assert {"rule", "label", "points", "raw", "at", "evidence"} <= set(score["lines"][0])


async def test_bant_comes_with_the_visitors_own_words(door: Door, client: Any) -> None:
    conversation = await a_conversation(door.workspace, says="We need it live by May, budget is 30k.")
    async with door.workspace.unit() as uow:
        heard = Heard(Factor.BUDGET, "30k", "budget is 30k")
        await note_bant(uow, door.workspace.book, conversation.id, heard)
    lead = (await client.get(f"/v1/leads/{conversation.lead_id}", headers=door.bearer)).json()
    budget = lead["bant"]["budget"]
    assert (budget["status"], budget["value"]) == ("stated", "30k")
    assert budget["evidence"][0]["quote"] == "budget is 30k"
    assert lead["bant"]["need"] == {"status": "unknown", "value": None, "evidence": [], "superseded": []}
    timeline = (await client.get(f"/v1/leads/{conversation.lead_id}/timeline", headers=door.bearer)).json()
    assert {"message", "bant", "activity"} <= {item["kind"] for item in timeline["items"]}


async def test_a_timeline_is_walked_page_by_page(door: Door, client: Any) -> None:
    conversation = await a_conversation(door.workspace, says="Hello there.")
    whole = (await client.get(f"/v1/leads/{conversation.lead_id}/timeline", headers=door.bearer)).json()
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (
            await client.get(f"/v1/leads/{conversation.lead_id}/timeline", params=params, headers=door.bearer)
        ).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole["items"]


@pytest.mark.parametrize("path", ["/v1/leads/nobody", "/v1/leads/nobody/score", "/v1/leads/nobody/timeline"])
async def test_an_unknown_lead_is_not_found(door: Door, client: Any, path: str) -> None:
    reply = await client.get(path, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer sk_wrong"}, {"Authorization": "Basic sk_x"}])
async def test_without_a_key_nothing_is_told(client: Any, header: dict[str, str]) -> None:
    for path in ("/v1/leads", "/v1/handoffs", "/v1/meetings", "/v1/leads/x/score"):
        reply = await client.get(path, headers=header)
        assert (reply.status_code, reply.json()["code"]) == (401, "key_invalid")
        assert reply.headers["WWW-Authenticate"] == "Bearer"


async def test_a_key_opens_only_what_its_scopes_say(tmp_path: Path) -> None:
    async with a_door(tmp_path, scopes=("leads:read",)) as door, a_client(door) as client:
        assert (await client.get("/v1/leads", headers=door.bearer)).status_code == 200
        for reply in (
            await client.post("/v1/leads", json=KIM, headers=door.bearer),
            await client.get("/v1/handoffs", headers=door.bearer),
            await client.get("/v1/meetings", headers=door.bearer),
        ):
            assert (reply.status_code, reply.json()["code"]) == (403, "scope_missing")


async def test_a_visitors_token_is_no_key(client: Any) -> None:
    visitor = await a_visitor(client)
    assert (await client.get("/v1/leads", headers=visitor.headers)).status_code == 401


async def test_guessing_keys_is_slowed_down(tmp_path: Path) -> None:
    from api.house import Limits

    async with a_door(tmp_path, limits=Limits(refused_keys=5)) as door, a_client(door) as client:
        wrong = {"Authorization": "Bearer sk_wrong"}
        codes = [(await client.get("/v1/leads", headers=wrong)).status_code for _ in range(8)]
        assert codes == [401] * 5 + [429] * 3
        assert (await client.get("/v1/leads", headers=door.bearer)).status_code == 200  # a right key is not punished


async def test_a_handoff_tells_a_rep_everything(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("We bake bread and need planning. Can I talk to a person?")
    await visitor.answered()
    assert (await visitor.post("/handoff", reason="I want a human")).status_code == 201
    page = (await client.get("/v1/handoffs", headers=door.bearer)).json()
    line = page["items"][0]
    assert (line["reason"], line["overdue"]) == ("asked_for_person", False)
    handoff = (await client.get(f"/v1/handoffs/{line['id']}", headers=door.bearer)).json()
    assert "I want a human" in handoff["brief"]
    assert [m["author"] for m in handoff["conversation"]["messages"]] == ["visitor", "agent"]
    assert {q["factor"] for q in handoff["open_questions"]} == {"budget", "authority", "need", "timeline"}
    assert sum(x["points"] for x in handoff["score"]["lines"]) == pytest.approx(handoff["score"]["total"])
    assert handoff["lead"]["sla"]["handoff_id"] == line["id"]
    assert (await client.get("/v1/handoffs/nothing", headers=door.bearer)).status_code == 404


@pytest.mark.parametrize("path", ["/v1/handoffs", "/v1/meetings"])
async def test_every_page_goes_on_where_the_last_one_ended(door: Door, client: Any, path: str) -> None:
    for n in range(5):
        visitor = await a_visitor(client)  # one clock: what they book has one start, and is due at one instant
        slot = (await visitor.post("/slots", tz="Europe/Berlin")).json()["slots"][n // 3]["slot_id"]
        guest = {"email": f"g{n}@example.com", "tz": "Europe/Berlin", "marketing": False}
        assert (await visitor.post("/bookings", slot_id=slot, **guest)).status_code == 201
    whole = (await client.get(path, headers=door.bearer)).json()
    seen, cursor = [], None
    while not seen or cursor:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(path, params=params, headers=door.bearer)).json()
        assert len(page["items"]) == 2 or page["next_cursor"] is None
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [item["id"] for item in whole["items"]] and len(seen) == 5
    refused = await client.get(path, params={"cursor": "bm9uc2Vuc2U"}, headers=door.bearer)
    assert (refused.status_code, refused.json()["code"]) == (422, "cursor_invalid")


async def test_meetings_are_listed_soonest_first(door: Door, client: Any) -> None:
    for n in range(3):
        visitor = await a_visitor(client)
        slots = (await visitor.post("/slots", tz="Europe/Berlin")).json()["slots"]
        booked = await visitor.post(
            "/bookings", slot_id=slots[n]["slot_id"], email=f"g{n}@example.com", tz="Europe/Berlin", marketing=False
        )
        assert booked.status_code == 201, booked.text
    page = (await client.get("/v1/meetings", params={"limit": 2}, headers=door.bearer)).json()
    rest = (
        await client.get("/v1/meetings", params={"limit": 2, "cursor": page["next_cursor"]}, headers=door.bearer)
    ).json()
    starts = [m["start"] for m in page["items"] + rest["items"]]
    assert len(starts) == 3
    assert starts == sorted(starts)
    assert rest["next_cursor"] is None
    naive = await client.get("/v1/meetings", params={"after": "2026-03-02T09:00:00"}, headers=door.bearer)
    assert naive.status_code == 422
