"""What a person does with a lead over HTTP: each move, who may make it, and what an illegal one is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions.book_meeting import Guest, book_meeting
from actions.note_bant import Heard, note_bant
from actions.offer_slots import offer_slots
from actions.wake_leads import wake_leads
from leads.bant import Factor
from leads.identity import ConversationId, LeadId
from leads.stage import Stage
from tests.api.door import Door, a_client, a_door
from tests.builders import ANA, JONAS, StandingClock, a_conversation, a_message


class Rep:
    """Somebody of the team at their program."""

    def __init__(self, client: Any, door: Door, email: str | None = ANA) -> None:
        self.client, self.door = client, door
        self.headers = door.bearer | ({"Opener-Rep": email} if email else {})

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/v1{path}", json=body, headers=self.headers)

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(f"/v1{path}", params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def patch(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.patch(f"/v1{path}", json=body, headers=self.headers)

    async def lead(self, email: str = "kim@bakery.example.com", context: str = "demo", **more: Any) -> str:
        answer = await self.post("/leads", **({"source": "website", "email": email, "context": context} | more))
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()["id"])


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def door(tmp_path: Path, database_url: str, clock: StandingClock) -> AsyncIterator[Door]:
    async with a_door(tmp_path, url=database_url, clock=clock) as built:
        yield built


@pytest.fixture
async def ana(door: Door) -> AsyncIterator[Rep]:
    async with a_client(door) as client:
        yield Rep(client, door)


DEAL = {"amount": "12500.50", "currency": "EUR", "close_date": "2026-06-30", "quote_url": "https://example.com/q/1"}


async def test_accepting_makes_a_lead_the_reps_own_and_is_recorded(ana: Rep) -> None:
    lead = await ana.lead()
    answer = await ana.post(f"/leads/{lead}/accept")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["stage"], told["status"], told["owner"]["name"]) == ("sal", "assigned", "Ana Ferreira")
    again = await ana.post(f"/leads/{lead}/accept")
    assert again.json()["accepted_at"] == told["accepted_at"]
    moves = [i for i in (await ana.get(f"/leads/{lead}/timeline"))["items"] if i["kind"] == "stage"]
    assert {(m["properties"]["before"], m["type"], m["properties"]["by"]) for m in moves} == {
        ("lead", "mql", "rules"),
        ("mql", "sal", "Ana Ferreira"),
    }


async def test_only_a_rep_accepts_and_the_second_one_is_told_what_is_left(ana: Rep) -> None:
    lead = await ana.lead()
    program = Rep(ana.client, ana.door, None)
    refused = await program.post(f"/leads/{lead}/accept")
    assert (refused.status_code, refused.json()["code"]) == (422, "rep_needed")
    await ana.post(f"/leads/{lead}/accept")
    second = await Rep(ana.client, ana.door, JONAS).post(f"/leads/{lead}/accept")
    assert second.status_code == 409
    assert second.json()["legal_moves"] == ["return", "disqualify", "recycle", "convert"]


async def test_an_illegal_move_is_a_409_with_the_reason_and_the_legal_moves(ana: Rep) -> None:
    lead = await ana.lead()
    answer = await ana.post(f"/leads/{lead}/convert", **DEAL)
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["legal_moves"]) == (
        "move_not_legal",
        ["accept", "return", "disqualify", "recycle"],
    )
    assert "mql" in problem["detail"]
    await ana.post(f"/leads/{lead}/disqualify", reason_code="no_fit")
    closed = (await ana.post(f"/leads/{lead}/accept")).json()
    assert (closed["code"], closed["legal_moves"]) == ("stage_closed", ["recycle"])


async def test_the_standing_says_what_may_be_done_now(ana: Rep) -> None:
    lead = await ana.lead()
    told = await ana.get(f"/leads/{lead}/standing")
    assert (told["stage"], told["label"]) == ("mql", "Marketing qualified lead (MQL)")
    assert told["legal_moves"] == ["accept", "return", "disqualify", "recycle"]


@pytest.mark.parametrize(
    ("reason", "outcome", "status", "track"),
    [
        ("no_need", "open", "nurture", "education"),
        ("not_now", "open", "nurture", "long_cycle"),
        ("no_authority", "open", "nurture", "champion"),
        ("too_small", "recycled", "closed", None),
        ("no_fit", "recycled", "closed", None),
    ],
)
async def test_a_returned_lead_is_nurtured_or_recycled_by_its_reason_never_lost(
    ana: Rep, reason: str, outcome: str, status: str, track: str | None
) -> None:
    lead = await ana.lead()
    told = (await ana.post(f"/leads/{lead}/return", reason_code=reason, note="not for now")).json()
    assert (told["outcome"], told["status"], told["track"], told["reason_code"]) == (outcome, status, track, reason)
    tracks = (await ana.get(f"/leads/{lead}/standing"))["tracks"]
    assert [t["track"] for t in tracks] == ([track] if track else [])
    async with ana.door.workspace.reading() as uow:
        verdicts = await uow.verdicts.of_lead(lead)
    assert [(v.verdict.value, v.stage, v.reason and v.reason.value) for v in verdicts] == [
        ("returned", Stage.MQL, reason)
    ]


async def test_a_person_who_takes_a_lead_up_by_hand_takes_it_off_its_track(ana: Rep) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/return", reason_code="no_need")
    told = (await ana.patch(f"/leads/{lead}", status="attempting")).json()
    assert (told["status"], told["track"], told["reason_code"]) == ("attempting", None, None)
    assert (await ana.get(f"/leads/{lead}/standing"))["tracks"] == []


async def test_a_lead_in_nurture_that_raises_a_hand_begins_a_new_cycle_and_qualifies_anew(ana: Rep) -> None:
    first = await ana.lead()
    await ana.post(f"/leads/{first}/return", reason_code="no_need")
    second = await ana.lead(context="quote")
    assert second != first
    told = await ana.get(f"/leads/{second}")
    assert (told["cycle"], told["stage"], told["outcome"]) == (2, "mql", "open")
    assert (await ana.get(f"/leads/{first}"))["outcome"] == "recycled"


async def test_disqualifying_ends_everything_and_keeps_the_note_for_the_team(ana: Rep) -> None:
    lead = await ana.lead()
    await ana.post("/tasks", lead_id=lead, title="Call them", due_at="2026-03-03T09:00:00Z")
    told = (await ana.post(f"/leads/{lead}/disqualify", reason_code="student", note="writes a thesis")).json()
    assert (told["outcome"], told["status"], told["reason_code"]) == ("disqualified", "closed", "student")
    assert told["closed_at"] is not None
    assert (await ana.get("/tasks", done=False, lead=lead))["items"] == []
    notes = [
        i["properties"]["note"]
        for i in (await ana.get(f"/leads/{lead}/timeline"))["items"]
        if i["type"] == "lead.disqualified"
    ]
    assert notes == ["writes a thesis"]
    assert (await ana.patch(f"/leads/{lead}", status="engaged")).status_code == 409


async def test_spam_is_junk_and_who_is_not_to_be_contacted_is_never_taken_up_again(ana: Rep) -> None:
    spam = await ana.lead("spam@example.com")
    assert (await ana.post(f"/leads/{spam}/disqualify", reason_code="spam")).json()["outcome"] == "junk"
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/disqualify", reason_code="do_not_contact")
    refused = await ana.post(f"/leads/{lead}/recycle", until="2026-09-01")
    assert (refused.status_code, refused.json()["legal_moves"]) == (409, [])
    async with ana.door.workspace.reading() as uow:
        person = (await uow.leads.get(LeadId(lead))).person_id
        assert [(c.purpose.value, c.granted) for c in await uow.ledger.consents(person)] == [("marketing", False)]


async def booked(door: Door, *, email: str = "lee@example.com") -> tuple[str, str]:
    """A conversation with a meeting; the lead and the meeting."""
    conversation = await a_conversation(door.workspace, says="Can we talk?", verified=True, email=email)
    async with door.workspace.unit() as uow:
        offered = await offer_slots(uow, door.workspace.book, ConversationId(conversation.id), zone="Europe/Berlin")
    await a_message(door.workspace, conversation.id, "The first one, please.")
    async with door.workspace.unit() as uow:
        guest = Guest(email, "Lee", "Europe/Berlin")
        meeting = await book_meeting(uow, door.workspace.book, conversation.id, offered.offers[0].slot_id, guest)
    return meeting.lead_id, meeting.id


async def test_a_meeting_ahead_is_cancelled_only_when_that_is_said(ana: Rep) -> None:
    for email, flag, state in (("a@example.com", False, "confirmed"), ("b@example.com", True, "cancelled")):
        lead, meeting = await booked(ana.door, email=email)
        answer = await ana.post(f"/leads/{lead}/disqualify", reason_code="no_fit", cancel_meetings=flag)
        assert answer.status_code == 200, answer.text
        meetings = {m["id"]: m["state"] for m in (await ana.get("/meetings"))["items"]}
        assert meetings[meeting] == state


async def test_a_booked_meeting_qualifies_nobody_and_a_held_one_does(ana: Rep, clock: StandingClock) -> None:
    lead, meeting = await booked(ana.door)
    await ana.post(f"/leads/{lead}/accept")
    assert (await ana.get(f"/leads/{lead}"))["stage"] == "sal"
    early = await ana.post(f"/meetings/{meeting}/outcome", outcome="held")
    assert early.status_code == 409
    clock.forward(days=5)
    assert (await ana.post(f"/meetings/{meeting}/outcome", outcome="held")).json()["state"] == "completed"
    assert (await ana.post(f"/meetings/{meeting}/outcome", outcome="held")).status_code == 200
    told = await ana.get(f"/leads/{lead}")
    assert (told["stage"], told["status"]) == ("sql", "engaged")
    assert (await ana.post(f"/meetings/{meeting}/outcome", outcome="no_show")).status_code == 409


async def test_who_holds_a_meeting_has_accepted_the_lead_and_who_misses_one_is_tried_again(
    ana: Rep, clock: StandingClock
) -> None:
    held, first = await booked(ana.door)
    missed, second = await booked(ana.door, email="mo@example.com")
    clock.forward(days=5)
    await ana.post(f"/meetings/{first}/outcome", outcome="held")
    await ana.post(f"/meetings/{second}/outcome", outcome="no_show")
    assert (await ana.get(f"/leads/{held}"))["stage"] == "sql"
    told = await ana.get(f"/leads/{missed}")
    assert (told["stage"], told["status"]) == ("mql", "attempting")


async def test_a_colleague_who_says_that_a_meeting_was_held_takes_no_lead_by_it(ana: Rep, clock: StandingClock) -> None:
    await booked(ana.door)
    lead, meeting = await booked(ana.door, email="mo@example.com")
    host = (await ana.get(f"/leads/{lead}"))["owner"]["name"]
    assert host == "Jonas Brandt"
    clock.forward(days=5)
    assert (await ana.post(f"/meetings/{meeting}/outcome", outcome="held")).status_code == 200
    told = await ana.get(f"/leads/{lead}")
    assert (told["stage"], told["owner"]["name"]) == ("mql", host)


async def test_a_recycled_lead_comes_back_on_its_date_as_a_new_cycle_with_a_task(
    ana: Rep, clock: StandingClock
) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/accept")
    told = (await ana.post(f"/leads/{lead}/recycle", until="2026-07-01")).json()
    assert (told["outcome"], told["reason_code"], told["follow_up_on"]) == (
        "recycled",
        "not_now",
        "2026-07-01T09:00:00Z",
    )
    assert await woken(ana.door) == 0
    clock.forward(days=125)
    assert (await woken(ana.door), await woken(ana.door)) == (1, 0)
    again = next(item for item in (await ana.get("/leads"))["items"] if item["id"] != lead)
    assert (again["cycle"], again["outcome"], again["owner"]["name"]) == (2, "open", "Ana Ferreira")
    assert (await ana.get(f"/leads/{again['id']}/standing"))["earlier_lead_id"] == lead
    tasks = (await ana.get("/tasks", done=False))["items"]
    assert [(t["lead_id"], t["kind"], t["overdue"]) for t in tasks] == [(again["id"], "follow_up", True)]


async def woken(door: Door) -> int:
    async with door.workspace.unit() as uow:
        return await wake_leads(uow, door.workspace.book)


@pytest.mark.parametrize("until", ["2026-03-01", "2031-01-01", "soon"])
async def test_a_date_that_is_past_absurd_or_none_is_refused(ana: Rep, until: str) -> None:
    lead = await ana.lead()
    assert (await ana.post(f"/leads/{lead}/recycle", until=until)).status_code == 422


async def test_a_light_sign_waits_for_the_cool_off_and_a_raised_hand_does_not(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/disqualify", reason_code="no_fit")
    assert await ana.lead(context="newsletter") == lead
    clock.forward(days=31)
    second = await ana.lead(context="newsletter")
    assert second != lead
    await ana.post(f"/leads/{second}/disqualify", reason_code="no_fit")
    assert (await ana.get(f"/leads/{await ana.lead(context='demo')}"))["cycle"] == 3


async def test_converting_twice_and_at_once_is_converting_once(ana: Rep) -> None:
    lead = await ana.lead(company="Fjord Bakery")
    await ana.post(f"/leads/{lead}/accept")
    answers = await asyncio.gather(*(ana.post(f"/leads/{lead}/convert", **DEAL) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert len({a.json()["opportunity"]["id"] for a in answers}) == 1
    told = answers[0].json()
    assert (told["lead"]["stage"], told["lead"]["outcome"], told["lead"]["opportunity_id"]) == (
        "opportunity",
        "converted",
        told["opportunity"]["id"],
    )
    deal = told["opportunity"]
    assert (deal["name"], deal["value"], deal["stage"], deal["owner"]["name"]) == (
        "Fjord Bakery",
        {"amount": "12500.50", "currency": "EUR"},
        "discovery",
        "Ana Ferreira",
    )
    edit = await ana.patch(f"/leads/{lead}", status="engaged")
    assert (edit.status_code, edit.json()["code"]) == (409, "stage_closed")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"},
        {"amount": "1.23456"},
        {"amount": 1e13},
        {"amount": "1e3"},
        {"amount": None},
        {"currency": "EURO"},
        {"currency": "QQQ"},
        {"close_date": "2026-02-30"},
        {"quote_url": "javascript:alert(1)"},
        {"owner": "nobody@example.com"},
    ],
)
async def test_a_deal_that_cannot_be_is_refused_and_nothing_changes(ana: Rep, wrong: dict[str, Any]) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/accept")
    assert (await ana.post(f"/leads/{lead}/convert", **(DEAL | wrong))).status_code == 422
    assert (await ana.get(f"/leads/{lead}"))["outcome"] == "open"


async def test_another_owner_is_handed_the_deal_with_a_task(ana: Rep) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/accept")
    done = (await ana.post(f"/leads/{lead}/convert", **DEAL, owner=JONAS)).json()
    assert (done["opportunity"]["owner"]["name"], done["lead"]["owner"]["name"]) == ("Jonas Brandt", "Jonas Brandt")
    tasks = (await ana.get("/tasks"))["items"]
    assert [(t["owner"]["name"], t["title"]) for t in tasks] == [
        ("Jonas Brandt", f"Take over the deal with {done['opportunity']['name']}")
    ]


async def test_a_patch_corrects_what_is_known_and_scores_again(ana: Rep) -> None:
    lead = await ana.lead(context="newsletter", fields={"lines": 2, "old": "x"})
    before = (await ana.get(f"/leads/{lead}"))["score"]["fit"]
    answer = await ana.patch(
        f"/leads/{lead}",
        status="attempting",
        person={"title": "Head of planning", "tz": "Europe/Oslo"},
        company={"name": "Fjord Bakery", "employees": 120},
        fields={"lines": 4, "old": None},
        follow_up_on="2026-05-01",
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["status"], told["person"]["title"], told["company"]["name"]) == (
        "attempting",
        "Head of planning",
        "Fjord Bakery",
    )
    assert (told["fields"], told["follow_up_on"]) == ({"lines": 4}, "2026-05-01T09:00:00Z")
    assert told["score"]["fit"] > before


async def test_a_corrected_title_says_how_senior_they_are_and_a_number_is_read_in_their_country(ana: Rep) -> None:
    lead = await ana.lead(title="Intern")
    told = (await ana.patch(f"/leads/{lead}", person={"title": "Chief Financial Officer"})).json()["person"]
    assert (told["seniority"], told["department"]) == ("c_level", "finance")
    told = (await ana.patch(f"/leads/{lead}", person={"title": "Buyer", "seniority": "director"})).json()["person"]
    assert told["seniority"] == "director"
    await ana.patch(f"/leads/{lead}", person={"country": "GB"})
    told = (await ana.patch(f"/leads/{lead}", person={"phone": "020 7946 0958"})).json()["person"]
    assert told["phone"] == "+442079460958"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "closed"},
        {"status": "meeting_scheduled"},
        {"status": "sql"},
        {"stage": "customer"},
        {"person": {"tz": "Mars/Base"}},
        {"person": {"email": "other@example.com"}},
        {"company": {"name": None}},
        {"person": {"phone": "12"}},
        {"follow_up_on": "2020-01-01"},
        {"confirmed": ["budget"]},
    ],
)
async def test_what_nobody_may_set_is_refused(ana: Rep, body: dict[str, Any]) -> None:
    lead = await ana.lead()
    answer = await ana.patch(f"/leads/{lead}", **body)
    assert answer.status_code == 422, answer.text


async def test_a_lead_that_changed_since_it_was_read_is_not_overwritten(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead()
    read = await ana.client.get(f"/v1/leads/{lead}", headers=ana.headers)
    clock.forward(minutes=1)
    seen = ana.headers | {"If-Match": read.headers["etag"]}
    first = await ana.client.patch(f"/v1/leads/{lead}", json={"status": "attempting"}, headers=seen)
    assert first.status_code == 200
    stale = await ana.client.patch(f"/v1/leads/{lead}", json={"status": "on_hold"}, headers=seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_stale")
    fresh = ana.headers | {"If-Match": first.headers["etag"]}
    assert (await ana.client.patch(f"/v1/leads/{lead}", json={"status": "on_hold"}, headers=fresh)).status_code == 200


async def test_what_the_lead_said_and_a_rep_confirmed_qualifies_it_for_sales(ana: Rep) -> None:
    door = ana.door
    conversation = await a_conversation(
        door.workspace,
        says="We lose two days a week on planning. 30k a year is set aside.",
        verified=True,
        email="l@example.com",
    )
    async with door.workspace.unit() as uow:
        for heard in (
            Heard(Factor.NEED, "planning takes two days", "We lose two days a week on planning"),
            Heard(Factor.BUDGET, "30k a year", "30k a year is set aside"),
        ):
            await note_bant(uow, door.workspace.book, conversation.id, heard)
    lead = conversation.lead_id
    await ana.post(f"/leads/{lead}/accept")
    assert (await ana.get(f"/leads/{lead}"))["stage"] == "sal"
    told = (await ana.patch(f"/leads/{lead}", confirmed=["need", "budget"])).json()
    assert (told["stage"], told["bant"]["need"]["status"], told["bant"]["budget"]["status"]) == (
        "sql",
        "confirmed",
        "confirmed",
    )
    assert told["bant"]["need"]["evidence"][-1]["quote"] == "We lose two days a week on planning"


async def test_two_reps_at_once_one_wins(ana: Rep) -> None:
    jonas = Rep(ana.client, ana.door, JONAS)
    for number in range(4):
        lead = await ana.lead(f"kim{number}@example.com")
        answers = await asyncio.gather(
            ana.post(f"/leads/{lead}/return", reason_code="no_fit"),
            jonas.post(f"/leads/{lead}/disqualify", reason_code="no_fit"),
        )
        assert sorted(a.status_code for a in answers) == [200, 409]


@pytest.mark.parametrize("move", ["accept", "return", "disqualify", "recycle", "convert"])
async def test_a_lead_nobody_knows_is_a_404(ana: Rep, move: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "return": {"reason_code": "no_fit"},
        "disqualify": {"reason_code": "no_fit"},
        "recycle": {"until": "2026-09-01"},
        "convert": DEAL,
    }
    assert (await ana.post(f"/leads/lead_0/{move}", **bodies.get(move, {}))).status_code == 404
