"""Every provider by its name: how it signs, and how its bytes are read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType, ModuleType

from channels.forms import cf7, elementor, generic, google, gravity, hubspot, meta, typeform, webflow, wpforms
from channels.forms.content import Unreadable
from channels.forms.delivery import Delivery
from leads.form import FormDefinition, Provider, Reading, Submission, Trust

PROVIDERS: Mapping[Provider, ModuleType] = MappingProxyType(
    {
        Provider.WEBFLOW: webflow,
        Provider.TYPEFORM: typeform,
        Provider.CF7: cf7,
        Provider.GRAVITY: gravity,
        Provider.WPFORMS: wpforms,
        Provider.ELEMENTOR: elementor,
        Provider.HUBSPOT: hubspot,
        Provider.META: meta,
        Provider.GOOGLE: google,
        Provider.GENERIC: generic,
    }
)
"""Each has `verify(delivery, secrets, now=…)` and `read(body, content_type)`."""


SIGNING = frozenset(
    {Provider.WEBFLOW, Provider.TYPEFORM, Provider.WPFORMS, Provider.HUBSPOT, Provider.META, Provider.GOOGLE}
)
"""Providers that can prove that they sent something."""


def verify(provider: Provider, delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> Trust:
    """How far a call is believed. Raises SignatureWrong."""
    trust: Trust = PROVIDERS[provider].verify(delivery, secrets, now=now)
    return trust


def read(provider: Provider, body: bytes, content_type: str) -> tuple[Reading, ...]:
    """What a body says, one reading a submission; a body that says nothing is one unreadable reading. Total."""
    try:
        readings: tuple[Reading, ...] = PROVIDERS[provider].read(body, content_type)
    except Unreadable as fault:
        return (Reading(raw=body, unreadable=str(fault)),)
    return readings


def read_again(form: FormDefinition, submission: Submission) -> Reading:
    """What a stored submission says, with what was fetched for it. Total."""
    reading = read(form.provider, submission.raw, submission.content_type)[0]
    if submission.fetched is None:
        return reading
    try:
        return meta.read_lead(reading, submission.fetched)
    except Unreadable as fault:
        return Reading(raw=submission.raw, unreadable=str(fault))
