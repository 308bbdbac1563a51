"""Who is who, over HTTP: ways to reach a person, duplicates with reasons, merging, and old ids that lead on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from actions.add_key import add_api_key
from actions.note_contact import ContactKind, ContactNote, note_contact
from leads.identity import ConversationId
from tests.api.door import KEY, Door, a_client, a_visitor
from tests.api.test_sessions import signed
from tests.builders import ANA, a_conversation
from worker.duplicates import look_at_everybody

KIM = {"source": "website", "email": "kim.ito@bakery.example.com", "name": "Kim Ito", "context": "demo"}
KIMI = {
    "source": "fair",
    "email": "kim@home.example.org",
    "name": "Kim Ito",
    "company": "Bakery",
    "phone": "0171 5550001",
}


async def told(door: Door, client: Any, **body: Any) -> dict[str, Any]:
    reply = await client.post("/v1/leads", json={"source": "website", **body}, headers=door.bearer)
    assert reply.status_code in {200, 201}, reply.text
    lead: dict[str, Any] = reply.json()
    return lead


async def merge(door: Door, client: Any, loser: str, winner: str) -> Any:
    return await client.post(f"/v1/leads/{loser}/merge", json={"into": winner}, headers=door.bearer)


async def get(door: Door, client: Any, path: str, **params: Any) -> Any:
    reply = await client.get(f"/v1{path}", params=params, headers=door.bearer)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_a_lead_shows_how_to_reach_the_person_and_what_is_missing(door: Door, client: Any) -> None:
    lead = await told(door, client, **KIM | {"phone": 4930123456})
    points = {(p["kind"], p["raw"], p["primary"]) for p in lead["person"]["contact_points"]}
    assert points == {("email", "kim.ito@bakery.example.com", True), ("phone", "+4930123456", True)}
    assert lead["completeness_missing"] == ["title", "need"]
    assert lead["completeness"] == pytest.approx(1 - 2 / 6, abs=0.01)
    assert lead["merged_from"] == []


async def test_a_person_shows_leads_consents_and_contact_points(door: Door, client: Any) -> None:
    consent = [{"purpose": "marketing", "granted": True, "text_version": "2026-01"}]
    lead = await told(door, client, **KIM, consent=consent)
    person = await get(door, client, f"/people/{lead['person']['id']}")
    assert (person["email"], [cycle["id"] for cycle in person["leads"]]) == (KIM["email"], [lead["id"]])
    assert [(c["purpose"], c["granted"]) for c in person["consents"]] == [("marketing", True)]
    reply = await client.get("/v1/people/per_0", headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_another_address_is_kept_found_and_taken_away(door: Door, client: Any) -> None:
    lead = await told(door, client, **KIM)
    person = f"/v1/people/{lead['person']['id']}/contact-points"
    home = {"kind": "email", "value": "Kim <Kim.I@Home.example.org>"}
    added = await client.post(person, json=home, headers=door.bearer)
    again = await client.post(person, json=home, headers=door.bearer)
    assert (added.status_code, added.json()["raw"], added.json()["primary"]) == (201, "Kim.I@home.example.org", False)
    assert again.json() == added.json()
    same = await told(door, client, email="kim.i+fair@HOME.example.org", context="quote")
    assert same["id"] == lead["id"]
    main = await client.post(person, json=home | {"primary": True}, headers=door.bearer)
    assert main.json()["primary"]
    shown = await get(door, client, f"/leads/{lead['id']}")
    assert shown["person"]["email"] == "Kim.I@home.example.org"
    for point in shown["person"]["contact_points"][:1]:
        assert (await client.delete(f"{person}/{point['id']}", headers=door.bearer)).status_code == 204
    shown = await get(door, client, f"/leads/{lead['id']}")
    assert [p["raw"] for p in shown["person"]["contact_points"]] == [KIM["email"]] == [shown["person"]["email"]]
    last = shown["person"]["contact_points"][0]["id"]
    refused = await client.delete(f"{person}/{last}", headers=door.bearer)
    assert (refused.status_code, refused.json()["code"]) == (409, "primary_point")
    gone = await client.delete(f"{person}/cp_0", headers=door.bearer)
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "email", "value": "other@example.com"}, 409, "address_taken"),
        ({"kind": "email", "value": "nonsense"}, 422, "contact_invalid"),
        ({"kind": "phone", "value": "12"}, 422, "contact_invalid"),
        ({"kind": "pigeon", "value": "x"}, 422, "invalid"),
        ({"kind": "phone", "value": -1}, 422, "invalid"),
        ({"kind": "chat", "value": "   "}, 422, "value_missing"),
    ],
)
async def test_a_point_that_cannot_be_is_refused(
    door: Door, client: Any, body: dict[str, Any], status: int, code: str
) -> None:
    lead = await told(door, client, **KIM)
    await told(door, client, email="other@example.com")
    path = f"/v1/people/{lead['person']['id']}/contact-points"
    reply = await client.post(path, json=body, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_the_same_number_of_two_people_is_a_hint_and_no_more(door: Door, client: Any) -> None:
    one = await told(door, client, email="a@one.example.com", name="Ana Weber", phone="0171 5550001")
    other = await told(door, client, email="b@two.example.org", name="Boris Klein", phone="0171 5550001")
    assert one["person"]["id"] != other["person"]["id"]
    assert (await get(door, client, "/duplicates"))["items"] == []
    third = await told(door, client, phone="0171 5550001")
    assert third["person"]["id"] not in {one["person"]["id"], other["person"]["id"]}


async def test_look_alikes_are_suggested_with_reasons_when_they_come_in(door: Door, client: Any) -> None:
    one = await told(door, client, **KIM, company="Bakery GmbH")
    other = await told(door, client, **KIMI)
    [pair] = (await get(door, client, "/duplicates"))["items"]
    assert pair["score"] >= 0.5
    assert {"same name", "same company"} <= set(pair["reasons"])
    assert {side["lead_id"] for side in pair["people"]} == {one["id"], other["id"]}
    assert pair["keep"] == other["person"]["id"]  # of the same age, and more is known
    for lead in (one, other):
        [same] = (await get(door, client, f"/leads/{lead['id']}/duplicates"))["items"]
        assert same["id"] == pair["id"]


async def test_a_dismissed_pair_is_not_suggested_again(door: Door, client: Any) -> None:
    await told(door, client, **KIM, company="Bakery GmbH")
    await told(door, client, **KIMI)
    [pair] = (await get(door, client, "/duplicates"))["items"]
    for _ in range(2):
        reply = await client.post(f"/v1/duplicates/{pair['id']}/dismiss", headers=door.bearer)
        assert (reply.status_code, reply.json()["state"]) == (200, "dismissed")
    await told(door, client, **KIMI | {"title": "Baker"})
    assert await look_at_everybody(door.workspace) == 0
    assert (await get(door, client, "/duplicates"))["items"] == []
    assert len((await get(door, client, "/duplicates", state="dismissed"))["items"]) == 1
    unknown = await client.post("/v1/duplicates/dup_0/dismiss", headers=door.bearer)
    assert unknown.status_code == 404


async def test_a_pair_is_merged_and_the_better_founded_record_stays(door: Door, client: Any) -> None:
    await told(door, client, **KIM, company="Bakery GmbH")
    talk = await a_conversation(door.workspace, verified=True, email="kim@home.example.org", name="Kim Ito")
    await told(door, client, **KIMI)
    [pair] = (await get(door, client, "/duplicates"))["items"]
    assert pair["keep"] == talk.person_id  # the address was proved
    reply = await client.post(f"/v1/duplicates/{pair['id']}/merge", headers=door.bearer)
    assert (reply.status_code, reply.json()["person"]["id"]) == (200, talk.person_id)
    assert (await get(door, client, "/duplicates"))["items"] == []
    [done] = (await get(door, client, "/duplicates", state="merged"))["items"]
    assert done["decided_by"] == "tests"


async def test_the_daily_round_finds_who_came_in_a_list_and_takes_back_what_does_not_hold(
    door: Door, client: Any
) -> None:
    one = await told(door, client, **KIM, company="Bakery GmbH")
    other = await told(door, client, **KIMI)
    async with door.workspace.unit() as uow:
        pairs = await uow.duplicates.open_pairs()
        await uow.duplicates.take_back(list(pairs.values()))
    assert await look_at_everybody(door.workspace) == 1
    assert await look_at_everybody(door.workspace) == 0
    assert len((await get(door, client, "/duplicates"))["items"]) == 1
    async with door.workspace.unit() as uow:
        person = await uow.people.get(other["person"]["id"])
        await uow.people.save(type(person)(person.id, person.created_at, email=person.email, name="Boris Klein"))
    await look_at_everybody(door.workspace)
    assert (await get(door, client, "/duplicates"))["items"] == []
    assert one["id"] != other["id"]


async def test_a_list_of_pairs_is_paged_and_nothing_is_skipped(door: Door, client: Any) -> None:
    for n in range(4):
        await told(door, client, email=f"k{n}@example.com", name="Kim Ito", company="Bakery", title="Baker")
    seen: list[str] = []
    page = await get(door, client, "/duplicates", limit=2)
    seen += [item["id"] for item in page["items"]]
    while page["next_cursor"]:
        page = await get(door, client, "/duplicates", limit=2, cursor=page["next_cursor"])
        seen += [item["id"] for item in page["items"]]
    assert len(seen) == len(set(seen)) == 6
    bad = await client.get("/v1/duplicates", params={"cursor": "x"}, headers=door.bearer)
    assert (bad.status_code, bad.json()["code"]) == (422, "cursor_invalid")
    assert (await client.get("/v1/duplicates", params={"state": "x"}, headers=door.bearer)).status_code == 422


async def test_two_leads_are_merged_and_old_ids_lead_to_the_one_that_stays(door: Door, client: Any) -> None:
    one, other = await told(door, client, **KIM), await told(door, client, **KIMI | {"title": "Baker"})
    merged = await merge(door, client, other["id"], one["id"])
    assert merged.status_code == 200, merged.text
    lead = merged.json()
    assert (lead["id"], lead["merged_from"]) == (one["id"], [other["id"]])
    assert (lead["person"]["title"], lead["person"]["name"]) == ("Baker", "Kim Ito")
    assert {p["raw"] for p in lead["person"]["contact_points"]} == {KIM["email"], KIMI["email"], "+491715550001"}
    assert (await get(door, client, f"/leads/{other['id']}"))["id"] == one["id"]
    assert (await get(door, client, f"/people/{other['person']['id']}"))["merged_from"] == [other["person"]["id"]]
    score = await get(door, client, f"/leads/{other['id']}/score")
    assert score["total"] == lead["score"]["total"] == pytest.approx(sum(line["points"] for line in score["lines"]))
    assert await get(door, client, f"/leads/{other['id']}/timeline") == await get(
        door, client, f"/leads/{one['id']}/timeline"
    )
    assert [item["id"] for item in (await get(door, client, "/leads"))["items"]] == [one["id"]]
    assert (await told(door, client, email=KIMI["email"], context="quote"))["id"] == one["id"]
    again = await merge(door, client, other["id"], one["id"])
    assert (again.status_code, again.json()["id"]) == (200, one["id"])


async def test_a_merge_that_cannot_be_says_why(door: Door, client: Any) -> None:
    one, other, third = [await told(door, client, email=f"p{n}@example.com") for n in range(3)]
    itself = await merge(door, client, one["id"], one["id"])
    assert (itself.status_code, itself.json()["code"]) == (409, "same_person")
    unknown = await merge(door, client, one["id"], "lead_0")
    assert unknown.status_code == 404
    nothing = await client.post(f"/v1/leads/{one['id']}/merge", json={}, headers=door.bearer)
    assert nothing.status_code == 422
    await merge(door, client, one["id"], other["id"])
    elsewhere = await merge(door, client, one["id"], third["id"])
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "merged_elsewhere")
    back = await merge(door, client, other["id"], one["id"])
    assert (back.status_code, back.json()["code"]) == (409, "same_person")


async def test_merges_over_http_at_once_end_in_one_lead(either_door: Door) -> None:
    door = either_door
    async with a_client(door) as client:
        leads = [await told(door, client, email=f"p{n}@example.com", context="demo") for n in range(4)]
        ids = [lead["id"] for lead in leads]
        wishes = [(ids[0], ids[1]), (ids[1], ids[0]), (ids[2], ids[1]), (ids[2], ids[0]), (ids[3], ids[2])]
        replies = await asyncio.gather(*(merge(door, client, *wish) for wish in wishes))
        assert {reply.status_code for reply in replies} <= {200, 409}, [r.text for r in replies]
        survivors = {(await get(door, client, f"/leads/{id}"))["id"] for id in ids[:2]}
        assert len(survivors) == 1


async def test_merging_needs_the_right_scope_and_is_kept_in_the_audit(door: Door, client: Any) -> None:
    async with door.workspace.unit() as uow:
        await add_api_key(uow, name="reader", scopes=["leads:read"], secret="sk_reader_0123456789")
    one, other = await told(door, client, **KIM), await told(door, client, **KIMI)
    reader = {"Authorization": "Bearer sk_reader_0123456789"}
    reply = await client.post(f"/v1/leads/{other['id']}/merge", json={"into": one["id"]}, headers=reader)
    assert reply.status_code == 403
    by_ana = door.bearer | {"Opener-Rep": ANA}
    await client.post(f"/v1/leads/{other['id']}/merge", json={"into": one["id"]}, headers=by_ana)
    person = await get(door, client, f"/people/{one['person']['id']}")
    assert [m["by"] for m in person["merges"]] == ["Ana Ferreira"]


async def session(client: Any, **body: Any) -> dict[str, Any]:
    reply = await client.post("/widget/v1/sessions", json={"key": KEY, "tz": "Europe/Berlin", **body})
    assert reply.status_code == 201, reply.text
    begun: dict[str, Any] = reply.json()
    return begun


async def test_a_visitor_who_signs_in_brings_their_history_once_and_a_second_identity_splits(
    door: Door, client: Any
) -> None:
    """Case 13: what was said and seen without a name belongs to the first who signs in; on a shared PC no other's."""
    visitor = await a_visitor(client, page={"url": "https://shop.example.com/pricing", "title": "", "referrer": ""})
    await visitor.says("We are 40 people and need planning")
    await visitor.answered()
    ana = await session(client, resume=visitor.token, identity=signed(email="ana@example.com", name="Ana"))
    assert ana["conversation_id"] != visitor.conversation_id
    ben = await session(client, resume=visitor.token, identity=signed(email="ben@example.com", name="Ben"))
    await session(client, resume=visitor.token, identity=signed(email="ana@example.com", name="Ana"))
    async with door.workspace.reading() as uow:
        person = await uow.people.by_email("ana@example.com")
        other = await uow.people.by_email("ben@example.com")
        assert person is not None
        assert other is not None
        lead, bens = await uow.leads.open_of(person.id), await uow.leads.open_of(other.id)
        assert lead is not None
        assert bens is not None
        seen = [a.dedup_key for a in await uow.ledger.activities(lead.id) if a.type == "page.viewed"]
        assert seen.count(f"page.viewed:{visitor.conversation_id}") == 1
        anonymous = await uow.conversations.get(ConversationId(visitor.conversation_id))
        assert (anonymous.person_id, anonymous.verified) == (person.id, False)
        threads = [c.id for c in await uow.conversations.of_lead(bens.id)]
        assert threads == [ben["conversation_id"]]
        [record] = await uow.merges.into(person.id)
        assert record.why == "signed in on the site"
        assert await uow.merges.into(other.id) == []


async def test_what_another_one_typed_in_this_browser_is_not_brought_to_who_signs_in(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("I am kim@example.com")
    async with door.workspace.unit() as uow:
        here = ConversationId(visitor.conversation_id)
        note = ContactNote(ContactKind.EMAIL, "kim@example.com", "")
        await note_contact(uow, door.workspace.book, here, [note])
    await session(client, resume=visitor.token, identity=signed(email="ana@example.com", name="Ana"))
    async with door.workspace.reading() as uow:
        kim, ana = await uow.people.by_email("kim@example.com"), await uow.people.by_email("ana@example.com")
        assert kim is not None
        assert ana is not None
        assert kim.id != ana.id
        assert (await uow.conversations.get(here)).person_id == kim.id
