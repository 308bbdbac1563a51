"""A whole life with us, given out and then forgotten: every room has its trace, and not one word is left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from actions.capture_lead import Capture, capture_lead
from actions.erase_person import erase_person
from actions.merge_people import merge_people
from actions.note_bant import Heard, note_bant
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.refresh_reports import refresh_reports
from leads.actor import BY_RULE
from leads.bant import Factor
from leads.identity import ConversationId, PersonId
from leads.refusal import CannotMerge, PersonErased
from store.residue import wipe_residue
from tests.api.door import Door, a_client, a_door, a_visitor
from tests.api.reps import a_rep_at_work, a_request, a_written_draft
from tests.api.test_hooks import new_form, post
from tests.api.test_imports import brought_in
from tests.api.test_me import words_left
from tests.api.test_privacy import bytes_left, told
from tests.builders import StandingClock

EMAIL, WORK = "zebedee.quux@bakery.example.com", "z.quux@vrbnik.example.com"
WORDS = f"I am Zebedee Quux, our budget is 30k for the Vrbnik plant. Write to {EMAIL} or +49 30 5550 1234."
NEEDLES = ("zebedee", "quux", "vrbnik", "knurled", "5550 1234", "5550123", "5550-1234", "30k for")
SENT = {
    "event_id": "evt-of-the-form",
    "submitted_at": "2026-03-02T08:00:00Z",
    "fields": {"name": "Zebedee Quux", "email": EMAIL, "phone": "+49 30 5550 1234", "message": "our knurled lines"},
}
SAID = ("knurled lines", "Vrbnik plant", "Call Zebedee", WORK, "30k")
DAYS = {"from": "2026-03-01", "to": "2026-03-31", "tz": "UTC"}
FIGURES = ("funnel", "sources", "response-times", "scoring", "pipeline")
EVERY_ROOM = {
    *("people", "leads", "contact_points", "merge_records", "submissions", "activities", "consents", "messages"),
    *("conversations", "turns", "events", "bant_claims", "handoffs", "drafts", "draft_revisions", "team_events"),
    *("assignments", "clocks", "tasks", "enrichments", "opportunities", "opportunity_changes", "stage_changes"),
    *("milestones", "lead_verdicts", "meetings"),
}


async def a_life(door: Door, client: Any) -> dict[str, Any]:
    """Form, chat, meeting, request for a person, draft, list, second record, enrichment, task, deal. Ids to ask for."""
    form = await new_form(client, door, consent_map={})
    await post(client, form, json.dumps(SENT).encode())
    await post(client, form, b'{"message": "nobody calls me back on 030 5550-1234"}')  # about nobody, but theirs
    visitor = await a_visitor(client, page={"url": "https://shop.example.com/?who=zebedee"})
    await visitor.says(WORDS)
    await visitor.answered()
    async with door.workspace.unit() as uow:
        here, book = ConversationId(visitor.conversation_id), door.workspace.book
        await note_contact(uow, book, here, [ContactNote(ContactKind.EMAIL, EMAIL, "")])
        await note_bant(uow, book, here, Heard(Factor.BUDGET, "30k", "our budget is 30k for the Vrbnik plant"))
    slots = (await visitor.post("/slots")).json()["slots"]
    await visitor.post("/bookings", slot_id=slots[0]["slot_id"], email=EMAIL, name="Zebedee Quux", tz="UTC")
    handoff = await a_request(client, door, visitor, "Zebedee wants a person")
    await a_written_draft(door, handoff, client)
    other = {"source": "fair", "email": WORK, "name": "Z. Quux", "context": "quote", "campaign": "for Zebedee Quux"}
    yes = [{"purpose": "marketing", "granted": True, "text_version": "2026-01"}]
    second = (await client.post("/v1/leads", json=other | {"consent": yes}, headers=door.bearer)).json()
    first = (await client.get("/v1/leads", params={"q": EMAIL}, headers=door.bearer)).json()["items"][0]
    merged = await client.post(f"/v1/leads/{second['id']}/merge", json={"into": first["id"]}, headers=door.bearer)
    assert merged.status_code == 200, merged.text
    await brought_in(door, client, f"Email,Name,Note\n{EMAIL},Zebedee Quux,knurled things\n", context="webinar")
    ana, lead = a_rep_at_work(client, door), first["id"]
    facts = {"source": "crm", "person": {"title": "Knurled buyer"}, "company": {"employees": 40}}
    done = [
        await ana.post(f"/leads/{lead}/enrich", **facts),
        await ana.post(f"/leads/{lead}/activities", type="form.contact", properties={"m": "knurled"}, dedup_key="k-1"),
        await ana.post("/tasks", lead_id=lead, title="Call Zebedee", due_at="2026-03-05T10:00:00Z"),
        await ana.post(f"/leads/{lead}/accept"),
        await ana.post(f"/leads/{lead}/convert", amount="1200", currency="EUR", close_date="2026-04-30", name="Quux"),
    ]
    assert [reply.status_code < 300 for reply in done] == [True] * 5, [reply.text for reply in done]
    [deal] = (await ana.get("/opportunities"))["items"]
    assert (await ana.post(f"/opportunities/{deal['id']}/won")).status_code == 200
    person = (await ana.get(f"/leads/{lead}"))["person"]["id"]
    return {"form": form, "lead": lead, "person": person, "second": second, "visitor": visitor, "deal": deal["id"]}


async def figures(door: Door, client: Any) -> dict[str, Any]:
    """What reports say, but for when they were made."""
    found = {}
    for name in FIGURES:
        reply = await client.get(f"/v1/reports/{name}", params=DAYS, headers=door.bearer)
        assert reply.status_code == 200, reply.text
        found[name] = {key: reply.json().get(key) for key in ("totals", "items")}
    return found


async def test_a_whole_life_is_given_out_and_then_forgotten_and_the_figures_stay(
    tmp_path: Path, database_url: str, kind: str
) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=database_url, clock=clock) as door, a_client(door) as client:
        life = await a_life(door, client)
        async with door.workspace.unit() as uow:
            await refresh_reports(uow, door.workspace.book.company.hours)
        person = life["person"]
        given = (await client.get(f"/v1/people/{person}/export", headers=door.bearer)).json()
        assert EVERY_ROOM - set(given["tables"]) == set()
        assert len(given["tables"]["submissions"]) == 2  # the one that hangs on nobody too
        page = (await client.get(f"/v1/people/{person}/export?format=html", headers=door.bearer)).text
        assert [
            word for word in ("knurled lines", "Vrbnik plant", "Call Zebedee", WORK, "30k") if word not in page
        ] == []
        before = await figures(door, client)
        clock.forward(minutes=5)
        receipt = await client.delete(f"/v1/people/{person}", headers=door.bearer)
        assert receipt.status_code == 200, receipt.text
        assert (receipt.json()["emptied"]["opportunities"], receipt.json()["deleted"]["merge_records"]) == (1, 2)
        await told(door)
        door.workspace.enqueue = None  # no engine again: the process works submissions through by itself
        assert await words_left(door, *NEEDLES) == []
        assert await wipe_residue(door.workspace.database)
        assert kind != "sqlite" or bytes_left(tmp_path, *NEEDLES) == []
        assert await figures(door, client) == before
        await nothing_comes_back(door, client, life, clock)


async def nothing_comes_back(door: Door, client: Any, life: dict[str, Any], clock: StandingClock) -> None:
    """Whatever was on its way, or is brought again, finds that nobody is there."""
    clock.forward(days=1)
    await post(client, life["form"], json.dumps(SENT).encode())  # the provider delivers it again
    late = SENT | {"event_id": "evt-other"}
    await post(client, life["form"], json.dumps(late).encode())  # filled in before, delivered after
    told_late = {"type": "form.contact", "properties": {"m": "knurled"}}
    for lead in (life["lead"], life["second"]["id"]):
        await client.post(f"/v1/leads/{lead}/activities", json=told_late, headers=door.bearer)
    rows = f"Email,Phone,Name\n{EMAIL},,Zebedee Quux\n{WORK},,Zebedee Quux\n,+49 30 5550 1234,Zebedee Quux\n"
    ended = await brought_in(door, client, rows)
    assert (ended["result"]["refused"], ended["result"]["new"]) == (3, 0)
    assert (await life["visitor"].says("Zebedee again")).status_code == 410
    listed = await client.post("/v1/suppressions/lookup", json={"emails": [EMAIL, WORK]}, headers=door.bearer)
    assert {entry["reason"] for entry in listed.json()["found"].values()} == {"erased"}
    async with door.workspace.unit() as uow:
        book = door.workspace.book
        known = (await capture_lead(uow, book, Capture("form", email="lee@example.com", name="Lee"))).lead.person_id
        with pytest.raises((CannotMerge, PersonErased)):
            await merge_people(uow, book, known, PersonId(life["person"]), actor=BY_RULE)
        again = await erase_person(uow, book, PersonId(life["second"]["person"]["id"]), actor=BY_RULE)
        assert again.receipt.person_id == life["person"]  # an old id leads to the receipt
    everybody = (await client.get("/v1/leads", headers=door.bearer)).json()["items"]
    assert {lead["person"]["email"] for lead in everybody} == {None, "lee@example.com"}
    assert await words_left(door, *NEEDLES) == []
