"""Meta lead ads: a ping without personal data that names leads, which are fetched afterwards (`channels/lead_ads.py`).

https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from channels.forms.content import MOST_ANSWERS, Unreadable, flat, instant, json_object, record, rows, text_of
from channels.forms.delivery import Delivery, from_hex, needs_signature, signed
from leads.form import Answer, Reading, Trust

DUMMY = "<test lead: dummy data"
SAMPLE_LEAD = "444444444444"
"""The lead that Meta's page for developers sends as a sample; it cannot be fetched."""


class _Entry(msgspec.Struct):
    changes: list[msgspec.Raw] = []


class _Ping(msgspec.Struct):
    entry: list[_Entry] = []


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """`sha256=` and the hex HMAC over the bytes as they came, escapes and all. Raises SignatureWrong."""
    given = delivery.headers.get("x-hub-signature-256", "")
    if not needs_signature(secrets, given):
        return Trust.LOW
    return signed(secrets, delivery.body, from_hex(given.removeprefix("sha256=")))


def read(body: bytes, _content_type: str) -> tuple[Reading, ...]:
    """One reading for each lead that is named, in all entries of the ping. Raises Unreadable."""
    found = json_object(body)
    if "entry" not in found:
        return (_of_change(body, found),)
    try:
        ping = msgspec.json.decode(body, type=_Ping)
    except (msgspec.MsgspecError, RecursionError):
        raise Unreadable("`entry` is not a list of entries with changes.") from None
    slices = [bytes(piece) for entry in ping.entry for piece in entry.changes]
    readings = tuple(_of_change(body if len(slices) == 1 else piece, json_object(piece)) for piece in slices)
    if not readings:
        raise Unreadable("The ping names no lead.")
    return readings


def _of_change(raw: bytes, change: dict[str, Any]) -> Reading:
    value = record(change.get("value"))
    lead = text_of(value.get("leadgen_id"))
    if change.get("field") != "leadgen" or not lead or not (lead.isascii() and lead.isdigit() and len(lead) <= 32):
        return Reading(raw=raw, unreadable="This is no `leadgen` change with a lead's number.")
    told = _answers(value)
    return Reading(
        raw=raw,
        answers=told,
        event_id=lead,
        occurred_at=instant(value.get("created_time")),
        utm={"utm_source": "meta"},
        test=lead == SAMPLE_LEAD or _is_dummy(told),
        fetch=None if told else lead,
    )


def read_lead(ping: Reading, lead: bytes) -> Reading:
    """The ping together with the lead that was fetched for it. Raises Unreadable."""
    found = json_object(lead)
    answers = _answers(found)
    known = {
        "utm_campaign": text_of(found.get("campaign_name")),
        "utm_source": text_of(found.get("platform")) or "meta",
    }
    return Reading(
        raw=ping.raw,
        answers=answers,
        event_id=ping.event_id,
        occurred_at=instant(found.get("created_time")) or ping.occurred_at,
        utm={name: value for name, value in known.items() if value},
        test=ping.test or _is_dummy(answers),
    )


def _answers(value: dict[str, Any]) -> tuple[Answer, ...]:
    return tuple(list(_each(value))[:MOST_ANSWERS])


def _each(value: dict[str, Any]) -> Iterator[Answer]:
    """Values are lists, and all of them count; boxes of the form's own terms come apart from its questions."""
    for row in rows(value.get("field_data")):
        yield Answer((text_of(row.get("name")) or "unnamed")[:200], flat(row.get("values")))
    for row in rows(value.get("custom_disclaimer_responses")):
        ticked = str(row.get("is_checked")).lower() in ("1", "true")
        yield Answer((text_of(row.get("checkbox_key")) or "unnamed")[:200], ticked, None, "checkbox")


def _is_dummy(answers: Sequence[Answer]) -> bool:
    return any(isinstance(a.value, str) and a.value.startswith(DUMMY) for a in answers)
