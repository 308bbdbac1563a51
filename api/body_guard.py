"""The outermost door: no body gets further that is not JSON, not UTF-8, too large or too deep.

Litestar 2.25 makes a 500 of invalid UTF-8 and of deep nesting, and reads JSON under any content type, so that other
sites could post without a preflight. All of that ends here, before a route is looked for.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Receive, Scope, Send

from api.errors import PROBLEM, Problem

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A string, also one that never ends; it gives nothing back, so that every byte is looked at once."""
_FORM = "application/x-www-form-urlencoded"
FILE_KINDS = frozenset({"text/csv", "application/csv", "text/plain", "multipart/form-data", "application/octet-stream"})
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyGuard:
    """Wraps an ASGI app. `forms` are the path beginnings where a plain HTML form may be posted, `raw` those where
    anything may: their routes read bytes. `larger` are addresses with a limit of their own; a file sent to one of
    `files` is passed on unread.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        max_depth: int,
        forms: tuple[str, ...] = (),
        larger: Mapping[str, int] = MappingProxyType({}),
        files: tuple[str, ...] = (),
        raw: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_depth = max_depth
        self._forms = forms
        self._larger = larger
        self._files = files
        self._raw = raw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check and pass on, or answer with a problem."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        try:
            _check_address(scope)
            body = await self._body(scope, receive)
        except Problem as problem:
            await send_problem(problem, send)
            return
        if body is None:
            await self._app(scope, receive, send)
        else:
            await self._app(scope, _replay(body, receive), send)

    async def _body(self, scope: HTTPScope, receive: Receive) -> bytes | None:
        """The whole body, checked; None when the method has none and the server may go on listening."""
        headers = {name: value for name, value in scope["headers"] if name in {b"content-type", b"content-length"}}
        announced = headers.get(b"content-length", b"0")
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")
        if kind in FILE_KINDS and scope["path"].rstrip("/") in self._files:
            return None
        most = self._larger.get(scope["path"].rstrip("/"), self._max_bytes)
        if announced.isdigit() and int(announced) > most:
            raise _too_large(most)
        body = await _read(receive, most) if scope["method"] not in _BODILESS or announced != b"0" else None
        if not body or scope["path"].startswith(self._raw or ("\0",)):
            return body
        if kind == _FORM and scope["path"].startswith(self._forms or ("\0",)):
            return body
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            raise Problem(415, "not_json", "Send JSON, with the header Content-Type: application/json.")
        check_json(body, max_depth=self._max_depth)
        return body


async def _read(receive: Receive, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the client is gone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large(most: int) -> Problem:
    return Problem(413, "too_large", f"A body can have at most {most // 1024} KB.")


def _check_address(scope: HTTPScope) -> None:
    """An address is ASCII on the wire (RFC 3986 §2); Litestar makes a 500 of a query that is not."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
        raise Problem(400, "malformed", "The address holds a NUL character.")
    if not scope["query_string"].isascii():
        raise Problem(400, "malformed", "The address holds characters that must be percent-encoded.")


def check_json(body: bytes, *, max_depth: int) -> None:
    """Raises Problem 400 unless the body is one JSON document in strict UTF-8, not too deep, without NUL."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "malformed", f"The body is not UTF-8 (at byte {error.start}).") from None
    if b"\0" in body or _NUL.search(body):
        raise Problem(400, "malformed", "The body holds a NUL character.")
    if _depth(body) > max_depth:
        raise Problem(400, "malformed", f"The body is nested deeper than {max_depth} levels.")
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise Problem(400, "malformed", "The body is not well-formed JSON.") from None


def _depth(body: bytes) -> int:
    """The deepest nesting of brackets outside strings."""
    deepest = depth = 0
    for byte in _STRING.sub(b"", body):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, and then whatever the server says (that the client has left)."""
    given = False

    async def replayed() -> HTTPReceiveMessage:
        nonlocal given
        if given:
            return cast(HTTPReceiveMessage, await receive())
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


async def send_problem(problem: Problem, send: Send) -> None:
    """Answer with a problem outside of Litestar."""
    body = msgspec.json.encode(problem.document())
    headers = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(k.lower().encode(), v.encode()) for k, v in problem.headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
