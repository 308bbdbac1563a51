"""Google Ads lead forms: the key that both sides know stands in the body; test leads say that they are.

https://developers.google.com/google-ads/webhook/docs/implementation
"""

import hmac
from collections.abc import Sequence
from datetime import datetime

from channels.forms.content import MOST_ANSWERS, Unreadable, flat, json_object, rows, text_of
from channels.forms.delivery import Delivery, SignatureWrong
from leads.form import Answer, Reading, Trust

_PLACES = {
    "FULL_NAME": "name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "EMAIL": "email",
    "WORK_EMAIL": "work_email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE": "work_phone",
    "COMPANY_NAME": "company",
    "JOB_TITLE": "job_title",
    "COUNTRY": "country",
}


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """The key in the body, compared in constant time. Raises SignatureWrong."""
    if not secrets:
        return Trust.LOW
    try:
        given = (text_of(json_object(delivery.body).get("google_key")) or "").encode()
    except Unreadable:
        given = b""
    held = [hmac.compare_digest(secret.encode(), given) for secret in secrets]
    if not any(held):
        raise SignatureWrong("`google_key` is not the key of this form.")
    return Trust.SIGNED


def read(body: bytes, _content_type: str) -> tuple[Reading, ...]:
    """One lead. Raises Unreadable."""
    found = json_object(body)
    if "user_column_data" not in found:
        raise Unreadable("There is no `user_column_data`: is this Google's lead form webhook?")
    clicks = {"gclid": text_of(found.get("gcl_id")), "utm_campaign": text_of(found.get("campaign_id"))}
    return (
        Reading(
            raw=body,
            answers=tuple(
                Answer(_name(row), flat(row.get("string_value")), text_of(row.get("column_name")))
                for row in rows(found["user_column_data"])[:MOST_ANSWERS]
            ),
            event_id=text_of(found.get("lead_id")),
            utm={"utm_source": "google"} | {name: value[:200] for name, value in clicks.items() if value},
            test=found.get("is_test") is True,
        ),
    )


def _name(row: dict[str, object]) -> str:
    id = (text_of(row.get("column_id")) or text_of(row.get("column_name")) or "unnamed")[:200]
    return _PLACES.get(id, id)
