"""Lists of leads over HTTP: in as a file, watched as a run, and out again as a table."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door
from worker.bring_in import carry_import

LIST = "Email,Name,Job title,Lines\nkim@bakery.example.com,Kim Ito,Head of IT,4\nlee@example.com,Lee,Buyer,2\n"
CSV = {"Content-Type": "text/csv"}


async def send(door: Door, client: Any, text: str = LIST, **params: Any) -> Any:
    return await client.post("/v1/leads/import", content=text.encode(), params=params, headers=door.bearer | CSV)


async def brought_in(door: Door, client: Any, text: str = LIST, **params: Any) -> dict[str, Any]:
    run = (await send(door, client, text, **params)).json()
    await carry_import(door.workspace, run["id"])
    return dict((await client.get(f"/v1/runs/{run['id']}", headers=door.bearer)).json())


async def exported(door: Door, client: Any, **params: Any) -> list[dict[str, str]]:
    reply = await client.get("/v1/leads/export", params=params, headers=door.bearer)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(reply.text, newline="")))


async def test_a_file_is_taken_in_and_watched(door: Door, client: Any) -> None:
    reply = await send(door, client, source="fair", context="webinar")
    run = reply.json()
    assert reply.status_code == 202
    assert reply.headers["location"] == f"/v1/runs/{run['id']}"
    assert (run["state"], run["total"], run["done"]) == ("waiting", 2, 0)
    assert run["result"]["columns"] == {
        "Email": "email",
        "Name": "name",
        "Job title": "title",
        "Lines": "fields.lines",
    }
    await carry_import(door.workspace, run["id"])
    ended = (await client.get(f"/v1/runs/{run['id']}", headers=door.bearer)).json()
    assert (ended["state"], ended["done"], ended["result"]["new"]) == ("done", 2, 2)
    page = (await client.get("/v1/leads", params={"q": "kim"}, headers=door.bearer)).json()
    [lead] = page["items"]
    assert (lead["source"], lead["context"], lead["fields"]) == ("fair", "webinar", {"lines": 4})
    assert (lead["person"]["seniority"], lead["person"]["department"]) == ("director", "it")


async def test_a_dry_run_keeps_nobody(door: Door, client: Any) -> None:
    ended = await brought_in(door, client, dry_run=True)
    assert (ended["result"]["dry_run"], ended["result"]["new"]) == (True, 2)
    assert (await client.get("/v1/leads", headers=door.bearer)).json()["items"] == []


async def test_a_form_carries_the_file_and_its_mapping(door: Door, client: Any) -> None:
    files = {"file": ("attendees.csv", b"Wer;Linien\nkim@bakery.example.com;4\n", "text/csv")}
    data = {"mapping": json.dumps({"columns": {"Linien": "fields.lines"}, "campaign": "spring"})}
    reply = await client.post("/v1/leads/import", files=files, data=data, headers=door.bearer)
    assert reply.status_code == 202
    assert reply.json()["result"]["columns"] == {"Wer": "email", "Linien": "fields.lines"}


async def test_columns_can_be_named_in_the_address(door: Door, client: Any) -> None:
    reply = await send(door, client, "A,B\nx,kim@example.com\n", map=["A=company", "B=email"])
    assert reply.json()["result"]["columns"] == {"A": "company", "B": "email"}


@pytest.mark.parametrize(
    ("text", "params", "code"),
    [
        ("", {}, "file_unusable"),
        ("Name,City\nKim,Bonn\n", {}, "file_unusable"),
        (LIST, {"mapping": "{"}, "invalid"),
        (LIST, {"mapping": "[]"}, "invalid"),
        (LIST, {"mapping": '{"columns": {"Email": "emial"}}'}, "file_unusable"),
        (LIST, {"mapping": '{"columns": 7}'}, "file_unusable"),
        (LIST, {"mapping": '{"event": "said.urgent"}'}, "activity_not_accepted"),
        (LIST, {"dry_run": "perhaps"}, "invalid"),
    ],
)
async def test_what_cannot_be_read_is_refused_at_once(
    door: Door, client: Any, text: str, params: dict[str, Any], code: str
) -> None:
    reply = await send(door, client, text, **params)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_a_broken_form_and_a_wrong_kind_are_problems(door: Door, client: Any) -> None:
    broken = door.bearer | {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (
        b"",
        b"--x\r\nnothing",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
        b"\xff\xfe--x--\r\n",
    ):
        reply = await client.post("/v1/leads/import", content=body, headers=broken)
        assert reply.status_code in {400, 422}, reply.text
    no_boundary = door.bearer | {"Content-Type": "multipart/form-data"}
    assert (await client.post("/v1/leads/import", content=b"x", headers=no_boundary)).status_code in {400, 422}
    html = door.bearer | {"Content-Type": "text/html"}
    assert (await client.post("/v1/leads/import", content=b"<p>", headers=html)).status_code == 415


async def test_only_a_key_that_may_write_brings_leads_in(tmp_path: Any, sqlite_url: str) -> None:
    async with a_door(tmp_path, url=sqlite_url, scopes=("leads:read",)) as door, a_client(door) as client:
        assert (await send(door, client)).status_code == 403
        nobody = await client.post("/v1/leads/import", content=LIST.encode(), headers=CSV)
        assert (nobody.status_code, nobody.json()["code"]) == (401, "key_invalid")


async def test_a_run_there_is_not_is_not_found(door: Door, client: Any) -> None:
    assert (await client.get("/v1/runs/run_nobody", headers=door.bearer)).status_code == 404


async def test_what_goes_out_is_the_list_and_safe_to_open(door: Door, client: Any) -> None:
    evil = (
        'Email,Name,Note\nkim@bakery.example.com,=HYPERLINK("http://evil.example"),@SUM(1)\nlee@example.com,Lee,fine\n'
    )
    await brought_in(door, client, evil)
    rows = await exported(door, client)
    assert [row["email"] for row in rows] == ["kim@bakery.example.com", "lee@example.com"]
    assert rows[0]["name"].startswith("'=")
    assert rows[0]["fields.note"] == "'@SUM(1)"
    assert [row["email"] for row in await exported(door, client, q="lee")] == ["lee@example.com"]
    assert await exported(door, client, stage="customer") == []


async def test_what_went_out_comes_back_and_changes_nothing(door: Door, client: Any) -> None:
    await brought_in(door, client)
    reply = await client.get("/v1/leads/export", headers=door.bearer)
    before = (await client.get("/v1/leads", headers=door.bearer)).json()
    ended = await brought_in(door, client, reply.text)
    assert (ended["result"]["unchanged"], ended["result"]["errors"]) == (2, [])
    assert (await client.get("/v1/leads", headers=door.bearer)).json() == before


async def test_what_went_out_here_comes_in_elsewhere(tmp_path: Any, door: Door, client: Any) -> None:
    await brought_in(door, client)
    text = (await client.get("/v1/leads/export", headers=door.bearer)).text
    (tmp_path / "other").mkdir()
    async with a_door(tmp_path / "other") as other, a_client(other) as elsewhere:
        ended = await brought_in(other, elsewhere, text)
        assert (ended["result"]["new"], ended["result"]["errors"]) == (2, [])
        same = ("email", "name", "title", "company", "source", "fields.lines")
        here, there = await exported(door, client), await exported(other, elsewhere)
        assert [[row[k] for k in same] for row in here] == [[row[k] for k in same] for row in there]


async def test_a_long_list_is_streamed_whole(door: Door, client: Any) -> None:
    text = "Email\n" + "".join(f"p{n}@example.com\n" for n in range(1203))
    await brought_in(door, client, text)
    assert len({row["email"] for row in await exported(door, client)}) == 1203
