"""A deal moves in the pipeline or gets other figures; every change is kept with who made it."""

from dataclasses import dataclass, replace
from datetime import date

from actions.convert_lead import check_currency
from leads.actor import Actor
from leads.identity import OpportunityId, RepId
from leads.moves import Move
from leads.opportunity import DealState, Money, Opportunity, deal_changes
from leads.refusal import MoveNotLegal, ValueMissing
from playbook.book import Playbook
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class DealEdit:
    """What to change; None leaves a thing as it is. An empty `quote_url` takes the quote away."""

    stage: str | None = None
    value: Money | None = None
    close_date: date | None = None
    quote_url: str | None = None
    name: str | None = None
    owner: RepId | None = None


async def change_opportunity(
    uow: UnitOfWork, book: Playbook, opportunity_id: OpportunityId, edit: DealEdit, *, actor: Actor
) -> Opportunity:
    """The opportunity as it now is.

    Raises NotKnown, MoveNotLegal (it is closed), ValueMissing (stage, owner, currency).
    """
    deal = await uow.opportunities.get(opportunity_id, lock=True)
    if deal.state is not DealState.OPEN:
        raise MoveNotLegal(f"This deal is {deal.state.value}; reopen it first.", legal_moves=[Move.REOPEN])
    await _check(uow, book, edit)
    changed = replace(
        deal,
        stage=edit.stage or deal.stage,
        value=edit.value or deal.value,
        close_date=edit.close_date or deal.close_date,
        quote_url=deal.quote_url if edit.quote_url is None else edit.quote_url or None,
        name=edit.name or deal.name,
        owner=edit.owner or deal.owner,
        stage_entered_at=uow.now if edit.stage and edit.stage != deal.stage else deal.stage_entered_at,
    )
    return await save_deal(uow, deal, changed, actor=actor)


async def save_deal(uow: UnitOfWork, before: Opportunity, after: Opportunity, *, actor: Actor) -> Opportunity:
    """Keep what a deal has become, and each change of it."""
    if after == before:
        return before
    saved = await uow.opportunities.save(replace(after, updated_at=uow.now))
    for change in deal_changes(before, after, actor=actor, at=uow.now):
        await uow.opportunities.record(saved, change, id=uow.new_id("och"))
    return saved


async def _check(uow: UnitOfWork, book: Playbook, edit: DealEdit) -> None:
    stages = [stage.key for stage in book.pipeline]
    if edit.stage is not None and edit.stage not in stages:
        raise ValueMissing(f"There is no stage {edit.stage[:60]!r} in the pipeline. Allowed: {', '.join(stages)}.")
    if edit.value is not None:
        check_currency(edit.value)
    if edit.owner is not None and await uow.access.rep(edit.owner) is None:
        raise ValueMissing("The owner is nobody of the team.")
