"""Promised times over HTTP: a lead on hold, a call that somebody made; and a rule that stops a lead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door
from tests.api.test_lead_moves import Rep
from tests.builders import MONDAY, StandingClock


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


async def clocks(ana: Rep, lead: str) -> dict[str, Any]:
    return {clock["kind"]: clock for clock in (await ana.get(f"/leads/{lead}/route"))["clocks"]}


async def test_the_clocks_of_a_lead_on_hold_stand_still_until_it_comes_back(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead()
    before = await clocks(ana, lead)
    assert (await ana.patch(f"/leads/{lead}", status="on_hold")).status_code == 200
    assert all(one["paused"] for one in (await clocks(ana, lead)).values())
    clock.forward(hours=2)
    assert (await ana.patch(f"/leads/{lead}", status="on_hold")).status_code == 200
    assert (await ana.patch(f"/leads/{lead}", status="assigned")).status_code == 200
    after = await clocks(ana, lead)
    assert before and not any(one["paused"] for one in after.values())
    assert all(after[kind]["due_at"] > before[kind]["due_at"] for kind in before)


@pytest.mark.parametrize(
    ("properties", "minutes", "stops"),
    [
        ({"direction": "outbound"}, 10, True),
        ({}, 10, True),
        ({"direction": "inbound"}, 10, False),
        ({"direction": "outbound"}, -60 * 24, False),
    ],
)
async def test_a_call_to_the_lead_is_the_first_response_and_one_from_before_is_none(
    ana: Rep, clock: StandingClock, properties: dict[str, Any], minutes: int, stops: bool
) -> None:
    lead = await ana.lead()
    clock.forward(minutes=20)
    called = (MONDAY + timedelta(minutes=minutes)).isoformat()
    told = {"type": "call.logged", "occurred_at": called, "properties": properties}
    answer = await ana.post(f"/leads/{lead}/activities", **told)
    assert answer.status_code == 201, answer.text
    first = (await clocks(ana, lead))["first_response"]
    assert (first["stopped_at"] is not None) is stops
    touches = (await ana.get(f"/leads/{lead}/route"))["first_touch"]
    assert ("rep" in touches) is stops


async def test_a_note_is_no_answer(ana: Rep) -> None:
    lead = await ana.lead()
    assert (await ana.post(f"/leads/{lead}/activities", type="note.logged")).status_code == 201
    assert (await clocks(ana, lead))["first_response"]["stopped_at"] is None


async def test_a_rule_that_stops_a_lead_asks_a_person_once_and_disqualifies_nobody(ana: Rep) -> None:
    content = (await ana.get("/rules/scoring"))["deciding"]["content"]
    stop = {
        "id": "student",
        "group": "negative",
        "label": "Is a student",
        "when": {"attr": "person.title", "op": "contains", "value": "student"},
        "points": -20,
        "hard_stop": "disqualify_suggest",
    }
    body = {"content": content | {"rules": [*content["rules"], stop]}}
    reply = await ana.client.put("/v1/rules/scoring", json=body, headers=ana.headers)
    assert reply.status_code == 200, reply.text
    await ana.post("/rules/scoring/publish")
    lead = await ana.lead(title="Student of baking")
    for page in ("/pricing", "/demo"):
        await ana.post(f"/leads/{lead}/activities", type="page.viewed", properties={"path": page})
    tasks = (await ana.get("/tasks", lead=lead))["items"]
    assert [(task["kind"], task["title"]) for task in tasks] == [("review", "Disqualify, or say why not: Is a student")]
    shown = await ana.get(f"/leads/{lead}")
    assert (shown["outcome"], shown["stage"]) == ("open", "iql")
    await ana.post(f"/tasks/{tasks[0]['id']}/done")
    await ana.post(f"/leads/{lead}/activities", type="page.viewed", properties={"path": "/about"})
    assert len((await ana.get("/tasks", lead=lead))["items"]) == 1
