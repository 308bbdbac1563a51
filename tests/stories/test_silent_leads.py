"""Stories of nurture and wholesale through HTTP, from the first request to the last state, on a clock that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from actions.chase_silence import chase_silence
from actions.note_signal import note_activity
from leads.condition import Attribute
from leads.identity import LeadId
from leads.signal import Activity
from playbook.book import Playbook
from tests.api.door import Door, a_client, a_door
from tests.api.test_lead_moves import DEAL, Rep
from tests.builders import StandingClock, a_playbook
from tests.store.conftest import database_url, kind, templates

__all__ = ["database_url", "kind", "templates"]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def book() -> Playbook:
    return a_playbook()


@pytest.fixture
async def door(tmp_path: Path, database_url: str, clock: StandingClock, book: Playbook) -> AsyncIterator[Door]:
    async with a_door(tmp_path, url=database_url, clock=clock, book=book) as built:
        yield built


@pytest.fixture
async def ana(door: Door) -> AsyncIterator[Rep]:
    async with a_client(door) as client:
        yield Rep(client, door)


async def chased(door: Door) -> int:
    async with door.workspace.unit() as uow:
        return await chase_silence(uow, door.workspace.book)


async def did(door: Door, lead: str, type: str, **properties: Any) -> None:
    """They did something we saw."""
    async with door.workspace.unit() as uow:
        activity = Activity(type, uow.now, uow.now, properties=MappingProxyType(properties))
        await note_activity(uow, door.workspace.book, LeadId(lead), activity)


async def test_the_brokers_list_goes_on_the_long_cycle_after_fourteen_days_of_silence(
    ana: Rep, clock: StandingClock
) -> None:
    funded = [
        await ana.lead(f"founder{n}@startup{n}.example.com", context="list", company=f"Startup {n}") for n in range(6)
    ]
    assert {(await ana.get(f"/leads/{lead}"))["stage"] for lead in funded} == {"lead"}
    clock.forward(days=10)
    await did(ana.door, funded[0], "page.viewed", path="/pricing")
    clock.forward(days=3, hours=23)
    assert await chased(ana.door) == 0
    clock.forward(hours=2)
    assert (await chased(ana.door), await chased(ana.door)) == (5, 0)
    for lead in funded[1:]:
        told, standing = await ana.get(f"/leads/{lead}"), await ana.get(f"/leads/{lead}/standing")
        assert (told["status"], told["outcome"], told["track"]) == ("nurture", "open", "long_cycle")
        assert [(t["track"], t["why"], t["taken_at"]) for t in standing["tracks"]] == [
            ("long_cycle", "Not ready yet", None)
        ]
    assert (await ana.get(f"/leads/{funded[0]}"))["track"] is None
    # One of them wakes up and asks for a demo: off the track, to sales, and the wish is withdrawn.
    assert await ana.lead("founder3@startup3.example.com", context="demo") == funded[3]
    woken = await ana.get(f"/leads/{funded[3]}")
    assert (woken["stage"], woken["status"], woken["track"]) == ("mql", "engaged", None)
    assert (await ana.get(f"/leads/{funded[3]}/standing"))["tracks"] == []


async def test_who_does_not_want_to_be_written_to_is_put_on_no_track(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead(
        context="list", consent=[{"purpose": "marketing", "granted": False, "text_version": "2026-01"}]
    )
    clock.forward(days=15)
    assert (await chased(ana.door), await chased(ana.door)) == (1, 0)
    told = await ana.get(f"/leads/{lead}")
    assert (told["track"], told["status"]) == (None, "on_hold")
    assert (await ana.get(f"/leads/{lead}/standing"))["tracks"] == []


async def test_the_owner_is_told_once_that_an_accepted_lead_has_fallen_silent(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/accept")
    clock.forward(days=15)
    assert (await chased(ana.door), await chased(ana.door)) == (1, 0)
    tasks = (await ana.get("/tasks", lead=lead))["items"]
    assert [(t["kind"], t["owner"]["name"]) for t in tasks] == [("call", "Ana Ferreira")]
    assert (await ana.get(f"/leads/{lead}"))["track"] is None


async def test_a_pricing_guide_brings_a_case_study_and_a_call_once(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead(context="newsletter")
    for _ in range(3):
        await did(ana.door, lead, "asset.downloaded", name="Pricing guide 2026")
        clock.forward(hours=1)
    told, standing = await ana.get(f"/leads/{lead}"), await ana.get(f"/leads/{lead}/standing")
    assert told["track"] == "case_study"
    assert [(t["track"], t["why"]) for t in standing["tracks"]] == [("case_study", "Downloaded the pricing guide")]
    tasks = (await ana.get("/tasks"))["items"]
    assert [(t["kind"], t["title"]) for t in tasks] == [("call", "Call about the pricing guide they downloaded")]


async def test_a_pricing_guide_of_an_accepted_lead_is_the_reps_call_alone(ana: Rep) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/accept")
    await did(ana.door, lead, "asset.downloaded", name="Pricing guide 2026")
    assert (await ana.get(f"/leads/{lead}"))["track"] is None
    assert [t["owner"]["name"] for t in (await ana.get("/tasks"))["items"]] == ["Ana Ferreira"]


class TestWholesale:
    """An online shop opens a wholesale channel: retailers ask in bulk, and there is a least order."""

    @pytest.fixture
    def book(self) -> Playbook:
        plain = a_playbook()
        minimum = Attribute("fields.order_volume", "gte", 500)
        return replace(plain, market=replace(plain.market, ideal_customer=minimum))

    async def test_an_inquiry_above_the_least_order_is_called_and_becomes_a_deal(
        self, ana: Rep, clock: StandingClock
    ) -> None:
        lead = await ana.lead(
            "buyer@corner-shop.example.com",
            context="quote",
            source="bulk inquiry",
            company="Corner Shop",
            fields={"skus": "A-12, B-7", "order_volume": 800},
        )
        standing = await ana.get(f"/leads/{lead}/standing")
        assert (standing["stage"], standing["prospect"]) == ("mql", True)
        assert (await ana.post(f"/leads/{lead}/accept")).json()["stage"] == "sal"
        due = (clock() + timedelta(days=1)).isoformat()
        call = (await ana.post("/tasks", lead_id=lead, kind="call", title="Wholesale call", due_at=due)).json()
        await ana.post(f"/tasks/{call['id']}/done")
        done = (await ana.post(f"/leads/{lead}/convert", **DEAL)).json()
        assert done["lead"]["fields"] == {"skus": "A-12, B-7", "order_volume": 800}
        won = (await ana.post(f"/opportunities/{done['opportunity']['id']}/won")).json()
        assert (won["state"], (await ana.get(f"/leads/{lead}"))["stage"]) == ("won", "customer")

    async def test_an_inquiry_below_it_is_rejected_as_too_small_and_no_mail_follows(
        self, ana: Rep, clock: StandingClock
    ) -> None:
        lead = await ana.lead(
            "kiosk@example.com", context="quote", source="bulk inquiry", fields={"skus": "A-12", "order_volume": 20}
        )
        assert (await ana.get(f"/leads/{lead}/standing"))["prospect"] is False
        told = (await ana.post(f"/leads/{lead}/disqualify", reason_code="too_small", note="20 of 500")).json()
        assert (told["outcome"], told["reason_code"], told["status"]) == ("disqualified", "too_small", "closed")
        clock.forward(days=60)
        assert await chased(ana.door) == 0
        assert (await ana.get(f"/leads/{lead}/standing"))["tracks"] == []
