"""What stands in the pipeline, what was won and lost, and which sources brought it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from actions.read_report import Asked, Cell, Report, Row, rate_cells
from leads.attribution import Model
from leads.pipeline import CENT, AlikeDeals, Cycle, DealFigures, deal_figures, revenue_by_source
from playbook.book import Playbook
from store.unit import UnitOfWork

_MONTH_S = 31 * 86400
DIVISIONS = ("stage", "source", "campaign", "owner", "currency")


async def read_pipeline(uow: UnitOfWork, book: Playbook, asked: Asked, *, model: Model = Model.CREATION) -> Report:
    """Deals in the company's currency: created or closed on these days, or open now. Others are only counted.

    Divided by source, `revenue` is what was won, credited to the sources that touched the leads.
    """
    asked = replace(asked, group=asked.group or "stage")
    group = asked.group or ""
    days = asked.stretch()
    shares = {stage.key: stage.probability for stage in book.pipeline}
    every = await uow.deal_reports.counted(group, start=days.start, end=days.end, probabilities=shares)
    cycles = await uow.deal_reports.cycles(group, start=days.start, end=days.end)
    ours = book.company.currency
    told = [one for one in every if group == "currency" or one.currency == ours]
    took = [one for one in cycles if group == "currency" or one.currency == ours]
    rows = {key: _line(figures) for key, figures in deal_figures(told, took).items()}
    if group == "source":
        brought = await _revenue(uow, ours, asked, model)
        for source in {*rows, *brought}:
            row = rows.get(source) or _line(DealFigures())
            rows[source] = row | {"revenue": _money(brought.get(source or "", Decimal()))}
    order = list(shares)
    keys = sorted(rows, key=lambda key: (order.index(key) if key in order else len(order), key is None, key or ""))
    whole = _line(_together(every, cycles, ours))
    elsewhere: Row = {"currency": ours, "other_currency_deals": sum(one.deals for one in every if one.currency != ours)}
    return Report(tuple({group: key, **rows[key]} for key in keys), {**whole, **elsewhere})


async def _revenue(uow: UnitOfWork, currency: str, asked: Asked, model: Model) -> dict[str, Decimal]:
    """By source, read month by month: touches are many."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for days in asked.stretch().pieces(_MONTH_S):
        won = await uow.deal_reports.won(currency=currency, start=days.start, end=days.end, model=model)
        for source, amount in revenue_by_source(won, model).items():
            found[source] += amount
    return dict(found)


def _together(every: Sequence[AlikeDeals], cycles: Sequence[Cycle], currency: str) -> DealFigures:
    """All deals of a currency."""
    told = (one._replace(value=None) for one in every if one.currency == currency)
    took = (one._replace(value=None) for one in cycles if one.currency == currency)
    return deal_figures(told, took).get(None, DealFigures())


def _line(figures: DealFigures) -> dict[str, Cell]:
    return {
        "created": figures.created,
        "created_amount": _money(figures.created_amount),
        "open": figures.open,
        "open_amount": _money(figures.open_amount),
        "weighted_amount": _money(figures.weighted_amount),
        "won": figures.won,
        "won_amount": _money(figures.won_amount),
        "lost": figures.lost,
        "lost_amount": _money(figures.lost_amount),
        **rate_cells("win_rate", figures.win_rate),
        "average_won": figures.average_won,
        "median_cycle_days": figures.cycle_days,
        "velocity_per_day": figures.velocity_per_day,
        **rate_cells("chat_sourced", figures.sourced),
        "chat_sourced_amount": _money(figures.sourced_amount),
        **rate_cells("chat_influenced", figures.influenced),
        "chat_influenced_amount": _money(figures.influenced_amount),
    }


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)
