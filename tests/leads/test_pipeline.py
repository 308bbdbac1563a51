from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from leads.attribution import Model, Touch
from leads.funnel import Rate
from leads.opportunity import DealState
from leads.pipeline import DealFacts, deal_figures, revenue_by_source
from tests.builders import MONDAY

APRIL = MONDAY + timedelta(days=30)


def a_deal(id: str = "opp_1", amount: str = "1000", **known: object) -> DealFacts:
    values: dict[str, object] = {
        "currency": "EUR",
        "stage": "proposal",
        "state": DealState.OPEN,
        "created_at": MONDAY + timedelta(days=3),
        "closed_at": None,
        "lead_id": f"lead_{id}",
        "lead_created_at": MONDAY,
        "source": "website",
        "probability": 0.5,
    }
    return DealFacts(id=id, amount=Decimal(amount), **values | known)  # type: ignore[arg-type]


def won(id: str, amount: str, *, days: int = 13) -> DealFacts:
    return a_deal(id, amount, state=DealState.WON, closed_at=MONDAY + timedelta(days=days))


def test_open_won_and_lost_are_kept_apart_and_only_open_ones_are_weighted() -> None:
    deals = [
        a_deal("a", "1000"),
        won("b", "400", days=10),
        won("c", "600", days=20),
        a_deal("d", "50", state=DealState.LOST, closed_at=MONDAY + timedelta(days=9)),
        won("e", "999", days=45),  # closed in another period
    ]
    figures = deal_figures(deals, start=MONDAY, end=APRIL)
    assert (figures.open, figures.weighted_amount) == (1, Decimal("500.0"))
    assert (figures.won, figures.won_amount, figures.lost) == (2, Decimal("1000"), 1)
    assert figures.win_rate == Rate(2, 3)
    assert (figures.average_won, figures.cycle_days) == (Decimal("500.00"), 15.0)
    assert figures.created == 5
    assert figures.velocity_per_day == round(1 * (2 / 3) * 500 / 15, 2)


def test_a_chat_before_the_lead_is_its_source_and_one_before_the_deal_an_influence() -> None:
    deals = [
        a_deal("a", chat_at=MONDAY),
        a_deal("b", chat_at=MONDAY + timedelta(days=1)),
        a_deal("c", chat_at=MONDAY + timedelta(days=5)),
        a_deal("d"),
    ]
    figures = deal_figures(deals, start=MONDAY, end=APRIL)
    assert (figures.sourced, figures.influenced) == (Rate(1, 4), Rate(2, 4))


def test_revenue_adds_up_whatever_the_model_and_falls_to_the_leads_own_source_without_a_touch() -> None:
    deals = [won("a", "900"), won("b", "100")]
    touches = {"lead_a": [Touch(MONDAY, "ads"), Touch(MONDAY + timedelta(days=1), "mail")]}
    for model in Model:
        brought = revenue_by_source(deals, touches, model)
        assert round(sum(brought.values()), 6) == Decimal("1000")
        assert brought["website"] == Decimal("100")
    assert revenue_by_source(deals, touches, Model.LINEAR)["ads"] == Decimal("450.0")


def test_an_empty_pipeline_has_no_rates() -> None:
    figures = deal_figures([], start=MONDAY, end=APRIL)
    assert (figures.win_rate.value, figures.average_won, figures.velocity_per_day) == (None, None, None)
