"""HubSpot: the contact a workflow sends, or an app's events as a list. HubSpot has no webhook of its forms themselves.

Events tell single properties; those of one contact in one call are read together.
https://developers.hubspot.com/docs/api/webhooks/validating-requests
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from channels.forms.content import Unreadable, answers_of, instant, json_of, record, rows
from channels.forms.delivery import Delivery, SignatureWrong, fresh, from_base64, needs_signature, signed
from leads.form import Reading, Trust

_DECODED = (
    ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"),
    ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
)  # fmt: skip
"""Characters HubSpot decodes in the address before it signs it."""
_NAMES = {
    "firstname": "first_name",
    "lastname": "last_name",
    "jobtitle": "title",
    "mobilephone": "mobile_phone",
    "hs_language": "language",
}
_ITS_OWN = (
    "hs_",
    "hubspot_",
    "num_",
    "createdate",
    "lastmodifieddate",
    "lifecyclestage",
    "recent_",
    "currentlyinworkflow",
)


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """Version 3: base64 HMAC over method, whole address, body and timestamp (milliseconds). Raises SignatureWrong.

    Behind a proxy we are called by another name, so every address the caller may have meant is tried: with a right
    signature it cannot be somebody else's.
    """
    given = delivery.headers.get("x-hubspot-signature-v3", "")
    if not needs_signature(secrets, given):
        return Trust.LOW
    stamp = fresh(delivery.headers.get("x-hubspot-request-timestamp", ""), unit_ms=1, now=now)
    for url in delivery.urls:
        message = delivery.method.encode() + as_signed(url).encode() + delivery.body + stamp.encode()
        try:
            return signed(secrets, message, from_base64(given))
        except SignatureWrong:
            continue
    raise SignatureWrong(
        "The signature fits neither the body nor the address: set OPENER_PUBLIC_URL to the address outside."
    )


def as_signed(url: str) -> str:
    """The address as HubSpot writes it when it signs: some characters decoded."""
    for code, char in _DECODED:
        url = url.replace(code, char).replace(code.lower(), char)
    return url


def read(body: bytes, _content_type: str) -> tuple[Reading, ...]:
    """The contact, or one reading for each contact that events tell of. Raises Unreadable."""
    found = json_of(body)
    if isinstance(found, list):
        return _events(body)
    if not isinstance(found, dict):
        raise Unreadable("The body is neither a contact nor a list of events.")
    if "subscriptionType" in found:
        return _events(b"[" + body + b"]")
    return (_contact(body, found),)


def _contact(body: bytes, found: dict[str, Any]) -> Reading:
    properties = record(found.get("properties")) or {k: v for k, v in found.items() if not isinstance(v, dict | list)}
    plain = {name: value.get("value") if isinstance(value, dict) else value for name, value in properties.items()}
    return Reading(raw=body, answers=answers_of(_asked(plain)))


def _asked(properties: dict[str, Any]) -> dict[str, Any]:
    """A contact's properties without HubSpot's own bookkeeping, under names that are understood."""
    return {
        _NAMES.get(name, name): value
        for name, value in properties.items()
        if value not in (None, "") and (name in _NAMES or not name.startswith(_ITS_OWN))
    }


def _events(body: bytes) -> tuple[Reading, ...]:
    try:
        slices = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError):
        raise Unreadable("The body is not a list of events.") from None
    groups: dict[str, list[tuple[bytes, dict[str, Any]]]] = {}
    for piece in slices:
        [event] = rows([json_of(bytes(piece))]) or [{}]
        groups.setdefault(f"{event.get('portalId')}:{event.get('objectId')}", []).append((bytes(piece), event))
    if not groups:
        raise Unreadable("The list of events is empty.")
    return tuple(_together(group, whole=body if len(groups) == 1 else None) for group in groups.values())


def _together(group: list[tuple[bytes, dict[str, Any]]], *, whole: bytes | None) -> Reading:
    """The events of one contact as one submission. The number of the attempt is left out: a retry is the same."""
    told = {str(e["propertyName"]): e.get("propertyValue") for _, e in group if e.get("propertyName")}
    names = sorted(
        ":".join(str(e.get(key)) for key in ("portalId", "subscriptionType", "objectId", "eventId", "occurredAt"))
        for _, e in group
    )
    deleted = any("deletion" in str(e.get("subscriptionType")).lower() for _, e in group)
    silent = None if told and not deleted else "The event tells no property of a contact."
    return Reading(
        raw=whole if whole is not None else b"[" + b",".join(piece for piece, _ in group) + b"]",
        answers=answers_of(_asked(told)),
        event_id=hashlib.sha256("\n".join(names).encode()).hexdigest(),
        occurred_at=max((at for _, e in group if (at := instant(e.get("occurredAt")))), default=None),
        partial=silent,
    )
