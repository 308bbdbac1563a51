"""A lead becomes a deal: contact, company and opportunity in one act, and doing it again changes nothing."""

from dataclasses import dataclass, replace
from datetime import timedelta

from babel.numbers import is_currency

from actions.add_task import add_task
from actions.attach_company import attach_company
from actions.end_cycle import end_cycle
from leads.actor import Actor
from leads.identity import LeadId, OpportunityId, RepId
from leads.lead import Company, Lead, Person
from leads.moves import Move, check_move
from leads.opportunity import Deal, Money, Opportunity
from leads.refusal import ValueMissing
from leads.signal import ActorKind
from leads.stage import Outcome, Stage
from leads.task import TaskKind
from playbook.book import Playbook
from store.unit import UnitOfWork

TAKE_OVER_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a lead was converted into; `new` says that it was now."""

    lead: Lead
    opportunity: Opportunity
    new: bool


async def convert_lead(uow: UnitOfWork, book: Playbook, lead_id: LeadId, deal: Deal, *, actor: Actor) -> Conversion:
    """The lead, closed as converted, and its opportunity in the first stage of the pipeline.

    The company behind the person is found or made, and only blanks of it are filled; the lead cannot be edited any
    more. An owner who is not the one converting gets a task to take over. Converted before, the same opportunity
    comes back. Raises StageClosed, MoveNotLegal, NotYoursToMove, ValueMissing (currency, owner, quote address).
    """
    lead = await uow.leads.get(lead_id, lock=True)
    known = await uow.opportunities.of_lead(lead.id)
    if known is not None:
        return Conversion(lead, known, new=False)
    check_move(lead.standing, Move.CONVERT, actor)
    check_currency(deal.value)
    owner = await _owner(uow, lead, deal, actor)
    lead = await _with_company(uow, lead, owner)
    opportunity = await _opportunity(uow, book, lead, deal, owner)
    await uow.opportunities.add(opportunity)
    converted = await end_cycle(
        uow,
        replace(lead, owner=owner, opportunity_id=opportunity.id),
        outcome=Outcome.CONVERTED,
        stage=Stage.OPPORTUNITY,
        reason=None,
        actor=actor,
        why=f"converted into {opportunity.id}",
    )
    await uow.note_act(actor, "lead.converted", "lead", lead.id, opportunity=opportunity.id)
    if owner is not None and owner != actor.id:
        await ask_to_take_over(uow, converted, opportunity, to=owner, actor=actor)
    return Conversion(converted, opportunity, new=True)


def check_currency(value: Money) -> None:
    """Refuse a currency that is none (ISO 4217). Raises ValueMissing."""
    if not is_currency(value.currency):
        raise ValueMissing(f"{value.currency[:10]!r} is not a currency: three capital letters (ISO 4217), such as EUR.")


async def _owner(uow: UnitOfWork, lead: Lead, deal: Deal, actor: Actor) -> RepId | None:
    if deal.owner is not None and await uow.access.rep(deal.owner) is None:
        raise ValueMissing("The owner is nobody of the team.")
    acting = RepId(actor.id) if actor.kind is ActorKind.REP and actor.id else None
    return deal.owner or lead.owner or acting


async def _with_company(uow: UnitOfWork, lead: Lead, owner: RepId | None) -> Lead:
    """The lead with its company, whose blanks are filled: it is a prospect now, and somebody looks after it."""
    person = await uow.people.get(lead.person_id)
    lead = await attach_company(uow, lead.id, name=None, email=person.email)
    company = await uow.people.company(lead.company_id, lock=True)
    if company is not None:
        filled = replace(company, account_type=company.account_type or "prospect", owner=company.owner or owner)
        if filled != company:
            await uow.people.save_company(filled)
    return lead


async def _opportunity(uow: UnitOfWork, book: Playbook, lead: Lead, deal: Deal, owner: RepId | None) -> Opportunity:
    person, company = await uow.people.get(lead.person_id), await uow.people.company(lead.company_id)
    return Opportunity(
        id=OpportunityId(uow.new_id("opp")),
        lead_id=lead.id,
        person_id=lead.person_id,
        name=(deal.name or _name(person, company))[:200],
        value=deal.value,
        close_date=deal.close_date,
        stage=book.pipeline[0].key,
        created_at=uow.now,
        updated_at=uow.now,
        stage_entered_at=uow.now,
        company_id=lead.company_id,
        owner=owner,
        quote_url=deal.quote_url,
    )


def _name(person: Person, company: Company | None) -> str:
    return (company.name if company else person.name or person.email) or "New deal"


async def ask_to_take_over(uow: UnitOfWork, lead: Lead, opportunity: Opportunity, *, to: RepId, actor: Actor) -> None:
    """Leave whoever gets a deal from somebody else the task to take it over; once for each of them."""
    title = f"Take over the deal with {opportunity.name}"
    due, key = uow.now + TAKE_OVER_WITHIN, f"hand_over:{opportunity.id}:{to}"
    await add_task(uow, lead, kind=TaskKind.FOLLOW_UP, title=title, due_at=due, actor=actor, owner=to, key=key)
