"""Enrichment sources: a table of the owner's own, and a provider over HTTP with everything it may answer."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import respx

from channels.enrich import AskLater, Found, LookedUp, Nothing, Subject, Unusable
from channels.enrich_http import MOST_BYTES, HttpSource
from channels.enrich_table import TableSource

URL = "https://enrich.example.com/v1/lookup"
KIM = Subject("kim@bakery.example.com", "bakery.example.com")


@pytest.fixture
async def provider() -> AsyncIterator[HttpSource]:
    source = HttpSource(URL, key="sk_secret")
    yield source
    await source.close()


@respx.mock
async def test_a_provider_is_asked_once_with_its_key(provider: HttpSource) -> None:
    told = {"person": {"title": "Head of IT", "photo": {"url": "x"}}, "company": {"employees": 120, "tags": ["a"]}}
    route = respx.get(URL).respond(200, json=told)
    found = await provider.look_up(KIM)
    assert isinstance(found, Found)
    assert (found.source, dict(found.person), dict(found.company)) == (
        "enrich.example.com",
        {"title": "Head of IT"},
        {"employees": 120},
    )
    [call] = route.calls
    assert dict(call.request.url.params) == {"email": KIM.email, "domain": KIM.domain}
    assert call.request.headers["authorization"] == "Bearer sk_secret"
    assert "sk_secret" not in repr(provider)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(404), Nothing()),
        (httpx.Response(204), Nothing()),
        (httpx.Response(200, json={}), Nothing()),
        (httpx.Response(200, json={"person": None, "company": []}), Nothing()),
        (httpx.Response(429, headers={"retry-after": "30"}), AskLater("http 429", timedelta(seconds=30))),
        (httpx.Response(429, headers={"retry-after": "9999999"}), AskLater("http 429", timedelta(hours=24))),
        (httpx.Response(429, headers={"retry-after": "soon"}), AskLater("http 429")),
        (
            httpx.Response(
                503,
                headers={
                    "date": "Mon, 02 Mar 2026 09:00:00 GMT",
                    "retry-after": "Mon, 02 Mar 2026 09:05:00 GMT",
                },
            ),
            AskLater("http 503", timedelta(minutes=5)),
        ),
        (httpx.Response(500), AskLater("http 500")),
        (httpx.Response(401), Unusable("http 401")),
        (httpx.Response(302, headers={"location": "https://elsewhere.example.com"}), Unusable("http 302")),
        (httpx.Response(200, text="<html>"), Unusable("not json")),
        (httpx.Response(200, text="[" * 100_000), Unusable("not json")),
        (httpx.Response(200, json=[1]), Unusable("not an object")),
        (httpx.Response(200, content=b"\xff\xfe\x00"), Unusable("not json")),
        (httpx.Response(200, content=b" " * (MOST_BYTES + 1)), Unusable("too large")),
    ],
)
@respx.mock
async def test_every_answer_has_a_meaning(provider: HttpSource, answer: httpx.Response, meaning: LookedUp) -> None:
    respx.get(URL).mock(return_value=answer)
    assert await provider.look_up(KIM) == meaning


@pytest.mark.parametrize("fault", [httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError])
@respx.mock
async def test_a_line_that_breaks_means_later(provider: HttpSource, fault: type[httpx.HTTPError]) -> None:
    respx.get(URL).mock(side_effect=fault)
    assert await provider.look_up(KIM) == AskLater(fault.__name__)


@respx.mock
async def test_nobody_is_asked_about_nobody(provider: HttpSource) -> None:
    assert await provider.look_up(Subject()) == Nothing()
    assert not respx.calls


async def test_a_table_knows_domains_and_addresses(tmp_path: Path) -> None:
    table = tmp_path / "companies.csv"
    table.write_text(
        "Domain;Email;Industry;Employees;person.title\n"
        "bakery.example.com;;Food;120;\n"
        ";kim@bakery.example.com;;;Head of IT\n",
        encoding="utf-8-sig",
    )
    source = TableSource(table)
    found = await source.look_up(KIM)
    assert isinstance(found, Found)
    assert (dict(found.person), dict(found.company)) == (
        {"title": "Head of IT"},
        {"industry": "Food", "employees": "120"},
    )
    assert await source.look_up(Subject("lee@example.com", "example.com")) == Nothing()
    table.write_text("domain,industry\nexample.com,Toys\n", encoding="utf-8")
    os.utime(table, (1, 1))
    again = await source.look_up(Subject(None, "EXAMPLE.com"))
    assert isinstance(again, Found)
    assert dict(again.company) == {"industry": "Toys"}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\xff", None])
async def test_a_table_that_cannot_be_used_says_so(tmp_path: Path, content: bytes | None) -> None:
    table = tmp_path / "companies.csv"
    if content is not None:
        table.write_bytes(content)
    assert isinstance(await TableSource(table).look_up(KIM), Unusable)
