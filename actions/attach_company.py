"""Attach the company behind a lead, by the name that was given or by the domain of a work address."""

from dataclasses import replace

from leads.firm import Firm, filled_company
from leads.identity import CompanyId, LeadId, domain_of, is_free_mail
from leads.lead import Company, Lead
from store.unit import UnitOfWork


def company_wanted(name: str | None, email: str | None) -> tuple[str, str | None]:
    """The name and the domain a company is looked for by: as told, else from a work address; an empty name for none."""
    domain = domain_of(email) if email and not is_free_mail(email) else None
    return name or (domain or "").split(".")[0].replace("-", " ").title(), domain


async def attach_company(uow: UnitOfWork, lead_id: LeadId, *, name: str | None, email: str | None) -> Lead:
    """Give the lead its company: a name always wins, a domain only fills a blank."""
    lead = await uow.leads.get(lead_id, lock=True)
    wanted, domain = company_wanted(name, email)
    if name is None and (domain is None or lead.company_id is not None):
        return lead
    known = await company_called(uow, wanted, domain)
    if domain and not known.domain:
        await know_more(uow, known.id, Firm(domain=domain))
    return await uow.leads.save(replace(lead, company_id=known.id, updated_at=uow.now))


async def company_called(uow: UnitOfWork, name: str, domain: str | None) -> Company:
    """The company of this domain, else of this name; a new one when there is neither."""
    known = await uow.people.company_named(name, domain)
    return known or await uow.people.add_company(Company(CompanyId(uow.new_id("cmp")), name, domain))


async def know_company(uow: UnitOfWork, lead_id: LeadId, firm: Firm) -> None:
    """Fill what is not known yet of the lead's company; without one, facts are about nobody."""
    if firm.known:
        await know_more(uow, (await uow.leads.get(lead_id)).company_id, firm)


async def know_more(uow: UnitOfWork, company_id: CompanyId | None, firm: Firm) -> None:
    """Fill what is not known yet of a company."""
    company = await uow.people.company(company_id, lock=True)
    if company is None:
        return
    filled = filled_company(company, firm)
    if filled != company:
        await uow.people.save_company(filled)
