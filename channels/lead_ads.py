"""Leads that stay with the platform until they are asked for: Meta's, over its Graph API, each with its page's token.

https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx
import msgspec
import structlog

from channels.sent import Refused, TryLater

log = structlog.get_logger()

GRAPH = "https://graph.facebook.com/v23.0"
FIELDS = "id,created_time,ad_id,form_id,campaign_name,platform,is_organic,field_data,custom_disclaimer_responses"
TIMEOUT_S = 15.0
LARGEST = 256 * 1024
LONGEST_WAIT = timedelta(hours=1)
PASSING = frozenset({1, 2, 4, 17, 32, 341, 613, 80005})
"""Graph's codes for being busy, and for having asked too often: the status says 400, but later it works."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The lead as the platform told it."""

    body: bytes = field(repr=False)


Fetch = Fetched | Refused | TryLater
"""The ending of one attempt. Asking twice does no harm, so a broken line is `TryLater`."""


class LeadAds(Protocol):
    """Where leads of advertisements are fetched."""

    async def lead(self, number: str, *, access_token: str | None, app_secret: str | None) -> Fetch:
        """Fetch one lead by its number."""

    async def close(self) -> None:
        """Give back what is held."""


class KeptLeadAds:
    """The twin: leads that lie in memory or, given a folder, as `NUMBER.json` in it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look in this folder, which need not exist."""
        self._folder = folder
        self.leads: dict[str, bytes] = {}

    async def lead(self, number: str, *, access_token: str | None, app_secret: str | None) -> Fetch:
        """The lead that was put here."""
        if number in self.leads:
            return Fetched(self.leads[number])
        kept = self._folder / f"{number}.json" if self._folder and number.isdigit() else None
        return Fetched(kept.read_bytes()) if kept and kept.is_file() else Refused("no such lead is kept here")

    async def close(self) -> None:
        """Nothing is held."""


class MetaLeadAds:
    """Asks the Graph API. Tokens are secrets: they travel in a header and are never logged."""

    def __init__(self, graph: str = GRAPH) -> None:
        """Remember whom to ask; the connection is opened by the first lead."""
        self._graph = graph.rstrip("/")
        self._client: httpx.AsyncClient | None = None

    async def lead(self, number: str, *, access_token: str | None, app_secret: str | None) -> Fetch:
        """Fetch one lead. `app_secret` proves that the token is not somebody else's find."""
        if not access_token:
            return Refused("the form has no access token")
        if not (number.isascii() and number.isdigit()):
            return Refused("that is no number of a lead")
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)
        query = {"fields": FIELDS} | ({"appsecret_proof": _proof(access_token, app_secret)} if app_secret else {})
        bearer = {"Authorization": f"Bearer {access_token}"}
        try:
            response = await self._client.get(f"{self._graph}/{number}", params=query, headers=bearer)
        except httpx.HTTPError as error:
            return TryLater(type(error).__name__)
        return _ending(response)

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _proof(access_token: str, app_secret: str) -> str:
    return hmac.digest(app_secret.encode(), access_token.encode(), hashlib.sha256).hex()


def _ending(response: httpx.Response) -> Fetch:
    if response.is_success and len(response.content) <= LARGEST:
        return Fetched(response.content)
    code = f"http {response.status_code}"
    said = _error(response)
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        return TryLater(code, after=_asked_wait(response))
    if said.get("is_transient") is True or said.get("code") in PASSING:
        return TryLater(f"{code}, graph {said.get('code')}", after=_asked_wait(response))
    log.error("lead_ads.refused", detail=code)
    return Refused(f"{code}, graph {said['code']}" if isinstance(said.get("code"), int) else code)


def _error(response: httpx.Response) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(response.content)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}


def _asked_wait(response: httpx.Response) -> timedelta | None:
    said = response.headers.get("retry-after", "")
    return min(timedelta(seconds=int(said)), LONGEST_WAIT) if said.isdecimal() and len(said) < 8 else None
