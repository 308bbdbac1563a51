"""The house's own form of what a model reports."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.values import house_value
from leads.bant import Factor
from leads.refusal import ValueMissing

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def formed(factor: Factor, value: str) -> str:
    return house_value(factor, value, now=NOW, zone=BERLIN)


@pytest.mark.parametrize(
    ("factor", "value", "form"),
    [
        (Factor.BUDGET, "15k/year (currency not stated)", "15000/year"),
        (Factor.BUDGET, "30,000 EUR per year", "EUR 30000/year"),
        (Factor.BUDGET, "approx. €30k p.a.", "about EUR 30000/year"),
        (Factor.BUDGET, "20-30k EUR", "EUR 20000-30000"),
        (Factor.BUDGET, "up to 20k", "up to 20000"),
        (Factor.TIMELINE, "by May 2027", "by 2027-05-31"),
        (Factor.TIMELINE, "in Q3 2027", "2027-07-01 to 2027-09-30"),
        (Factor.TIMELINE, "May 2027", "in 2027-05"),
        (Factor.AUTHORITY, "Decision maker; signs alone", "decision_maker; signs alone"),
    ],
)
def test_one_form_whoever_reports_it_and_it_stays(factor: Factor, value: str, form: str) -> None:
    assert formed(factor, value) == form
    assert formed(factor, form) == form


@pytest.mark.parametrize(
    ("factor", "value"),
    [
        (Factor.BUDGET, "EUR 30000/year for two plants"),
        (Factor.BUDGET, "USD 490 per plant and month"),
        (Factor.BUDGET, "no budget line yet"),
        (Factor.TIMELINE, "live before the audit in March 2027"),
        (Factor.TIMELINE, "as soon as possible"),
        (Factor.AUTHORITY, "influencer; the CFO signs"),
        (Factor.AUTHORITY, "no decision maker yet"),
        (Factor.NEED, "15k pallets by May 2027"),
    ],
)
def test_what_says_more_stays_as_it_is(factor: Factor, value: str) -> None:
    assert formed(factor, value) == value


def test_an_authority_says_first_who_they_are_in_the_decision() -> None:
    with pytest.raises(ValueMissing, match="decision_maker, influencer"):
        formed(Factor.AUTHORITY, "the CFO signs anything under 30k")
