"""Meetings: an offer made in a conversation, and the meeting it becomes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from leads.identity import ConversationId, LeadId, MeetingId, RepId, SlotId
from leads.refusal import MeetingOver, SlotExpired, SlotNotChosenYet

OFFER_LIFE = timedelta(hours=24)


class MeetingState(StrEnum):
    """The life of a meeting; booked is not held (domain.md §5.3)."""

    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that was offered in one conversation; only such a time can be booked there. Instants are UTC."""

    slot_id: SlotId
    conversation_id: ConversationId
    meeting_type: str
    start: datetime
    end: datetime
    host_ids: tuple[RepId, ...]
    offered_at: datetime
    offered_seq: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """A booked meeting. `sequence` is the iCalendar SEQUENCE: it rises when the time changes (RFC 5545)."""

    id: MeetingId
    lead_id: LeadId
    conversation_id: ConversationId | None
    host_id: RepId
    meeting_type: str
    title: str
    start: datetime
    end: datetime
    zone: str
    attendee_email: str
    attendee_name: str | None
    state: MeetingState
    booked_at: datetime
    sequence: int = 0
    token: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still going to take place, as far as we know."""
        return self.state is MeetingState.CONFIRMED


def check_offer(offer: Offer, *, now: datetime, answered_since: bool) -> None:
    """Whether this offer can be booked now: it is fresh, in the future, and the visitor has answered it.

    Raises SlotExpired, SlotNotChosenYet. A booking needs the visitor's own word after the offer, so nobody is booked
    by a model that is too eager.
    """
    if now >= offer.start or now - offer.offered_at > OFFER_LIFE:
        raise SlotExpired("That offer has run out. Offer fresh times.")
    if not answered_since:
        raise SlotNotChosenYet("Offer the times and let the visitor choose; they have not answered yet.")


def check_open(meeting: Meeting, now: datetime) -> None:
    """Whether a meeting can still be moved or cancelled. Raises MeetingOver."""
    if not meeting.open or now >= meeting.start:
        raise MeetingOver("This meeting was cancelled or has already begun.")
