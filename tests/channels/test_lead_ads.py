"""Leads of advertisements are fetched with their page's token; every ending has its name, and no token is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import respx

from channels.lead_ads import GRAPH, Fetched, KeptLeadAds, MetaLeadAds
from channels.sent import Refused, TryLater
from tests.form_payloads import META_LEAD

LEAD = "900000000000001"
URL = f"{GRAPH}/{LEAD}"


async def fetch(token: str | None = "page-token", secret: str | None = "app-secret", lead: str = LEAD) -> object:
    out = MetaLeadAds()
    try:
        return await out.lead(lead, access_token=token, app_secret=secret)
    finally:
        await out.close()


@respx.mock
async def test_a_lead_is_asked_for_with_its_token_in_a_header_and_a_proof_of_the_app() -> None:
    route = respx.get(URL).respond(200, content=META_LEAD)
    assert await fetch() == Fetched(META_LEAD)
    request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer page-token"
    assert len(request.url.params["appsecret_proof"]) == 64
    assert "page-token" not in str(request.url)


@respx.mock
@pytest.mark.parametrize(
    ("status", "body", "ending"),
    [
        (400, {"error": {"code": 190, "message": "Invalid OAuth access token."}}, Refused("http 400, graph 190")),
        (404, {}, Refused("http 404")),
        (400, {"error": {"code": 613}}, TryLater("http 400, graph 613")),
        (400, {"error": {"code": 100, "is_transient": True}}, TryLater("http 400, graph 100")),
        (500, "oops", TryLater("http 500")),
        (429, [], TryLater("http 429")),
        (302, "", Refused("http 302")),
    ],
)
async def test_every_refusal_has_its_ending(status: int, body: object, ending: object) -> None:
    respx.get(URL).respond(status, json=body)
    assert await fetch() == ending


@respx.mock
async def test_a_wait_that_is_asked_for_is_kept_and_a_broken_line_is_tried_again() -> None:
    respx.get(URL).respond(429, headers={"retry-after": "120"})
    assert await fetch() == TryLater("http 429", after=timedelta(minutes=2))
    respx.get(URL).mock(side_effect=httpx.ReadTimeout)
    assert await fetch() == TryLater("ReadTimeout")


async def test_without_a_token_or_with_a_number_that_is_none_nobody_is_asked() -> None:
    assert await fetch(token=None) == Refused("the form has no access token")
    assert await fetch(lead="../me") == Refused("that is no number of a lead")


async def test_the_twin_gives_what_was_put_there(tmp_path: Path) -> None:
    (tmp_path / "7.json").write_bytes(META_LEAD)
    twin = KeptLeadAds(tmp_path)
    twin.leads["8"] = b"{}"
    found = [await twin.lead(number, access_token=None, app_secret=None) for number in ("7", "8", "9")]
    assert found == [Fetched(META_LEAD), Fetched(b"{}"), Refused("no such lead is kept here")]
