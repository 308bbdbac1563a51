"""What outside programs get about requests for a person and about meetings."""

from datetime import datetime

from msgspec import Struct

from api.lead_shapes import LeadShown, OwnerShown, PersonShown, ScoreExplained, ScoreShown
from api.shapes import FactorShown, MeetingShown


class HandoffLine(Struct):
    """A request for a person, in the inbox."""

    id: str
    lead_id: str
    conversation_id: str
    reason: str
    state: str
    brief: str
    queue: str
    owner: OwnerShown | None
    due_at: datetime
    overdue: bool
    created_at: datetime
    person: PersonShown
    score: ScoreShown


class HandoffList(Struct):
    """What waits for a person, the most pressing first."""

    items: list[HandoffLine]
    next_cursor: str | None


class MessageShown(Struct):
    """One message of the conversation."""

    id: str
    author: str
    author_name: str
    text: str
    at: datetime


class ConversationShown(Struct):
    """The conversation behind a handoff."""

    id: str
    channel: str
    verified: bool
    opened_at: datetime
    closed_at: datetime | None
    messages: list[MessageShown]


class OpenQuestion(Struct):
    """Something not known yet, and a way to ask for it."""

    factor: str
    question: str


class HandoffShown(Struct):
    """All a rep needs to take over: why, what is known with quotes, what is not, what was promised."""

    id: str
    lead: LeadShown
    reason: str
    state: str
    brief: str
    bant: dict[str, FactorShown]
    score: ScoreExplained
    open_questions: list[OpenQuestion]
    already_asked: list[str]
    promised_next_step: str | None
    draft: None
    meeting: MeetingShown | None
    due_at: datetime
    overdue: bool
    queue: str
    owner: OwnerShown | None
    conversation: ConversationShown
    created_at: datetime


class MeetingLine(Struct):
    """A meeting, as the team sees it."""

    id: str
    lead_id: str
    title: str
    meeting_type: str
    start: datetime
    end: datetime
    tz: str
    host: OwnerShown
    attendee_email: str
    attendee_name: str | None
    state: str
    booked_at: datetime


class MeetingList(Struct):
    """A page of meetings, soonest first."""

    items: list[MeetingLine]
    next_cursor: str | None
