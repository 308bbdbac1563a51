"""Enrichment over HTTP: `GET URL?email=…&domain=…` with a bearer key, and JSON back.

The answer is `{"person": {...}, "company": {...}}`; fields are plain values. 404 and 204 mean that nothing is known.
What comes back is somebody else's word: bounded in size and time, and never obeyed.
"""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from json import loads
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from channels.enrich import AskLater, Found, LookedUp, Nothing, Raw, Subject, Unusable

log = structlog.get_logger()

TIMEOUT_S = 10.0
MOST_BYTES = 256 * 1024
MOST_FIELDS = 60
LONGEST_WAIT = timedelta(hours=24)
"""A Retry-After beyond this is not believed."""


class HttpSource:
    """A provider with one address. The key is a secret and never logged."""

    def __init__(self, url: str, *, key: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """Remember where to ask; the connection is opened by the first look-up."""
        self._url = url
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._timeout_s = timeout_s
        self._client: httpx.AsyncClient | None = None

    @property
    def name(self) -> str:
        """The provider's host."""
        return (urlsplit(self._url).hostname or "http")[:80]

    async def look_up(self, subject: Subject) -> LookedUp:
        """Ask once."""
        asked = {"email": subject.email, "domain": subject.domain}
        params = {name: value for name, value in asked.items() if value}
        if not params:
            return Nothing()
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False, headers=self._headers)
        try:
            async with self._client.stream("GET", self._url, params=params) as response:
                return await self._read(response)
        except httpx.HTTPError as error:
            return AskLater(type(error).__name__)

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _read(self, response: httpx.Response) -> LookedUp:
        code = f"http {response.status_code}"
        if response.status_code in {204, 404}:
            return Nothing()
        if response.status_code in {408, 425, 429} or response.is_server_error:
            return AskLater(code, after=_asked_wait(response))
        if not response.is_success:
            log.error("enrich.refused", detail=code)
            return Unusable(code)
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                return Unusable("too large")
        return self._found(body)

    def _found(self, body: bytes) -> LookedUp:
        try:
            told = loads(body)
        except (ValueError, RecursionError):
            return Unusable("not json")
        if not isinstance(told, dict):
            return Unusable("not an object")
        person, company = _plain(told.get("person")), _plain(told.get("company"))
        if not person and not company:
            return Nothing()
        return Found(self.name, MappingProxyType(person), MappingProxyType(company))


def _plain(raw: Any) -> dict[str, Raw]:
    """Plain values under short names; anything nested is left out."""
    if not isinstance(raw, dict):
        return {}
    kept = {
        name: value
        for name, value in raw.items()
        if isinstance(name, str) and len(name) <= 80 and isinstance(value, str | int | float | bool)
    }
    return dict(list(kept.items())[:MOST_FIELDS])


def _asked_wait(response: httpx.Response) -> timedelta | None:
    """What Retry-After says, in seconds or as a date (RFC 9110 §10.2.3)."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
        now = parsedate_to_datetime(response.headers["date"])
    except (ValueError, TypeError, KeyError):
        return None
    wait = until - now if (until.tzinfo is None) == (now.tzinfo is None) else None
    return min(max(wait, timedelta(0)), LONGEST_WAIT) if wait is not None else None
