"""Rules over HTTP: draft, dry run, publish, run; and scores replayed, explained and adjusted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from actions.add_key import add_api_key
from playbook.scoring_document import scoring_document
from tests.api.door import Door, a_client, a_door
from tests.builders import ANA, StandingClock
from worker.sweep import sweep

LEAD = {
    "source": "list",
    "context": "list",
    "email": "kim@bakery.example.com",
    "title": "Head of production",
    "company": "Fjord Bakery",
}
VISIT = {
    "id": "industry",
    "group": "fit",
    "label": "Bakes",
    "when": {"attr": "company.name", "op": "matches", "value": "baker"},
    "points": 8,
}
LISTED = {"id": "listed", "group": "engagement", "label": "Listed", "when": {"event": "form.list"}, "points": 25}


def a_document(door: Door, *rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    base = scoring_document(door.workspace.book.scoring)
    return base | {"rules": [*base["rules"], *(rules or (VISIT, LISTED))]} | changes


@asynccontextmanager
async def calling(door: Door) -> AsyncIterator[Any]:
    async with a_client(door) as client:
        client.headers.update(door.bearer)
        yield client


async def work_off(door: Door) -> None:
    while await sweep(door.workspace):
        pass


async def test_the_whole_life_of_a_rule(either_door: Door) -> None:
    async with calling(either_door) as client:
        lead = (await client.post("/v1/leads", json=LEAD)).json()
        assert (lead["score"]["total"], lead["score"]["version"], lead["stage"]) == (30, 0, "lead")
        before = await client.get("/v1/rules/scoring")
        assert before.json()["deciding"]["state"] == "base"
        assert [one["version"] for one in before.json()["versions"]] == [0]
        mark = before.headers["etag"]
        body = {"content": a_document(either_door), "comment": "Bakers are worth more", "base_version": 0}
        saved = await client.put("/v1/rules/scoring", json=body, headers={"If-Match": mark})
        assert (saved.status_code, saved.json()["state"], saved.json()["version"]) == (200, "draft", 1)
        stale = await client.put("/v1/rules/scoring", json=body, headers={"If-Match": mark})
        assert (stale.status_code, stale.json()["code"]) == (412, "rules_changed")
        tried = (await client.post("/v1/rules/scoring/dry-run", json={})).json()
        assert (tried["would_become_mql"], tried["would_drop"], tried["leads"], tried["exact"]) == (1, 0, 1, True)
        assert tried["rising"] == [{"lead_id": lead["id"], "before": 30.0, "after": 63.0, "rule": "listed"}]
        assert {effect["rule"] for effect in tried["rules"]} == {"industry", "listed"}
        published = await client.post("/v1/rules/scoring/publish", json={"apply_to_existing": "act"})
        assert published.status_code == 202
        run = published.json()["run"]
        assert (run["state"], run["done"], run["result"]["version"]) == ("waiting", 0, 1)
        await work_off(either_door)
        run = (await client.get(f"/v1/runs/{run['id']}")).json()
        assert (run["state"], run["done"], run["total"], run["result"]["rose"]) == ("done", 1, 1, 1)
        after = (await client.get(f"/v1/leads/{lead['id']}")).json()
        assert (after["score"]["total"], after["score"]["version"], after["stage"]) == (63, 1, "mql")
        shelf = (await client.get("/v1/rules/scoring")).json()
        assert [(one["version"], one["state"]) for one in shelf["versions"]] == [(1, "published"), (0, "base")]
        assert (shelf["draft"], shelf["warnings"]) == (None, [])
        first = (await client.get("/v1/rules/scoring/versions/1")).json()
        assert (first["comment"], first["content"]["rules"][-1]) == ("Bakers are worth more", LISTED)


async def test_a_document_with_faults_is_refused_with_every_place(door: Door, client: Any) -> None:
    wrong = a_document(door, {**VISIT, "points": "8"}, {**LISTED, "when": {"event": "said.nope"}})
    for call, path in ((client.put, "/v1/rules/scoring"), (client.post, "/v1/rules/scoring/dry-run")):
        reply = await call(path, json={"content": wrong}, headers=door.bearer)
        assert (reply.status_code, reply.json()["code"]) == (422, "rules_invalid")
        assert {error["field"] for error in reply.json()["errors"]} == {"rules[9].points", "rules[10].when.event"}
        assert all("Allowed:" in error["message"] for error in reply.json()["errors"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v1/rules/pricing", None, 404, "not_found"),
        ("GET", "/v1/rules/scoring/versions/99", None, 404, "not_found"),
        ("GET", "/v1/rules/scoring/versions/99999999999999999999", None, 404, "not_found"),
        ("GET", "/v1/runs/none", None, 404, "not_found"),
        ("POST", "/v1/rules/scoring/publish", {}, 409, "nothing_to_publish"),
        ("POST", "/v1/rules/scoring/publish", {"apply_to_existing": "all"}, 422, "invalid"),
        ("POST", "/v1/rules/scoring/dry-run", {}, 409, "nothing_to_publish"),
        ("PUT", "/v1/rules/scoring", {"content": []}, 422, "invalid"),
        ("PUT", "/v1/rules/scoring", {"content": {}}, 422, "rules_invalid"),
        ("GET", "/v1/leads/none/score", None, 404, "not_found"),
    ],
)
async def test_what_cannot_be_done_is_a_problem(
    door: Door, client: Any, method: str, path: str, body: Any, status: int, code: str
) -> None:
    reply = await client.request(method, path, json=body, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_an_edit_on_the_ground_of_an_older_version_is_refused(door: Door, client: Any) -> None:
    await client.put("/v1/rules/scoring", json={"content": a_document(door)}, headers=door.bearer)
    await client.post("/v1/rules/scoring/publish", json={}, headers=door.bearer)
    body = {"content": a_document(door), "base_version": 0}
    reply = await client.put("/v1/rules/scoring", json=body, headers=door.bearer)
    assert (reply.status_code, reply.json()["code"]) == (409, "rules_outdated")


async def test_a_run_is_read_with_the_scope_of_what_it_works_on(door: Door, client: Any) -> None:
    await client.put("/v1/rules/scoring", json={"content": a_document(door)}, headers=door.bearer)
    published = await client.post("/v1/rules/scoring/publish", json={}, headers=door.bearer)
    csv = door.bearer | {"Content-Type": "text/csv"}
    listed = await client.post("/v1/leads/import", content=b"Email\nkim@example.com\n", headers=csv)
    runs = published.json()["run"]["id"], listed.json()["id"]
    for scope, seen in (("rules:read", (200, 403)), ("leads:read", (403, 200)), ("reports:read", (403, 403))):
        secret = f"sk_{scope}_0123456789"
        async with door.workspace.unit() as uow:
            await add_api_key(uow, name=scope, scopes=[scope], secret=secret)
        headers = {"Authorization": f"Bearer {secret}"}
        replies = [await client.get(f"/v1/runs/{run}", headers=headers) for run in runs]
        assert tuple(reply.status_code for reply in replies) == seen
        assert {reply.json()["code"] for reply in replies if reply.status_code == 403} <= {"scope_missing"}


async def test_a_draft_can_be_thrown_away(door: Door, client: Any) -> None:
    await client.put("/v1/rules/scoring", json={"content": a_document(door)}, headers=door.bearer)
    assert (await client.delete("/v1/rules/scoring/draft", headers=door.bearer)).status_code == 204
    assert (await client.get("/v1/rules/scoring", headers=door.bearer)).json()["draft"] is None


@pytest.mark.parametrize("scope", ["rules:read", "leads:read"])
async def test_rules_are_changed_with_their_own_scope_only(tmp_path: Path, sqlite_url: str, scope: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, scopes=(scope,)) as door, calling(door) as client:
        reads = (await client.get("/v1/rules/scoring")).status_code
        assert reads == (200 if scope == "rules:read" else 403)
        for path in ("/v1/rules/scoring/publish", "/v1/rules/scoring/dry-run"):
            assert (await client.post(path, json={})).status_code == 403


async def test_editors_get_the_schema_of_a_document(door: Door, client: Any) -> None:
    schema = (await client.get("/v1/rules/scoring/schema", headers=door.bearer)).json()
    assert "Condition" in schema["$defs"]
    assert set(schema["properties"]) == {"threshold", "thresholds", "reported_cap", "limits", "segments", "rules"}


async def test_who_published_what_is_in_the_audit_log(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, rep=ANA) as door, calling(door) as client:
        await client.put("/v1/rules/scoring", json={"content": a_document(door)})
        await client.post("/v1/rules/scoring/publish", json={"apply_to_existing": "notify"})
        async with door.workspace.reading() as uow:
            published, drafted = await uow.audit.page()
    assert (published.act, published.actor.name, published.detail) == (
        "rules.published",
        "Ana Ferreira",
        {"version": 1, "reach": "notify"},
    )
    assert drafted.act == "rules.drafted"


# --- scores ----------------------------------------------------------------------------------------------------------


async def test_a_score_is_explained_with_what_would_change_it(door: Door, client: Any) -> None:
    bant = {"id": "bant.budget", "group": "engagement", "label": "Budget", "when": {"bant": "budget"}, "points": 9}
    size = {
        "id": "size",
        "group": "fit",
        "label": "Size",
        "when": {"attr": "company.size_band", "op": "in", "value": ["51-200"]},
        "points": 14,
    }
    lead = (await client.post("/v1/leads", json={**LEAD, "context": "demo"}, headers=door.bearer)).json()
    body = {"content": a_document(door, bant, size)}
    await client.put("/v1/rules/scoring", json=body, headers=door.bearer)
    path = f"/v1/leads/{lead['id']}/score"
    found = (await client.get(path, params={"version": "draft"}, headers=door.bearer)).json()
    assert round(sum(line["points"] for line in found["lines"]), 1) == found["total"] == 50
    assert found["missing"] == ["company.size_band"]
    assert [(one["points"], one["attribute"], one["question"]) for one in found["what_would_change"]] == [
        (10.0, "company.size_band", None),  # the limit of the group swallows the rest
        (9.0, None, "budget"),
    ]
    assert found["what_would_change"][1]["ask"] == "What about your budget?"
    assert found["ready"] is True
    assert [one["threshold"] for one in found["crossed"]] == ["mql"]
    assert found["next"][0]["total"] < 50
    assert found["next"][0]["why"] == "decay"


async def test_a_score_is_replayed_for_a_moment_that_has_passed(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, calling(door) as client:
        lead = (await client.post("/v1/leads", json=LEAD)).json()
        then = clock.now.isoformat()
        clock.forward(days=3)
        await client.post("/v1/leads", json={**LEAD, "context": "demo"})
        path = f"/v1/leads/{lead['id']}/score"
        assert (await client.get(path)).json()["total"] == 50
        assert (await client.get(path, params={"as_of": then})).json()["total"] == 30
        for wrong in ({"as_of": "2026-03-02T09:00:00"}, {"as_of": "0001-01-01T00:00:00Z"}, {"as_of": "soon"}):
            assert (await client.get(path, params=wrong)).status_code in {400, 422}
        for unknown in ("7", "x", "-1", "²"):
            assert (await client.get(path, params={"version": unknown})).status_code == 404


async def test_somebody_of_the_team_gives_points_and_a_program_does_not(tmp_path: Path, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url) as door, calling(door) as client:
        lead = (await client.post("/v1/leads", json=LEAD)).json()
        path = f"/v1/leads/{lead['id']}/score/adjustments"
        body = {"points": 25, "reason": "Met at the fair", "expires_at": "2026-04-01T00:00:00Z"}
        assert (await client.post(path, json=body)).json()["code"] == "rep_needed"
        given = await client.post(path, json=body, headers={"Opener-Rep": ANA})
        assert (given.status_code, given.json()["total"]) == (201, 55)
        (line,) = [line for line in given.json()["lines"] if line["rule"] == "manual"]
        assert (line["label"], line["group"], line["points"]) == ("Ana Ferreira: Met at the fair", "adjustment", 25)
        assert (await client.get(f"/v1/leads/{lead['id']}")).json()["stage"] == "mql"
        for wrong in ({**body, "points": 101}, {**body, "reason": ""}, {**body, "expires_at": "2020-01-01T00:00:00Z"}):
            assert (await client.post(path, json=wrong, headers={"Opener-Rep": ANA})).status_code == 422
