"""Slack: notices through an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).

What a visitor wrote must not become formatting, a link or a call to the whole channel: lines of ours are mrkdwn with
`&`, `<` and `>` escaped and `verbatim` (nothing is turned into a link), their words stand in a plain text block.
"""

from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog

from channels.notice import Notice
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown

log = structlog.get_logger()

TIMEOUT_S = 10.0
LONGEST_WAIT = timedelta(hours=1)
"""A Retry-After beyond this is not believed."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class SlackNotices:
    """Posts each notice to one webhook. The URL is a secret and never logged."""

    def __init__(self, webhook_url: str) -> None:
        """Remember where to post; the connection is opened by the first notice."""
        self._url = webhook_url
        self._client: httpx.AsyncClient | None = None

    async def send(self, notice: Notice, *, not_after: datetime) -> Sent:
        """Post it once. Lost after it was posted is `Unknown`: Slack knows no key that would make it once."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)
        try:
            response = await self._client.post(self._url, json=slack_message(notice))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return TryLater(type(error).__name__)
        except httpx.HTTPError as error:
            return Unknown(type(error).__name__)
        return _ending(response)

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def slack_message(notice: Notice) -> dict[str, Any]:
    """The body of the post: blocks, and a text for notifications and screen readers."""
    facts = "\n".join(f"*{label}:* {escaped(value)}" for label, value in notice.facts)
    blocks = [_mrkdwn(f"*{escaped(notice.headline)}*\n{facts}")]
    if notice.note:
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": notice.note, "emoji": False}})
    blocks.append(_mrkdwn(f"<{notice.link}|Open it>"))
    text = escaped(notice.headline) + (f", due {escaped(notice.due)}" if notice.due else "")
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def escaped(text: str) -> str:
    """Text that Slack shows as it is: the three characters its markup rests on are escaped."""
    return text.translate(_ESCAPES)


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _ending(response: httpx.Response) -> Sent:
    code = f"http {response.status_code}"
    if response.is_success:
        return Accepted(code)
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        return TryLater(code, after=_asked_wait(response))
    log.error("slack.refused", detail=code)
    return Refused(code)


def _asked_wait(response: httpx.Response) -> timedelta | None:
    said = response.headers.get("retry-after", "")
    return min(timedelta(seconds=int(said)), LONGEST_WAIT) if said.isdecimal() and len(said) < 8 else None
