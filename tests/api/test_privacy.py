"""A person's rights over HTTP: everything given out, everything forgotten, and not a word left in any file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Column, ForeignKey, LargeBinary, Table, insert

from actions.leave_import import leave_import
from actions.note_bant import Heard, note_bant
from actions.note_contact import ContactKind, ContactNote, note_contact
from leads.actor import BY_RULE
from leads.bant import Factor
from leads.identity import ConversationId, LeadId, PersonId
from store.columns import ID
from store.metadata import CONTENT, IDENTIFIER, metadata
from store.types import Line
from tests.api.door import Door, VisitorAtWork, a_client, a_door, a_visitor
from tests.api.test_me import words_left
from tests.builders import StandingClock

EMAIL = "zebedee.quux@zqx.example.com"
WORDS = f"I am Zebedee Quux, our budget is 30k for the Vrbnik plant. Write to {EMAIL} or +49 30 5550 1234."
NEEDLES = ("zebedee", "quux", "zqx.example", "5550 1234", "5550123", "vrbnik", "knurled", "30k for")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def either(tmp_path: Path, database_url: str, clock: StandingClock) -> AsyncIterator[Door]:
    """On SQLite and on Postgres, with a clock that can be moved."""
    async with a_door(tmp_path, url=database_url, clock=clock) as built:
        yield built


async def zebedee(door: Door, client: Any) -> tuple[VisitorAtWork, str]:
    """Somebody who has left a trace in every room: form, chat, claims, consent, meeting, handoff, merged records."""
    form = {
        "source": "website form",
        "email": EMAIL,
        "phone": "+493055501234",
        "name": "Zebedee Quux",
        "title": "knurled plant manager",
        "company": "Quench GmbH",
        "context": "demo",
        "campaign": "hello Zebedee Quux",
        "fields": {"message": "our knurled lines"},
        "consent": [{"purpose": "marketing", "granted": True, "text_version": "2026-01"}],
    }
    headers = door.bearer | {"Idempotency-Key": f"form-{EMAIL}"}
    lead = (await client.post("/v1/leads", json=form, headers=headers)).json()
    visitor = await a_visitor(client, page={"url": "https://shop.example.com/?who=zebedee"})
    await visitor.says(WORDS)
    await visitor.answered()
    async with door.workspace.unit() as uow:
        here, book = ConversationId(visitor.conversation_id), door.workspace.book
        notes = [
            ContactNote(ContactKind.NAME, "Zebedee Quux", "I am Zebedee Quux"),
            ContactNote(ContactKind.EMAIL, EMAIL, ""),
        ]
        await note_contact(uow, book, here, notes)
        await note_bant(uow, book, here, Heard(Factor.BUDGET, "30k", "our budget is 30k for the Vrbnik plant"))
    slots = (await visitor.post("/slots")).json()["slots"]
    booking = {"slot_id": slots[0]["slot_id"], "email": EMAIL, "name": "Zebedee Quux", "tz": "Europe/Berlin"}
    assert (await visitor.post("/bookings", **booking)).status_code == 201
    await visitor.post("/handoff", reason="Zebedee wants a person")
    return visitor, str(lead["person"]["id"])


async def erase(door: Door, client: Any, person: str) -> Any:
    return await client.delete(f"/v1/people/{person}", headers=door.bearer)


def bytes_left(folder: Path, *needles: str) -> list[str]:
    """Every file of a folder in which one of the words is, in any case."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "server" not in file.parts:
            content = file.read_bytes().lower()
            found += [f"{file.name}: {needle}" for needle in needles if needle.encode() in content]
    return found


async def told(door: Door) -> None:
    """The worker has sent the cancellation, or given up: the last thing that needs the address is done."""
    from store.outbox import OutboxState
    from worker.dispatch import dispatch_outbox
    from worker.forget import forget_guest

    async def no_queue(*_: object) -> None: ...

    door.workspace.enqueue = no_queue
    door.workspace.clock.forward(minutes=1)  # type: ignore[attr-defined]
    await dispatch_outbox(door.workspace)
    async with door.workspace.unit() as uow:
        for message in await uow.outbox.all():
            if message.state is OutboxState.WAITING and (claimed := await uow.outbox.claim(message.id)):
                await uow.outbox.settle(claimed, OutboxState.SENT, now=uow.now)
                await forget_guest(uow, claimed)


async def test_after_an_erasure_no_word_is_in_any_table_or_file(either: Door, tmp_path: Path, kind: str) -> None:
    from store.residue import wipe_residue

    async with a_client(either) as client:
        visitor, person = await zebedee(either, client)
        other = await a_visitor(client)
        await other.says("Somebody else entirely, of the Marzipan plant.")
        await other.answered()
        assert len(await words_left(either, *NEEDLES)) > 20
        reply = await erase(either, client, person)
        assert reply.status_code == 200, reply.text
        left = await words_left(either, *NEEDLES)
        assert {place.split(":")[0] for place in left} == {"meetings.attendee_email"}  # the guest has still to be told
        await told(either)
        assert await words_left(either, *NEEDLES) == []
        assert len(await words_left(either, "marzipan")) > 0
        assert await wipe_residue(either.workspace.database)
        if kind == "sqlite":
            assert bytes_left(tmp_path, *NEEDLES) == []
            assert bytes_left(tmp_path, "marzipan") != []  # the search finds what is there
        assert (await visitor.get("/me")).status_code == 410
        receipt = reply.json()
        assert receipt["deleted"]["messages"] >= 2
        assert receipt["emptied"]["people"] >= 2  # with the merged record
        assert not any(needle in reply.text.lower() for needle in NEEDLES)
        again = await erase(either, client, person)
        assert again.json() == receipt


async def test_the_file_is_clean_at_once_without_a_meeting_ahead(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url) as door, a_client(door) as client:
        for n in range(30):  # enough that pages are split and moved about
            body = {"source": "s", "email": f"p{n}@example.com", "context": "demo", "fields": {"m": f"{n} " * 300}}
            await client.post("/v1/leads", json=body, headers=door.bearer)
            if n == 15:
                form = {"source": "s", "email": EMAIL, "name": "Zebedee Quux", "fields": {"m": "knurled " * 300}}
                lead = (await client.post("/v1/leads", json=form | {"context": "quote"}, headers=door.bearer)).json()
        assert bytes_left(tmp_path, *NEEDLES) != []
        assert (await erase(door, client, lead["person"]["id"])).status_code == 200
        assert bytes_left(tmp_path, *NEEDLES) == []


async def test_the_figures_stay_and_the_guest_is_told_once(either: Door) -> None:
    async with a_client(either) as client:
        _, person = await zebedee(either, client)
        await erase(either, client, person)
        leads = (await client.get("/v1/leads", headers=either.bearer)).json()["items"]
        by_person = [lead for lead in leads if lead["outcome"] in {"disqualified", "merged"}]
        assert len(by_person) == len(leads) == 1  # merged ones are not listed
        assert all(lead["person"]["name"] is None and lead["fields"] == {} for lead in leads)
        assert {lead["source"] for lead in leads} >= {"website form"}
        async with either.workspace.reading() as uow:
            sent = [(m.kind, m.payload.get("method")) for m in await uow.outbox.all()]
            history = await uow.leads.history(LeadId(next(x["id"] for x in leads if x["outcome"] == "disqualified")))
        assert sent == [("invitation", "CANCEL")]
        assert {change.change.dimension.value for change in history} >= {"stage", "outcome"}
        assert all(change.change.why == "" for change in history)


async def test_an_erased_address_is_suppressed_and_a_list_cannot_bring_it_back(
    either: Door, clock: StandingClock
) -> None:
    """domain.md §8 case 31."""
    async with a_client(either) as client:
        _, person = await zebedee(either, client)
        await erase(either, client, person)
        clock.forward(days=1)
        row = {"source": "broker", "email": f"Zebedee.Quux+x@{EMAIL.partition('@')[2]}", "context": "list"}
        reply = await client.post("/v1/leads", json=row, headers=either.bearer)
        assert (reply.status_code, reply.json()["code"]) == (409, "suppressed")
        found = await client.post("/v1/suppressions/lookup", json={"emails": [EMAIL]}, headers=either.bearer)
        assert found.json()["found"][EMAIL]["reason"] == "erased"
        form = {"source": "form", "email": EMAIL, "context": "demo"}
        back = await client.post("/v1/leads", json=form, headers=either.bearer)  # by themself
        assert back.status_code == 201
        assert back.json()["person"]["id"] != person


async def test_what_was_sent_before_the_erasure_and_comes_late_creates_nothing(either: Door) -> None:
    async with a_client(either) as client:
        _, person = await zebedee(either, client)
        leads = (await client.get("/v1/leads", headers=either.bearer)).json()["items"]
        await erase(either, client, person)
        headers = either.bearer | {"Idempotency-Key": f"form-{EMAIL}"}
        late = await client.post("/v1/leads", json={"source": "website form", "email": EMAIL}, headers=headers)
        assert (late.status_code, late.json()["code"]) == (410, "person_erased")
        async with either.workspace.unit() as uow:
            from actions.note_signal import note_activity
            from leads.refusal import PersonErased
            from leads.signal import Activity

            for lead in leads:
                await note_activity(
                    uow,
                    either.workspace.book,
                    LeadId(lead["id"]),
                    Activity("email.replied", uow.now, uow.now, source=f"from {EMAIL}"),
                )
            from actions.capture_lead import Capture, capture_lead

            with pytest.raises(PersonErased):
                told = Capture("hook", email=EMAIL, occurred_at=uow.now)
                await capture_lead(uow, either.workspace.book, told)
            stale = await uow.people.get(PersonId(person))
            from dataclasses import replace

            await uow.people.save(replace(stale, name="Zebedee Quux"))  # somebody who had read the record before
        assert [p for p in await words_left(either, *NEEDLES) if not p.startswith("meetings.attendee_email")] == []


async def test_everything_about_a_person_is_given_out_and_nothing_of_others(either: Door) -> None:
    async with a_client(either) as client:
        visitor, person = await zebedee(either, client)
        other = await a_visitor(client)
        await other.says("Somebody else entirely, of the Marzipan plant.")
        reply = await client.get(f"/v1/people/{person}/export", headers=either.bearer)
        told = reply.json()
        assert reply.headers["Content-Disposition"].startswith(f'attachment; filename="{person}-')
        assert set(told["tables"]) >= {
            "people",
            "leads",
            "activities",
            "bant_claims",
            "consents",
            "conversations",
            "messages",
            "events",
            "turns",
            "meetings",
            "handoffs",
            "outbox",
            "stage_changes",
            "consent_texts",
            "companies",
        }
        assert WORDS in [m["text"] for m in told["tables"]["messages"]]
        assert "marzipan" not in reply.text.lower()
        assert "confirm_hash" not in reply.text
        assert told["controller"]["name"] == "Tidewell"
        page = await client.get(f"/v1/people/{person}/export?format=html", headers=either.bearer)
        assert page.headers["Content-Type"].startswith("text/html")
        assert "Vrbnik plant" in page.text
        assert "<script" not in page.text
        assert "http-equiv" in page.text
        packed = await client.get(f"/v1/people/{person}/export?format=zip", headers=either.bearer)
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            assert sorted(archive.namelist()) == ["export.html", "export.json"]
            assert json.loads(archive.read("export.json"))["tables"]["messages"] == told["tables"]["messages"]
        acts = (await client.get("/v1/audit?act=person.exported", headers=either.bearer)).json()["items"]
        assert [(a["subject_id"], a["actor"]["kind"]) for a in acts] == [(person, "system")] * 3
        assert visitor.conversation_id in reply.text


@pytest.fixture
def new_table() -> Iterator[Table]:
    """A table that somebody adds one day: raw bytes of a form, hung on a lead by its id alone."""
    table = Table(
        "novelties",
        metadata,
        Column("id", ID, primary_key=True, info=dict(IDENTIFIER)),
        Column("person_id", ID, ForeignKey("people.id"), nullable=True, info=dict(IDENTIFIER)),
        Column("raw", LargeBinary, nullable=False, info=dict(CONTENT)),
        Column("note", Line(80), nullable=False, info=dict(CONTENT)),
    )
    yield table
    metadata.remove(table)


async def test_a_table_that_is_added_one_day_is_given_out_and_erased(either: Door, new_table: Table) -> None:
    async with a_client(either) as client:
        _, person = await zebedee(either, client)
        async with either.workspace.unit() as uow:
            await uow._db.run_sync(new_table.create)
            rows = [
                {"id": "n1", "person_id": person, "raw": b"\xff knurled", "note": "of zebedee"},
                {"id": "n2", "person_id": None, "raw": f'{{"mail": "{EMAIL}"}}'.encode(), "note": "rejected"},
                {"id": "n3", "person_id": None, "raw": b"of somebody else", "note": "marzipan"},
            ]
            await uow._db.execute(insert(new_table), rows)
        told = (await client.get(f"/v1/people/{person}/export", headers=either.bearer)).json()
        assert [row["id"] for row in told["tables"]["novelties"]] == ["n1", "n2"]
        receipt = (await erase(either, client, person)).json()
        assert receipt["deleted"]["novelties"] == 2
        assert [p for p in await words_left(either, *NEEDLES) if not p.startswith("meetings.attendee_email")] == []
        assert len(await words_left(either, "marzipan")) == 1


async def test_erasing_somebody_takes_nothing_of_others(either: Door, new_table: Table) -> None:
    """A list that waits and a form that was refused name others, whose addresses and names hold the person's."""
    async with a_client(either) as client:
        ann = {"email": "ann@x.example.com", "name": "Chris", "phone": "+493055501234", "source": "form"}
        lead = (await client.post("/v1/leads", json=ann, headers=either.bearer)).json()
        others = 'joann@x.example.com,Christie Ltd,"1,305,550,123,4"\n'
        sheet = f"email,company,deal\n{others}ann@x.example.com,Chris,030 5550 1234\n{others}"
        async with either.workspace.unit() as uow:
            mapping = {"source": "fair", "columns": {"email": "email", "company": "company"}}
            run = await leave_import(uow, sheet.encode(), mapping=mapping, name="f.csv", dry_run=True, actor=BY_RULE)
            await uow._db.run_sync(new_table.create)
            rows = [{"id": "n1", "person_id": None, "raw": others.encode(), "note": "joann@x.example.com"}]
            await uow._db.execute(insert(new_table), rows)
        receipt = (await erase(either, client, lead["person"]["id"])).json()
        assert "novelties" not in receipt["deleted"] and "novelties" not in receipt["emptied"]
        async with either.workspace.reading() as uow:
            kept = await uow.imports.get(run.id)
        assert (
            kept is not None
            and kept.body.decode() == f"email,company,deal\n{others}{'x' * 17},Chris,03{'x' * 11}\n{others}"
        )


async def test_a_legal_hold_keeps_a_record_until_it_is_released(client: Any, door: Door) -> None:
    _, person = await zebedee(door, client)
    held = await client.put(f"/v1/people/{person}/hold", json={"reason": "court case"}, headers=door.bearer)
    assert held.status_code == 200
    reply = await erase(door, client, person)
    assert (reply.status_code, reply.json()["code"]) == (409, "on_legal_hold")
    assert (await client.delete(f"/v1/people/{person}/hold", headers=door.bearer)).status_code == 204
    assert (await erase(door, client, person)).status_code == 200
    assert (await client.get(f"/v1/people/{person}/export", headers=door.bearer)).status_code == 410
    assert (await erase(door, client, "per_nobody")).status_code == 404


@pytest.mark.parametrize("field", ["at", "expires_at"])
@pytest.mark.parametrize(
    "at", ["2026-03-01T09:00:00", "0001-01-01T00:00:00+14:00", "1969-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"]
)
async def test_a_word_on_consent_needs_times_that_can_be_reckoned_with(
    door: Door, client: Any, field: str, at: str
) -> None:
    await client.post("/v1/leads", json={"source": "fair", "email": "kim@bakery.example.com"}, headers=door.bearer)
    word = {"purpose": "marketing", "granted": True, "text_version": "1", "source": "phone"}
    known = {"email": "kim@bakery.example.com", field: at}
    reply = await client.post("/v1/consents", json=word | known, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid"), reply.text
    assert [error["field"] for error in reply.json()["errors"]] == [field]


async def test_consent_is_told_with_its_text_and_a_second_step_confirms_it(client: Any, door: Door) -> None:
    _, person = await zebedee(door, client)
    word = {"purpose": "marketing", "granted": False, "text_version": "2026-01", "source": "phone", "person_id": person}
    assert (await client.post("/v1/consents", json=word, headers=door.bearer)).status_code == 201
    blocked = await client.post("/v1/suppressions/lookup", json={"emails": [EMAIL]}, headers=door.bearer)
    assert blocked.json()["found"][EMAIL]["reason"] == "unsubscribed"
    door.workspace.clock.forward(days=1)  # type: ignore[attr-defined]
    asked = word | {"granted": True, "double_opt_in": True, "source": "footer form"}
    kept = (await client.post("/v1/consents", json=asked, headers=door.bearer)).json()
    assert kept["pending"] is True
    path = kept["confirm_url"].removeprefix("http://testserver.local")
    page = await client.get(path)
    ledger = f"/v1/consents?person_id={person}&purpose=marketing"
    assert "Tidewell may send me e-mails." in page.text
    acts = (await client.get("/v1/audit?act=consent.asked", headers=door.bearer)).json()["items"]
    assert [(act["subject_id"], act["detail"]) for act in acts] == [(person, {"consent": kept["id"]})]
    lines = (await client.get(ledger, headers=door.bearer)).json()["items"]
    assert [(c["granted"], c["pending"]) for c in lines] == [(True, True), (False, False), (True, False)]
    door.workspace.clock.forward(hours=1)  # type: ignore[attr-defined]
    for _ in range(2):
        assert "Thank you" in (await client.post(path)).text
    lines = (await client.get(ledger, headers=door.bearer)).json()["items"]
    assert (lines[0]["granted"], lines[0]["pending"]) == (True, False)
    assert len(lines) == 4
    assert lines[0]["confirms"] == lines[1]["id"]
    assert lines[0]["proof"]["text"] == "Tidewell may send me e-mails."
    free = await client.post("/v1/suppressions/lookup", json={"emails": [EMAIL]}, headers=door.bearer)
    assert free.json()["found"] == {}
    assert (await client.get("/consent/guest_wrong")).status_code == 404
    door.workspace.clock.forward(hours=200)  # type: ignore[attr-defined]
    assert (await client.post(path)).status_code == 404


async def test_a_rep_cannot_lift_what_a_person_decided(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    here = a_door(tmp_path, url=sqlite_url, rep="ana.ferreira@example.com", clock=clock)
    async with here as door, a_client(door) as client:
        _, person = await zebedee(door, client)
        body = {"email": EMAIL, "reason": "unsubscribed"}
        entry = (await client.post("/v1/suppressions", json=body, headers=door.bearer)).json()
        assert (await client.post("/v1/suppressions", json=body, headers=door.bearer)).status_code == 200
        clock.forward(hours=1)
        word = {"purpose": "marketing", "granted": True, "text_version": "1", "source": "rep", "person_id": person}
        assert (await client.post("/v1/consents", json=word, headers=door.bearer)).status_code == 201
        refused = await client.post("/v1/consents", json=word | {"double_opt_in": True}, headers=door.bearer)
        assert (refused.status_code, refused.json()["code"]) == (403, "program_needed")
        row = {"source": "list", "email": EMAIL, "context": "list"}
        yes = [{"purpose": "marketing", "granted": True, "text_version": "1"}]
        assert (await client.post("/v1/leads", json=row | {"consent": yes}, headers=door.bearer)).status_code == 200
        lifting = f"/v1/suppressions/{entry['id']}?reason=they+asked"
        refused = await client.delete(lifting, headers=door.bearer)
        assert (refused.status_code, refused.json()["code"]) == (409, "not_liftable")
        listed = (await client.get("/v1/suppressions", headers=door.bearer)).json()["items"]
        assert [(s["reason"], s["lifted_at"]) for s in listed] == [("unsubscribed", None)]
        manual = {"phone": "+493055501234", "reason": "manual"}
        made = (await client.post("/v1/suppressions", json=manual, headers=door.bearer)).json()
        assert (await client.delete(f"/v1/suppressions/{made['id']}", headers=door.bearer)).status_code == 422
        lifted = await client.delete(f"/v1/suppressions/{made['id']}?reason=typo", headers=door.bearer)
        assert (lifted.json()["lifted_by"], lifted.json()["lifted_why"]) == ("Ana Ferreira", "typo")


async def test_an_entry_that_stands_already_is_the_one_that_is_answered_with(client: Any, door: Door) -> None:
    entries = [
        {"reason": "unsubscribed", "scope": "sequence", "sequence": "one"},
        {"reason": "unsubscribed", "scope": "sequence", "sequence": "two"},
        {"reason": "unsubscribed", "scope": "all"},
        {"reason": "unsubscribed"},
    ]
    said = []
    for _ in range(2):
        bodies = [entry | {"email": EMAIL} for entry in entries]
        said.append([await client.post("/v1/suppressions", json=body, headers=door.bearer) for body in bodies])
    assert [[reply.status_code for reply in replies] for replies in said] == [[201] * 4, [200] * 4]
    first, again = ([reply.json()["id"] for reply in replies] for replies in said)
    assert first == again and len(set(first)) == 4


async def test_the_scopes_are_asked_for(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, scopes=("leads:read",)) as door, a_client(door) as client:
        for method, path in (
            ("GET", "/v1/people/per_1/export"),
            ("DELETE", "/v1/people/per_1"),
            ("GET", "/v1/consents"),
            ("GET", "/v1/suppressions"),
            ("GET", "/v1/audit"),
            ("GET", "/v1/erasures"),
            ("GET", "/v1/retention/preview"),
        ):
            assert (await client.request(method, path, headers=door.bearer)).status_code == 403, path


async def test_neither_metrics_nor_log_hold_anything_personal(client: Any, door: Door) -> None:
    with structlog.testing.capture_logs() as logs:
        _, person = await zebedee(door, client)
        await client.get(f"/v1/people/{person}/export", headers=door.bearer)
        await client.get("/v1/leads?q=zebedee", headers=door.bearer)
        await erase(door, client, person)
    metrics = (await client.get("/metrics")).text.lower()
    written = str(logs).lower()
    assert "privacy.residue" in written
    assert "/v1/people/{person_id}" in metrics
    assert [needle for needle in NEEDLES if needle in metrics or needle in written] == []
