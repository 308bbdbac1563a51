"""Opportunities and tasks over HTTP: the pipeline, won and lost and taken up again, reminders once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from actions.add_key import add_api_key
from actions.remind_of_tasks import remind_of_tasks
from tests.api.door import Door, a_client, a_door
from tests.api.reps import HERE, PASSWORD, with_password
from tests.api.test_lead_moves import DEAL, Rep
from tests.builders import ANA, JONAS, StandingClock


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


async def a_deal(ana: Rep, email: str = "kim@bakery.example.com", **more: Any) -> dict[str, Any]:
    lead = await ana.lead(email)
    await ana.post(f"/leads/{lead}/accept")
    answer = await ana.post(f"/leads/{lead}/convert", **(DEAL | more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["opportunity"]
    return found


async def test_the_pipeline_adds_up_stage_by_stage_and_currencies_stay_apart(ana: Rep) -> None:
    first = await a_deal(ana, "a@example.com", amount="0.10")
    await a_deal(ana, "b@example.com", amount="0.20")
    await a_deal(ana, "c@example.com", amount="99", currency="NOK")
    await ana.patch(f"/opportunities/{first['id']}", stage="proposal", amount=1000)
    pipeline = await ana.get("/opportunities", group_by="stage")
    assert [(s["stage"], s["count"], s["totals"]) for s in pipeline["items"]] == [
        ("discovery", 2, [{"amount": "0.20", "currency": "EUR"}, {"amount": "99.00", "currency": "NOK"}]),
        ("proposal", 1, [{"amount": "1000.00", "currency": "EUR"}]),
        ("negotiation", 0, []),
    ]
    assert pipeline["items"][1]["weighted"] == [{"amount": "500.00", "currency": "EUR"}]


async def test_lists_of_deals_page_by_place(ana: Rep, clock: StandingClock) -> None:
    made = []
    for number in range(5):
        made.append((await a_deal(ana, f"k{number}@example.com"))["id"])
        clock.forward(minutes=1)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = await ana.get("/opportunities", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [deal["id"] for deal in page["items"]]
        cursor = page["next_cursor"]
    assert (seen, cursor) == (made[::-1], None)


async def test_every_change_of_a_deal_is_kept_with_who_made_it(ana: Rep) -> None:
    deal = await a_deal(ana)
    await ana.patch(f"/opportunities/{deal['id']}", stage="negotiation", amount="15000", close_date="2026-07-31")
    told = (await Rep(ana.client, ana.door, JONAS).patch(f"/opportunities/{deal['id']}", owner=JONAS)).json()
    assert {(c["what"], c["before"], c["after"], c["by"]) for c in told["history"]} == {
        ("stage", "discovery", "negotiation", "Ana Ferreira"),
        ("amount", "12500.5", "15000", "Ana Ferreira"),
        ("close_date", "2026-06-30", "2026-07-31", "Ana Ferreira"),
        ("owner", deal["owner"]["id"], told["owner"]["id"], "Jonas Brandt"),
    }
    assert told["value"] == {"amount": "15000.00", "currency": "EUR"}


async def test_a_won_deal_makes_a_customer(ana: Rep) -> None:
    deal = await a_deal(ana)
    told = (await ana.post(f"/opportunities/{deal['id']}/won")).json()
    assert (told["state"], told["probability"]) == ("won", 1.0)
    lead = await ana.get(f"/leads/{deal['lead_id']}")
    assert (lead["stage"], lead["outcome"]) == ("customer", "won")
    assert (await ana.post(f"/opportunities/{deal['id']}/won")).status_code == 200
    lost = await ana.post(f"/opportunities/{deal['id']}/lost", reason_code="no_budget")
    assert (lost.status_code, lost.json()["legal_moves"]) == (409, ["reopen"])
    edit = await ana.patch(f"/opportunities/{deal['id']}", amount=1)
    assert (edit.status_code, edit.json()["legal_moves"]) == (409, ["reopen"])


async def test_case_32_a_lost_deal_that_is_reopened_says_so_to_whoever_learns_from_it(ana: Rep) -> None:
    deal = await a_deal(ana)
    path = f"/opportunities/{deal['id']}"
    lost = (await ana.post(f"{path}/lost", reason_code="no_budget", note="frozen until autumn")).json()
    assert (lost["state"], lost["reason_code"], lost["note"]) == ("lost", "no_budget", "frozen until autumn")
    assert (await ana.get(f"/leads/{deal['lead_id']}"))["outcome"] == "lost"
    again = (await ana.post(f"{path}/reopen")).json()
    assert (again["state"], again["reopened"], again["closed_at"]) == ("open", 1, None)
    lead = await ana.get(f"/leads/{deal['lead_id']}")
    assert (lead["stage"], lead["outcome"]) == ("opportunity", "converted")
    await ana.post(f"{path}/won")
    states = [c for c in (await ana.get(path))["history"] if c["what"] == "state"]
    assert [(c["before"], c["after"]) for c in states] == [("open", "lost"), ("lost", "open"), ("open", "won")]
    outcomes = [i for i in (await ana.get(f"/leads/{deal['lead_id']}/timeline"))["items"] if i["kind"] == "outcome"]
    assert len(outcomes) == 4  # converted, lost, converted, won: the flip can be read


async def test_a_customer_by_mistake_is_an_opportunity_again_once_reopened(ana: Rep) -> None:
    deal = await a_deal(ana)
    await ana.post(f"/opportunities/{deal['id']}/won")
    await ana.post(f"/opportunities/{deal['id']}/reopen")
    assert (await ana.get(f"/leads/{deal['lead_id']}"))["stage"] == "opportunity"


@pytest.mark.parametrize("body", [{"stage": "won"}, {"stage": "nowhere"}, {"currency": "QQQ"}, {"amount": "many"}])
async def test_a_change_that_cannot_be_is_refused(ana: Rep, body: dict[str, Any]) -> None:
    deal = await a_deal(ana)
    assert (await ana.patch(f"/opportunities/{deal['id']}", **body)).status_code == 422


async def test_a_task_is_listed_until_done_and_its_owner_reminded_once(ana: Rep, clock: StandingClock) -> None:
    lead = await ana.lead()
    made = await ana.post(
        "/tasks", lead_id=lead, title="Call them", kind="call", due_at="2026-03-02T11:00:00Z", owner=JONAS
    )
    assert made.status_code == 201, made.text
    assert (await reminded(ana.door), (await ana.get("/tasks"))["items"][0]["overdue"]) == (0, False)
    clock.forward(hours=3)
    assert (await reminded(ana.door), await reminded(ana.door)) == (1, 0)
    async with ana.door.workspace.reading() as uow:
        reminders = [m for m in await uow.outbox.all() if m.kind == "task_reminder"]
    assert len(reminders) == 1
    done = (await ana.post(f"/tasks/{made.json()['id']}/done")).json()
    assert done["done_at"] == "2026-03-02T12:00:00Z"
    assert (await ana.post(f"/tasks/{done['id']}/done")).json()["done_at"] == done["done_at"]
    assert (await ana.get("/tasks", done=False))["items"] == []


async def reminded(door: Door) -> int:
    async with door.workspace.unit() as uow:
        return await remind_of_tasks(uow)


async def test_a_task_needs_a_lead_an_instant_and_somebody_of_the_team(ana: Rep) -> None:
    lead = await ana.lead()
    good = {"lead_id": lead, "title": "Call", "due_at": "2026-03-02T11:00:00Z"}
    for wrong, status in (
        ({"lead_id": "lead_0"}, 404),
        ({"due_at": "2026-03-02T11:00:00"}, 422),
        ({"owner": "nobody@example.com"}, 422),
        ({"title": "   "}, 422),
    ):
        assert (await ana.post("/tasks", **(good | wrong))).status_code == status


async def test_the_definitions_are_the_rules_in_words_as_json_and_as_a_page(ana: Rep) -> None:
    told = await ana.get("/definitions")
    by_key = {item["key"]: item for item in told["items"]}
    assert list(by_key) == [
        "lead", "prospect", "iql", "mql", "pql", "sal", "sql", "opportunity", "customer", "disqualified", "recycled",
        "nurture",
    ]  # fmt: skip
    assert "at least 50" in by_key["mql"]["rule"] and "at least 15 points of fit" in by_key["mql"]["rule"]
    assert "need" in by_key["sql"]["rule"] and "booked is not held" in by_key["sql"]["rule"]
    assert {reason["code"] for reason in told["reasons"]} >= {"too_small", "not_now", "do_not_contact"}
    assert all(reason["advice"] for reason in told["reasons"])
    page = await ana.client.get("/definitions", headers=ana.headers)
    assert page.status_code == 200
    assert by_key["mql"]["rule"] in unescape(page.text)
    assert all(item["label"].split(" (")[0] in page.text for item in told["items"])


async def test_whoever_is_not_of_the_team_sees_the_words_without_the_rules(door: Door, client: Any) -> None:
    told = (await client.get("/v1/definitions", headers=door.bearer)).json()
    behind = [item["rule"] for item in told["items"]] + [reason["advice"] for reason in told["reasons"]]
    async with door.workspace.unit() as uow:
        await add_api_key(uow, name="figures", scopes=["reports:read"], secret="sk_figures_0123456789")
    for shown in ({}, {"Authorization": "Bearer sk_figures_0123456789"}, {"Authorization": "Bearer sk_wrong"}):
        page = await client.get("/definitions", headers=shown)
        text = unescape(page.text)
        assert page.status_code == 200 and "Sales accepted lead (SAL)" in text
        assert [words for words in behind if words in text] == [] and "50" not in text and "%" not in text
    await with_password(door.workspace)
    await client.post("/v1/session", json={"email": ANA, "password": PASSWORD}, headers=HERE)
    signed_in = unescape((await client.get("/definitions")).text)
    assert [words for words in behind if words not in signed_in] == []


async def test_the_definitions_follow_the_rules_that_were_published(ana: Rep) -> None:
    content = (await ana.get("/rules/scoring"))["deciding"]["content"]
    content["threshold"] = {"up": 61, "down": 40, "fit_at_least": 5}
    reply = await ana.client.put("/v1/rules/scoring", json={"content": content}, headers=ana.headers)
    assert reply.status_code == 200, reply.text
    await ana.post("/rules/scoring/publish", apply_to_existing="none")
    told = await ana.get("/definitions")
    assert told["scoring_version"] == 1
    assert "at least 61" in next(item["rule"] for item in told["items"] if item["key"] == "mql")
    assert "at least 61" in (await ana.client.get("/definitions", headers=ana.headers)).text
