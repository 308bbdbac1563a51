"""What outside programs send and get about people: who they are, how to reach them, and who may be the same."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from api.lead_shapes import ContactPointShown, PersonShown
from leads.contact_point import PointKind

Number = Annotated[int, Meta(ge=0, le=10**16)]
"""A phone number that lost its plus sign on the way: some form builders send JSON numbers."""


class MergeBody(Struct, forbid_unknown_fields=True):
    """The lead that stays."""

    into: Annotated[str, Meta(min_length=1, max_length=80)]


class ContactPointBody(Struct, forbid_unknown_fields=True):
    """One more way to reach somebody. `primary` makes it the one that is used."""

    kind: PointKind
    value: Annotated[str, Meta(min_length=1, max_length=320)] | Number
    primary: bool = False


class CycleShown(Struct):
    """One lead of a person, in short."""

    id: str
    cycle: int
    stage: str
    status: str
    outcome: str
    source: str
    score: float
    created_at: datetime


class ConsentShown(Struct):
    """One word on consent, as it was given."""

    purpose: str
    granted: bool
    text_version: str
    source: str
    at: datetime


class MergeShown(Struct):
    """One merge: which record became part of this person, which lead went with it, and what gave way."""

    id: str
    merged_person_id: str
    merged_lead_id: str | None
    by: str
    why: str
    moved: dict[str, int]
    left_out: dict[str, str]
    at: datetime


class PersonDetail(Struct):
    """A person with everything that hangs on them. `merged_from` are the ids that lead here."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    title: str | None
    seniority: str | None
    department: str | None
    language: str | None
    zone: str | None
    country: str | None
    region: str | None
    created_at: datetime
    contact_points: list[ContactPointShown]
    leads: list[CycleShown]
    consents: list[ConsentShown]
    merged_from: list[str]
    merges: list[MergeShown]


class SideShown(Struct):
    """One side of a pair: the person, their open or newest lead, and their company's name."""

    person: PersonShown
    lead_id: str | None
    company: str | None


class DuplicateShown(Struct):
    """Two people who may be one. `score` is the probability, `keep` who would stay in a merge."""

    id: str
    score: float
    reasons: list[str]
    state: str
    keep: str
    people: list[SideShown]
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class DuplicateList(Struct):
    """A page of pairs, the likeliest first; `next_cursor` is null on the last one."""

    items: list[DuplicateShown]
    next_cursor: str | None
