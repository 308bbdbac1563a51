"""Offering and booking over HTTP: one winner a time, the loser gets other times, and a repeat is the same meeting."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from api import widget_bookings
from api.widget_bookings import _book
from tests.api.door import Door, a_client, a_door, a_visitor
from tests.builders import StandingClock, a_playbook, a_rep

BERLIN = "Europe/Berlin"


async def book(visitor: Any, slot: dict[str, Any], **more: Any) -> Any:
    body = {"slot_id": slot["slot_id"], "email": "kim@bakery.example.com", "tz": BERLIN, "marketing": False, **more}
    return await visitor.post("/bookings", **body)


async def offered(visitor: Any, **wanted: Any) -> list[dict[str, Any]]:
    reply = await visitor.post("/slots", **wanted)
    assert reply.status_code == 200, reply.text
    slots: list[dict[str, Any]] = reply.json()["slots"]
    return slots


async def test_an_offered_time_becomes_a_meeting(door: Door, client: Any) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor, tz=BERLIN)
    assert [set(slot) for slot in slots] == [{"slot_id", "start", "end", "tz", "host"}] * 3
    reply = await book(visitor, slots[0], name="  Kim   Ito ", marketing=True)
    assert reply.status_code == 201
    meeting = reply.json()["meeting"]
    assert (meeting["start"], meeting["tz"], meeting["state"]) == (slots[0]["start"], BERLIN, "confirmed")
    kinds = [e["type"] for e in await visitor.events()]
    assert kinds == ["slots.offered", "booking.confirmed", "consent.recorded"]
    lead = (await client.get("/v1/leads", headers=door.bearer)).json()["items"][0]
    assert (lead["person"]["email"], lead["person"]["name"]) == ("kim@bakery.example.com", "Kim Ito")
    assert (lead["status"], lead["owner"]["name"]) == ("meeting_scheduled", meeting["host"]["name"])
    async with door.workspace.reading() as uow:
        assert {m.kind for m in await uow.outbox.all()} == {"invitation", "notice"}


async def test_booking_again_is_the_same_meeting(client: Any) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor)
    replies = await asyncio.gather(*(book(visitor, slots[0]) for _ in range(10)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.json()["meeting"]["id"] for reply in replies}) == 1
    assert [e["type"] for e in await visitor.events()].count("booking.confirmed") == 1


async def test_another_time_moves_the_meeting(client: Any) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor)
    first = (await book(visitor, slots[0])).json()["meeting"]
    moved = (await book(visitor, slots[1])).json()["meeting"]
    assert moved["id"] == first["id"]
    assert moved["start"] == slots[1]["start"]
    assert (await visitor.events())[-1]["type"] == "booking.changed"


async def test_of_two_visitors_one_gets_the_time_and_the_other_other_times(tmp_path: Path) -> None:
    async with a_door(tmp_path, book=a_playbook(reps=(a_rep(),))) as door, a_client(door) as client:
        one, other = await a_visitor(client), await a_visitor(client)
        mine, yours = (await offered(one))[0], (await offered(other))[0]
        assert mine["start"] == yours["start"]
        replies = await asyncio.gather(book(one, mine), book(other, yours, email="lee@example.com"))
        assert sorted(reply.status_code for reply in replies) == [201, 409]
        loser = next(reply.json() for reply in replies if reply.status_code == 409)
        assert loser["code"] == "slot_taken"
        assert len(loser["slots"]) == 3
        assert mine["start"] not in {slot["start"] for slot in loser["slots"]}
        visitor = other if replies[1].status_code == 409 else one
        assert (await book(visitor, loser["slots"][0], email="lee@example.com")).status_code == 201


async def test_twenty_visitors_want_one_hour_of_two_hosts(door: Door, client: Any) -> None:
    visitors = [await a_visitor(client) for _ in range(20)]
    wanted = [(await offered(v, day="2026-03-04", at="10:00", tz=BERLIN, count=1))[0] for v in visitors]
    assert {slot["start"] for slot in wanted} == {"2026-03-04T09:00:00Z"}
    replies = await asyncio.gather(
        *(book(v, slot, email=f"v{n}@example.com") for n, (v, slot) in enumerate(zip(visitors, wanted, strict=True)))
    )
    assert sorted(reply.status_code for reply in replies) == [201] * 2 + [409] * 18


async def test_one_guest_who_books_in_six_windows_at_once_is_one_person(
    either_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    async def counted(*words: Any) -> Any:
        tries.append(1)
        return await _book(*words)

    monkeypatch.setattr(widget_bookings, "_book", counted)
    async with a_client(either_door) as client:
        visitors = [await a_visitor(client) for _ in range(6)]
        wanted = [
            (await offered(v, day="2026-03-04", at=f"{9 + n:02}:00", tz=BERLIN, count=1))[0]
            for n, v in enumerate(visitors)
        ]
        replies = await asyncio.gather(*(book(v, slot) for v, slot in zip(visitors, wanted, strict=True)))
        assert {reply.status_code for reply in replies} == {201}
        leads = (await client.get("/v1/leads?limit=50", headers=either_door.bearer)).json()["items"]
        assert [lead["person"]["email"] for lead in leads].count("kim@bakery.example.com") == 1
    rivals_write_at_once = either_door.workspace.database.dialect.name == "postgresql"
    assert (len(tries) > len(visitors)) == rivals_write_at_once  # who was second did it once more


async def test_only_an_offered_time_can_be_booked(client: Any) -> None:
    one, other = await a_visitor(client), await a_visitor(client)
    slots = await offered(one)
    for slot_id in (slots[0]["slot_id"], "slot_invented"):
        reply = await book(other, {"slot_id": slot_id})
        assert (reply.status_code, reply.json()["code"]) == (409, "slot_not_offered")


async def test_an_old_offer_is_replaced_by_fresh_times(tmp_path: Path) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, clock=clock) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        slots = await offered(visitor)
        clock.forward(hours=25)
        reply = await book(visitor, slots[2])
        assert (reply.status_code, reply.json()["code"]) == (409, "slot_expired")
        assert (await book(visitor, reply.json()["slots"][0])).status_code == 201


async def test_times_are_offered_near_what_is_wanted(client: Any) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor, day="2026-03-05", part="afternoon", tz=BERLIN, count=2)
    assert all(slot["start"].startswith("2026-03-05T1") for slot in slots)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "kim at home"}, "email"),
        ({"email": ""}, "email"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "../../etc/passwd"}, "tz"),
        ({"slot_id": "a b"}, "slot_id"),
        ({"name": "x" * 201}, "name"),
        ({"marketing": "yes"}, "marketing"),
    ],
)
async def test_a_wrong_field_is_named_and_books_nothing(client: Any, change: dict[str, Any], field: str) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor)
    reply = await book(visitor, slots[0], **change)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == field
    assert [e["type"] for e in await visitor.events()] == ["slots.offered"]


async def test_a_typed_address_of_somebody_we_know_reveals_nothing_of_them(door: Door, client: Any) -> None:
    known = {"source": "x", "email": "ana@example.com", "name": "Ana Secret", "phone": "+49301234567", "title": "CFO"}
    lead = (await client.post("/v1/leads", json=known, headers=door.bearer)).json()
    visitor = await a_visitor(client)
    reply = await book(visitor, (await offered(visitor))[0], email="ana@example.com", name="Mallory")
    assert reply.status_code == 201
    said = (await visitor.get("/me")).text + reply.text + str(await visitor.events())
    assert not any(secret in said for secret in ("Ana Secret", "+49301234567", "CFO", lead["id"]))
    after = (await client.get(f"/v1/leads/{lead['id']}", headers=door.bearer)).json()
    assert after["person"]["name"] == "Ana Secret"
    assert after["status"] == "meeting_scheduled"


# --- the guest's own link --------------------------------------------------------------------------------------------


async def test_a_guest_sees_the_meeting_and_cancels_it(client: Any) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor)
    meeting = (await book(visitor, slots[0])).json()["meeting"]
    page = await client.get(meeting["manage_url"])
    assert page.status_code == 200
    assert "Monday, 2 March 2026, 12:00–12:30" in page.text
    assert meeting["host"]["name"] in page.text
    csp = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert "unsafe" not in csp
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    cancelled = await client.post(meeting["manage_url"], follow_redirects=True)
    assert "was cancelled" in cancelled.text
    assert "<form" not in cancelled.text
    again = await client.post(meeting["manage_url"], data={"really": "yes"}, follow_redirects=True)
    assert "was cancelled" in again.text
    assert (await visitor.events())[-1]["type"] == "booking.cancelled"
    other = await a_visitor(client)
    assert slots[0]["start"] in {s["start"] for s in await offered(other, count=12)}


async def test_the_calendar_file_keeps_its_uid_and_counts_its_versions(client: Any) -> None:
    visitor = await a_visitor(client)
    slots = await offered(visitor)
    meeting = (await book(visitor, slots[0])).json()["meeting"]
    versions = []
    for step in ("booked", "moved", "cancelled"):
        if step == "moved":
            await book(visitor, slots[1])
        elif step == "cancelled":
            await client.post(meeting["manage_url"])
        reply = await client.get(meeting["ics_url"])
        assert reply.headers["Content-Type"].startswith("text/calendar")
        event = Calendar.from_ical(reply.content).walk("VEVENT")[0]
        versions.append((str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])))
        assert b"DTSTART:2026" in reply.content
        assert b"Z\r\n" in reply.content
    assert [v[1] for v in versions] == [0, 1, 2]
    assert len({v[0] for v in versions}) == 1
    assert [v[2] for v in versions] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


@pytest.mark.parametrize("token", ["guest_nothing", "x.ics", "%3Cscript%3E", "guest_1%27%22"])
async def test_a_wrong_link_is_a_page_that_says_so(client: Any, token: str) -> None:
    reply = await client.get(f"/m/{token}")
    assert reply.status_code in {404, 405}
    assert "<script>" not in reply.text


async def test_a_meeting_that_has_begun_cannot_be_cancelled(tmp_path: Path) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, clock=clock) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        meeting = (await book(visitor, (await offered(visitor))[0])).json()["meeting"]
        clock.forward(hours=3)
        page = await client.post(meeting["manage_url"], follow_redirects=True)
        assert "taken place or begun" in page.text
        assert "<form" not in page.text


async def test_hostile_names_are_text_on_the_page(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        reply = await book(
            visitor, (await offered(visitor))[0], email="x@example.com", name="<script>alert(1)</script>"
        )
        page = await client.get(reply.json()["meeting"]["manage_url"])
        assert "<script" not in page.text
