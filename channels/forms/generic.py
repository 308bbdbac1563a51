"""Anything else that can post: flat JSON, a form (also with files), or fields with labels in an envelope.

The envelope is what our own WordPress plugin and Webflow snippet send:
`{"form": {"id", "name"}, "page": {"url", "referrer"}, "fields": [{"name", "label", "type", "value"}]}`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.forms.content import (
    MOST_ANSWERS,
    answers_of,
    campaign_of,
    flat,
    instant,
    object_of,
    record,
    rows,
    text_of,
)
from channels.forms.delivery import Delivery, shared_secret
from leads.form import Answer, Reading, Trust

_KINDS = {"email": "email", "tel": "phone", "phone": "phone", "checkbox": "checkbox", "acceptance": "checkbox"}
_ENVELOPE = frozenset({"form", "page", "fields", "event_id", "submitted_at", "test", "ip"})


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """A shared secret in a header, where the form has one. Raises SignatureWrong."""
    return shared_secret(delivery, secrets)


def read(body: bytes, content_type: str) -> tuple[Reading, ...]:
    """One submission. Raises Unreadable."""
    found = object_of(body, content_type)
    fields = found.get("fields")
    if not isinstance(fields, dict | list):
        page = text_of(found.get("page_url"))
        event = text_of(found.pop("event_id", None))
        return (Reading(raw=body, answers=answers_of(found), event_id=event, utm=campaign_of(page)),)
    page_of = record(found.get("page"))
    page = text_of(page_of.get("url"))
    rest = {name: value for name, value in found.items() if name not in _ENVELOPE}
    return (
        Reading(
            raw=body,
            answers=(*_labelled(fields), *answers_of(rest))[:MOST_ANSWERS],
            event_id=text_of(found.get("event_id")),
            occurred_at=instant(found.get("submitted_at")),
            page=page,
            referrer=text_of(page_of.get("referrer")),
            ip=text_of(found.get("ip")),
            utm=campaign_of(page),
            test=found.get("test") is True,
        ),
    )


def _labelled(fields: dict[str, Any] | list[Any]) -> tuple[Answer, ...]:
    if isinstance(fields, dict):
        return answers_of(fields)
    return tuple(
        Answer(
            (text_of(row.get("name")) or text_of(row.get("label")) or "unnamed")[:200],
            flat(row.get("value")),
            text_of(row.get("label")),
            _KINDS.get(str(row.get("type")).lower()),
        )
        for row in rows(fields)
    )
