"""Handoffs: the agent stops and a person is asked, with everything the person needs to see why.

One of the team takes a handoff under a lease: it is theirs as long as they act, and free again when they have not acted
for `LEASE`. A decision (accepted, returned) is the end of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from leads.identity import ConversationId, HandoffId, LeadId, MeetingId, RepId
from leads.refusal import HandoffClosed
from leads.stage import ReasonCode

LEASE = timedelta(minutes=15)
"""How long a handoff stays with who took it, from their last act on."""
LINE_LEASE = timedelta(minutes=10)
"""How long a conversation stays with the rep who took it over, from their last word or key stroke on."""


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


UNDECIDED = frozenset({HandoffState.OPEN, HandoffState.CLAIMED})
SALES = frozenset(
    {
        HandoffReason.ASKED_FOR_PERSON,
        HandoffReason.QUALIFIED,
        HandoffReason.MEETING_BOOKED,
        HandoffReason.PRICE_OR_TERMS,
        HandoffReason.UNANSWERED_QUESTION,
    }
)
"""Reasons whose acceptance or return says something about the lead; support and the like say nothing about a sale."""
BY_RULE_ONCE = frozenset({HandoffReason.QUALIFIED, HandoffReason.MEETING_BOOKED, HandoffReason.REVIEW_DISQUALIFICATION})
"""Reasons that come from rules and not from a wish: once a person has decided on one, it is not asked again."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """One request for a person. `due_at` is when somebody should have acted, in the team's business hours.

    `owner` is who should act (the lead's owner, a meeting's host) and, once it is claimed, who has it in hand until
    `lease_until`. `proposed` is the reason code of a proposed disqualification.
    """

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
    lease_until: datetime | None = None
    claimed_at: datetime | None = None
    proposed: ReasonCode | None = None
    decided_at: datetime | None = None
    decided_by: RepId | None = None
    reason_code: ReasonCode | None = None
    decision_note: str = ""


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


def holder(handoff: Handoff, now: datetime) -> RepId | None:
    """Who has it in hand: the claimer while the lease runs, for good who accepted it, else nobody."""
    if handoff.state is HandoffState.ACCEPTED:
        return handoff.decided_by
    if handoff.state is HandoffState.CLAIMED and handoff.lease_until and now < handoff.lease_until:
        return handoff.owner
    return None


def held(handoff: Handoff, rep: RepId, now: datetime) -> Handoff:
    """The handoff in this rep's hand: taken, or the lease renewed. Who else holds it was asked before (`holder`).

    One that was accepted stays as it is: it is theirs already. Raises HandoffClosed when it was returned.
    """
    if handoff.state is HandoffState.ACCEPTED:
        return handoff
    _check_open(handoff)
    fresh = handoff.state is HandoffState.OPEN or handoff.owner != rep
    return replace(
        handoff,
        state=HandoffState.CLAIMED,
        owner=rep,
        lease_until=now + LEASE,
        claimed_at=now if fresh else handoff.claimed_at,
    )


def released(handoff: Handoff, *, back_to: RepId | None) -> Handoff:
    """Open again; `back_to` is who should act now (the lead's owner). Raises HandoffClosed."""
    _check_open(handoff)
    return replace(handoff, state=HandoffState.OPEN, owner=back_to, lease_until=None, claimed_at=None)


def decided(
    handoff: Handoff,
    state: HandoffState,
    *,
    by: RepId,
    at: datetime,
    reason: ReasonCode | None = None,
    note: str = "",
) -> Handoff:
    """The end of it: accepted or returned, by whom and why. Raises HandoffClosed."""
    _check_open(handoff)
    return replace(
        handoff,
        state=state,
        owner=by,
        lease_until=None,
        decided_at=at,
        decided_by=by,
        reason_code=reason,
        decision_note=note,
    )


def _check_open(handoff: Handoff) -> None:
    if handoff.state not in UNDECIDED:
        raise HandoffClosed(f"This handoff has been {handoff.state.value} already.")
