"""Forms as data: made, changed, looked at before they go live, and closed; what a map may do and may not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door
from tests.api.test_hooks import new_form, post, submissions
from tests.form_payloads import GRAVITY, GRAVITY_MAP, SECRET


async def test_a_form_shows_its_hook_and_never_its_secrets(door: Door, client: Any) -> None:
    form = await new_form(client, door, "meta", secrets=[SECRET], access_token="a-token-of-the-page")
    assert form["hook_url"] == f"http://testserver.local/hooks/meta/{form['token']}"
    assert len(form["token"]) >= 32  # 24 random bytes in base64
    assert (form["secrets"], form["has_access_token"]) == (1, True)
    listed = await client.get("/v1/forms", headers=door.bearer)
    one = await client.get(f"/v1/forms/{form['id']}", headers=door.bearer)
    assert listed.json()["items"] == [one.json()] == [form]
    for answer in (listed, one):
        assert SECRET not in answer.text
        assert "a-token-of-the-page" not in answer.text


async def test_a_form_is_changed_part_by_part(door: Door, client: Any) -> None:
    form = await new_form(client, door, field_map={"a": "email"}, campaign="spring")
    change = {"name": "Quote", "context": "quote", "campaign": None, "secrets": ["the-new-secret", "the-old-secret"]}
    answer = await client.patch(f"/v1/forms/{form['id']}", json=change, headers=door.bearer)
    changed = answer.json()
    assert (changed["name"], changed["context"], changed["campaign"], changed["secrets"]) == ("Quote", "quote", None, 2)
    assert (changed["field_map"], changed["token"]) == ({"a": "email"}, form["token"])
    off = await client.patch(f"/v1/forms/{form['id']}", json={"active": False}, headers=door.bearer)
    assert off.json()["active"] is False
    assert (await client.post(form["hook_url"], json={})).status_code == 404


async def test_forms_page_by_place(door: Door, client: Any) -> None:
    made = [(await new_form(client, door))["id"] for _ in range(3)]
    first = (await client.get("/v1/forms?limit=2", headers=door.bearer)).json()
    rest = await client.get("/v1/forms", params={"limit": 2, "cursor": first["next_cursor"]}, headers=door.bearer)
    assert [one["id"] for one in first["items"] + rest.json()["items"]] == made[::-1]
    assert rest.json()["next_cursor"] is None
    assert (await client.get("/v1/forms?cursor=junk", headers=door.bearer)).status_code == 422


@pytest.mark.parametrize(
    "place", ["owner", "stage", "score", "fields.", "person.owner", "consent.marketing", "__class__"]
)
async def test_a_map_leads_only_where_a_form_may_write(door: Door, client: Any, place: str) -> None:
    body = {"provider": "generic", "name": "x", "field_map": {"a": place}}
    answer = await client.post("/v1/forms", json=body, headers=door.bearer)
    assert (answer.status_code, answer.json()["code"]) == (422, "value_missing")
    assert "Use one of: email" in answer.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "email"},
        {"provider": "smoke"},
        {"secrets": ["a" * 8, "b" * 8, "c" * 8]},
        {"secrets": ["short"]},
        {"owner": "rep_1"},
        {"context": "party"},
        {"name": ""},
    ],
)
async def test_a_form_that_cannot_be_is_422(door: Door, client: Any, wrong: dict[str, Any]) -> None:
    answer = await client.post("/v1/forms", json={"provider": "generic", "name": "x"} | wrong, headers=door.bearer)
    assert answer.status_code == 422


async def test_a_preview_says_what_would_be_captured_and_what_is_missing_and_stores_nothing(
    door: Door, client: Any
) -> None:
    tick = {"purpose": "marketing", "text": "Send me news.", "text_version": "3"}
    form = await new_form(
        client, door, context="quote", campaign="bulk", fixed={"country": "DE"}, consent_map={"ok": tick}
    )
    body = {"E-Mail": "kim@bakery.example.com", "SKU": "A-1", "ok": "on", "g-recaptcha-response": "x", "Prénom": "Kim"}
    answer = await client.post(f"/v1/forms/{form['id']}/preview", json={"body": body}, headers=door.bearer)
    [shown] = answer.json()["items"]
    assert (shown["verdict"], shown["context"], shown["campaign"]) == ("accepted", "quote", "bulk")
    assert (shown["person"]["email"], shown["person"]["name"]) == ("kim@bakery.example.com", "Kim")
    assert shown["person"]["country"] == "DE"
    assert shown["fields"] == {"SKU": "A-1"}
    assert shown["consents"][0]["kept_as"] == "claim"
    assert {s["field"]: (s["to"], s["how"]) for s in shown["steps"]}["g-recaptcha-response"] == ("ignore", "ignored")
    assert [need["field"].split(" or ")[0] for need in shown["missing"]] == ["company", "quantity"]
    assert await submissions(client, door, form) == []
    assert (await client.get("/v1/leads", headers=door.bearer)).json()["items"] == []


async def test_a_newsletter_that_asks_for_a_phone_number_is_told_so(door: Door, client: Any) -> None:
    form = await new_form(client, door, context="newsletter")
    sample = {
        "body": "email=kim%40example.com&phone=%2B49+30+123456",
        "content_type": "application/x-www-form-urlencoded",
    }
    answer = await client.post(f"/v1/forms/{form['id']}/preview", json=sample, headers=door.bearer)
    [shown] = answer.json()["items"]
    assert (shown["too_early"], shown["missing"]) == (["phone"], [])


@pytest.mark.parametrize("body", ["", "{", [], None, 7, {"a": [1, {"b": None}]}, [[[]]]])
async def test_no_sample_breaks_a_preview(door: Door, client: Any, body: Any) -> None:
    for provider in ("generic", "hubspot", "meta", "gravity"):
        form = await new_form(client, door, provider)
        answer = await client.post(f"/v1/forms/{form['id']}/preview", json={"body": body}, headers=door.bearer)
        assert answer.status_code == 200


async def test_a_submission_that_was_not_understood_is_retried_after_the_map_has_changed(
    door: Door, client: Any
) -> None:
    form = await new_form(client, door, "gravity")
    await post(client, form, GRAVITY.replace(b'"2":"mara.lindt@harbour.example.com",', b'"2":"",'))
    [one] = await submissions(client, door, form)
    assert one["verdict"] == "invalid"
    await client.patch(f"/v1/forms/{form['id']}", json={"field_map": GRAVITY_MAP}, headers=door.bearer)
    again = await client.post(f"/v1/submissions/{one['id']}/retry", headers=door.bearer)
    assert again.json()["verdict"] == "accepted"
    lead = (await client.get(f"/v1/leads/{again.json()['lead_id']}", headers=door.bearer)).json()
    assert (lead["person"]["name"], lead["person"]["phone"]) == ("Mara Lindt", "+49305550199")
    wrong = await client.post(f"/v1/submissions/{one['id']}/retry", headers=door.bearer)
    assert wrong.status_code == 409


async def test_submissions_are_filtered_by_verdict_and_page(door: Door, client: Any) -> None:
    form = await new_form(client, door)
    for n in range(3):
        await post(client, form, b'{"email": "kim%d@bakery.example.com"}' % n)
    await post(client, form, b"junk")
    url = f"/v1/forms/{form['id']}/submissions"
    first = (await client.get(url, params={"verdict": "accepted", "limit": 2}, headers=door.bearer)).json()
    rest = await client.get(
        url, params={"verdict": "accepted", "limit": 2, "cursor": first["next_cursor"]}, headers=door.bearer
    )
    assert (len(first["items"]), len(rest.json()["items"])) == (2, 1)
    assert (await client.get(url, params={"verdict": "x"}, headers=door.bearer)).status_code == 422


async def test_what_is_not_there_is_404(door: Door, client: Any) -> None:
    for method, path in (
        ("GET", "/v1/forms/none"),
        ("PATCH", "/v1/forms/none"),
        ("DELETE", "/v1/forms/none"),
        ("GET", "/v1/forms/none/submissions"),
        ("GET", "/v1/submissions/none"),
        ("POST", "/v1/submissions/none/retry"),
    ):
        answer = await client.request(method, path, json={} if method == "PATCH" else None, headers=door.bearer)
        assert answer.status_code == 404, path


async def test_forms_need_their_scopes(tmp_path: Any, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, scopes=["leads:read"]) as door, a_client(door) as client:
        assert (await client.get("/v1/forms", headers=door.bearer)).status_code == 200
        made = await client.post("/v1/forms", json={"provider": "generic", "name": "x"}, headers=door.bearer)
        assert made.status_code == 403
        assert (await client.get("/v1/forms")).status_code == 401
