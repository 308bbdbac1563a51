"""Gravity Forms, Webhooks add-on: an entry with numeric keys and sub-inputs (`1.3` is the first name of field 1).

Numbers mean nothing without the form, so a field map names them; without one only an address or a phone number is
recognised. It does not sign; a header with a shared secret can be set.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.forms.content import MOST_ANSWERS, campaign_of, flat, instant, object_of, text_of
from channels.forms.delivery import Delivery, shared_secret
from leads.form import PART, WHOLE, Answer, Reading, Trust

_OF_THE_ENTRY = frozenset(
    "id form_id post_id date_created date_updated is_starred is_read ip source_url user_agent currency payment_status "
    "payment_date payment_amount payment_method transaction_id is_fulfilled created_by transaction_type status "
    "source_id".split()
)
_PART = re.compile(r"(\d+)[._](\d+)")


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """A shared secret in a header, where the form has one. Raises SignatureWrong."""
    return shared_secret(delivery, secrets)


def read(body: bytes, content_type: str) -> tuple[Reading, ...]:
    """One entry. Raises Unreadable."""
    found = object_of(body, content_type)
    entry = _is_entry(found)
    asked = {name: value for name, value in found.items() if not (entry and name in _OF_THE_ENTRY)}
    page = text_of(found.get("source_url"))
    return (
        Reading(
            raw=body,
            answers=tuple(_answers(asked)),
            event_id=text_of(found.get("id")) if entry else None,
            occurred_at=instant(found.get("date_created")) if entry else None,
            page=page,
            ip=text_of(found.get("ip")) if entry else None,
            utm=campaign_of(page),
        ),
    )


def _is_entry(found: dict[str, Any]) -> bool:
    """All fields were chosen: the entry as it is stored, with numbers for names."""
    return any(re.fullmatch(r"\d+([._]\d+)?", name) for name in found)


def _answers(asked: dict[str, Any]) -> list[Answer]:
    """The fields, and after them the boxes and lines of one field (`2.1`, `2.3`) together under its number.

    Which of the two a form wants is in its map. PHP turns the dot of a posted name into an underscore; both are
    understood, and shown with the dot.
    """
    found: list[Answer] = []
    whole: dict[str, list[Any]] = {}
    for name, value in [(n, v) for n, v in asked.items() if v not in (None, "")][:MOST_ANSWERS]:
        part = _PART.fullmatch(name)
        if part is None:
            found.append(Answer(name[:200], flat(value)))
        else:
            found.append(Answer(f"{part[1]}.{part[2]}", flat(value), kind=PART))
            whole.setdefault(part[1], []).append(value)
    return found + [Answer(name, flat(values), kind=WHOLE) for name, values in whole.items() if name not in asked]
