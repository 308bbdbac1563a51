"""What stands in the pipeline, what was won and lost, and which sources brought it."""

from dataclasses import replace
from decimal import Decimal

from actions.read_report import Asked, Cell, Report, Row, rate_cells
from leads.attribution import Model
from leads.opportunity import DealState
from leads.pipeline import CENT, DealFigures, deal_figures, divided, revenue_by_source
from playbook.book import Playbook
from store.unit import UnitOfWork

DIVISIONS = ("stage", "source", "campaign", "owner", "currency")


async def read_pipeline(uow: UnitOfWork, book: Playbook, asked: Asked, *, model: Model = Model.CREATION) -> Report:
    """Deals in the company's currency: created or closed on these days, or open now. Others are only counted.

    Divided by source, `revenue` is what was won, credited to the sources that touched the leads.
    """
    asked = replace(asked, group=asked.group or "stage")
    group = asked.group or ""
    days = asked.stretch()
    start, end = days.start, days.end
    shares = {stage.key: stage.probability for stage in book.pipeline}
    every = await uow.deal_reports.deals(start=start, end=end, probabilities=shares)
    ours = book.company.currency
    deals = every if group == "currency" else [deal for deal in every if deal.currency == ours]
    parts = divided(deals, lambda deal: getattr(deal, group))
    rows = {key: _line(deal_figures(part, start=start, end=end)) for key, part in parts.items()}
    if group == "source":
        won = [d for d in deals if d.state is DealState.WON and d.closed_at is not None and start <= d.closed_at < end]
        brought = revenue_by_source(won, await uow.deal_reports.touches(start=start, end=end), model)
        for source in {*rows, *brought}:
            row = rows.get(source) or _line(deal_figures([], start=start, end=end))
            rows[source] = row | {"revenue": _money(brought.get(source or "", Decimal()))}
    order = list(shares)
    keys = sorted(rows, key=lambda key: (order.index(key) if key in order else len(order), key is None, key or ""))
    whole = _line(deal_figures([deal for deal in deals if deal.currency == ours], start=start, end=end))
    elsewhere: Row = {"currency": ours, "other_currency_deals": sum(deal.currency != ours for deal in every)}
    return Report(tuple({group: key, **rows[key]} for key in keys), {**whole, **elsewhere})


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
