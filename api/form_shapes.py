"""What outside programs send and get about forms."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from actions.capture_lead import CaptureContext
from api.shapes import Line
from leads.consent import Purpose
from leads.form import Provider

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Secret = Annotated[str, Meta(min_length=8, max_length=400)]
Fixed = Annotated[str, Meta(max_length=1000)] | Annotated[int, Meta(ge=-(2**53), le=2**53)] | float | bool
Source = Annotated[str, Meta(min_length=1, max_length=80)]
Campaign = Annotated[str, Meta(max_length=120)]
FieldMap = Annotated[dict[Name, Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=200)]
FixedFields = Annotated[dict[Annotated[str, Meta(min_length=1, max_length=80)], Fixed], Meta(max_length=30)]
Secrets = Annotated[list[Secret], Meta(max_length=2)]


class ConsentBox(Struct, forbid_unknown_fields=True):
    """What a tick agrees to, and the very text that stands beside the box: it is the proof."""

    purpose: Purpose
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    text_version: Annotated[str, Meta(min_length=1, max_length=40)]


ConsentMap = Annotated[dict[Name, ConsentBox], Meta(max_length=10)]


class FormBody(Struct, forbid_unknown_fields=True):
    """A form to tell us of. `field_map` leads a field (name or label) to a place, to `fields.NAME` or to `ignore`."""

    provider: Provider
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    source: Source = "website form"
    context: CaptureContext | None = None
    campaign: Campaign | None = None
    field_map: FieldMap = {}
    consent_map: ConsentMap = {}
    fixed: FixedFields = {}
    honeypot: Name | None = None
    secrets: Secrets = []
    access_token: Annotated[str, Meta(min_length=8, max_length=1000)] | None = None
    active: bool = True


class FormChange(Struct, forbid_unknown_fields=True):
    """What is to change; what is left out stays. `secrets` are given whole: the new one first, then the old one."""

    name: Annotated[str, Meta(min_length=1, max_length=120)] | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    context: CaptureContext | UnsetType | None = UNSET
    campaign: Campaign | UnsetType | None = UNSET
    field_map: FieldMap | UnsetType = UNSET
    consent_map: ConsentMap | UnsetType = UNSET
    fixed: FixedFields | UnsetType = UNSET
    honeypot: Name | UnsetType | None = UNSET
    secrets: Secrets | UnsetType = UNSET
    access_token: Annotated[str, Meta(min_length=8, max_length=1000)] | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class FormShown(Struct):
    """A form. `hook_url` is where it sends to; secrets are never shown, only how many there are."""

    id: str
    provider: str
    name: str
    source: str
    context: str | None
    campaign: str | None
    field_map: dict[str, str]
    consent_map: dict[str, ConsentBox]
    fixed: dict[str, Any]
    honeypot: str | None
    active: bool
    hook_url: str
    token: str
    secrets: int
    has_access_token: bool
    created_at: datetime
    updated_at: datetime


class FormList(Struct):
    """A page of forms; `next_cursor` is null on the last one."""

    items: list[FormShown]
    next_cursor: str | None


class SubmissionShown(Struct):
    """One submission and what became of it. `repeats` counts how often the same thing came again."""

    id: str
    form_id: str
    verdict: str
    reason: str | None
    lead_id: str | None
    trust: str
    repeats: int
    attempts: int
    received_at: datetime
    worked_at: datetime | None


class SubmissionList(Struct):
    """A page of submissions; `next_cursor` is null on the last one."""

    items: list[SubmissionShown]
    next_cursor: str | None


class Sample(Struct, forbid_unknown_fields=True):
    """A body as the form would send it: JSON as it is, anything else as text with its content type."""

    body: Any
    content_type: Line = "application/json"


class StepShown(Struct):
    """Where one field went. `how` is map, label, type, consent, own (a question of the form's own) or ignored."""

    field: str
    to: str
    how: str


class NeedShown(Struct):
    """Something the next action would have to ask; one of the places in `field` would do."""

    field: str
    why: str


class ConsentRead(Struct):
    """A tick: kept as a grant when the form signs what it sends, else as a claim."""

    purpose: Purpose
    text: str
    text_version: str
    kept_as: str


class Preview(Struct):
    """What a body would be captured as. `missing` is what the next action still needs, `too_early` what the form should
    not ask yet."""

    verdict: str
    reason: str | None
    trust: str
    person: dict[str, Any]
    company: str | None
    context: str | None
    source: str
    campaign: str | None
    utm: dict[str, str]
    page: str | None
    referrer: str | None
    occurred_at: datetime | None
    fields: dict[str, Any]
    consents: list[ConsentRead]
    steps: list[StepShown]
    missing: list[NeedShown]
    too_early: list[str]


class Previews(Struct):
    """One for each submission that the body holds."""

    items: list[Preview]


class SubmissionRead(Struct):
    """A stored submission with what it says, for somebody who decides about it."""

    submission: SubmissionShown
    says: Preview
