"""People and companies: found by the normal form of their address, never by anything a model says."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import CompanyId, PersonId, normal_email
from leads.lead import Company, Person
from leads.refusal import NotKnown
from store.tables import companies, people


class People:
    """The people and companies we know."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, person_id: PersonId) -> Person:
        """The person by id. Raises NotKnown."""
        row = (await self._db.execute(select(people).where(people.c.id == person_id))).first()
        if row is None:
            raise NotKnown("There is no such person.")
        return _person(row)

    async def by_email(self, email: str) -> Person | None:
        """The person this address belongs to, merged records followed."""
        found = (await self._db.execute(select(people).where(people.c.email_key == normal_email(email)))).first()
        if found is None:
            return None
        return await self.get(PersonId(found.merged_into_id)) if found.merged_into_id else _person(found)

    async def add(self, person: Person) -> Person:
        """Store a new person."""
        await self._db.execute(insert(people).values(**_values(person), id=person.id, created_at=person.created_at))
        return person

    async def save(self, person: Person) -> Person:
        """Store what is now known of a person; who was erased meanwhile stays erased."""
        known = (people.c.id == person.id, people.c.erased_at.is_(None))
        await self._db.execute(update(people).where(*known).values(**_values(person)))
        return person

    async def merge_into(self, source: PersonId, target: PersonId) -> None:
        """Make one person a tombstone of another. Their words on consent stay with the tombstone."""
        await self._db.execute(update(people).where(people.c.id == source).values(merged_into_id=target))

    async def company(self, company_id: CompanyId | None) -> Company | None:
        """The company by id, or None."""
        if company_id is None:
            return None
        row = (await self._db.execute(select(companies).where(companies.c.id == company_id))).first()
        return _company(row) if row else None

    async def company_named(self, name: str, domain: str | None) -> Company | None:
        """A company we know by its domain, else by its name (case and blanks folded)."""
        if domain:
            row = (await self._db.execute(select(companies).where(companies.c.domain == domain).limit(1))).first()
            if row:
                return _company(row)
        by_name = select(companies).where(companies.c.name_key == _name_key(name)).limit(1)
        row = (await self._db.execute(by_name)).first()
        return _company(row) if row else None

    async def save_company(self, company: Company) -> Company:
        """Store a company, new or known."""
        values = _company_values(company)
        done = await self._db.execute(update(companies).where(companies.c.id == company.id).values(**values))
        if done.rowcount == 0:
            await self._db.execute(insert(companies).values(id=company.id, **values))
        return company


def _name_key(name: str) -> str:
    return " ".join(name.split()).casefold()[:200]  # case folding can make a name longer


def _values(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "email_key": normal_email(person.email) if person.email else None,
        "phone": person.phone,
        "name": person.name,
        "title": person.title,
        "language": person.language,
        "zone": person.zone,
        "country": person.country,
        "region": person.region,
        "seniority": person.seniority,
        "department": person.department,
    }


def _company_values(company: Company) -> dict[str, Any]:
    return {
        "name": company.name,
        "name_key": _name_key(company.name),
        "domain": company.domain,
        "size_band": company.size_band,
        "industry": company.industry,
        "region": company.region,
        "country": company.country,
        "employees": company.employees,
        "revenue_band": company.revenue_band,
        "account_type": company.account_type,
        "owner_id": company.owner,
    }


def _person(row: Any) -> Person:
    return Person(
        id=row.id,
        created_at=row.created_at,
        email=row.email,
        phone=row.phone,
        name=row.name,
        title=row.title,
        language=row.language,
        zone=row.zone,
        country=row.country,
        region=row.region,
        seniority=row.seniority,
        department=row.department,
    )


def _company(row: Any) -> Company:
    return Company(
        id=row.id,
        name=row.name,
        domain=row.domain,
        size_band=row.size_band,
        industry=row.industry,
        region=row.region,
        country=row.country,
        employees=row.employees,
        revenue_band=row.revenue_band,
        account_type=row.account_type,
        owner=row.owner_id,
    )
