"""Errors: one form for all, a code for each, and when the database is away nothing is half done."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import event

from api.errors import CODES, STATUS
from leads.refusal import LeadRefusal
from tests.api.door import KEY, Door, a_client, a_door, a_visitor
from tests.builders import StandingClock

API = Path(__file__).parents[2] / "api"


def every_refusal(kind: type[LeadRefusal] = LeadRefusal) -> Iterator[type[LeadRefusal]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_refusal(below)


def test_every_refusal_has_a_status() -> None:
    assert set(every_refusal()) == set(STATUS)
    assert all(400 <= status < 500 for status in STATUS.values())


def test_every_code_that_is_sent_is_listed_for_people() -> None:
    sent = set()
    for path in API.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    sent.add(code.value)
    assert sent - set(CODES) == set()
    assert set(CODES) & {kind.code for kind in STATUS} == set()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/nowhere", 404, "not_found"),
        ("DELETE", "/v1/leads", 405, "method_not_allowed"),
        ("BREW", "/v1/leads", 405, "method_not_allowed"),
        ("GET", "/widget/v1/config", 422, "invalid"),
    ],
)
async def test_also_what_no_route_answers_is_a_problem(
    client: Any, method: str, path: str, status: int, code: str
) -> None:
    reply = await client.request(method, path)
    problem = reply.json()
    assert (reply.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["X-Request-ID"].startswith("req_")
    assert set(problem) >= {"type", "title", "status", "detail", "code"}


class BrokenClock(StandingClock):
    """A clock that falls to pieces when it is told to, with something in its pocket."""

    broken = False

    def __call__(self) -> datetime:
        if self.broken:
            raise ZeroDivisionError("secret: zebedee@example.com")
        return self.now


async def test_a_mistake_of_ours_tells_a_number_and_nothing_else(tmp_path: Path) -> None:
    clock = BrokenClock()
    async with a_door(tmp_path, clock=clock) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        clock.broken = True
        with structlog.testing.capture_logs() as logs:
            reply = await visitor.says("Hello.")
        clock.broken = False
    assert (reply.status_code, reply.json()["code"]) == (500, "internal")
    assert "zebedee" not in reply.text
    assert "Traceback" not in reply.text
    assert reply.json()["request_id"] == reply.headers["X-Request-ID"]
    assert "zebedee" not in str(logs)
    failed = next(entry for entry in logs if entry["event"] == "http.failed")
    assert (failed["kind"], failed["request_id"]) == ("ZeroDivisionError", reply.headers["X-Request-ID"])


async def test_a_locked_database_is_a_503_and_the_repeat_is_stored_once(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        every_connection_waits(door, 100)
        holder = sqlite3.connect(tmp_path / "opener.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        reply = await visitor.says("Is anybody there?", "c1")
        assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
        assert int(reply.headers["Retry-After"]) > 0
        assert (await visitor.get("/me")).status_code == 200  # reading goes on
        holder.execute("ROLLBACK")
        holder.close()
        assert (await visitor.says("Is anybody there?", "c1")).status_code == 202
        events = await visitor.answered()
        assert [e["type"] for e in events] == ["message.created", "message.completed"]


def every_connection_waits(door: Door, milliseconds: int) -> None:
    """Let every connection of the pool give up on a lock after so long, as after the real patience of ten seconds."""

    @event.listens_for(door.workspace.database.sync_engine, "begin", insert=True)
    def impatient(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")


async def test_a_full_disk_is_a_503_and_nothing_is_half_stored(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door, a_client(door) as client:
        visitor = await a_visitor(client)
        full = True

        @event.listens_for(door.workspace.database.sync_engine, "begin", insert=True)
        def little_room(connection: Any) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages if full else 1_000_000}")

        codes = set()
        for n in range(60):
            reply = await visitor.says("x" * 4000, f"c{n}")
            codes.add(reply.status_code)
            if reply.status_code == 503:
                break
        assert 503 in codes
        assert codes <= {202, 503}
        full = False
        assert (await visitor.says("There is room again.", "last")).status_code == 202
        check = sqlite3.connect(tmp_path / "opener.db")
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        events = check.execute("SELECT count(*) FROM events WHERE type = 'message.created'").fetchone()
        stored = check.execute("SELECT count(*) FROM messages WHERE author = 'visitor'").fetchone()
        check.close()
        assert events == stored


async def test_the_log_line_of_a_request_holds_no_words_tokens_or_addresses(client: Any) -> None:
    with structlog.testing.capture_logs() as logs:
        visitor = await a_visitor(client)
        await visitor.says("My name is Zebedee and my number is +49301234567.")
        await client.get("/m/guest_secret_link")
        await client.get("/v1/leads?q=zebedee", headers={"Authorization": "Bearer sk_very_secret"})
    lines = [entry for entry in logs if entry["event"] == "http.request"]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/widget/v1/sessions", 201),
        ("POST", "/widget/v1/messages", 202),
        ("GET", "/m/{token}", 404),
        ("GET", "/v1/leads", 401),
    ]
    allowed = {"event", "log_level", "method", "route", "status", "ms", "request_id"}
    assert all(set(line) == allowed for line in lines)
    written = str(logs)
    for secret in ("Zebedee", "4930", "guest_secret", "sk_very", visitor.token, KEY, "127.0.0.1", "testclient"):
        assert secret not in written
