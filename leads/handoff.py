"""Handoffs: the agent stops and a person is asked, with everything the person needs to see why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.identity import ConversationId, HandoffId, LeadId, MeetingId, RepId


class HandoffReason(StrEnum):
    """Why a person is asked."""

    ASKED_FOR_PERSON = "asked_for_person"
    QUALIFIED = "qualified"
    MEETING_BOOKED = "meeting_booked"
    PRICE_OR_TERMS = "price_or_terms"
    UNANSWERED_QUESTION = "unanswered_question"
    COMPLAINT = "complaint"
    SUPPORT_REQUEST = "support_request"
    PRIVACY_REQUEST = "privacy_request"
    REVIEW_DISQUALIFICATION = "review_disqualification"
    AGENT_FAULT = "agent_fault"


class HandoffState(StrEnum):
    """The life of a handoff."""

    OPEN = "open"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One request for a person. `due_at` is when somebody should have acted, in the team's business hours."""

    id: HandoffId
    lead_id: LeadId
    conversation_id: ConversationId
    reason: HandoffReason
    note: str
    state: HandoffState
    created_at: datetime
    due_at: datetime
    queue: str
    owner: RepId | None = None
    meeting_id: MeetingId | None = None
    promised_next_step: str | None = None


_URGENCY = (
    HandoffReason.ASKED_FOR_PERSON,
    HandoffReason.PRIVACY_REQUEST,
    HandoffReason.COMPLAINT,
    HandoffReason.SUPPORT_REQUEST,
    HandoffReason.AGENT_FAULT,
    HandoffReason.PRICE_OR_TERMS,
    HandoffReason.UNANSWERED_QUESTION,
    HandoffReason.MEETING_BOOKED,
    HandoffReason.QUALIFIED,
    HandoffReason.REVIEW_DISQUALIFICATION,
)


def more_urgent(one: HandoffReason, other: HandoffReason) -> HandoffReason:
    """Of two reasons in one open handoff, the one a rep should see."""
    return min(one, other, key=_URGENCY.index)
