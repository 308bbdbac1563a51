"""Somebody enters what was spent on a source or a campaign."""

from datetime import date
from decimal import Decimal

from leads.actor import Actor
from leads.refusal import ValueMissing
from playbook.book import Playbook
from store.reports import CampaignCost
from store.unit import UnitOfWork


async def enter_cost(
    uow: UnitOfWork,
    book: Playbook,
    *,
    source: str,
    campaign: str | None,
    first_day: date,
    last_day: date,
    amount: Decimal,
    currency: str | None,
    actor: Actor,
) -> CampaignCost:
    """Keep the entry. Raises ValueMissing for days the wrong way round and for a currency that is not the company's.

    One currency only: a sum of euros and dollars would be a figure about nothing.
    """
    ours = book.company.currency
    if last_day < first_day:
        raise ValueMissing(f"The days would end ({last_day}) before they begin ({first_day}).")
    if currency not in {None, ours}:
        raise ValueMissing(f"Costs are kept in {ours}. Convert {currency} at the rate you book with.")
    id = uow.new_id("cost")
    cost = CampaignCost(id, source.strip(), campaign, first_day, last_day, amount, ours, uow.now)
    await uow.note_act(actor, "cost.entered", "cost", id, amount=str(amount), currency=ours)
    return await uow.reports.add_cost(cost)
