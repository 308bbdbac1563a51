"""Contact Form 7, by one of the plugins that post it: flat JSON or a form; boxes are lists, files an address or a name.

It does not sign; a header with a shared secret is as much as it can do. The visitor waits for our answer.
"""

from collections.abc import Sequence
from datetime import datetime

from channels.forms.content import answers_of, campaign_of, object_of, text_of
from channels.forms.delivery import Delivery, shared_secret
from leads.form import Reading, Trust

_SPECIAL_TAGS = frozenset(
    "_date _time _serial_number _invalid_fields _user_agent _post_id _post_name _post_title _post_author "
    "_post_author_email _site_title _site_description _site_url _site_admin_email _user_login _user_email "
    "_user_url _user_first_name _user_last_name _user_nickname _user_display_name _form_id _form_title".split()
)
"""CF7's special mail tags: they tell of the site or of who was signed in there, not of what was asked."""


def verify(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """A shared secret in a header, where the form has one. Raises SignatureWrong."""
    return shared_secret(delivery, secrets)


def read(body: bytes, content_type: str) -> tuple[Reading, ...]:
    """One submission. Raises Unreadable."""
    found = object_of(body, content_type)
    page = text_of(found.pop("_url", None))
    ip = text_of(found.pop("_remote_ip", None))
    asked = {
        name: value for name, value in found.items() if name not in _SPECIAL_TAGS and not name.startswith("_wpcf7")
    }
    return (Reading(raw=body, answers=answers_of(asked), page=page, ip=ip, utm=campaign_of(page)),)
