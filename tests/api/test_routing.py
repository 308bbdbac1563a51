"""Routing over HTTP: why a lead is where it is, giving it by hand, leave, queues, and what rules would do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions.current_routing import routing_rules
from actions.publish_rules import read_shelf
from actions.route_lead import route_waiting
from leads.condition import InSegment, read_condition
from playbook.loader import read_playbook
from playbook.routing_rules import read_routing, routing_document, routing_faults
from store.rules import RuleKind
from tests.api.door import Door, a_client, a_door
from tests.builders import ANA, JONAS
from tests.playbook.drafts import SAMPLE

BOOK = read_playbook(SAMPLE)


@pytest.fixture
async def door(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Door]:
    """The sample company's own rules."""
    async with a_door(tmp_path, url=sqlite_url, book=BOOK) as built:
        yield built


@pytest.fixture
async def api(door: Door) -> AsyncIterator[Api]:
    async with a_client(door) as client:
        yield Api(client, door.bearer)


class Api:
    """An outside program."""

    def __init__(self, client: Any, bearer: dict[str, str]) -> None:
        self.client = client
        self.bearer = bearer

    async def __call__(self, method: str, path: str, *, status: int = 200, rep: str | None = None, **body: Any) -> Any:
        headers = self.bearer | ({"Opener-Rep": rep} if rep else {})
        json = body if method in {"POST", "PUT"} else None
        reply = await self.client.request(method, f"/v1{path}", json=json, headers=headers)
        assert reply.status_code == status, reply.text
        return reply.json() if reply.content else None

    async def lead(self, name: str = "kim", **told: Any) -> Any:
        told = {"email": f"{name}@{name}.example.com", "source": "form", "context": "demo", **told}
        return await self("POST", "/leads", status=201, **told)


async def test_why_a_lead_went_to_somebody_is_told_step_by_step(api: Api) -> None:
    lead = await api.lead(fields={"country": "DE"})
    assert lead["owner"]["name"] == "Jonas Brandt"
    assert lead["sla"]["kind"] == "first_response"
    route = await api("GET", f"/leads/{lead['id']}/route")
    assert route["current"]["rule"] == "in_dach"
    assert route["current"]["state"] == "offered"
    steps = {step["rule"]: step for step in route["current"]["steps"]}
    assert steps["speaks_german"] == {
        "rule": "speaks_german",
        "verdict": "unknown",
        "asked": "person.language begins with de",
        "seen": None,
    }
    assert {clock["kind"] for clock in route["clocks"]} == {"acceptance", "first_response"}


async def test_a_lead_is_given_by_hand_to_a_rep_or_a_queue(api: Api) -> None:
    lead = await api.lead()
    given = await api("POST", f"/leads/{lead['id']}/assign", owner=JONAS, reason="knows the trade")
    assert given["owner"]["name"] == "Jonas Brandt"
    queued = await api("POST", f"/leads/{lead['id']}/assign", queue="partners")
    assert (queued["owner"], queued["queue"]) == (None, "partners")
    route = await api("GET", f"/leads/{lead['id']}/route")
    assert [a["state"] for a in route["history"]] == ["reassigned", "reassigned"]
    assert route["history"][0]["why"] == "knows the trade"


async def test_who_takes_what_is_offered_to_them_has_accepted_it(api: Api) -> None:
    lead = await api.lead()
    theirs = {"Ana Ferreira": ANA, "Jonas Brandt": JONAS}[lead["owner"]["name"]]
    await api("POST", f"/leads/{lead['id']}/assign", owner=theirs)  # said by somebody else: it stays an offer
    assert (await api("GET", f"/leads/{lead['id']}/route"))["current"]["state"] == "offered"
    await api("POST", f"/leads/{lead['id']}/assign", rep=theirs, owner=theirs)
    route = await api("GET", f"/leads/{lead['id']}/route")
    assert route["current"]["state"] == "accepted"
    assert {clock["kind"] for clock in route["clocks"] if clock["stopped_at"] is None} == {"first_response"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"owner": "nobody@example.com"}, 409, "nobody_there"),
        ({"queue": "moon"}, 422, "value_missing"),
        ({"reason": "just so"}, 422, "value_missing"),
        ({"owner": JONAS, "queue": "sales"}, 422, "value_missing"),
        ({"owner": ""}, 422, "invalid"),
        ({"to": JONAS}, 422, "invalid"),
    ],
)
async def test_a_wrong_place_is_refused_with_the_way_out(
    api: Api, body: dict[str, Any], status: int, code: str
) -> None:
    lead = await api.lead()
    problem = await api("POST", f"/leads/{lead['id']}/assign", status=status, **body)
    assert problem["code"] == code


async def test_a_rep_declines_and_the_next_one_is_offered_it(api: Api) -> None:
    lead = await api.lead()
    first = {"Ana Ferreira": ANA, "Jonas Brandt": JONAS}[lead["owner"]["name"]]
    assert (await api("POST", f"/leads/{lead['id']}/decline", status=422, reason="busy"))["code"] == "rep_needed"
    other = JONAS if first == ANA else ANA
    refused = await api("POST", f"/leads/{lead['id']}/decline", status=409, rep=other, reason="busy")
    assert refused["code"] == "nothing_offered"
    second = await api("POST", f"/leads/{lead['id']}/decline", rep=first, reason="busy")
    assert second["owner"]["name"] != lead["owner"]["name"]


async def test_the_queue_of_nobody_s_leads_is_shown_and_its_leads_are_listed(api: Api) -> None:
    lead, owned = await api.lead("kim"), await api.lead("lee")
    await api("POST", f"/leads/{lead['id']}/assign", queue="partners")
    queues = {queue["key"]: queue for queue in (await api("GET", "/queues"))["items"]}
    assert queues["partners"]["waiting"] == 1
    assert queues["partners"]["oldest"] is not None
    assert queues["sales"]["waiting"] == 0
    for query in ("queue=partners", "unowned=true", "queue=partners&unowned=true"):
        assert [item["id"] for item in (await api("GET", f"/leads?{query}"))["items"]] == [lead["id"]]
    assert {item["id"] for item in (await api("GET", "/leads"))["items"]} == {lead["id"], owned["id"]}


async def test_leave_is_kept_shown_and_ended(api: Api) -> None:
    away = {"from": "2026-03-01", "to": "2026-03-20", "delegate": ANA}
    kept = await api("PUT", f"/reps/{JONAS}/away", **away)
    assert (kept["from"], kept["delegate"]["name"]) == ("2026-03-01", "Ana Ferreira")
    reps = {rep["email"]: rep for rep in (await api("GET", "/reps"))["items"]}
    assert reps[JONAS]["away"]["to"] == "2026-03-20"
    assert not reps[JONAS]["working"]
    assert reps[ANA]["pools"] == ["sales"]
    assert (await api.lead(fields={"country": "DE"}))["owner"]["name"] == "Ana Ferreira"
    await api("DELETE", f"/reps/{JONAS}/away", status=204)
    assert (await api.lead("lee", fields={"country": "DE"}))["owner"]["name"] == "Jonas Brandt"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"from": "2026-03-20", "to": "2026-03-01"}, 422),
        ({"from": "2026-03-01"}, 422),
        ({"from": "tomorrow", "to": "2026-03-01"}, 422),
        ({"from": "2026-03-01", "to": "2026-03-20", "delegate": JONAS}, 422),
        ({"from": "2026-03-01", "to": "2026-03-20", "delegate": "x@example.com"}, 409),
    ],
)
async def test_leave_that_cannot_be_is_refused(api: Api, body: dict[str, Any], status: int) -> None:
    await api("PUT", f"/reps/{JONAS}/away", status=status, **body)


async def test_somebody_leaves_after_a_look_at_what_that_means(api: Api) -> None:
    lead = await api.lead(fields={"country": "DE"})
    listed = await api("POST", f"/reps/{JONAS}/leave", dry_run=True)
    assert (listed["done"], [one["id"] for one in listed["leads"]]) == (False, [lead["id"]])
    assert (listed["deals"], listed["tasks"]) == ([], [])
    left = await api("POST", f"/reps/{JONAS}/leave", to=ANA)
    assert (left["done"], left["leads"][0]["owner"]["name"]) == (True, "Ana Ferreira")
    assert [rep["email"] for rep in (await api("GET", "/reps"))["items"]] == [ANA]
    route = await api("GET", f"/leads/{lead['id']}/route")
    assert route["history"][0]["owner"]["name"] == "Jonas Brandt"  # history keeps the name


# --- what rules would do ---------------------------------------------------------------------------------------------


async def test_the_simulator_says_where_a_lead_would_go_and_changes_nothing(api: Api) -> None:
    lead = await api.lead(fields={"country": "DE"})
    before = await api("GET", f"/leads/{lead['id']}/route")
    shown = await api("POST", "/rules/routing/simulate", lead_id=lead["id"])
    assert (shown["rule"], shown["owner"]["name"], shown["answer_within_minutes"]) == ("in_dach", "Jonas Brandt", 5)
    made_up = {"person.language": "pt-BR", "company.size_band": "5001+"}
    shown = await api("POST", "/rules/routing/simulate", attributes=made_up)
    assert shown["rule"] == "speaks_spanish_or_portuguese"
    shown = await api("POST", "/rules/routing/simulate", attributes={"source": "form"}, events=["said.job_search"])
    assert shown["destination"] == "careers"
    shown = await api("POST", "/rules/routing/simulate", attributes={"source": "form"})
    assert (shown["rule"], shown["pool"]) == ("everybody_else", "sales")
    assert await api("GET", f"/leads/{lead['id']}/route") == before


async def test_rules_that_are_being_written_are_tried_out_and_linted(api: Api) -> None:
    content = routing_document(BOOK)
    everybody = content["rules"].pop()
    content["rules"].insert(0, everybody)
    shown = await api("POST", "/rules/routing/simulate", attributes={"source": "form"}, content=content)
    assert shown["rule"] == "everybody_else"
    narrow = {"id": "x", "label": "x", "when": {"attr": "person.language", "value": "de-AT"}, "to": {"queue": "sales"}}
    content["rules"] = [*content["rules"][1:], narrow]
    shown = await api("POST", "/rules/routing/simulate", attributes={"source": "form"}, content=content)
    assert [warning.split(":")[0] for warning in shown["warnings"]] == ["The rule x never decides"]


async def test_faults_of_rules_are_told_by_their_place(api: Api) -> None:
    content = routing_document(BOOK)
    content["rules"][0]["to"] = {"pool": "moon"}
    content["pools"][0]["members"][0]["weight"] = 0
    problem = await api("POST", "/rules/routing/simulate", status=422, attributes={}, content=content)
    assert {e["field"] for e in problem["errors"]} == {"content.rules[0].to.pool", "content.pools[0].members[0].weight"}
    for body in ({}, {"lead_id": "x", "attributes": {}}, {"attributes": {}, "content": {"rules": 5}}):
        await api("POST", "/rules/routing/simulate", status=422, **body)  # type: ignore[arg-type]
    await api("POST", "/rules/routing/simulate", status=404, lead_id="lead_none")


async def test_a_dry_run_says_which_leads_would_have_gone_elsewhere(api: Api) -> None:
    german = await api.lead("kim", fields={"country": "DE"})
    for name in ("lee", "max"):
        await api.lead(name, fields={"country": "PT"})
    same = await api("POST", "/rules/routing/dry-run")
    assert (same["leads"], same["moved_count"]) == (3, 0)
    assert same["by_rule"] == {"in_iberia": 2, "in_dach": 1}
    content = routing_document(BOOK)
    content["rules"] = [rule for rule in content["rules"] if rule["id"] != "in_dach"]
    other = await api("POST", "/rules/routing/dry-run", content=content)
    assert other["moved"] == [
        {"lead_id": german["id"], "was": f"rep {JONAS}", "would_be": "pool sales", "rule": "everybody_else"}
    ]
    await api("POST", "/rules/routing/dry-run", status=422, days=0)


# --- versions --------------------------------------------------------------------------------------------------------


def everything_to(**target: str) -> dict[str, Any]:
    content = routing_document(BOOK)
    everything = {"attr": "source", "op": "exists"}
    content["rules"] = [{"id": "all", "label": "Everything", "when": everything, "to": target}]
    return content


@pytest.fixture
async def anywhere(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    """The same company, on either database."""
    async with a_door(tmp_path, url=database_url, book=BOOK) as built:
        yield built


async def test_a_version_decides_from_the_next_lead_on_and_leaves_the_others_alone(anywhere: Door) -> None:
    async with a_client(anywhere) as client:
        api = Api(client, anywhere.bearer)
        before = await api.lead(fields={"country": "DE"})
        shelf = await client.get("/v1/rules/routing", headers=anywhere.bearer)
        assert shelf.json()["deciding"]["state"] == "base"
        assert shelf.json()["deciding"]["content"] == routing_document(BOOK)
        headers = anywhere.bearer | {"If-Match": shelf.headers["etag"]}
        body = {"content": everything_to(rep=ANA), "comment": "Ana first", "base_version": 0}
        saved = await client.put("/v1/rules/routing", json=body, headers=headers)
        assert (saved.status_code, saved.json()["state"], saved.json()["version"]) == (200, "draft", 1)
        stale = await client.put("/v1/rules/routing", json=body, headers=headers)
        assert (stale.status_code, stale.json()["code"]) == (412, "rules_changed")
        assert (await api("POST", "/rules/routing/simulate", lead_id=before["id"]))["owner"]["name"] == "Jonas Brandt"
        published = await api("POST", "/rules/routing/publish", status=202)
        assert (published["rules"]["state"], published["run"]) == ("published", None)
        after = await api.lead("lee", fields={"country": "DE"})
        assert (before["owner"]["name"], after["owner"]["name"]) == ("Jonas Brandt", "Ana Ferreira")
        assert (await api("GET", f"/leads/{after['id']}/route"))["current"]["rule"] == "all"
        assert (await api("GET", f"/leads/{before['id']}"))["owner"]["name"] == "Jonas Brandt"
        shelf = await client.get("/v1/rules/routing", headers=anywhere.bearer)
        assert [(v["version"], v["state"]) for v in shelf.json()["versions"]] == [(1, "published"), (0, "base")]
        assert (await api("GET", "/rules/routing/versions/1"))["content"] == everything_to(rep=ANA)


async def test_waiting_leads_are_asked_about_again_when_that_is_wanted(anywhere: Door) -> None:
    async with a_client(anywhere) as client:
        api = Api(client, anywhere.bearer)
        for version, target in enumerate(({"queue": "partners"}, {"rep": ANA}), start=1):
            await api("PUT", "/rules/routing", content=everything_to(**target))
            if version == 1:
                await api("POST", "/rules/routing/publish", status=202)
                waiting, by_hand = await api.lead("kim"), await api.lead("lee")
                await api("POST", f"/leads/{by_hand['id']}/assign", queue="sales")
        await api("POST", "/rules/routing/publish", status=202, apply_to_existing="act")
        async with anywhere.workspace.reading() as uow:
            due = await uow.assignments.due_waits(uow.now, limit=10)
        assert due == [waiting["id"]]
        async with anywhere.workspace.unit() as uow:
            await route_waiting(uow, BOOK, due[0])
        assert (await api("GET", f"/leads/{waiting['id']}"))["owner"]["name"] == "Ana Ferreira"
        assert (await api("GET", f"/leads/{by_hand['id']}"))["queue"] == "sales"


async def test_a_draft_is_linted_and_a_wrong_one_refused(api: Api) -> None:
    content = everything_to(rep=ANA)
    content["rules"].append({**content["rules"][0], "id": "more"})
    await api("PUT", "/rules/routing", content=content)
    (warning,) = (await api("GET", "/rules/routing"))["warnings"]
    assert warning.startswith("Draft: The rule more never decides")
    for wrong in (everything_to(rep="nobody@example.com"), {}, {"rules": 5}):
        assert (await api("PUT", "/rules/routing", status=422, content=wrong))["code"] == "rules_invalid"
    await api("POST", "/rules/routing/publish", status=422, apply_to_existing="notify")
    await api("DELETE", "/rules/routing/draft", status=204)
    assert (await api("POST", "/rules/routing/publish", status=409))["code"] == "nothing_to_publish"


async def test_a_version_goes_on_deciding_when_the_playbook_loses_a_name_of_it(api: Api, door: Door) -> None:
    content = everything_to(rep=JONAS)
    content["rules"].insert(0, {**content["rules"][0], "id": "first", "when": {"event": "said.job_search"}})
    await api("PUT", "/rules/routing", content=content)
    await api("POST", "/rules/routing/publish", status=202)
    smaller = replace(BOOK, reps=tuple(rep for rep in BOOK.reps if rep.email != JONAS), signals=())
    async with door.workspace.reading() as uow:
        assert (await routing_rules(uow, smaller)).version == 1
        shelf = await read_shelf(uow, smaller, RuleKind.ROUTING)
    assert any("rules[0].when.event" in warning for warning in shelf.warnings)


async def test_editors_get_the_schema_of_routing(api: Api) -> None:
    schema = await api("GET", "/rules/routing/schema")
    assert schema["title"] == "Routing rules"
    assert schema["$defs"]["SlaSection"]["properties"]["acceptance"]["default"] == "4 hours"
    asked = json.dumps(schema["$defs"]["Condition"])
    assert "territory" in asked and "score.total" in asked


async def test_a_segment_of_the_playbook_counts_in_a_document_too() -> None:
    big = read_condition({"attr": "company.employees", "op": "gte", "value": 100})
    book = replace(BOOK, scoring=replace(BOOK.scoring, segments={"big": big}))
    content = everything_to(rep=ANA)
    content["rules"][0]["when"] = {"segment": "big"}
    (rule,) = read_routing(content, book).rules
    assert rule.when == InSegment("big", big)
    assert [fault.where for fault in routing_faults(content, BOOK)] == ["rules[0].when.segment"]
