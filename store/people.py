"""People and companies: found by the normal form of their address, never by anything a model says."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, case, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.contact_point import PointKind, same_desk
from leads.identity import CompanyId, LeadId, PersonId, is_role_address, normal_email, person_key
from leads.lead import Company, Person
from leads.refusal import NotKnown
from store.contact_points import ContactPoints
from store.identity_tables import contact_points
from store.once import insert_once
from store.people_tables import companies, leads, people


class People:
    """The people and companies we know."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, person_id: PersonId, *, lock: bool = False) -> Person:
        """The person by id; `lock` holds their row until the transaction ends. Raises NotKnown."""
        query = select(people).where(people.c.id == person_id)
        row = (await self._db.execute(query.with_for_update(key_share=True) if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such person.")
        return person_of(row)

    async def hold_of_lead(self, lead_id: LeadId) -> Person:
        """Whose lead this is, held until the transaction ends: a person is held before their leads. Raises NotKnown."""
        whose = select(leads.c.person_id).where(leads.c.id == lead_id)
        person_id = (await self._db.execute(whose)).scalar()
        while True:
            person = await self.get(PersonId(person_id or ""), lock=True)
            person_id = (await self._db.execute(whose)).scalar()
            if person.id == person_id:  # else it was merged into somebody else's while we waited
                return person

    async def survivor(self, person_id: PersonId) -> Person:
        """The person by id, or the one they were merged into. Raises NotKnown."""
        return await self._followed(await self.get(person_id))

    async def lock(self, people_ids: Sequence[PersonId]) -> dict[PersonId, Person]:
        """Hold these people until the transaction ends, always in the same order, and read them as they now are."""
        query = select(people).where(people.c.id.in_(people_ids)).order_by(people.c.id)
        rows = (await self._db.execute(query.with_for_update(key_share=True))).all()
        return {PersonId(row.id): person_of(row) for row in rows}

    async def by_email(self, email: str, *, name: str | None = None, lock: bool = False) -> Person | None:
        """The person any of whose addresses this is, merged records followed; `lock` holds them until the end.

        Behind a role address (info@) stand several people: it is the one of this name, else one whose name is not
        known; without a name the oldest (domain.md §8 case 7).
        """
        found = await self._behind_desk(email, name) if is_role_address(email) else await self._behind(email)
        return await self._followed(found, lock=lock) if found else None

    async def _behind(self, email: str) -> Person | None:
        key = normal_email(email)
        point = select(contact_points.c.person_id).where(
            contact_points.c.kind == PointKind.EMAIL.value, contact_points.c.normalised == key
        )
        query = select(people).where(or_(people.c.email_key == key, people.c.id.in_(point)))
        rows = (await self._db.execute(query.order_by(people.c.merged_into_id.is_not(None)).limit(1))).all()
        return person_of(rows[0]) if rows else None

    async def _behind_desk(self, email: str, name: str | None) -> Person | None:
        point = select(contact_points.c.person_id).where(
            contact_points.c.kind == PointKind.ROLE_EMAIL.value, contact_points.c.normalised == normal_email(email)
        )
        query = select(people).where(people.c.id.in_(point))
        rows = (await self._db.execute(query.order_by(people.c.created_at, people.c.id))).all()
        return at_desk([person_of(row) for row in rows], name)

    async def _followed(self, person: Person, *, lock: bool = False) -> Person:
        """The end of the way from tombstone to tombstone; a merge never makes a circle, and keeps the way short."""
        if lock:
            person = (await self.lock([person.id])).get(person.id, person)
        while person.merged_into is not None:
            held = await self.lock([person.merged_into]) if lock else {}
            person = held.get(person.merged_into) or await self.get(person.merged_into)
        return person

    async def add(self, person: Person) -> Person:
        """Store a new person. Raises a collision when the address is somebody's already."""
        await self._db.execute(
            insert(people).values(**_values(person), email_key=_key(person), id=person.id, created_at=person.created_at)
        )
        await ContactPoints(self._db).keep_primary(person)
        return person

    async def save(self, person: Person) -> Person:
        """Store what is now known of a person; who was erased meanwhile stays erased.

        Raises a collision when the address is somebody else's.
        """
        unchanged = and_(people.c.email == person.email, people.c.email_key.is_not(None))
        key = case((unchanged, people.c.email_key), else_=_key(person)) if person.email else None
        known = (people.c.id == person.id, people.c.erased_at.is_(None))
        done = await self._db.execute(update(people).where(*known).values(**_values(person), email_key=key))
        if done.rowcount:
            await ContactPoints(self._db).keep_primary(person)
        return person

    async def merge_into(self, source: PersonId, target: PersonId) -> None:
        """Make one person a tombstone of another, and whoever led to the first one leads to the second."""
        ways = or_(people.c.id == source, people.c.merged_into_id == source)
        await self._db.execute(update(people).where(ways).values(merged_into_id=target))

    async def merged_from(self, person_id: PersonId) -> list[PersonId]:
        """The records that were merged into this one."""
        query = select(people.c.id).where(people.c.merged_into_id == person_id).order_by(people.c.id)
        return [PersonId(row.id) for row in (await self._db.execute(query)).all()]

    async def many(self, ids: Collection[PersonId]) -> dict[PersonId, Person]:
        """People by their ids, in one look."""
        found = await self._db.execute(select(people).where(people.c.id.in_(sorted(ids))))
        return {row.id: person_of(row) for row in found.all()}

    async def companies(self, ids: Collection[CompanyId]) -> dict[CompanyId, Company]:
        """Companies by their ids, in one look."""
        found = await self._db.execute(select(companies).where(companies.c.id.in_(sorted(ids))))
        return {row.id: company_of(row) for row in found.all()}

    async def company(self, company_id: CompanyId | None, *, lock: bool = False) -> Company | None:
        """The company by id, or None; `lock` holds its row until the transaction ends, after any lead."""
        if company_id is None:
            return None
        query = select(companies).where(companies.c.id == company_id)
        row = (await self._db.execute(query.with_for_update(key_share=True) if lock else query)).first()
        return company_of(row) if row else None

    async def company_named(self, name: str, domain: str | None) -> Company | None:
        """A company we know by its domain, else by its name (case and blanks folded); of several the first."""
        first = select(companies).order_by(companies.c.id).limit(1)
        if domain:
            row = (await self._db.execute(first.where(companies.c.domain == domain))).first()
            if row:
                return company_of(row)
        row = (await self._db.execute(first.where(companies.c.name_key == _name_key(name)))).first()
        return company_of(row) if row else None

    async def add_company(self, company: Company) -> Company:
        """Store a company that was looked for in vain, and return it.

        Who stored one of its name or domain at the same moment was first: then theirs is returned.
        """
        values = _company_values(company)
        own = {"own_name": values["name_key"], "own_domain": values["domain"]}
        while not await insert_once(self._db, companies, [{"id": company.id, **values, **own}]):
            first = await self.company_named(company.name, company.domain)
            if first is not None:
                return first
        return company

    async def save_company(self, company: Company) -> Company:
        """Store a company, new or known. Raises a collision when its name or domain is taken at the same moment."""
        values = _company_values(company)
        own = {
            "own_name": case((companies.c.name_key == values["name_key"], companies.c.own_name)),
            "own_domain": case((companies.c.domain == values["domain"], companies.c.own_domain)),
        }
        done = await self._db.execute(update(companies).where(companies.c.id == company.id).values(**values, **own))
        if done.rowcount == 0:
            await self._db.execute(insert(companies).values(id=company.id, **values))
        await take_names(self._db, [company.id])
        return company


async def take_names(connection: AsyncConnection, ids: Sequence[str]) -> None:
    """Make name and domain of these companies their own where no other one has them. Raises a collision."""
    for own, key in ((companies.c.own_name, companies.c.name_key), (companies.c.own_domain, companies.c.domain)):
        other = companies.alias()
        first = select(func.min(other.c.id)).where(other.c[key.name] == key).scalar_subquery()
        taken = exists().where(other.c[own.name] == key)
        free = (companies.c.id.in_(ids), own.is_(None), companies.c.id == first, ~taken)
        await connection.execute(update(companies).where(*free).values({own: key}))


def at_desk(people: Sequence[Person], name: str | None) -> Person | None:
    """Who of these, the oldest first, writes from a desk under this name."""
    if not name:
        return next((p for p in people if not p.name), people[0] if people else None)
    named = [p for p in people if p.name and same_desk(p.name, name)]
    return next(iter(named or [p for p in people if not p.name]), None)


def _name_key(name: str) -> str:
    return " ".join(name.split()).casefold()[:200]  # case folding can make a name longer


def _values(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
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


def _key(person: Person) -> str | None:
    return person_key(person.email, person.name) if person.email else None


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


def person_of(row: Any) -> Person:
    """A person as a row of `people` holds them."""
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
        merged_into=row.merged_into_id,
    )


def company_of(row: Any) -> Company:
    """A company as a row of `companies` holds it."""
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
