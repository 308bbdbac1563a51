"""One reader of If-Match: rules, leads and drafts take a mark in every form in which clients send it."""

from __future__ import annotations

from typing import Any

import pytest

from api.if_match import seen_by
from playbook.scoring_document import scoring_document
from tests.api.door import Door, a_visitor
from tests.api.reps import a_request, a_written_draft
from tests.builders import ANA

FORMS = ['"{}"', "{}", 'W/"{}"', ' "{}" ']
"""As it was given, bare, made weak by a proxy, with blanks."""


@pytest.mark.parametrize("form", FORMS)
async def test_rules_leads_and_drafts_take_the_same_forms_of_a_mark(door: Door, client: Any, form: str) -> None:
    async def sent(method: str, path: str, mark: str, **body: Any) -> int:
        headers = door.bearer | {"If-Match": form.format(mark.strip('"')), "Opener-Rep": ANA}
        return int((await client.request(method, f"/v1{path}", json=body, headers=headers)).status_code)

    shelf = await client.get("/v1/rules/scoring", headers=door.bearer)
    document = {"content": scoring_document(door.workspace.book.scoring)}
    assert await sent("PUT", "/rules/scoring", shelf.headers["etag"], **document) == 200
    assert await sent("PUT", "/rules/scoring", shelf.headers["etag"], **document) == 412  # it has changed now

    told = {"email": "kim@bakery.example.com", "source": "phone"}
    lead = (await client.post("/v1/leads", json=told, headers=door.bearer)).json()
    read = await client.get(f"/v1/leads/{lead['id']}", headers=door.bearer)
    assert await sent("PATCH", f"/leads/{lead['id']}", "0.000000", person={"name": "Kim"}) == 412
    assert await sent("PATCH", f"/leads/{lead['id']}", read.headers["etag"], person={"name": "Kim"}) == 200

    visitor = await a_visitor(client)
    await visitor.says("Does it work for two plants?")
    await visitor.answered()
    handoff = await a_request(client, door, visitor)
    draft = await a_written_draft(door, handoff, client)
    assert await sent("POST", f"/drafts/{draft['id']}/edit", "99", text="Hello") == 412
    assert await sent("POST", f"/drafts/{draft['id']}/edit", str(draft["rev"]), text="Hello") == 200


@pytest.mark.parametrize("sent", [None, "", "  ", "*", ' "" ', 'W/""'])
def test_a_header_that_names_no_state_is_none(sent: str | None) -> None:
    assert seen_by(sent) is None
