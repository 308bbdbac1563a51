from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from leads.actor import BY_RULE
from leads.identity import LeadId, OpportunityId, PersonId
from leads.opportunity import PIPELINE, DealState, Money, Opportunity, deal_changes
from leads.refusal import ValueMissing

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEAL = Opportunity(
    OpportunityId("opp_1"),
    LeadId("lead_1"),
    PersonId("per_1"),
    "Fjord Bakery",
    Money(Decimal("100"), "EUR"),
    date(2026, 6, 30),
    "proposal",
    NOW,
    NOW,
    NOW,
)


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "1000000000000", "0.00001"])
def test_an_amount_that_cannot_be_is_refused(amount: str) -> None:
    with pytest.raises(ValueMissing):
        Money(Decimal(amount), "EUR")


def test_a_deal_is_weighted_by_its_stage_until_it_is_decided() -> None:
    assert DEAL.probability(PIPELINE) == 0.5
    assert replace(DEAL, state=DealState.WON).probability(PIPELINE) == 1.0
    assert replace(DEAL, state=DealState.LOST).probability(PIPELINE) == 0.0
    assert replace(DEAL, stage="of old").probability(PIPELINE) == 0.0


def test_the_same_amount_written_otherwise_is_no_change() -> None:
    same = replace(DEAL, value=Money(Decimal("100.00"), "EUR"))
    assert deal_changes(DEAL, same, actor=BY_RULE, at=NOW) == ()
    dearer = replace(DEAL, value=Money(Decimal("120"), "NOK"))
    assert [(c.what, c.before, c.after) for c in deal_changes(DEAL, dearer, actor=BY_RULE, at=NOW)] == [
        ("amount", "100", "120"),
        ("currency", "EUR", "NOK"),
    ]
