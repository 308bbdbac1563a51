"""Typeform: `form_response`, and partial ones, of which no lead is made. Signed when the webhook has a secret.

https://www.typeform.com/developers/webhooks/example-payload/
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.forms.content import MOST_ANSWERS, Unreadable, flat, instant, json_object, record, rows, text_of
from channels.forms.delivery import Delivery, from_base64, needs_signature, signed
from leads.form import Answer, Reading, Trust
from leads.signal import Property

_KINDS = {"email": "email", "phone_number": "phone", "boolean": "checkbox", "file_url": "file"}


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """`sha256=` and the base64 (not hex) of the HMAC over the body; there is no timestamp. Raises SignatureWrong."""
    given = delivery.headers.get("typeform-signature", "")
    if not needs_signature(secrets, given):
        return Trust.LOW
    return signed(secrets, delivery.body, from_base64(given.removeprefix("sha256=")))


def read(body: bytes, _content_type: str) -> tuple[Reading, ...]:
    """One response. Raises Unreadable."""
    found = json_object(body)
    response = record(found.get("form_response"))
    if not response:
        raise Unreadable("There is no `form_response`: is this Typeform's webhook?")
    partial = "partial" in str(found.get("event_type")) or ("submitted_at" in response and not response["submitted_at"])
    hidden = {str(name): flat(value) for name, value in record(response.get("hidden")).items()}
    return (
        Reading(
            raw=body,
            answers=(*_answers(response), *(Answer(name[:200], value) for name, value in list(hidden.items())[:50])),
            # A partial response and the whole one come under the same token: the part must not hide the whole.
            event_id=None if partial else text_of(response.get("token")) or text_of(found.get("event_id")),
            occurred_at=instant(response.get("submitted_at")),
            partial="The form was left before its end; only what somebody sends off is captured." if partial else None,
        ),
    )


def _answers(response: dict[str, Any]) -> list[Answer]:
    questions = rows(record(response.get("definition")).get("fields"))
    titles = {str(field.get(key)): str(field.get("title") or "") for field in questions for key in ("id", "ref")}
    return [_answer(answer, titles) for answer in rows(response.get("answers"))[:MOST_ANSWERS]]


def _answer(answer: dict[str, Any], titles: dict[str, str]) -> Answer:
    field, kind = record(answer.get("field")), str(answer.get("type"))
    ref, id = text_of(field.get("ref")), text_of(field.get("id"))
    title = titles.get(id or "") or titles.get(ref or "") or None
    return Answer((ref or id or title or kind)[:200], _value(answer.get(kind)), title, _KINDS.get(kind))


def _value(value: Any) -> Property:
    """The value under the answer's own type; choices are objects with labels."""
    found = record(value)
    if isinstance(labels := found.get("labels"), list):
        return flat([*labels, found.get("other")])
    if "label" in found or "other" in found:
        return flat(found.get("label") or found.get("other"))
    return flat(value)
