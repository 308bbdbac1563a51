"""Enrichment over HTTP: facts of another system beside the person's own word."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door

KIM = {"source": "website", "email": "kim.ito@bakery.example.com", "title": "Buyer"}
FACTS = {"source": "crm", "person": {"title": "CEO", "country": "Germany"}, "company": {"employees": 40}}


async def enrich(door: Door, client: Any, **body: Any) -> tuple[str, Any]:
    lead = (await client.post("/v1/leads", json=KIM, headers=door.bearer)).json()
    return lead["id"], await client.post(f"/v1/leads/{lead['id']}/enrich", json=body, headers=door.bearer)


async def test_facts_fill_blanks_and_are_shown_with_source_and_date(door: Door, client: Any) -> None:
    id, reply = await enrich(door, client, **FACTS)
    assert reply.status_code == 200
    lead = (await client.get(f"/v1/leads/{id}", headers=door.bearer)).json()
    assert (lead["person"]["title"], lead["person"]["country"]) == ("Buyer", "DE")
    assert (lead["company"]["employees"], lead["company"]["size_band"]) == (40, "11-50")
    shown = {one["field"]: (one["value"], one["source"], one["used"]) for one in lead["enrichment"]}
    assert shown["person.title"] == ("CEO", "crm", False)
    assert shown["company.employees"] == (40, "crm", True)
    assert all(one["at"].endswith("Z") for one in lead["enrichment"])


async def test_without_a_source_to_ask_that_is_said(door: Door, client: Any) -> None:
    _, reply = await enrich(door, client)
    assert (reply.status_code, reply.json()["code"]) == (409, "not_configured")
    assert "OPENER_ENRICH_FILE" in reply.json()["detail"]


async def test_with_a_source_the_lead_is_due_to_be_looked_up(tmp_path: Any, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, enriches=True) as door, a_client(door) as client:
        id, reply = await enrich(door, client)
        assert reply.status_code == 202
        assert reply.json()["due_at"] is not None
        bare = await client.post(f"/v1/leads/{id}/enrich", headers=door.bearer)
        assert bare.status_code == 202


@pytest.mark.parametrize(
    "body", [{"person": {"title": "CEO"}}, {"source": "crm", "person": {"title": {"a": 1}}}, {"facts": {}}]
)
async def test_a_wrong_body_is_a_problem(door: Door, client: Any, body: dict[str, Any]) -> None:
    assert (await enrich(door, client, **body))[1].status_code == 422


async def test_what_cannot_be_read_is_left_out(door: Door, client: Any) -> None:
    body = {"source": "crm", "person": {"country": "Atlantis", "phone": "12"}, "company": {"employees": "many", "x": 1}}
    _id, reply = await enrich(door, client, **body)
    assert (reply.status_code, reply.json()["items"]) == (200, [])
