"""Elementor Pro forms: form-urlencoded, simple (label = value) or with "advanced data" (PHP brackets, nested).

It does not sign. Its visitor sees an error unless the answer is exactly 200.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.forms.content import MOST_ANSWERS, campaign_of, flat, object_of, record, text_of
from channels.forms.delivery import Delivery, shared_secret
from leads.form import Answer, Reading, Trust

_META = {
    "Page URL": "page_url",
    "Remote IP": "remote_ip",
    "Date": "date",
    "Time": "time",
    "User Agent": "user_agent",
    "Powered by": "credit",
    "form_id": "id",
    "form_name": "name",
}
"""What the simple format puts among the answers: its label → its name in the advanced one."""
_KINDS = {"email": "email", "tel": "phone", "acceptance": "checkbox", "checkbox": "checkbox", "upload": "file"}


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """A shared secret in a header, which a filter of Elementor's can add. Raises SignatureWrong."""
    return shared_secret(delivery, secrets)


def read(body: bytes, content_type: str) -> tuple[Reading, ...]:
    """One submission. Raises Unreadable."""
    found = object_of(body, content_type)
    advanced = isinstance(found.get("fields"), dict) and isinstance(found.get("form", {}), dict)
    answers, meta = _advanced(found) if advanced else _simple(found)
    page = text_of(meta.get("page_url"))
    return (Reading(raw=body, answers=answers, page=page, ip=text_of(meta.get("remote_ip")), utm=campaign_of(page)),)


def _advanced(found: dict[str, Any]) -> tuple[tuple[Answer, ...], dict[str, Any]]:
    answers = []
    for id, field in list(record(found.get("fields")).items())[:MOST_ANSWERS]:
        told = field if isinstance(field, dict) else {"value": field}
        value = told.get("value", told.get("raw_value"))
        answers.append(
            Answer(str(id)[:200], flat(value), text_of(told.get("title")), _KINDS.get(str(told.get("type"))))
        )
    meta = {name: _value(item) for name, item in record(found.get("meta")).items()}
    return tuple(answers), meta


def _value(item: Any) -> Any:
    """Meta fields come as `meta[page_url][value]`, in older versions as `meta[page_url]`."""
    return item.get("value") if isinstance(item, dict) else item


def _simple(found: dict[str, Any]) -> tuple[tuple[Answer, ...], dict[str, Any]]:
    asked = [(name, value) for name, value in found.items() if name not in _META][:MOST_ANSWERS]
    meta = {_META[name]: value for name, value in found.items() if name in _META}
    return tuple(Answer(str(name)[:200], flat(value)) for name, value in asked), meta
