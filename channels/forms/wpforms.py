"""WPForms, Webhooks add-on, in its JSON format: several values joined with `||`, dates and files as objects.

In its form format it signs PHP's own JSON of the fields, not the body that arrives, so such a signature can never hold.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.forms.content import answers_of, campaign_of, json_object, object_of, text_of
from channels.forms.delivery import Delivery, SignatureWrong, fresh, from_hex, needs_signature, signed
from leads.form import Reading, Trust


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """`t={seconds},v={hex HMAC of "t.body"}`: the letter is v, not v1. Raises SignatureWrong."""
    given = delivery.headers.get("x-wpforms-webhook-signature", "")
    if not needs_signature(secrets, given):
        return Trust.LOW
    if "json" not in delivery.content_type.lower():
        raise SignatureWrong("WPForms signs something else than it sends in its form format: set the webhook to JSON.")
    parts = dict(part.strip().partition("=")[::2] for part in given.split(",")[:8])
    stamp = fresh(parts.get("t", ""), unit_ms=1000, now=now)
    return signed(secrets, f"{stamp}.".encode() + delivery.body, from_hex(parts.get("v", "")))


def read(body: bytes, content_type: str) -> tuple[Reading, ...]:
    """One entry. Raises Unreadable."""
    found = json_object(body) if "json" in content_type.lower() else object_of(body, content_type)
    fields = found.get("fields") if isinstance(found.get("fields"), dict) else found
    page = text_of(found.get("page_url"))
    return (Reading(raw=body, answers=answers_of(_spread(fields or {})), page=page, utm=campaign_of(page)),)


def _spread(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, several values as a list; the parts of a name are told one by one as well."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, str) and "||" in value:
            found[name] = [part.strip() for part in value.split("||")]
        elif isinstance(value, dict) and {"first", "last"} & set(value):
            found |= {f"{part}_name": text for part, text in value.items() if part in ("first", "last") and text}
        else:
            found[name] = value
    return found
