"""The lead: one buying cycle of one person. The person lives longer than the cycle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from leads.identity import FREE_MAIL_DOMAINS, CompanyId, LeadId, OpportunityId, PersonId, RepId, domain_of
from leads.signal import Property
from leads.stage import Standing
from leads.value import changed


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we may talk to. `email` is the address as given; look-ups use its normal form.

    `merged_into` makes the record a tombstone: it stands for that other person.
    """

    id: PersonId
    created_at: datetime
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    title: str | None = None
    language: str | None = None
    zone: str | None = None
    country: str | None = None
    region: str | None = None
    seniority: str | None = None
    department: str | None = None
    merged_into: PersonId | None = None

    @property
    def first_name(self) -> str | None:
        """The name a greeting uses, or None."""
        return self.name.split()[0] if self.name and self.name.split() else None


def filled(
    person: Person,
    *,
    email: str | None = None,
    phone: str | None = None,
    name: str | None = None,
    title: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    country: str | None = None,
) -> Person:
    """The person with blank fields filled; what is known already is not overwritten."""
    return changed(
        person,
        email=person.email or email,
        phone=person.phone or phone,
        name=person.name or name,
        title=person.title or title,
        language=person.language or language,
        zone=person.zone or zone,
        country=person.country or country,
    )


@dataclass(frozen=True, slots=True)
class Company:
    """The organisation behind the person, as far as it is known."""

    id: CompanyId
    name: str
    domain: str | None = None
    size_band: str | None = None
    industry: str | None = None
    region: str | None = None
    country: str | None = None
    employees: int | None = None
    revenue_band: str | None = None
    account_type: str | None = None
    owner: RepId | None = None


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """The stored figures of the last receipt, for lists and filters; `at` is the instant they were worked out for."""

    total: float = 0.0
    fit: float = 0.0
    engagement: float = 0.0
    negative: float = 0.0
    grade: str = "C3"
    version: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """One cycle. `fields` holds what a form asked beyond the named attributes.

    `ready` says that the score stands above the threshold and has not fallen below its lower line since; `rescore_at`
    is when time alone may change the score. `track` is the nurture track, `destination` a place outside sales.
    """

    id: LeadId
    person_id: PersonId
    created_at: datetime
    updated_at: datetime
    cycle_no: int = 1
    standing: Standing = Standing()
    company_id: CompanyId | None = None
    source: str = "chat"
    campaign: str | None = None
    context: str | None = None
    owner: RepId | None = None
    queue: str | None = None
    score: ScoreFigures = ScoreFigures()
    stage_entered_at: datetime | None = None
    follow_up_on: datetime | None = None
    fields: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    is_test: bool = False
    ready: bool = False
    rescore_at: datetime | None = None
    first_response_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    track: str | None = None
    destination: str | None = None
    opportunity_id: OpportunityId | None = None
    merged_into: LeadId | None = None


COMPLETENESS_PARTS = ("name", "email", "company", "title", "phone", "need")


def completeness(person: Person, company: Company | None, *, need_known: bool) -> float:
    """How much of what is needed to route and call this lead is known, 0..1 (seed: quality factor completeness)."""
    missing = completeness_missing(person, company, need_known=need_known)
    return round(1 - len(missing) / len(COMPLETENESS_PARTS), 2)


def completeness_missing(person: Person, company: Company | None, *, need_known: bool) -> tuple[str, ...]:
    """The parts that are not known yet, in the order in which they are asked for."""
    have = (person.name, person.email, company, person.title, person.phone, need_known or None)
    return tuple(part for part, known in zip(COMPLETENESS_PARTS, have, strict=True) if not known)


PERSON_ATTRIBUTES = ("title", "country", "language", "region", "seniority", "department")
COMPANY_ATTRIBUTES = (
    *("name", "domain", "size_band", "industry", "region", "country"),
    *("employees", "revenue_band", "account_type"),
)
"""What rules may ask of a person and a company by `person.` and `company.` and the name of the field."""


def attributes(lead: Lead, person: Person, company: Company | None) -> dict[str, Property]:
    """What rules may ask about a lead, by dotted name."""
    found: dict[str, Property] = {
        "source": lead.source,
        "campaign": lead.campaign,
        "context": lead.context,
        "stage": lead.standing.stage.value,
        "status": lead.standing.status.value,
        "reason": lead.standing.reason.value if lead.standing.reason else None,
    }
    found |= {f"person.{name}": getattr(person, name) for name in PERSON_ATTRIBUTES}
    found |= {f"company.{name}": getattr(company, name, None) for name in COMPANY_ATTRIBUTES}
    return found | address_attributes(person.email) | field_attributes(lead.fields)


def address_attributes(email: str | None) -> dict[str, Property]:
    """What an address tells rules about its owner."""
    domain = domain_of(email) if email else None
    return {"person.free_mail": domain in FREE_MAIL_DOMAINS if email else None, "person.email_domain": domain}


def field_attributes(fields: Mapping[str, Property]) -> dict[str, Property]:
    """What a form asked beyond the named attributes, as rules name it."""
    return {f"fields.{name}": value for name, value in fields.items()}
