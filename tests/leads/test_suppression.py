from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.consent import (
    Basis,
    ConsentChannel,
    ConsentEvent,
    Giver,
    ImpliedTerms,
    Purpose,
    dated,
    is_granted,
    is_refused,
    months_later,
)
from leads.contact_point import PointKind
from leads.suppression import SCOPES, Suppression, SuppressionReason, SuppressionScope, strongest

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def yes(day: int = 0, **known: object) -> ConsentEvent:
    return ConsentEvent(Purpose.MARKETING, True, "1", "form", AT + timedelta(days=day), **known)  # type: ignore[arg-type]


def no(day: int = 0, **known: object) -> ConsentEvent:
    return ConsentEvent(Purpose.MARKETING, False, "1", "form", AT + timedelta(days=day), **known)  # type: ignore[arg-type]


def entry(reason: SuppressionReason, scope: SuppressionScope | None = None, **known: object) -> Suppression:
    return Suppression("sup_1", PointKind.EMAIL, scope or SCOPES[reason], reason, "test", AT, **known)  # type: ignore[arg-type]


def test_an_implied_yes_runs_out_after_six_months_and_one_from_a_contract_after_two_years() -> None:
    inquiry, contract = (
        dated(yes(basis=Basis.IMPLIED), ImpliedTerms()),
        dated(yes(basis=Basis.CONTRACT), ImpliedTerms()),
    )
    assert inquiry.expires_at == datetime(2026, 9, 2, 9, 0, tzinfo=UTC)
    assert contract.expires_at == datetime(2028, 3, 2, 9, 0, tzinfo=UTC)
    last = inquiry.expires_at - timedelta(microseconds=1)
    assert is_granted([inquiry], Purpose.MARKETING, now=last)
    assert not is_granted([inquiry], Purpose.MARKETING, now=inquiry.expires_at)
    assert not is_granted([inquiry], Purpose.MARKETING)  # nobody said what time it is: the safe answer


def test_an_earlier_end_that_was_told_stays_and_a_later_one_is_cut() -> None:
    soon, late = AT + timedelta(days=5), AT + timedelta(days=5000)
    assert dated(yes(basis=Basis.IMPLIED, expires_at=soon), ImpliedTerms()).expires_at == soon
    assert dated(yes(basis=Basis.IMPLIED, expires_at=late), ImpliedTerms()).expires_at == months_later(AT, 6)
    assert dated(yes(), ImpliedTerms()).expires_at is None
    assert dated(no(basis=Basis.IMPLIED), ImpliedTerms()).expires_at is None


def test_an_implied_yes_that_ran_out_takes_nothing_from_an_express_one() -> None:
    words = [yes(), dated(yes(1, basis=Basis.IMPLIED), ImpliedTerms())]
    assert is_granted(words, Purpose.MARKETING, now=AT + timedelta(days=900))


@given(st.integers(1, 240), st.integers(0, 36_500).map(lambda days: AT + timedelta(days=days)))
def test_months_later_is_the_same_day_or_the_last_one_of_a_shorter_month(months: int, at: datetime) -> None:
    then = months_later(at, months)
    assert (then.year * 12 + then.month) - (at.year * 12 + at.month) == months
    assert then.day == at.day or (then.day < at.day and (then + timedelta(days=1)).day == 1)


def test_a_yes_that_waits_for_its_confirmation_counts_for_nothing() -> None:
    assert not is_granted([yes(pending=True)], Purpose.MARKETING, now=AT)
    assert is_granted([yes(), no(1), yes(2, pending=True), yes(3)], Purpose.MARKETING)
    assert is_refused([no(), yes(1, pending=True)], Purpose.MARKETING)


def test_a_no_to_one_channel_leaves_the_others() -> None:
    words = [yes(), no(1, channel=ConsentChannel.PHONE)]
    assert is_granted(words, Purpose.MARKETING, channel=ConsentChannel.EMAIL)
    assert not is_granted(words, Purpose.MARKETING, channel=ConsentChannel.PHONE)
    assert not is_granted(words, Purpose.MARKETING)  # whoever does not say which one asks for all


@pytest.mark.parametrize(
    ("known", "opts_in"),
    [
        ({}, True),
        ({"pending": True}, False),
        ({"basis": Basis.IMPLIED}, False),
        ({"basis": Basis.LEGITIMATE_INTEREST}, False),
        ({"given_by": Giver.REP}, False),
        ({"given_by": Giver.LIST}, False),
        ({"given_by": Giver.AGENT}, False),
    ],
)
def test_only_a_full_express_yes_of_the_person_is_an_opt_in(known: dict[str, object], opts_in: bool) -> None:
    assert yes(**known).opts_in is opts_in


@pytest.mark.parametrize("reason", SuppressionReason)
def test_what_stands_against_an_address_always_holds_marketing_back(reason: SuppressionReason) -> None:
    assert entry(reason).blocks(Purpose.MARKETING)


def test_what_was_asked_for_is_sent_to_who_unsubscribed_or_came_back_and_to_nobody_who_complained() -> None:
    held = {reason for reason in SuppressionReason if entry(reason).blocks(Purpose.SERVICE)}
    assert held == set(SuppressionReason) - {SuppressionReason.UNSUBSCRIBED, SuppressionReason.ERASED}


def test_leaving_one_sequence_leaves_the_others() -> None:
    left = entry(SuppressionReason.UNSUBSCRIBED, SuppressionScope.SEQUENCE, sequence="webinar")
    assert left.blocks(Purpose.MARKETING, sequence="webinar")
    assert not left.blocks(Purpose.MARKETING, sequence="trial")
    assert not left.blocks(Purpose.MARKETING)


def test_the_broadest_then_the_gravest_entry_is_told() -> None:
    found = [entry(reason) for reason in SuppressionReason]
    told = strongest(found)
    assert told is not None
    assert told.reason is SuppressionReason.COMPLAINED
    assert strongest([]) is None


def test_a_complaint_is_lifted_by_nobody() -> None:
    assert not entry(SuppressionReason.COMPLAINED).lifted_by_person
    assert not any(e.lifted_by_person and e.lifted_by_team for e in map(entry, SuppressionReason))
    assert not entry(SuppressionReason.COMPLAINED).lifted_by_team
