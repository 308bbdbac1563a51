"""Shapes that several answers share: meetings, slots, evidence, pages of a list. All times are RFC 3339 in UTC."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from actions.book_meeting import meeting_shown
from leads.bant import Bant, Factor, FactorView
from leads.evidence import Evidence
from leads.identity import RepId
from leads.meeting import Meeting

Line = Annotated[str, Meta(max_length=200)]
"""A short text."""
Code = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]
"""An id or a name for programs."""
Email = Annotated[str, Meta(min_length=3, max_length=320)]
Zone = Annotated[str, Meta(min_length=1, max_length=64)]
"""An IANA time zone, such as Europe/Berlin."""


class ProblemDocument(Struct):
    """Every error (RFC 9457). `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] = []


class EvidenceShown(Struct):
    """The person's own words, and the message they stand in."""

    message_id: str
    quote: str
    at: datetime


class FactorShown(Struct):
    """One of the four: unknown, stated, confirmed, refused or contradicted; older values that were replaced."""

    status: str
    value: str | None
    evidence: list[EvidenceShown]
    superseded: list[str] = []


class SlotShown(Struct):
    """A time on offer. `tz` is the zone to show it in; `host` is empty when several people could take it."""

    slot_id: str
    start: str
    end: str
    tz: str
    host: str


class HostShown(Struct):
    """Who hosts."""

    name: str


class MeetingShown(Struct):
    """A booked meeting. `manage_url` and `ics_url` are the guest's private links."""

    id: str
    title: str
    start: str
    end: str
    tz: str
    host: HostShown
    state: str
    ics_url: str
    manage_url: str


def evidence_shown(evidence: Evidence) -> EvidenceShown:
    """Evidence as it is sent."""
    return EvidenceShown(evidence.message_id, evidence.quote, evidence.at)


def bant_shown(bant: Bant) -> dict[str, FactorShown]:
    """The four factors as they are sent, by name."""
    return {factor.value: _factor(bant[factor]) for factor in Factor}


def _factor(view: FactorView) -> FactorShown:
    evidence = [evidence_shown(e) for e in view.evidence]
    return FactorShown(view.status.value, view.value, evidence, [c.value for c in view.superseded])


def meeting_of(meeting: Meeting, names: Mapping[RepId, str]) -> MeetingShown:
    """A meeting as it is sent: the very form its events have."""
    shown: dict[str, Any] = meeting_shown(meeting, names.get(meeting.host_id, ""))
    return MeetingShown(**shown | {"host": HostShown(shown["host"]["name"])})
