"""Enrichment: what somebody else says of a person or a company. It fills blanks and never overwrites their own word.

Each field keeps its source and date. A value that contradicts what is known stays visible, unused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from leads.firm import size_band
from leads.lead import Company, Person
from leads.seniority import with_title

Value = str | int


class Field(StrEnum):
    """What can be looked up."""

    PERSON_NAME = "person.name"
    PERSON_TITLE = "person.title"
    PERSON_PHONE = "person.phone"
    PERSON_COUNTRY = "person.country"
    PERSON_REGION = "person.region"
    PERSON_LANGUAGE = "person.language"
    COMPANY_INDUSTRY = "company.industry"
    COMPANY_EMPLOYEES = "company.employees"
    COMPANY_SIZE_BAND = "company.size_band"
    COMPANY_COUNTRY = "company.country"
    COMPANY_REGION = "company.region"
    COMPANY_REVENUE_BAND = "company.revenue_band"
    COMPANY_ACCOUNT_TYPE = "company.account_type"

    @property
    def of_person(self) -> bool:
        """Whether it is about the person rather than the company."""
        return self.value.startswith("person.")

    @property
    def attribute(self) -> str:
        """The name it has in the record."""
        return self.value.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Fact:
    """One field as one source gave it, in the form that is kept."""

    field: Field
    value: Value
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enriched:
    """A fact as it is shown; `used` says whether the record has this value because of it."""

    fact: Fact
    used: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of new facts: both records as they now are, and each fact with whether it was used."""

    person: Person
    company: Company | None
    facts: tuple[Enriched, ...]


def value_now(person: Person, company: Company | None, field: Field) -> Value | None:
    """What the record holds for a field."""
    record: Person | Company | None = person if field.of_person else company
    found: Value | None = getattr(record, field.attribute) if record else None
    return found


def enriched(
    person: Person, company: Company | None, facts: Sequence[Fact], *, earlier: Mapping[Field, Sequence[Enriched]]
) -> Outcome:
    """Put facts to use: blanks are filled, and a value that came from enrichment may be replaced by a newer one.

    What the person, a form or the team said stays. `earlier` are the facts that are known already.
    """
    shown = []
    for fact in facts:
        now = value_now(person, company, fact.field)
        borrowed = any(e.used and e.fact.value == now for e in earlier.get(fact.field, ()))
        use = (now is None or now == "" or borrowed) and (fact.field.of_person or company is not None)
        if use:
            person, company = _with(person, company, fact)
        shown.append(Enriched(fact, use))
    return Outcome(person, company, tuple(shown))


def _with(person: Person, company: Company | None, fact: Fact) -> tuple[Person, Company | None]:
    if fact.field is Field.PERSON_TITLE:
        return with_title(person, str(fact.value)), company
    change: dict[str, Any] = {fact.field.attribute: fact.value}
    if fact.field.of_person:
        return replace(person, **change), company
    if company is None:
        return person, None
    changed = replace(company, **change)
    if fact.field is Field.COMPANY_EMPLOYEES and not company.size_band:
        changed = replace(changed, size_band=size_band(int(fact.value)))
    return person, changed


def may_ask_again(asked_at: datetime | None, now: datetime, *, days: float) -> bool:
    """Whether a subject may be looked up: never more than once in so many days."""
    return asked_at is None or now - asked_at >= timedelta(days=days)
