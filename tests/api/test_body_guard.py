"""What a client may send: nothing it sends is ever a 500, and what is refused is refused with a reason."""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.body_guard import check_json
from api.errors import Problem
from tests.api.door import KEY, Door, a_visitor
from tests.cpu import least_cpu_s

JSON = {"Content-Type": "application/json"}


async def post(client: Any, body: bytes, path: str = "/widget/v1/sessions", **headers: str) -> Any:
    return await client.post(path, content=body, headers={**JSON, **headers})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"key": "\xff"}', 400, "malformed"),
        (b"\xff\xfe{\x00}\x00", 400, "malformed"),
        (b'{"key": "a\x00b"}', 400, "malformed"),
        (b'{"key": "a\\u0000b"}', 400, "malformed"),
        (b'{"key": "\\ud800"}', 400, "malformed"),
        (b"[" * 33 + b"]" * 33, 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b'{"a":' * 50_000, 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"NaN", 400, "malformed"),
        (b'{"key": 1e999}', 400, "malformed"),
        (b"null", 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b"7", 422, "invalid"),
        (b'{"key": 99999999999999999999999999}', 422, "invalid"),
        (b'{"key": "' + b"x" * 300_000 + b'"}', 413, "too_large"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused_with_a_reason(
    client: Any, body: bytes, status: int, code: str
) -> None:
    reply = await post(client, body)
    problem = reply.json()
    assert (reply.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"/docs#{code}"
    assert problem["detail"].endswith(".")


async def test_a_doubled_key_counts_once_and_the_last_one_wins(client: Any) -> None:
    reply = await post(client, b'{"key": "pk_unknown", "key": "%s"}' % KEY.encode())
    assert reply.status_code == 201


async def test_a_backslash_before_u0000_is_only_text(client: Any) -> None:
    visitor = await a_visitor(client)
    reply = await visitor.says(r"The escape \u0000 is a NUL.")
    assert reply.status_code == 202
    assert (await visitor.events())[0]["data"]["text"] == r"The escape \u0000 is a NUL."


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
async def test_only_json_is_read(client: Any, kind: str) -> None:
    body = json.dumps({"key": KEY}).encode()
    reply = await client.post("/widget/v1/sessions", content=body, headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()["code"]) == (415, "not_json")


async def test_json_with_a_charset_is_json(client: Any) -> None:
    body = json.dumps({"key": KEY}).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await client.post("/widget/v1/sessions", content=body, headers=headers)).status_code == 201


async def test_a_body_without_a_length_is_cut_off_at_the_limit(door: Door, client: Any) -> None:
    pieces, statuses = 0, []

    async def receive() -> Any:
        nonlocal pieces
        pieces += 1
        return {"type": "http.request", "body": b" " * 65_536, "more_body": True}

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
    await door.app(a_scope("POST", "/widget/v1/sessions", b"", headers), receive, answer)  # type: ignore[arg-type]
    assert (statuses, pieces) == ([413], 5)


async def test_an_empty_body_is_named_as_missing(client: Any) -> None:
    reply = await client.post("/widget/v1/sessions", headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["/v1/leads/%00", "/v1/leads?q=%00", "/m/%00", "/c/%00%ff"])
async def test_a_nul_in_the_address_is_refused(door: Door, client: Any, path: str) -> None:
    assert (await client.get(path, headers=door.bearer)).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/v1/leads/%ff%fe",
        "/v1/leads?q=%ff",
        "/v1/leads?limit=99999999999999999999999999",
        "/v1/leads?score_min=nan",
        "/v1/leads?score_min=1e400",
        "/v1/leads?sort=password",
        "/v1/leads?stage=",
        "/v1/leads?q=%25%5F%5C",
        "/v1/meetings?after=9999-12-31T23:59:59Z",
        "/v1/meetings?after=0001-01-01T00:00:00%2B14:00",
        "/v1/leads/" + "x" * 5000,
        "/widget/v1/config?key=" + "k" * 5000,
        "/widget/v1/config?key=a&key=b",
        "/assets/../../etc/passwd",
        "/assets/x/..%2f..%2fpyproject.toml",
        "/pages/..%2Fdemo.json",
        "/m/..%2f..%2f",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/v1/leads/a%2Fb/score",
    ],
)
async def test_odd_addresses_are_answered(door: Door, client: Any, path: str) -> None:
    reply = await client.get(path, headers=door.bearer, follow_redirects=False)
    assert reply.status_code < 500
    assert b"root:" not in reply.content


@given(st.binary(max_size=300))
def test_any_bytes_are_either_json_or_a_problem(body: bytes) -> None:
    try:
        check_json(body, max_depth=32)
    except Problem as problem:
        assert problem.status == 400
    else:
        json.loads(body.decode("utf-8"))


@given(st.recursive(st.none() | st.text() | st.integers(-(2**60), 2**60), lambda inner: st.lists(inner), max_leaves=20))
def test_sound_json_passes(value: Any) -> None:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    if b"\\u0000" not in body:
        check_json(body, max_depth=32)


def test_brackets_in_strings_do_not_count_as_depth() -> None:
    check_json(json.dumps({"text": "[" * 1000 + '"' + "{" * 1000}).encode(), max_depth=32)
    check_json(b"[" * 32 + b"]" * 32, max_depth=32)


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 131_072, b'"' * 262_143, b"\\" * 262_144])
def test_a_string_that_never_ends_is_judged_as_quickly_as_any_other(body: bytes) -> None:
    def judge() -> None:
        with pytest.raises(Problem):
            check_json(body, max_depth=32)

    assert least_cpu_s(judge) < 2


# --- twenty thousand broken requests -------------------------------------------------------------------------------

REQUESTS = 20_000


class Sender:
    """Speaks ASGI to the app directly: no client library tidies up what is sent."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def send(self, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> int:
        status = 0
        given = False

        async def receive() -> Any:
            nonlocal given
            if given:
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]

        await self.app(a_scope(method, path, query, headers), receive, answer)
        return status


def a_scope(method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 5),
        "server": ("testserver.local", 80),
    }


def broken(source: random.Random, sound: bytes) -> bytes:
    """The body with a few things done to it."""
    body = bytearray(sound)
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(body) + 1)
        match source.randrange(8):
            case 0 if body:
                body[at % len(body)] = source.randrange(256)
            case 1:
                del body[at : at + source.randint(1, 20)]
            case 2:
                body[at:at] = bytes(source.randrange(256) for _ in range(source.randint(1, 12)))
            case 3:
                body[at:at] = body[: source.randint(0, len(body))]
            case 4:
                body[at:at] = source.choice(
                    [
                        b"\\u0000",
                        b"\\ud800",
                        b"null",
                        b"1e400",
                        b"-0",
                        b"[[[[",
                        b'"',
                        b"\\",
                        b"\xf0\x9f",
                        b"{}",
                        b"true",
                    ]
                )
            case 5:
                body[at:at] = b"[" * source.randint(1, 3000)
            case 6:
                body = bytearray(body.replace(b'"', source.choice([b"'", b"", b'"\\']), source.randint(0, 3)))
            case _:
                body[at:at] = str(source.randrange(-(2**70), 2**70)).encode()
    return bytes(body)


async def test_twenty_thousand_broken_requests_and_not_one_failure(door: Door, client: Any) -> None:
    seed = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randrange(2**32)))
    print(f"FUZZ_SEED={seed}")  # noqa: T201 (pytest shows it when the test fails, to repeat it)
    source = random.Random(seed)
    visitor = await a_visitor(client)
    slot = (await visitor.post("/slots")).json()["slots"][0]["slot_id"]
    token = (b"authorization", f"Bearer {visitor.token}".encode())
    key = (b"authorization", door.bearer["Authorization"].encode())
    calls: list[tuple[str, str, tuple[bytes, bytes], dict[str, Any]]] = [
        ("POST", "/widget/v1/sessions", token, {"key": KEY, "resume": visitor.token, "page": {"url": "x"}, "utm": {}}),
        ("POST", "/widget/v1/messages", token, {"client_id": "c", "text": "Hello, we bake bread."}),
        ("POST", "/widget/v1/slots", token, {"tz": "Europe/Berlin", "day": "2026-03-04", "at": "10:00", "count": 2}),
        ("POST", "/widget/v1/bookings", token, {"slot_id": slot, "email": "a@example.com", "tz": "UTC", "name": "A"}),
        ("POST", "/widget/v1/consent", token, {"purpose": "marketing", "granted": True, "text_version": "1"}),
        ("POST", "/widget/v1/handoff", token, {"reason": "please"}),
        ("POST", "/widget/v1/feedback", token, {"message_id": "msg_1", "value": "up"}),
        ("PATCH", "/widget/v1/me", token, {"id": "budget", "value": "20k"}),
        ("POST", "/v1/leads", key, {"source": "x", "email": "a@example.com", "fields": {"a": 1}, "consent": []}),
        ("POST", "/m/guest_1", key, {}),
    ]
    gets = ["/v1/leads", "/v1/meetings", "/v1/leads/x/timeline", "/widget/v1/config", "/widget/v1/me", "/m/x", "/docs"]
    sender = Sender(door.app)
    counts: dict[int, int] = {}
    began = time.process_time()
    for n in range(REQUESTS):
        if n % 20 == 0:
            query = broken(source, b"limit=5&cursor=x&sort=-score&q=a&after=2026-03-02T09:00:00Z&key=pk_test")
            path, headers, body, method = source.choice(gets), [source.choice([token, key])], b"", "GET"
        else:
            method, path, header, sound = source.choice(calls)
            query, body = b"", broken(source, json.dumps(sound).encode())
            headers = [(b"content-type", b"application/json"), header]
        status = await sender.send(method, path, query, headers, body)
        counts[status] = counts.get(status, 0) + 1
        assert 200 <= status < 500, (seed, n, method, path, query, body)
    took = time.process_time() - began
    print(f"{REQUESTS} requests in {took:.1f} s of CPU: {dict(sorted(counts.items()))}")  # noqa: T201
    assert counts.get(400, 0) > REQUESTS / 4
    assert counts.get(422, 0) > 100
    assert sum(counts.get(code, 0) for code in (200, 201, 202)) > 10
    assert took < 60  # seconds of CPU; some 15 here
