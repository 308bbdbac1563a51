"""Pages and files: ours alone, under a strict policy; and those who watch get a true answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa

from api.house import StaticFile
from tests.api.door import KEY, SITE, Door, a_client, a_door, a_visitor, until


@dataclass
class Shelf:
    """A browser side of three files."""

    def loader(self) -> StaticFile:
        return StaticFile(b"import('./assets/abc/widget/panel.js')", "text/javascript")

    def asset(self, version: str, path: str) -> StaticFile | None:
        found = (version, path) == ("abc", "widget/panel.js")
        return StaticFile(b"export {}", "text/javascript") if found else None

    def page(self, name: str) -> StaticFile | None:
        return StaticFile(b"<!doctype html><title>Sample</title>", "text/html") if name == "sample.html" else None


async def test_the_browser_side_is_served_with_the_right_headers(tmp_path: Path) -> None:
    async with a_door(tmp_path, files=Shelf(), home="/pages/sample.html") as door, a_client(door) as client:
        loader = await client.get("/widget.js", headers={"Origin": SITE})
        assert loader.headers["Access-Control-Allow-Origin"] == "*"
        assert loader.headers["Cache-Control"] == "public, max-age=300"
        assert loader.headers["Content-Type"] == "text/javascript; charset=utf-8"
        asset = await client.get("/assets/abc/widget/panel.js")
        assert asset.content == b"export {}"
        assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert "immutable" in asset.headers["Cache-Control"]
        assert asset.headers["Access-Control-Allow-Origin"] == "*"
        page = await client.get("/pages/sample.html")
        assert "require-trusted-types-for 'script'" in page.headers["Content-Security-Policy"]
        home = await client.get("/", follow_redirects=False)
        assert (home.status_code, home.headers["Location"]) == (302, "/pages/sample.html")
        for path in ("/assets/old/widget/panel.js", "/assets/abc/widget/none.js", "/pages/none.html"):
            assert (await client.get(path)).status_code == 404


async def test_without_a_browser_side_its_addresses_are_not_found(client: Any) -> None:
    for path in ("/widget.js", "/assets/a/b.js", "/pages/sample.html"):
        reply = await client.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_the_hosted_chat_may_be_framed_by_the_keys_sites_only(client: Any) -> None:
    page = await client.get(f"/c/{KEY}")
    assert f'data-key="{KEY}"' in page.text
    assert 'data-layout="page"' in page.text
    assert f"frame-ancestors 'self' {SITE}" in page.headers["Content-Security-Policy"]
    missing = await client.get("/c/pk_nobody")
    assert (missing.status_code, "not in use" in missing.text) == (404, True)


async def test_no_page_holds_anything_inline_or_from_elsewhere(client: Any) -> None:
    for path in ("/docs", f"/c/{KEY}", "/m/nothing", "/c/nothing"):
        text = (await client.get(path)).text
        assert re.findall(r"<(?:script|style)[^>]*>[^<]", text) == []
        assert re.findall(r"\son\w+=|\sstyle=|javascript:", text) == []
        assert re.findall(r"(?:src|href)=\"(?!/|#|mailto:)[^\"]*\"", text) == []
        assert 'lang="en"' in text


async def test_the_docs_list_every_call_shape_and_code(client: Any) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    text = (await client.get("/docs")).text
    operations = [o for item in document["paths"].values() for o in item.values()]
    assert len(operations) >= 25
    for operation in operations:
        assert f'id="{operation["operationId"]}"' in text
        assert operation["description"]
    for code in ("slot_taken", "session_invalid", "conversation_closed", "not_json"):
        assert f'id="{code}"' in text
    assert len({o["operationId"] for o in operations}) == len(operations)


async def test_the_document_is_true_about_what_is_answered(door: Door, client: Any) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    visitor = await a_visitor(client)
    await visitor.says("Hello.")
    await visitor.answered()
    await visitor.post("/handoff")
    made = await client.post(
        "/v1/leads", json={"source": "x", "email": "kim@example.com", "fields": {"a": 1.5}}, headers=door.bearer
    )
    lead = made.json()
    handoff = (await client.get("/v1/handoffs", headers=door.bearer)).json()["items"][0]
    calls = [
        ("get", "/widget/v1/config", f"/widget/v1/config?key={KEY}", {}),
        ("get", "/widget/v1/me", "/widget/v1/me", visitor.headers),
        ("get", "/widget/v1/transcript", "/widget/v1/transcript", visitor.headers),
        ("get", "/v1/leads", "/v1/leads", door.bearer),
        ("get", "/v1/leads/{lead_id}", f"/v1/leads/{lead['id']}", door.bearer),
        ("get", "/v1/leads/{lead_id}/score", f"/v1/leads/{lead['id']}/score", door.bearer),
        ("get", "/v1/leads/{lead_id}/timeline", f"/v1/leads/{lead['id']}/timeline", door.bearer),
        ("get", "/v1/handoffs", "/v1/handoffs", door.bearer),
        ("get", "/v1/handoffs/{handoff_id}", f"/v1/handoffs/{handoff['id']}", door.bearer),
        ("get", "/v1/meetings", "/v1/meetings", door.bearer),
        ("get", "/health/live", "/health/live", {}),
        ("get", "/health/ready", "/health/ready", {}),
    ]
    for method, path, address, headers in calls:
        reply = await client.request(method.upper(), address, headers=headers)
        assert reply.status_code == 200, reply.text
        content = document["paths"][path][method]["responses"]["200"]["content"]
        schema = content["application/json"]["schema"] | {"components": document["components"]}
        jsonschema.validate(reply.json(), schema)


@pytest.mark.parametrize("path", ["/schema", "/schema/", "/schema/swagger", "/schema/redoc", "/schema/openapi.yaml"])
async def test_no_page_that_loads_things_from_elsewhere_is_served(client: Any, path: str) -> None:
    reply = await client.get(path, follow_redirects=False)
    assert reply.status_code == 404 or reply.headers["Content-Type"].endswith("json")
    assert b"<script" not in reply.content


async def test_alive_and_ready(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, a_client(door) as client:
        assert (await client.get("/health/live")).json() == {"status": "ok"}
        assert (await client.get("/health/ready")).json() == {"status": "ready", "model": "reader"}
        async with door.workspace.database.begin() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
        reply = await client.get("/health/ready")
        assert (reply.status_code, reply.json()["code"]) == (503, "not_migrated")
        assert (await client.get("/health/live")).status_code == 200
        door.app.state["desk"].closing.begin()
        assert (await client.get("/health/ready")).json()["code"] == "closing"


async def test_prometheus_is_told_of_requests_answers_and_tokens(client: Any) -> None:
    visitor = await a_visitor(client)
    await visitor.says("Hello.")
    await visitor.answered()
    await client.get("/nowhere")
    await client.request("BREW", "/widget/v1/me")
    one_turn = re.compile(r'opener_turns_total\{outcome="\w+"\} 1\.0')

    async def counted() -> bool:  # after the visitor has it: an answer does not wait for its count
        return one_turn.search((await client.get("/metrics")).text) is not None

    await until(counted)
    text = (await client.get("/metrics")).text
    assert re.search(r'opener_http_requests_total\{method="POST",route="/widget/v1/messages",status="202"\} 1\.0', text)
    assert 'opener_model_tokens_total{kind="input",model="reader"}' in text
    assert 'method="other"' in text
    assert "BREW" not in text
    assert visitor.conversation_id not in text
