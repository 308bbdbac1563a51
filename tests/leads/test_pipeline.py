from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from leads.attribution import Journey, Model, Touch
from leads.funnel import Rate
from leads.opportunity import DealState
from leads.pipeline import AlikeDeals, Cycle, DealFigures, WonDeal, deal_figures, revenue_by_source
from tests.builders import MONDAY

DAY = 86400


def alike(standing: DealState | None, amount: str, deals: int = 1, **known: object) -> AlikeDeals:
    values: dict[str, object] = {"created": True, "sourced": False, "influenced": False} | known
    return AlikeDeals("ads", "EUR", 0.5, standing, deals=deals, amount=Decimal(amount), **values)  # type: ignore[arg-type]


def won(amount: str, *touches: Touch) -> WonDeal:
    created = MONDAY + timedelta(days=3)
    journey = Journey(touches, lead_created_at=MONDAY, opportunity_at=created, closed_at=MONDAY + timedelta(days=13))
    return WonDeal(Decimal(amount), "website", journey)


def test_open_won_and_lost_are_kept_apart_and_only_open_ones_are_weighted() -> None:
    deals = [
        alike(DealState.OPEN, "1000"),
        alike(DealState.WON, "1000", 2),
        alike(DealState.LOST, "50"),
        alike(None, "999"),  # closed in another period
    ]
    figures = deal_figures(deals, [Cycle("ads", "EUR", 10 * DAY), Cycle("ads", "EUR", 20 * DAY)])["ads"]
    assert (figures.open, figures.weighted_amount) == (1, Decimal("500.0"))
    assert (figures.won, figures.won_amount, figures.lost) == (2, Decimal("1000"), 1)
    assert figures.win_rate == Rate(2, 3)
    assert (figures.average_won, figures.cycle_days) == (Decimal("500.00"), 15.0)
    assert figures.created == 5
    assert figures.velocity_per_day == round(1 * (2 / 3) * 500 / 15, 2)


def test_a_chat_before_the_lead_is_its_source_and_one_before_the_deal_an_influence() -> None:
    deals = [
        alike(DealState.OPEN, "30", sourced=True, influenced=True),
        alike(DealState.OPEN, "20", influenced=True),
        alike(DealState.OPEN, "10", 2),
        alike(DealState.OPEN, "5", created=False),
    ]
    figures = deal_figures(deals, [])["ads"]
    assert (figures.sourced, figures.influenced) == (Rate(1, 4), Rate(2, 4))
    assert (figures.sourced_amount, figures.influenced_amount) == (Decimal(30), Decimal(50))


def test_revenue_adds_up_whatever_the_model_and_falls_to_the_leads_own_source_without_a_touch() -> None:
    deals = [won("900", Touch(MONDAY, "ads"), Touch(MONDAY + timedelta(days=1), "mail")), won("100")]
    for model in Model:
        brought = revenue_by_source(deals, model)
        assert round(sum(brought.values()), 6) == Decimal("1000")
        assert brought["website"] == Decimal("100")
    assert revenue_by_source(deals, Model.LINEAR)["ads"] == Decimal("450.0")


def test_an_empty_pipeline_has_no_rates() -> None:
    figures = DealFigures()
    assert (figures.win_rate.value, figures.average_won, figures.velocity_per_day) == (None, None, None)
