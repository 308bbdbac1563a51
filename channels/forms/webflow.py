"""Webflow: `form_submission` of the current API and of the one before it. Signed when the webhook has a secret.

Labels are the keys, and a phone number may be a JSON number that has lost its leading plus or zero.
https://developers.webflow.com/data/docs/working-with-webhooks
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.forms.content import Unreadable, answers_of, campaign_of, instant, json_object, record, rows, text_of
from channels.forms.delivery import Delivery, fresh, from_hex, needs_signature, signed
from leads.form import Answer, Reading, Trust

_KINDS = {"FormFileUploadInput": "file", "FormCheckboxInput": "checkbox"}


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """Hex HMAC over "timestamp:body", the timestamp in milliseconds. Raises SignatureWrong."""
    given = delivery.headers.get("x-webflow-signature", "")
    if not needs_signature(secrets, given):
        return Trust.LOW
    stamp = fresh(delivery.headers.get("x-webflow-timestamp", ""), unit_ms=1, now=now)
    return signed(secrets, f"{stamp}:".encode() + delivery.body, from_hex(given))


def read(body: bytes, _content_type: str) -> tuple[Reading, ...]:
    """One submission. Raises Unreadable."""
    found = json_object(body)
    payload = record(found.get("payload")) or found
    data = record(payload.get("data"))
    if not data:
        raise Unreadable("There is no `payload.data`: is this Webflow's form_submission?")
    kinds = {str(row.get("fieldName")): _KINDS.get(str(row.get("fieldType"))) for row in rows(payload.get("schema"))}
    page = text_of(payload.get("pageUrl")) or text_of(payload.get("publishedPath"))
    return (
        Reading(
            raw=body,
            answers=_answers(data, kinds),
            event_id=text_of(payload.get("id")) or text_of(payload.get("_id")),
            occurred_at=instant(payload.get("submittedAt") or payload.get("d")),
            page=page,
            utm=campaign_of(page),
        ),
    )


def _answers(data: dict[str, Any], kinds: dict[str, str | None]) -> tuple[Answer, ...]:
    return tuple(Answer(a.name, a.value, a.label, kinds.get(a.name)) for a in answers_of(data))
