"""Who has a handoff in hand, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from leads.handoff import LEASE, Handoff, HandoffReason, HandoffState, decided, held, holder, released
from leads.identity import ConversationId, HandoffId, LeadId, RepId
from leads.refusal import HandoffClosed
from leads.stage import ReasonCode
from tests.builders import MONDAY

ANA, JONAS = RepId("rep_ana"), RepId("rep_jonas")


def a_handoff(**known: Any) -> Handoff:
    values: dict[str, Any] = {
        "reason": HandoffReason.QUALIFIED,
        "note": "Ready.",
        "state": HandoffState.OPEN,
        "created_at": MONDAY,
        "due_at": MONDAY,
        "queue": "sales",
    }
    return Handoff(HandoffId("h1"), LeadId("lead_1"), ConversationId("conv_1"), **(values | known))


def test_a_suggested_owner_holds_nothing() -> None:
    assert holder(a_handoff(owner=ANA), MONDAY) is None


def test_a_lease_ends_to_the_second_and_every_act_renews_it() -> None:
    mine = held(a_handoff(), ANA, MONDAY)
    assert holder(mine, MONDAY + LEASE - timedelta(seconds=1)) == ANA
    assert holder(mine, MONDAY + LEASE) is None
    renewed = held(mine, ANA, MONDAY + timedelta(minutes=10))
    assert (renewed.claimed_at, renewed.lease_until) == (MONDAY, MONDAY + timedelta(minutes=10) + LEASE)
    theirs = held(mine, JONAS, MONDAY + LEASE)
    assert (theirs.owner, theirs.claimed_at) == (JONAS, MONDAY + LEASE)


def test_what_was_released_goes_back_to_who_should_act() -> None:
    free = released(held(a_handoff(), ANA, MONDAY), back_to=JONAS)
    assert (free.state, free.owner, free.lease_until, free.claimed_at) == (HandoffState.OPEN, JONAS, None, None)


def test_a_decision_is_the_end() -> None:
    returned = decided(
        held(a_handoff(), ANA, MONDAY), HandoffState.RETURNED, by=ANA, at=MONDAY, reason=ReasonCode.NOT_NOW
    )
    accepted = decided(held(a_handoff(), ANA, MONDAY), HandoffState.ACCEPTED, by=ANA, at=MONDAY)
    assert holder(returned, MONDAY) is None
    assert holder(accepted, MONDAY + timedelta(days=400)) == ANA
    assert held(accepted, ANA, MONDAY) == accepted
    for handoff in (returned, accepted):
        with pytest.raises(HandoffClosed):
            released(handoff, back_to=None)
        with pytest.raises(HandoffClosed):
            decided(handoff, HandoffState.ACCEPTED, by=ANA, at=MONDAY)
    with pytest.raises(HandoffClosed, match="returned"):
        held(returned, ANA, MONDAY)
