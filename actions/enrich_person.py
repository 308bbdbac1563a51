"""What others say of a lead's person and company: it fills blanks, stays visible beside the rest, and is scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from actions.read_contact import phone_number
from actions.read_country import country_code
from actions.rescore_lead import rescore_known
from leads.enrichment import Enriched, Fact, Field, Value, enriched, may_ask_again
from leads.firm import employees_in, size_band
from leads.identity import LeadId, domain_of, is_free_mail
from leads.lead import Lead
from leads.refusal import ContactInvalid
from leads.stage import Outcome
from playbook.book import Playbook
from store.enrichments import Ask
from store.unit import UnitOfWork

RETRY = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""Pauses when a source cannot answer; after the last one the lead waits for its next turn."""

_ALSO: Mapping[str, Field] = {
    "full_name": Field.PERSON_NAME,
    "job_title": Field.PERSON_TITLE,
    "role": Field.PERSON_TITLE,
    "employee_count": Field.COMPANY_EMPLOYEES,
    "headcount": Field.COMPANY_EMPLOYEES,
    "number_of_employees": Field.COMPANY_EMPLOYEES,
    "size": Field.COMPANY_SIZE_BAND,
    "sector": Field.COMPANY_INDUSTRY,
    "annual_revenue": Field.COMPANY_REVENUE_BAND,
    "revenue": Field.COMPANY_REVENUE_BAND,
    "type": Field.COMPANY_ACCOUNT_TYPE,
}
"""Names that sources use for our fields."""

LATER = "later"
"""A source could not answer; the lead is due again."""
Raw = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to ask about. `domain` is None for a mailbox provider's."""

    lead_id: LeadId
    email: str | None
    domain: str | None


async def whom_to_ask(uow: UnitOfWork, lead_id: LeadId, *, days: float) -> Whom | None:
    """Whom to look up for a lead; None when that was done within so many days, or there is nothing to go by."""
    ask = await uow.enrichments.ask(lead_id)
    asked_at = ask.asked_at if ask and ask.outcome != LATER else None
    if ask is None or not may_ask_again(asked_at, uow.now, days=days):
        return None
    lead = await uow.leads.get(lead_id)
    person = await uow.people.get(lead.person_id)
    company = await uow.people.company(lead.company_id)
    domain = domain_of(person.email) if person.email and not is_free_mail(person.email) else None
    told_at = await uow.enrichments.newest_of_company(company.id) if company else None
    if not may_ask_again(told_at, uow.now, days=days):
        return Whom(lead_id, person.email, None)  # a colleague's look-up has told of the company
    return Whom(lead_id, person.email, domain or (company.domain if company else None))


async def ask_again(uow: UnitOfWork, lead_id: LeadId) -> Ask:
    """A lead is to be looked up now, whatever was planned; once in so many days all the same. Raises NotKnown."""
    lead = await uow.leads.get(lead_id)
    ask = await uow.enrichments.ask(lead.id) or Ask(lead.id, None, None, 0, None)
    wanted = replace(ask, due_at=uow.now, attempts=0)
    await uow.enrichments.plan(wanted)
    return wanted


async def note_answer(uow: UnitOfWork, lead_id: LeadId, outcome: str, *, later: timedelta | None = None) -> None:
    """Write down that a lead was looked up; with `later` it is due again, as often as RETRY allows."""
    ask = await uow.enrichments.ask(lead_id) or Ask(lead_id, None, None, 0, None)
    waits = later is not None and ask.attempts < len(RETRY)
    pause = max(later or timedelta(0), RETRY[min(ask.attempts, len(RETRY) - 1)])
    await uow.enrichments.plan(
        replace(
            ask,
            due_at=uow.now + pause if waits else None,
            asked_at=uow.now,
            attempts=ask.attempts + 1,
            outcome=LATER if waits else outcome,
        )
    )


async def drop_ask(uow: UnitOfWork, lead_id: LeadId) -> None:
    """Nothing is planned for a lead any more: it was looked up a short while ago, or there is nobody to ask about."""
    ask = await uow.enrichments.ask(lead_id)
    if ask is not None:
        await uow.enrichments.plan(replace(ask, due_at=None))


async def enrich_person(uow: UnitOfWork, book: Playbook, lead_id: LeadId, facts: Sequence[Fact]) -> Lead:
    """Keep every fact with its source and date, use what fits, and score again if that changed anything."""
    person = await uow.people.hold_of_lead(lead_id)
    lead = await uow.leads.get(lead_id, lock=True)
    company = await uow.people.company(lead.company_id, lock=True)
    earlier: dict[Field, list[Enriched]] = {}
    for known in await uow.enrichments.of(person.id, lead.company_id):
        earlier.setdefault(known.fact.field, []).append(known)
    result = enriched(person, company, facts, earlier=earlier)
    ids = [uow.new_id("enr") for _ in result.facts]
    await uow.enrichments.keep(result.facts, person_id=person.id, company_id=lead.company_id, ids=ids)
    if result.person == person and result.company == company:
        return lead
    await uow.people.save(result.person)
    if result.company is not None and result.company != company:
        await uow.people.save_company(result.company)
    if lead.standing.outcome is not Outcome.OPEN:
        return lead
    return await rescore_known(uow, book, lead, result.person, result.company, why="enriched")


def facts_in(
    source: str, *, person: Mapping[str, Raw], company: Mapping[str, Raw], region: str, at: datetime
) -> list[Fact]:
    """The facts in what a source said, in the forms we keep; what cannot be read is left out."""
    found: dict[Field, Value] = {}
    for prefix, told in (("person.", person), ("company.", company)):
        for name, raw in told.items():
            field = _field(prefix, name)
            value = _value(field, raw, region=region) if field else None
            if field is not None and value is not None:
                found.setdefault(field, value)
    if Field.COMPANY_EMPLOYEES in found:
        found.setdefault(Field.COMPANY_SIZE_BAND, size_band(int(found[Field.COMPANY_EMPLOYEES])))
    return [Fact(field, value, source[:80], at) for field, value in found.items()]


def _field(prefix: str, name: str) -> Field | None:
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    if f"{prefix}{plain}" in set(Field):
        return Field(f"{prefix}{plain}")
    also = _ALSO.get(plain)
    return also if also is not None and also.value.startswith(prefix) else None


_LONGEST = {Field.COMPANY_SIZE_BAND: 20, Field.COMPANY_REVENUE_BAND: 40, Field.COMPANY_ACCOUNT_TYPE: 40}
_LONGEST |= {Field.COMPANY_INDUSTRY: 80, Field.COMPANY_REGION: 80, Field.PERSON_REGION: 80, Field.PERSON_LANGUAGE: 12}


def _value(field: Field, raw: Raw, *, region: str) -> Value | None:
    text = " ".join(str(raw).split()) if raw is not None and not isinstance(raw, bool) else ""
    if not text:
        return None
    if field is Field.COMPANY_EMPLOYEES:
        return employees_in(str(int(raw)) if isinstance(raw, float) and raw.is_integer() else text)
    if field in {Field.COMPANY_COUNTRY, Field.PERSON_COUNTRY}:
        return country_code(text)
    if field is Field.PERSON_PHONE:
        try:
            return phone_number(text, region=region)
        except ContactInvalid:
            return None
    return text[: _LONGEST.get(field, 200)]
