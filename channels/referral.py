"""A lead that belongs to somebody outside sales: what they are told, as a mail or as a call of their address."""

import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx
import structlog

from channels.lines import one_line
from channels.mail_out import KEPT, Mailbox, OutgoingMail
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown

log = structlog.get_logger()
TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Referral:
    """Who it is about, how to reach them, and why it is sent. `key` stays through every attempt."""

    key: str
    lead_id: str
    destination: str
    title: str
    why: str
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    source: str
    link: str
    due_at: datetime | None
    at: datetime

    @property
    def headline(self) -> str:
        """Who, and for which place."""
        return f"{one_line(self.name or self.email or 'A visitor', most=80)} for {one_line(self.title, most=80)}"

    def document(self) -> dict[str, Any]:
        """The body of a call."""
        return {
            "type": "lead.referred",
            "id": self.key,
            "at": _instant(self.at),
            "destination": self.destination,
            "why": self.why,
            "due_at": _instant(self.due_at) if self.due_at else None,
            "lead": {"id": self.lead_id, "source": self.source, "link": self.link},
            "person": {"name": self.name, "email": self.email, "phone": self.phone, "company": self.company},
        }


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def referral_mail(referral: Referral, *, sender: Mailbox, to: Mailbox) -> OutgoingMail:
    """The referral as a mail."""
    known = (
        ("Name", referral.name),
        ("E-mail", referral.email),
        ("Phone", referral.phone),
        ("Company", referral.company),
        ("Came by", referral.source),
        ("Why", referral.why),
    )
    lines = [f"{label}: {one_line(value, most=300)}" for label, value in known if value]
    text = "\n".join([f"{referral.headline}.", "", *lines, "", referral.link, ""])
    return OutgoingMail(key=referral.key, sender=sender, to=to, subject=referral.headline, text=text, date=referral.at)


class ReferralOut(Protocol):
    """Where referrals go that are not mailed."""

    async def post(self, url: str, referral: Referral) -> Sent:
        """Tell the address once."""

    async def close(self) -> None:
        """Give back what is held."""


class ConsoleReferrals:
    """The twin: keeps what would have been posted."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self.sent: deque[tuple[str, Referral]] = deque(maxlen=KEPT)

    async def post(self, url: str, referral: Referral) -> Sent:
        """Keep it."""
        self.sent.append((url, referral))
        return Accepted("kept")

    async def close(self) -> None:
        """Nothing is held."""


class WebReferrals:
    """Posts each referral as JSON. `Webhook-Id` is the same in every attempt, so that a repeated one can be told."""

    def __init__(self) -> None:
        """The connection is opened by the first referral."""
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, referral: Referral) -> Sent:
        """Post it once; redirects are not followed."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)
        headers = {
            "Content-Type": "application/json",
            "Webhook-Id": referral.key,
            "Webhook-Timestamp": str(int(referral.at.timestamp())),
        }
        try:
            response = await self._client.post(url, content=json.dumps(referral.document()), headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL) as error:
            return TryLater(type(error).__name__)
        except httpx.HTTPError as error:
            return Unknown(type(error).__name__)
        return _ending(response)

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _ending(response: httpx.Response) -> Sent:
    code = f"http {response.status_code}"
    if response.is_success:
        return Accepted(code)
    if response.status_code in {408, 425, 429} or response.is_server_error:
        return TryLater(code)
    log.error("referral.refused", detail=code)
    return Refused(code)
