"""What nurture does with leads that are silent or read the price list, through HTTP, on a clock that stands."""

from __future__ import annotations

from typing import Any

from actions.chase_silence import chase_silence
from tests.api.door import Door
from tests.api.test_lead_moves import Rep
from tests.builders import StandingClock


async def chased(door: Door) -> int:
    async with door.workspace.unit() as uow:
        return await chase_silence(uow, door.workspace.book)


async def did(ana: Rep, lead: str, type: str, **properties: Any) -> None:
    """Another program tells what they did."""
    answer = await ana.post(f"/leads/{lead}/activities", type=type, properties=properties)
    assert answer.status_code == 201, answer.text


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
        await did(ana, lead, "asset.downloaded", name="Pricing guide 2026")
        clock.forward(hours=1)
    told, standing = await ana.get(f"/leads/{lead}"), await ana.get(f"/leads/{lead}/standing")
    assert told["track"] == "case_study"
    assert [(t["track"], t["why"]) for t in standing["tracks"]] == [("case_study", "Downloaded the pricing guide")]
    tasks = (await ana.get("/tasks"))["items"]
    assert [(t["kind"], t["title"]) for t in tasks] == [("call", "Call about the pricing guide they downloaded")]


async def test_a_pricing_guide_of_an_accepted_lead_is_the_reps_call_alone(ana: Rep) -> None:
    lead = await ana.lead()
    await ana.post(f"/leads/{lead}/accept")
    await did(ana, lead, "asset.downloaded", name="Pricing guide 2026")
    assert (await ana.get(f"/leads/{lead}"))["track"] is None
    assert [t["owner"]["name"] for t in (await ana.get("/tasks"))["items"]] == ["Ana Ferreira"]


async def test_case_12_of_two_records_on_one_track_one_is_left_on_it(ana: Rep, clock: StandingClock) -> None:
    one, other = await ana.lead("kim@bakery.example.com", context="list"), await ana.lead("k@ito.example.com", "list")
    clock.forward(days=15)
    assert await chased(ana.door) == 2
    answer = await ana.post(f"/leads/{one}/merge", into=other)
    assert answer.status_code == 200, answer.text
    stays = answer.json()["id"]
    tracks = (await ana.get(f"/leads/{stays}/standing"))["tracks"]
    assert [wish["track"] for wish in tracks] == ["long_cycle"]
    async with ana.door.workspace.unit() as uow:
        assert [wish.lead_id for wish in await uow.wishes.waiting(limit=10)] == [stays]
