from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leads.identity import ConversationId, LeadId, MeetingId, RepId, SlotId
from leads.meeting import OFFER_LIFE, Meeting, MeetingState, Offer, check_offer, check_open
from leads.refusal import MeetingOver, SlotExpired, SlotNotChosenYet

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
START = NOW + timedelta(days=3)
OFFER = Offer(
    SlotId("slot_1"), ConversationId("conv_1"), "intro", START, START + timedelta(minutes=30), (RepId("rep_1"),), NOW, 4
)
MEETING = Meeting(
    MeetingId("meet_1"),
    LeadId("lead_1"),
    ConversationId("conv_1"),
    RepId("rep_1"),
    "intro",
    "Call",
    START,
    START + timedelta(minutes=30),
    "Europe/Berlin",
    "lee@example.com",
    None,
    MeetingState.CONFIRMED,
    NOW,
)


def test_a_fresh_offer_that_was_answered_can_be_booked() -> None:
    check_offer(OFFER, now=NOW, answered_since=True)
    check_offer(OFFER, now=NOW + OFFER_LIFE, answered_since=True)


def test_nobody_is_booked_before_they_have_answered() -> None:
    with pytest.raises(SlotNotChosenYet):
        check_offer(OFFER, now=NOW, answered_since=False)


@pytest.mark.parametrize("now", [NOW + OFFER_LIFE + timedelta(seconds=1), START, START + timedelta(hours=1)])
def test_an_old_offer_and_a_time_that_has_come_cannot_be_booked(now: datetime) -> None:
    with pytest.raises(SlotExpired):
        check_offer(
            replace(OFFER, offered_at=max(NOW, now - OFFER_LIFE)) if now >= START else OFFER,
            now=now,
            answered_since=True,
        )


def test_a_meeting_can_be_changed_until_it_begins() -> None:
    check_open(MEETING, START - timedelta(seconds=1))
    with pytest.raises(MeetingOver):
        check_open(MEETING, START)


@pytest.mark.parametrize("state", [s for s in MeetingState if s is not MeetingState.CONFIRMED])
def test_a_meeting_that_is_over_stays_over(state: MeetingState) -> None:
    over = replace(MEETING, state=state)
    assert not over.open
    with pytest.raises(MeetingOver):
        check_open(over, NOW)
