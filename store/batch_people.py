"""People, companies and other systems' ids of a batch: answered from memory, written later."""

from datetime import datetime
from typing import Any

from leads.identity import CompanyId, LeadId, PersonId, normal_email
from leads.lead import Company, Person
from store.batch_memory import Memory
from store.enrichments import Enrichments
from store.external_ids import ExternalIds
from store.intake_tables import enrichment_asks, external_ids
from store.people import People, _name_key


class BatchPeople(People):
    """People and companies."""

    def __init__(self, connection: Any, memory: Memory) -> None:
        super().__init__(connection)
        self._memory = memory

    async def get(self, person_id: PersonId) -> Person:
        """From memory, else as everywhere."""
        return self._memory.people.get(person_id) or await super().get(person_id)

    async def by_email(self, email: str, *, name: str | None = None, lock: bool = False) -> Person | None:
        """From memory when it was asked for."""
        key = normal_email(email)
        if key not in self._memory.emails:
            return await super().by_email(email, name=name, lock=lock)
        found = self._memory.emails[key]
        return await self.get(PersonId(found)) if found else None

    async def add(self, person: Person) -> Person:
        """Written later."""
        self._memory.hold_person(person, normal_email(person.email) if person.email else None, new=True)
        return person

    async def save(self, person: Person) -> Person:
        """Written later, if anything changed."""
        if self._memory.people.get(person.id) != person:
            self._memory.hold_person(person, normal_email(person.email) if person.email else None, new=False)
        return person

    async def company(self, company_id: CompanyId | None) -> Company | None:
        """From memory, else as everywhere."""
        if company_id is None:
            return None
        return self._memory.companies.get(company_id) or await super().company(company_id)

    async def company_named(self, name: str, domain: str | None) -> Company | None:
        """From memory when it was asked for: by domain, else by name."""
        memory, key = self._memory, _name_key(name)
        if (domain and domain not in memory.domains) or key not in memory.names:
            return await super().company_named(name, domain)
        found = (memory.domains[domain] if domain else None) or memory.names[key]
        return memory.companies[found] if found else None

    async def save_company(self, company: Company) -> Company:
        """Written later, if anything changed. One that is not in memory is new when its name was looked for."""
        memory, key = self._memory, _name_key(company.name)
        held = memory.companies.get(company.id)
        if held is None and key not in memory.names:
            return await super().save_company(company)
        if held != company:
            memory.hold_company(company, key, new=held is None)
        return company


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
