"""People, companies and other systems' ids of a batch: answered from memory, written later."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.contact_point import ContactPoint
from leads.identity import CompanyId, ContactPointId, LeadId, PersonId, normal_email
from leads.lead import Company, Person
from store.batch_memory import Memory
from store.contact_points import ContactPoints
from store.duplicates import Duplicates, KnownPerson
from store.enrichments import Enrichments
from store.external_ids import ExternalIds
from store.identity_tables import match_keys
from store.intake_tables import enrichment_asks, external_ids
from store.people import People, _key, _name_key, at_desk


class BatchPeople(People):
    """People and companies."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory
        self._points = BatchContactPoints(connection, memory)

    async def get(self, person_id: PersonId, *, lock: bool = False) -> Person:
        """From memory (their row was locked when it was fetched), else as everywhere."""
        return self._memory.people.get(person_id) or await super().get(person_id, lock=lock)

    async def by_email(self, email: str, *, name: str | None = None, lock: bool = False) -> Person | None:
        """From memory when it was asked for; whom it leads to was locked when they were fetched."""
        memory, key = self._memory, normal_email(email)
        if key in memory.desks:
            found = sorted((memory.people[id] for id in memory.desks[key]), key=lambda p: (p.created_at, p.id))
            person = at_desk(found, name)
        elif key in memory.emails:
            id = memory.emails[key]
            person = memory.people[id] if id else None
        else:
            return await super().by_email(email, name=name, lock=lock)
        while person is not None and person.merged_into is not None:
            person = await self.get(person.merged_into)
        return person

    async def add(self, person: Person) -> Person:
        """Written later, with its contact points."""
        self._memory.hold_person(person, _key(person), new=True)
        await self._points.keep_primary(person)
        return person

    async def save(self, person: Person) -> Person:
        """Written later, if anything changed; whoever was erased stays erased, and one not fetched goes through."""
        memory = self._memory
        held = memory.people.get(person.id)
        if held is None:
            return await super().save(person)
        if memory.erased[person.id] is not None:
            return person
        if held != person:
            kept = memory.email_keys[person.id] if held.email == person.email else None
            memory.hold_person(person, (kept or _key(person)) if person.email else None, new=False)
        await self._points.keep_primary(person)
        return person

    async def company(self, company_id: CompanyId | None, *, lock: bool = False) -> Company | None:
        """From memory (its row was locked when it was fetched), else as everywhere."""
        if company_id is None:
            return None
        return self._memory.companies.get(company_id) or await super().company(company_id, lock=lock)

    async def company_named(self, name: str, domain: str | None) -> Company | None:
        """From memory when it was asked for: by domain, else by name."""
        memory, key = self._memory, _name_key(name)
        if (domain and domain not in memory.domains) or key not in memory.names:
            return await super().company_named(name, domain)
        found = (memory.domains[domain] if domain else None) or memory.names[key]
        return memory.companies[found] if found else None

    async def add_company(self, company: Company) -> Company:
        """Written later, when its name was looked for."""
        if _name_key(company.name) not in self._memory.names:
            return await super().add_company(company)
        return await self.save_company(company)

    async def save_company(self, company: Company) -> Company:
        """Written later, if anything changed. One that is not in memory is new when its name was looked for."""
        memory, key = self._memory, _name_key(company.name)
        held = memory.companies.get(company.id)
        if held is None and key not in memory.names:
            return await super().save_company(company)
        if held != company:
            memory.hold_company(company, key, new=held is None)
        return company


class BatchContactPoints(ContactPoints):
    """Ways to reach people."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def of_people(self, people: Sequence[PersonId] | None) -> dict[PersonId, list[ContactPoint]]:
        """From memory when all of them are there."""
        held = self._memory.points
        if people is None or any(person not in held for person in people):
            return await super().of_people(people)
        return {person: sorted(held[person].values(), key=_in_order) for person in people}

    async def add(self, point: ContactPoint) -> ContactPoint:
        """Written later, when the person is there."""
        if point.person_id not in self._memory.points:
            return await super().add(point)
        self._memory.hold_point(point, new=True)
        return point

    async def save(self, point: ContactPoint) -> ContactPoint:
        """Written later, when it is there."""
        if point.id not in self._memory.point_owners:
            return await super().save(point)
        self._memory.hold_point(point, new=False)
        return point

    async def remove(self, point_id: ContactPointId) -> None:
        """Removed later, when it is there."""
        if point_id not in self._memory.point_owners:
            await super().remove(point_id)
        else:
            self._memory.drop_point(point_id)


def _in_order(point: ContactPoint) -> tuple[str, bool, str]:
    return point.kind.value, not point.is_primary, point.normalised


class BatchDuplicates(Duplicates):
    """Pairs that may be one person, and the keys by which they are found."""

    def __init__(self, connection: Any, memory: Memory, raw: AsyncConnection) -> None:
        super().__init__(connection)
        self._memory = memory
        self._raw = raw

    async def known(self, wanted: Collection[PersonId] | None = None) -> list[KnownPerson]:
        """From memory when all of them are there."""
        held = self._memory.leads_of
        if wanted is None or any(person not in held for person in wanted):
            return await super().known(wanted)
        people = [self._memory.people[person] for person in wanted]
        return [self._known(person) for person in people if person.merged_into is None]

    def _known(self, person: Person) -> KnownPerson:
        """With the company and the answers of the newest lead; ids are in the order of time."""
        memory, newest = self._memory, max(self._memory.leads_of[person.id], default=None)
        if newest is None:
            return KnownPerson(person, None, MappingProxyType({}))
        lead = memory.leads[newest]
        company = memory.companies[lead.company_id] if lead.company_id else None
        return KnownPerson(person, company.name if company else None, MappingProxyType(dict(lead.fields)))

    async def replace_keys(self, keys: Mapping[PersonId, Iterable[str]]) -> None:
        """Written later; who is new has none to be replaced."""
        old = sorted(person for person in keys if person not in self._memory.new_people)
        if old:
            await self._raw.execute(delete(match_keys).where(match_keys.c.person_id.in_(old)))
        rows = [{"key": key, "person_id": person} for person, own in keys.items() for key in own]
        for row in sorted(rows, key=itemgetter("key", "person_id")):
            self._memory.put(match_keys, row)


class BatchExternalIds(ExternalIds):
    """What other systems call a person."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def person(self, source: str, key: str) -> PersonId | None:
        """From memory when it was asked for."""
        place = (source[:80], key[:200])
        if place not in self._memory.external:
            return await super().person(source, key)
        found = self._memory.external[place]
        return PersonId(found) if found else None

    async def add(self, source: str, key: str, person_id: PersonId, *, at: datetime) -> None:
        """Written later."""
        place = (source[:80], key[:200])
        if place not in self._memory.external:
            await super().add(source, key, person_id, at=at)
        elif self._memory.external[place] is None:
            self._memory.external[place] = person_id
            row = {"source": place[0], "key": place[1], "person_id": person_id, "created_at": at}
            self._memory.put(external_ids, row)


class BatchEnrichments(Enrichments):
    """Leads that are to be looked up."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def want(self, lead_id: LeadId, *, at: datetime) -> None:
        """Written later, once."""
        if lead_id not in self._memory.leads:
            await super().want(lead_id, at=at)
        elif lead_id not in self._memory.asks:
            self._memory.asks.add(lead_id)
            row = {"lead_id": lead_id, "due_at": at, "asked_at": None, "attempts": 0, "outcome": None}
            self._memory.put(enrichment_asks, row)
