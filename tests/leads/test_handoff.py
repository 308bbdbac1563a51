from __future__ import annotations

from itertools import product

import pytest

from leads.handoff import HandoffReason, more_urgent

PAIRS = list(product(HandoffReason, repeat=2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_of_two_reasons_the_same_one_is_more_urgent_whichever_came_first(
    one: HandoffReason, other: HandoffReason
) -> None:
    assert more_urgent(one, other) is more_urgent(other, one)
    assert more_urgent(one, other) in {one, other}


def test_urgency_is_an_order() -> None:
    for one, other, third in product(HandoffReason, repeat=3):
        assert more_urgent(more_urgent(one, other), third) is more_urgent(one, more_urgent(other, third))


def test_somebody_who_asked_for_a_person_comes_before_everything() -> None:
    assert {more_urgent(HandoffReason.ASKED_FOR_PERSON, r) for r in HandoffReason} == {HandoffReason.ASKED_FOR_PERSON}
    assert more_urgent(HandoffReason.COMPLAINT, HandoffReason.MEETING_BOOKED) is HandoffReason.COMPLAINT
