"""A visitor's session: begun, resumed, vouched for by a site, and never anybody else's."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from actions.add_key import add_widget_key
from api.tokens import Session, Tokens, identity_secret
from leads.identity import ConversationId
from tests.api.door import KEY, SECRET, SITE, Door, a_visitor


def signed(key: str = KEY, *, secret: str = SECRET, **who: Any) -> str:
    """What a site's own server makes, as the documentation says."""
    serializer = URLSafeTimedSerializer(
        identity_secret(secret, key),
        salt="opener.identity",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
    made = serializer.dumps(who)
    return made if isinstance(made, str) else made.decode()


async def test_nothing_is_stored_before_the_widget_begins_a_session(door: Door, client: Any) -> None:
    reply = await client.get("/widget/v1/config", params={"key": KEY}, headers={"Origin": SITE})
    config = reply.json()
    assert (reply.status_code, config["brand"], config["agent_name"], config["ai"]) == (200, "Tidewell", "Nora", True)
    assert config["consents"]["marketing"]["text_version"] == "2026-01"
    assert config["office_hours"] == {
        "tz": "Europe/Berlin",
        "open_now": True,
        "text": "Mon-Fri 09:00-17:00 (Berlin time)",
        "next_opening": None,
    }
    assert "max-age=300" in reply.headers["Cache-Control"]
    assert (await client.get("/v1/leads", headers=door.bearer)).json()["items"] == []


async def test_an_earlier_token_resumes_its_conversation_with_all_its_events(client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("Hello, we bake bread.")
    events = await visitor.answered()
    reply = await client.post("/widget/v1/sessions", json={"key": KEY, "resume": visitor.token})
    again = reply.json()
    assert (again["resumed"], again["conversation_id"]) == (True, visitor.conversation_id)
    assert again["events"] == events
    assert again["expires_at"] > "2026-03-31"


async def test_a_token_that_is_forged_old_or_of_another_site_begins_anew(door: Door, client: Any) -> None:
    async with door.workspace.unit() as uow:
        await add_widget_key(uow, key="pk_other", name="other", origins=["*"])
    visitor = await a_visitor(client)
    forged = Tokens("another-secret").session(Session(ConversationId(visitor.conversation_id), KEY))
    for body in (
        {"key": KEY, "resume": forged},
        {"key": KEY, "resume": visitor.token[:-2]},
        {"key": KEY, "resume": "x"},
        {"key": "pk_other", "resume": visitor.token},
    ):
        begun = (await client.post("/widget/v1/sessions", json=body)).json()
        assert begun["resumed"] is False
        assert begun["conversation_id"] != visitor.conversation_id


async def test_a_token_opens_one_conversation_only(client: Any) -> None:
    one, other = await a_visitor(client), await a_visitor(client)
    await one.says("My budget is a secret.")
    assert await other.events() == []
    assert (await other.get("/transcript")).json()["messages"] == []


@pytest.mark.parametrize("token", ["", "x", "ey.ey.ey", "\u00e9", "a" * 5000])
async def test_without_a_token_nothing_is_told(client: Any, token: str) -> None:
    header = {"Authorization": f"Bearer {token}".encode("latin-1")}
    for method, path in (("GET", "events"), ("POST", "messages"), ("GET", "me"), ("DELETE", "me"), ("POST", "stop")):
        body = {"client_id": "c", "text": "hi"} if path == "messages" else None
        reply = await client.request(method, f"/widget/v1/{path}", headers=header, json=body)
        assert (reply.status_code, reply.json()["code"]) == (401, "session_invalid")


async def test_a_site_can_vouch_for_its_visitor(door: Door, client: Any) -> None:
    await client.post("/v1/leads", json={"source": "x", "email": "ana@example.com", "name": "Ana"}, headers=door.bearer)
    known = signed(email="ana@example.com", name="Ana")
    reply = await client.post("/widget/v1/sessions", json={"key": KEY, "identity": known})
    session = reply.json()
    assert session["verified"] is True
    me = await client.get("/widget/v1/me", headers={"Authorization": f"Bearer {session['token']}"})
    facts = {f["id"]: f["value"] for f in me.json()["facts"]}
    assert facts == {"name": "Ana", "email": "ana@example.com", "company": "Example"}
    again = await client.post("/widget/v1/sessions", json={"key": KEY, "identity": known, "resume": session["token"]})
    assert again.json()["resumed"] is True
    leads = (await client.get("/v1/leads", headers=door.bearer)).json()["items"]
    assert len(leads) == 1


async def test_a_false_identity_is_refused(client: Any) -> None:
    for identity in (
        signed(email="ana@example.com", secret="another secret"),
        signed("pk_other", email="ana@example.com"),
        signed(name="no address"),
        signed(email=7),
        signed(email="not an address"),
        signed(email=""),
        "x.y.z",
    ):
        reply = await client.post("/widget/v1/sessions", json={"key": KEY, "identity": identity})
        assert (reply.status_code, reply.json()["code"]) == (401, "identity_invalid")


async def test_a_vouched_identity_is_kept_in_the_form_all_addresses_have(client: Any) -> None:
    known = signed(email=" ana@EXAMPLE.com ", name="A" * 500)
    session = (await client.post("/widget/v1/sessions", json={"key": KEY, "identity": known})).json()
    me = await client.get("/widget/v1/me", headers={"Authorization": f"Bearer {session['token']}"})
    facts = {f["id"]: f["value"] for f in me.json()["facts"]}
    assert (facts["email"], facts["name"]) == ("ana@example.com", "A" * 200)


async def test_an_anonymous_conversation_is_not_handed_to_whoever_signs_in_next(client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("I am somebody else.")
    body = {"key": KEY, "resume": visitor.token, "identity": signed(email="ana@example.com")}
    begun = (await client.post("/widget/v1/sessions", json=body)).json()
    assert (begun["resumed"], begun["events"]) == (False, [])


async def test_only_the_sites_of_a_key_may_use_it(door: Door, client: Any) -> None:
    for origin, status in ((SITE, 201), ("http://testserver.local", 201), (None, 201), ("https://evil.example", 403)):
        headers = {"Origin": origin} if origin else {}
        reply = await client.post("/widget/v1/sessions", json={"key": KEY}, headers=headers)
        assert reply.status_code == status
        allowed = reply.headers.get("Access-Control-Allow-Origin")
        assert allowed == (origin if status == 201 else None)
        assert "Access-Control-Allow-Credentials" not in reply.headers
    visitor = await a_visitor(client)
    headers = visitor.headers | {"Origin": "https://evil.example"}
    reply = await client.get("/widget/v1/transcript", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in reply.headers
    preflight = await client.options(
        "/widget/v1/messages", headers={"Origin": SITE, "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == SITE
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
    refused = await client.post("/widget/v1/sessions", json={"key": "pk_unknown"})
    assert (refused.status_code, refused.json()["code"]) == (403, "key_unknown")


async def test_a_page_can_read_why_it_was_refused(client: Any) -> None:
    reply = await client.get("/widget/v1/me", headers={"Origin": SITE, "Authorization": "Bearer x"})
    assert reply.status_code == 401
    assert reply.headers["Access-Control-Allow-Origin"] == SITE
