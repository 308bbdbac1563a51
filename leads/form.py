"""Forms as data: what a form of somebody else's tells us, how far it is believed, and what became of each submission.

A reading is what a provider's own format said, before anybody decided what it means; `leads/form_map.py` decides that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from leads.consent import Purpose
from leads.signal import Property

FormId = NewType("FormId", str)
SubmissionId = NewType("SubmissionId", str)

SAME_WITHIN = timedelta(minutes=10)
"""The same answers on the same form within this time are one submission: a double click or a provider's retry."""


class Provider(StrEnum):
    """Whose format a hook speaks."""

    WEBFLOW = "webflow"
    TYPEFORM = "typeform"
    CF7 = "cf7"
    GRAVITY = "gravity"
    WPFORMS = "wpforms"
    ELEMENTOR = "elementor"
    HUBSPOT = "hubspot"
    META = "meta"
    GOOGLE = "google"
    GENERIC = "generic"


class Trust(StrEnum):
    """How far a source is believed.

    `low` knows the hook's address and no more: it cannot overwrite what is known, its consent is only claimed.
    `signed` proved with the form's own secret that the provider sent these very bytes. `key` is a program with an API
    key, or one of the team.
    """

    LOW = "low"
    SIGNED = "signed"
    KEY = "key"


class Verdict(StrEnum):
    """What became of a submission. Nothing is ever dropped: what was not captured is kept with the reason."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    INVALID = "invalid"
    PARTIAL = "partial"
    TEST = "test"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """A consent box of a form: what a tick agrees to, and the text that stands beside it."""

    purpose: Purpose
    text: str
    text_version: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A consent box that was ticked: the words shown beside it are the proof."""

    purpose: Purpose
    text: str
    text_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One form of somebody else's that may tell us of people.

    `token` is the secret part of its hook's address. `secrets` are the signing secrets, the newest first, two at most,
    so that one can be exchanged without a gap. `field_map` goes before our own guesses. `fixed` are answers that the
    form does not ask and always has. `honeypot` is a field that people do not see, so only programs fill it in.
    """

    id: FormId
    provider: Provider
    token: str = field(repr=False)
    name: str
    source: str
    created_at: datetime
    updated_at: datetime
    context: str | None = None
    campaign: str | None = None
    field_map: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    consent_map: Mapping[str, ConsentRule] = field(default_factory=lambda: MappingProxyType({}))
    fixed: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    honeypot: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    access_token: str | None = field(default=None, repr=False)
    active: bool = True


PART, WHOLE = "part", "whole"
"""Kinds of answers of a field that has several inputs: one of them, and all of them together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One field as it was submitted. `label` is what the visitor read, `kind` what the provider says it is."""

    name: str
    value: Property
    label: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One submission as its provider told it. `raw` are exactly the bytes of it.

    `event_id` is the provider's own name for it, None when it has none. `fetch` names a lead whose answers are still
    with the provider (Meta tells only that there is one). `page` and `referrer` are addresses, `ip` the visitor's.
    """

    raw: bytes
    answers: tuple[Answer, ...] = ()
    event_id: str | None = None
    occurred_at: datetime | None = None
    page: str | None = None
    referrer: str | None = None
    ip: str | None = None
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    test: bool = False
    partial: str | None = None
    fetch: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A stored submission: what came, how far it is believed, and what became of it.

    `fetched` is what was asked of the provider afterwards. `due_at` is when somebody has to look after it again, None
    once it is settled. `repeats` counts how often the same thing came again.
    """

    id: SubmissionId
    form_id: FormId
    received_at: datetime
    raw: bytes = field(repr=False)
    content_type: str
    trust: Trust
    verdict: Verdict = Verdict.RECEIVED
    reason: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    event_key: str | None = None
    content_key: str | None = None
    email_key: str | None = None
    ip: str | None = None
    fetched: bytes | None = field(default=None, repr=False)
    lead_id: str | None = None
    person_id: str | None = None
    repeats: int = 0
    attempts: int = 0
    released: bool = False
    due_at: datetime | None = None
    worked_at: datetime | None = None
