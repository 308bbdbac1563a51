"""A deal ends, won or lost, and may be taken up again; its lead says the same, since labels are learned from it."""

from dataclasses import replace

from actions.change_opportunity import save_deal
from actions.disqualify_lead import note_decision
from actions.end_cycle import end_cycle
from actions.move_lead import move_lead
from leads.actor import Actor
from leads.identity import OpportunityId
from leads.lead import Lead
from leads.moves import Move, check_move
from leads.opportunity import DealState, Opportunity
from leads.stage import Outcome, ReasonCode, Stage
from playbook.book import Playbook
from store.unit import UnitOfWork

CUSTOMER = "customer"
"""The type of an account that has bought."""


async def win_opportunity(
    uow: UnitOfWork, book: Playbook, opportunity_id: OpportunityId, *, actor: Actor
) -> Opportunity:
    """The deal, won; its lead is a customer now, and so is its company. Won before, nothing changes.

    Raises NotKnown, MoveNotLegal, NotYoursToMove.
    """
    deal = await uow.opportunities.get(opportunity_id, lock=True)
    if deal.state is DealState.WON:
        return deal
    lead = await _lead(uow, deal, Move.WIN, actor)
    won = replace(deal, state=DealState.WON, reason=None, note="", closed_at=uow.now)
    saved = await save_deal(uow, deal, won, actor=actor)
    await end_cycle(uow, lead, outcome=Outcome.WON, stage=Stage.CUSTOMER, reason=None, actor=actor, why="deal won")
    await uow.note_act(actor, "opportunity.won", "opportunity", deal.id)
    company = await uow.people.company(deal.company_id, lock=True)
    if company is not None and company.account_type in {None, "prospect"}:
        await uow.people.save_company(replace(company, account_type=CUSTOMER))
    return saved


async def lose_opportunity(
    uow: UnitOfWork,
    book: Playbook,
    opportunity_id: OpportunityId,
    *,
    actor: Actor,
    reason: ReasonCode,
    note: str = "",
) -> Opportunity:
    """The deal, lost for a reason; its lead ends the same way. Lost before for that reason, nothing changes.

    Raises NotKnown, MoveNotLegal, NotYoursToMove.
    """
    deal = await uow.opportunities.get(opportunity_id, lock=True)
    if deal.state is DealState.LOST and deal.reason is reason:
        return deal
    lead = await _lead(uow, deal, Move.LOSE, actor)
    lost = replace(deal, state=DealState.LOST, reason=reason, note=note.strip()[:2000], closed_at=uow.now)
    saved = await save_deal(uow, deal, lost, actor=actor)
    await note_decision(uow, lead, "lost", actor=actor, reason=reason, note=note)
    await end_cycle(uow, lead, outcome=Outcome.LOST, reason=reason, actor=actor, why=f"deal lost: {reason.value}")
    return saved


async def reopen_opportunity(
    uow: UnitOfWork, book: Playbook, opportunity_id: OpportunityId, *, actor: Actor
) -> Opportunity:
    """The deal, open again in the stage it was in, and counted as reopened (domain.md §8 case 32).

    The lead goes back to being an opportunity: the one way back in the funnel, taken by a person and recorded. Open
    already, nothing changes. Raises NotKnown, MoveNotLegal, NotYoursToMove.
    """
    deal = await uow.opportunities.get(opportunity_id, lock=True)
    if deal.state is DealState.OPEN:
        return deal
    lead = await _lead(uow, deal, Move.REOPEN, actor)
    again = replace(deal, state=DealState.OPEN, reason=None, note="", closed_at=None, reopened=deal.reopened + 1)
    saved = await save_deal(uow, deal, again, actor=actor)
    standing = replace(lead.standing, stage=Stage.OPPORTUNITY, outcome=Outcome.CONVERTED, reason=None)
    await move_lead(uow, replace(lead, follow_up_on=None), standing, actor=actor, why=f"reopened after {deal.state}")
    await note_decision(uow, lead, "reopened", actor=actor, reason=deal.reason, note="")
    return saved


async def _lead(uow: UnitOfWork, deal: Opportunity, move: Move, actor: Actor) -> Lead:
    lead = await uow.leads.get(deal.lead_id, lock=True)
    check_move(lead.standing, move, actor)
    return lead
