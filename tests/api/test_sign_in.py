"""Signing in at the console: the cookie, the CSRF token, and every way a session ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door
from tests.api.reps import HERE, PASSWORD, with_password
from tests.builders import ANA, JONAS, StandingClock, a_playbook


async def sign_in(client: Any, email: str = ANA, password: str = PASSWORD, **headers: str) -> Any:
    return await client.post("/v1/session", json={"email": email, "password": password}, headers=HERE | headers)


async def test_a_rep_signs_in_reads_and_writes_and_signs_out(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    reply = await sign_in(client, email=ANA.upper())
    assert reply.status_code == 201, reply.text
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie and "Path=/" in cookie
    said = reply.json()
    assert said["rep"]["name"] == "Ana Ferreira" and "leads:write" in said["scopes"] and "all" not in said["scopes"]
    assert (await client.get("/v1/handoffs")).status_code == 200
    who = await client.get("/v1/session")
    assert who.json()["csrf_token"] == said["csrf_token"]
    refused = await client.post("/v1/leads", json={"email": "lee@example.com", "source": "phone"}, headers=HERE)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    with_token = HERE | {"X-CSRF-Token": said["csrf_token"]}
    made = await client.post("/v1/leads", json={"email": "lee@example.com", "source": "phone"}, headers=with_token)
    assert made.status_code == 201, made.text
    assert (await client.delete("/v1/session", headers=HERE)).status_code == 403
    gone = await client.delete("/v1/session", headers=with_token)
    assert gone.status_code == 204 and "Max-Age=0" in gone.headers["set-cookie"]
    async with door.workspace.reading() as uow:
        acts = [entry.act for entry in await uow.audit.page(limit=20)]
    assert {"rep.signed_in", "rep.signed_out"} <= set(acts)


async def test_a_session_that_was_left_is_no_session_even_with_the_old_cookie(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    said = (await sign_in(client)).json()
    kept = dict(client.cookies)
    await client.delete("/v1/session", headers=HERE | {"X-CSRF-Token": said["csrf_token"]})
    client.cookies.clear()
    cookie = "; ".join(f"{name}={value}" for name, value in kept.items())
    again = await client.get("/v1/handoffs", headers={"Cookie": cookie})
    assert (again.status_code, again.json()["code"]) == (401, "session_ended")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver.local"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({}, 403),
    ],
)
async def test_a_changing_call_must_come_from_a_page_of_ours(
    door: Door, client: Any, headers: dict[str, str], status: int
) -> None:
    await with_password(door.workspace)
    token = (await sign_in(client)).json()["csrf_token"]
    reply = await client.post(
        "/v1/leads", json={"email": "lee@example.com", "source": "x"}, headers=headers | {"X-CSRF-Token": token}
    )
    assert reply.status_code == status, reply.text


async def test_another_site_cannot_sign_a_browser_in(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    assert (await sign_in(client, Origin="https://evil.example.com")).status_code == 403


@pytest.mark.parametrize("email", [ANA, JONAS, "nobody@example.com"])
async def test_every_wrong_try_gets_the_same_answer(door: Door, client: Any, email: str) -> None:
    await with_password(door.workspace)
    reply = await sign_in(client, email=email, password="wrong")
    assert (reply.status_code, reply.json()["code"]) == (401, "sign_in_failed")
    assert reply.json()["detail"] == "Address and password do not belong together."
    assert "set-cookie" not in reply.headers


async def test_tries_are_counted(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    seen = [(await sign_in(client, password="wrong")).status_code for _ in range(8)]
    assert seen[:6] == [401] * 6 and seen[-1] == 429
    assert (await sign_in(client)).status_code == 429


async def test_a_new_password_and_a_deactivated_account_end_the_sessions(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    await sign_in(client)
    assert (await client.get("/v1/handoffs")).status_code == 200
    await with_password(door.workspace, password="another long password")
    assert (await client.get("/v1/handoffs")).status_code == 401
    await sign_in(client, password="another long password")
    assert (await client.get("/v1/handoffs")).status_code == 200
    async with door.workspace.unit() as uow:
        rep = await uow.access.rep_by_email(ANA)
        assert rep is not None
        await uow.access.save_rep(replace(rep, active=False), at=uow.now)
    assert (await client.get("/v1/handoffs")).status_code == 401
    assert (await sign_in(client, password="another long password")).status_code == 401


async def test_a_session_ends_when_it_lies_idle_and_at_a_fixed_age(tmp_path: Path, sqlite_url: str) -> None:
    clock = StandingClock()
    async with a_door(tmp_path, url=sqlite_url, clock=clock) as door, a_client(door) as client:
        await with_password(door.workspace)
        await sign_in(client)
        for _ in range(20):
            clock.forward(hours=8)
            assert (await client.get("/v1/handoffs")).status_code == 200
        clock.forward(hours=13)
        assert (await client.get("/v1/handoffs")).status_code == 401
        await sign_in(client)
        for _ in range(20):
            clock.forward(hours=8)
            assert (await client.get("/v1/session")).status_code == 200
        clock.forward(hours=9)
        assert (await client.get("/v1/session")).status_code == 401


async def test_a_key_wins_over_the_cookie_and_a_wrong_key_is_not_saved_by_it(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    await sign_in(client)
    wrong = await client.get("/v1/handoffs", headers={"Authorization": "Bearer sk_nothing"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "key_invalid")
    body = {"email": "lee@example.com", "source": "x"}
    assert (await client.post("/v1/leads", json=body, headers=door.bearer)).status_code == 201


async def test_who_is_signed_in_cannot_act_for_a_colleague(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    await sign_in(client)
    reply = await client.get("/v1/handoffs", headers={"Opener-Rep": JONAS})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_yourself")


async def test_who_is_signed_in_is_told_no_link_that_says_yes_for_a_person(door: Door, client: Any) -> None:
    await with_password(door.workspace)
    headers = HERE | {"X-CSRF-Token": (await sign_in(client)).json()["csrf_token"]}
    await client.post("/v1/leads", json={"email": "lee@example.com", "source": "phone"}, headers=headers)
    word = {"purpose": "marketing", "text_version": "1", "source": "console", "email": "lee@example.com"}
    no = await client.post("/v1/consents", json=word | {"granted": False}, headers=headers)
    assert no.status_code == 201, no.text
    asked = word | {"granted": True, "double_opt_in": True}
    reply = await client.post("/v1/consents", json=asked, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (403, "program_needed")
    assert len((await client.get("/v1/consents", headers=headers)).json()["items"]) == 1


async def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path, sqlite_url: str) -> None:
    async with (
        a_door(tmp_path, url=sqlite_url, public_url="https://sales.example.com") as door,
        a_client(door) as client,
    ):
        await with_password(door.workspace)
        reply = await sign_in(client, Origin="https://sales.example.com")
        cookie = reply.headers["set-cookie"]
        assert cookie.startswith("__Host-opener_session=") and "Secure" in cookie and "Domain" not in cookie


async def test_nobody_is_told_apart_from_an_ended_session(door: Door, client: Any) -> None:
    assert (await client.get("/v1/session")).json()["code"] == "session_ended"
    assert (await client.delete("/v1/session")).status_code == 401
    assert (await client.get("/v1/handoffs")).json()["code"] == "key_invalid"
    strange = await client.get("/v1/handoffs", headers={"Cookie": "opener_session=forged"})
    assert (strange.status_code, strange.json()["code"]) == (401, "session_ended")


async def test_what_binds_everybody_or_cannot_be_undone_is_for_managers(tmp_path: Path, sqlite_url: str) -> None:
    plain = a_playbook()
    reps = tuple(replace(rep, manager=rep.email == ANA) for rep in plain.reps)
    async with a_door(tmp_path, url=sqlite_url, book=replace(plain, reps=reps)) as door:
        for email, manages in ((ANA, True), (JONAS, False)):
            await with_password(door.workspace, email)
            async with a_client(door) as client:
                said = (await sign_in(client, email)).json()
                assert ({"rules:write", "people:admin", "audit:read"} <= set(said["scopes"])) is manages
                assert {"leads:write", "handoffs:write", "people:write", "rules:read"} <= set(said["scopes"])
                assert said["scopes"] == (await client.get("/v1/session")).json()["scopes"]
                headers = HERE | {"X-CSRF-Token": said["csrf_token"]}
                lead = {"email": f"kim.{email}", "source": "phone"}
                person = (await client.post("/v1/leads", json=lead, headers=headers)).json()["person"]["id"]
                calls = [
                    ("GET", "/v1/audit", None),
                    ("DELETE", "/v1/rules/scoring/draft", None),
                    ("DELETE", "/v1/rules/routing/draft", None),
                    ("DELETE", "/v1/suppressions/none", None),
                    ("PUT", f"/v1/people/{person}/hold", {"reason": "a claim"}),
                    ("DELETE", f"/v1/people/{person}/hold", None),
                    ("POST", f"/v1/reps/{JONAS}/leave", {"dry_run": True}),
                    ("DELETE", f"/v1/people/{person}", None),
                ]
                for method, path, body in calls:
                    reply = await client.request(method, path, json=body, headers=headers)
                    assert (reply.status_code != 403) is manages, (path, reply.text)
                assert (await client.get("/v1/rules/routing")).status_code == 200
