"""What the widget sends and gets."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.shapes import Code, Email, EvidenceShown, Line, MeetingShown, SlotShown, Zone
from leads.consent import Purpose
from leads.slots import DayPart
from store.conversations import StoredEvent

Address = Annotated[str, Meta(max_length=2000)]


class PageBody(Struct, frozen=True):
    """Where on the site the visitor is."""

    url: Address = ""
    title: Annotated[str, Meta(max_length=300)] = ""
    referrer: Address = ""


class SessionBody(Struct, forbid_unknown_fields=True):
    """Begin or resume. `resume` is this browser's earlier token, `identity` a proof signed by the site."""

    key: Code
    resume: Annotated[str, Meta(max_length=1000)] | None = None
    identity: Annotated[str, Meta(max_length=4000)] | None = None
    page: PageBody = PageBody()
    utm: Annotated[dict[Code, Line], Meta(max_length=20)] = {}
    locale: Annotated[str, Meta(max_length=35)] | None = None
    tz: Annotated[str, Meta(max_length=64)] | None = None


class EventShown(Struct):
    """A stored event; `id` only grows within a conversation."""

    id: int
    type: str
    data: dict[str, Any]
    at: datetime


class EventList(Struct):
    """Stored events in order."""

    events: list[EventShown]


class SessionShown(Struct):
    """A session. `token` goes into the Authorization header of every other call."""

    token: str
    expires_at: datetime
    conversation_id: str
    resumed: bool
    verified: bool
    events: list[EventShown]


class MessageBody(Struct, forbid_unknown_fields=True):
    """A message, at most 4,000 characters. Send it again with the same `client_id` when unsure."""

    client_id: Annotated[str, Meta(min_length=1, max_length=80)]
    text: str


class MessageTaken(Struct):
    """The message is stored; the answer comes over the event stream."""

    id: str
    seq: int


class SlotsBody(Struct, forbid_unknown_fields=True):
    """Which times to offer; a good spread when nothing is asked for. `day` and `at` (10:30) are the visitor's own."""

    tz: Zone | None = None
    meeting: Code | None = None
    day: date | None = None
    last_day: date | None = None
    at: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    part: DayPart | None = None
    count: Annotated[int, Meta(ge=1, le=12)] = 3


class SlotList(Struct):
    """Times on offer, by start."""

    slots: list[SlotShown]


class BookingBody(Struct, forbid_unknown_fields=True):
    """Book an offered time. `marketing` is the answer to the question whether we may write about news."""

    slot_id: Code
    email: Email
    tz: Zone
    name: Line | None = None
    marketing: bool = False


class Booked(Struct):
    """The meeting."""

    meeting: MeetingShown


class ConsentBody(Struct, forbid_unknown_fields=True):
    """A yes or a no, and the version of the text that was shown."""

    purpose: Purpose
    granted: bool
    text_version: Annotated[str, Meta(min_length=1, max_length=40)]


class ConsentShown(Struct):
    """What the person said on one purpose."""

    purpose: str
    granted: bool
    text_version: str
    at: datetime


class HandoffBody(Struct, forbid_unknown_fields=True):
    """The visitor asks for a person, in their own words if they like."""

    reason: Annotated[str, Meta(max_length=500)] = ""


class HandoffAsked(Struct):
    """A person was asked, and should act by `due_at`."""

    reason: str
    due_at: datetime


class FeedbackBody(Struct, forbid_unknown_fields=True):
    """How an answer was."""

    message_id: Code
    value: Literal["up", "down"]


class Stopped(Struct):
    """Whether an answer was being made and was ended."""

    stopped: bool


class FactShown(Struct):
    """Something noted; put it right by its `id`. `status` is how sure it is, `quotes` the words it rests on."""

    id: str
    kind: str
    label: str
    value: str
    status: str
    quote: str | None
    quotes: list[EvidenceShown]


class MeShown(Struct):
    """What is noted about the visitor in this conversation."""

    conversation_id: str
    verified: bool
    facts: list[FactShown]
    consents: list[ConsentShown]
    retention_days: int


class CorrectionBody(Struct, forbid_unknown_fields=True):
    """One fact put right; `id` as in the list of facts."""

    id: Code
    value: Annotated[str, Meta(min_length=1, max_length=400)]


class CitationShown(Struct):
    """A page an answer rests on."""

    n: int
    title: str
    url: str | None


class TranscriptMessage(Struct):
    """One message."""

    id: str
    author: str
    author_name: str
    text: str
    at: datetime
    citations: list[CitationShown]


class Transcript(Struct):
    """The conversation, in order."""

    conversation_id: str
    opened_at: datetime
    messages: list[TranscriptMessage]


class HoursShown(Struct):
    """When people are there. `next_opening` is null while they are, or when they never are."""

    tz: str
    open_now: bool
    text: str
    next_opening: datetime | None


class ConsentText(Struct):
    """A text to show with the question, and the version to send back with the answer."""

    text: str
    text_version: str


class ConfigShown(Struct):
    """What a site's widget needs before anybody writes. `locales` holds the owner's own words for its texts."""

    brand: str
    site_url: str
    agent_name: str
    ai: bool
    accent: str
    greeting: str
    suggestions: list[str]
    languages: list[str]
    locales: dict[str, dict[str, str]]
    office_hours: HoursShown
    privacy_url: str
    retention_days: int
    contact_email: str
    consents: dict[str, ConsentText]
    max_message: int


def event_shown(event: StoredEvent) -> EventShown:
    """A stored event as it is sent."""
    return EventShown(event.seq, event.type, event.data, event.at)
