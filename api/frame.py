"""What surrounds every request: an id, one log line, security headers, and the cross-origin rules of the widget.

The log line holds method, route template, status, duration and request id; never a body, a token or an address.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

log = structlog.get_logger()

WIDGET = "/widget/v1/"
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'; frame-ancestors {ancestors}"
)
"""For pages: everything from here, nothing inline, no strings that become scripts."""
_API_CSP = "default-src 'none'; frame-ancestors 'none'"
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, PATCH, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id"),
    (b"access-control-max-age", b"600"),
]

Counted = Callable[[str, str, int, float], None]
"""Told of each finished request: method, route template, status, seconds."""


class Frame:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[str], str], https: bool, counted: Counted) -> None:
        self._app = app
        self._new_id = new_id
        self._https = https
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with an id, and finish the response's headers."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        request_id = state["request_id"] = self._new_id("req")
        status = 499  # the client left before an answer began

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *self._headers(scope, message["headers"])]
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and scope["path"].startswith(WIDGET):
                await _preflight(finish)
            else:
                await self._app(scope, receive, finish)
        finally:
            seconds = perf_counter() - began
            route = scope.get("path_template") or "-"
            self._counted(scope["method"], route, status, seconds)
            log.info(
                "http.request",
                method=scope["method"],
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=request_id,
            )

    def _headers(self, scope: HTTPScope, given: Any) -> list[tuple[bytes, bytes]]:
        """What the response lacks."""
        known = {name.lower() for name, _ in given}
        wanted = [
            (b"x-request-id", str(scope["state"]["request_id"]).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"content-security-policy", _API_CSP.encode()),
            (b"cache-control", b"no-store"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]
        if self._https:
            wanted.append((b"strict-transport-security", b"max-age=31536000"))
        return [pair for pair in wanted if pair[0] not in known] + _cross_origin(scope)


def _cross_origin(scope: HTTPScope) -> list[tuple[bytes, bytes]]:
    """Widget calls may be read by the page they come from, unless its origin was refused; scripts by everybody.

    Refusals that precede the look at the key (a bad token, a bad body) hold no data, and the widget must see them.
    No credentials: a session token is sent by hand, never by the browser.
    """
    path = scope["path"]
    if path == "/widget.js" or path.startswith("/assets/"):
        return [(b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin")]
    if not path.startswith(WIDGET):
        return []
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    if origin is None or scope["state"].get("origin_refused"):
        return [(b"vary", b"Origin")]
    exposed = (b"access-control-expose-headers", b"Retry-After, X-Request-ID")
    return [(b"access-control-allow-origin", origin), (b"vary", b"Origin"), exposed]


async def _preflight(send: Send) -> None:
    """What a widget may send. Which origin may, is decided by the call itself: only that one names the key."""
    await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
