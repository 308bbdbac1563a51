"""Many acts of one kind in one transaction: what they read is fetched for all at once, what they write goes in bulk.

`BatchUnit` is a unit of work, so the very action that works for one lead works for a thousand. What is read was
fetched before (`fetch`), what is written waits in memory and goes out by table (`flush`). Whatever this file does not
know of goes straight to the database, after a flush, so that it sees what was written: right, only slower.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from leads.identity import PersonId, is_role_address, normal_email
from store.batch_guards import BatchPrivacy, BatchRules, BatchSuppressions
from store.batch_leads import BatchLeads, BatchLedger, BatchWishes
from store.batch_memory import Memory
from store.batch_people import BatchContactPoints, BatchDuplicates, BatchEnrichments, BatchExternalIds, BatchPeople
from store.bulk_rows import insert_rows
from store.contact_points import EMAILS, _point
from store.contact_points import _values as point_values
from store.identity_tables import contact_points
from store.intake_tables import enrichment_asks, external_ids
from store.leads import _values as lead_values
from store.leads import lead_of
from store.ledger import _activity, _claim, _consent
from store.people import _company_values, _name_key, company_of, person_of, take_names
from store.people import _values as person_values
from store.people_tables import activities, bant_claims, companies, leads, people
from store.privacy_tables import consents
from store.unit import UnitOfWork

MOST_AT_ONCE = 400
"""Values in one IN list: SQLite takes far more, and plans for short lists stay cached."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch will ask for; only addresses, ids and keys named here are answered from memory."""

    emails: Collection[str] = ()
    phones: Collection[str] = ()
    company_names: Collection[str] = ()
    domains: Collection[str] = ()
    external: Collection[tuple[str, str]] = ()
    dedup_keys: Collection[str] = ()
    person_ids: Collection[PersonId] = field(default_factory=tuple)


class _Through:
    """The connection for everything the batch does not know: what waits is written first, then it is its turn."""

    def __init__(self, batch: "BatchUnit", connection: AsyncConnection) -> None:
        self._batch = batch
        self._db = connection
        self.dialect = connection.dialect

    async def execute(self, statement: Any, *args: Any, **options: Any) -> Any:
        """Execute after a flush; what may have changed rows that are held in memory makes it forget them."""
        await self._batch.flush()
        done = await self._db.execute(statement, *args, **options)
        if isinstance(statement, UpdateBase) and getattr(statement, "table", None) in HELD:
            self._batch.memory.forget()
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


HELD: frozenset[Any] = frozenset(
    {people, companies, leads, activities, bant_claims, consents, external_ids, contact_points}
)


class BatchUnit(UnitOfWork):
    """A unit of work for many acts of one kind, inside the transaction of another one."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._raw: AsyncConnection = uow._db
        self.memory = Memory()
        through: Any = _Through(self, self._raw)
        super().__init__(through, now=uow.now, new_id=uow.new_id, suppression_key=uow._suppression_key)
        self.jobs = uow.jobs
        self.touched = uow.touched
        self._for_team = uow._for_team

    @cached_property
    def people(self) -> BatchPeople:
        """People and companies, from memory where they were fetched."""
        return BatchPeople(self._db, self.memory)

    @cached_property
    def contact_points(self) -> BatchContactPoints:
        """Ways to reach people, from memory where they were fetched."""
        return BatchContactPoints(self._db, self.memory)

    @cached_property
    def duplicates(self) -> BatchDuplicates:
        """Pairs that may be one person; coarse keys are written later."""
        return BatchDuplicates(self._db, self.memory, self._raw)

    @cached_property
    def suppressions(self) -> BatchSuppressions:
        """Addresses that get nothing, each read once."""
        return BatchSuppressions(self._db, self._suppression_key, self.memory, self._raw)

    @cached_property
    def privacy(self) -> BatchPrivacy:
        """Who was erased, from memory where they were fetched."""
        return BatchPrivacy(self._db, self.memory)

    @cached_property
    def rules(self) -> BatchRules:
        """Versions of rules; which one decides is read once."""
        return BatchRules(self._db)

    @cached_property
    def leads(self) -> BatchLeads:
        """Leads, from memory where they were fetched."""
        return BatchLeads(self._db, self.memory)

    @cached_property
    def ledger(self) -> BatchLedger:
        """The ledger, from memory where it was fetched."""
        return BatchLedger(self._db, self.memory)

    @cached_property
    def wishes(self) -> BatchWishes:
        """Wishes to enrol somebody; those for new leads are written later."""
        return BatchWishes(self._db, self.memory)

    @cached_property
    def external_ids(self) -> BatchExternalIds:
        """Other systems' ids."""
        return BatchExternalIds(self._db, self.memory)

    @cached_property
    def enrichments(self) -> BatchEnrichments:
        """Enrichment; asking for it waits with the rest."""
        return BatchEnrichments(self._db, self.memory)

    async def fetch(self, wanted: Wanted) -> None:
        """Read everything the next acts will ask for. What waits is written first."""
        await self.flush()
        self.memory.forget()
        await self._fetch_external(wanted)
        await self._fetch_people(wanted)
        await self.suppressions.ask_of(wanted.emails, wanted.phones)
        await self._fetch_leads()
        await self._fetch_companies(wanted)
        known = await self._rows(select(activities.c.dedup_key), activities.c.dedup_key, wanted.dedup_keys)
        self.memory.asked_keys = set(wanted.dedup_keys)
        self.memory.keys = {row.dedup_key for row in known}

    async def _fetch_external(self, wanted: Wanted) -> None:
        """A source names many people; its ids are looked for source by source."""
        memory = self.memory
        memory.external = dict.fromkeys(wanted.external)
        for source in {source for source, _ in wanted.external}:
            keys = [key for its, key in wanted.external if its == source]
            query = select(external_ids).where(external_ids.c.source == source)
            for row in await self._rows(query, external_ids.c.key, keys):
                memory.external[source, row.key] = row.person_id

    async def _fetch_people(self, wanted: Wanted) -> None:
        """People by their addresses, ids and other systems' ids, and whom they were merged into."""
        memory = self.memory
        keys = {normal_email(email): is_role_address(email) for email in wanted.emails}
        memory.emails = {key: None for key, desk in keys.items() if not desk}
        memory.desks = {key: [] for key, desk in keys.items() if desk}
        behind = await self._behind(keys)
        ids = {p for p in memory.external.values() if p} | set(wanted.person_ids)
        await self._hold_people(ids.union(*behind.values()))
        for key, found in behind.items():
            if key in memory.desks:
                memory.desks[key] = sorted(found)
            else:  # a record that stands goes before a tombstone
                memory.emails[key] = min(found, key=lambda id: memory.people[id].merged_into is not None)
        memory.external = {k: (memory.people[p].merged_into or p) if p else None for k, p in memory.external.items()}

    async def _behind(self, keys: Collection[str]) -> dict[str, set[str]]:
        """Whose these addresses are, by their normal form."""
        found: dict[str, set[str]] = {}
        points = select(contact_points.c.normalised.label("key"), contact_points.c.person_id.label("id"))
        points = points.where(contact_points.c.kind.in_([kind.value for kind in sorted(EMAILS)]))
        rows = await self._rows(points, contact_points.c.normalised, keys)
        query = select(people.c.email_key.label("key"), people.c.id)
        rows += await self._rows(query, people.c.email_key, self.memory.emails)
        for row in rows:
            found.setdefault(row.key, set()).add(row.id)
        return found

    async def _hold_people(self, ids: Collection[str]) -> None:
        """Read people with their contact points, in one order, so that two batches cannot lock each other."""
        memory = self.memory
        query = select(people).order_by(people.c.id).with_for_update(key_share=True)
        rows = await self._rows(query, people.c.id, ids)
        rows += await self._rows(query, people.c.id, {r.merged_into_id for r in rows if r.merged_into_id} - set(ids))
        for row in rows:
            memory.people[row.id] = person_of(row)
            memory.email_keys[row.id], memory.erased[row.id] = row.email_key, row.erased_at
            memory.points[row.id] = {}
        held = await self._rows(select(contact_points), contact_points.c.person_id, memory.people)
        for point in map(_point, held):
            memory.points[point.person_id][point.id] = point
            memory.point_owners[point.id] = point.person_id
        memory.words = {id: [] for id in memory.people}
        by_time = select(consents).order_by(consents.c.at, consents.c.id)
        for row in await self._rows(by_time, consents.c.person_id, memory.people):
            memory.words[row.person_id].append(_consent(row))

    async def _fetch_companies(self, wanted: Wanted) -> None:
        """Companies by domain, name and lead, in one order, so that two batches cannot lock each other."""
        memory = self.memory
        memory.domains = dict.fromkeys(wanted.domains)
        memory.names = {_name_key(name): None for name in wanted.company_names}
        rows = await self._rows(select(companies.c.id), companies.c.domain, wanted.domains)
        rows += await self._rows(select(companies.c.id), companies.c.name_key, memory.names)
        ids = {row.id for row in rows} | {lead.company_id for lead in memory.leads.values() if lead.company_id}
        query = select(companies).order_by(companies.c.id).with_for_update(key_share=True)
        for row in await self._rows(query, companies.c.id, ids):
            memory.hold_company(company_of(row), _name_key(row.name))

    async def _fetch_leads(self) -> None:
        """Every cycle of the people in memory; rows are held in one order, so that two batches cannot lock each other.

        The ledger is read for open ones: no other is scored.
        """
        memory = self.memory
        memory.leads_of = {person_id: [] for person_id in memory.people}
        query = select(leads).order_by(leads.c.id).with_for_update(key_share=True)
        found = [lead_of(row) for row in await self._rows(query, leads.c.person_id, sorted(memory.people))]
        for lead in found:
            memory.hold_lead(lead)
        ids = sorted(lead.id for lead in found)
        memory.activities = {id: [] for id in ids}
        memory.claims = {id: [] for id in ids}
        by_time = select(activities).order_by(activities.c.occurred_at, activities.c.id)
        for row in await self._rows(by_time, activities.c.lead_id, ids):
            memory.activities[row.lead_id].append(_activity(row))
        by_time = select(bant_claims).order_by(bant_claims.c.at, bant_claims.c.id)
        for row in await self._rows(by_time, bant_claims.c.lead_id, ids):
            memory.claims[row.lead_id].append(_claim(row))
        asks = select(enrichment_asks.c.lead_id)
        memory.asks = {row.lead_id for row in await self._rows(asks, enrichment_asks.c.lead_id, ids)}

    async def _rows(self, query: Any, column: Any, values: Collection[Any]) -> list[Any]:
        found: list[Any] = []
        listed = sorted(values)
        for start in range(0, len(listed), MOST_AT_ONCE):
            part = query.where(column.in_(listed[start : start + MOST_AT_ONCE]))
            found += (await self._raw.execute(part)).all()
        return found

    async def flush(self) -> None:
        """Write everything that waits, parents before children."""
        memory = self.memory
        if not memory.waiting:
            return
        memory.waiting = False
        await self._flush_companies()
        await self._flush_people()
        begun = [memory.leads[id] for id in memory.new_leads]
        await insert_rows(self._raw, leads, [{"id": ld.id, **_lead_place(ld), **lead_values(ld)} for ld in begun])
        changed = {id: {**_lead_place(memory.leads[id]), **lead_values(memory.leads[id])} for id in memory.old_leads}
        await self._change(leads, changed)
        for table, rows in memory.take_rows().items():
            await insert_rows(self._raw, table, rows)
        memory.written()

    async def _flush_companies(self) -> None:
        memory = self.memory
        new, old = list(memory.new_companies), list(memory.old_companies)
        await insert_rows(self._raw, companies, [{"id": id, **_company_values(memory.companies[id])} for id in new])
        await self._change(companies, {id: _company_values(memory.companies[id]) for id in old})
        for start in range(0, len(new) + len(old), MOST_AT_ONCE):
            await take_names(self._raw, [*new, *old][start : start + MOST_AT_ONCE])

    async def _flush_people(self) -> None:
        """People and their contact points: what goes makes room first."""
        memory = self.memory
        fresh = [{"id": id, "created_at": memory.people[id].created_at, **self._person(id)} for id in memory.new_people]
        await insert_rows(self._raw, people, fresh)
        await self._change(people, {id: self._person(id) for id in memory.old_people})
        if memory.gone_points:
            await self._raw.execute(delete(contact_points).where(contact_points.c.id.in_(list(memory.gone_points))))
        await self._change(contact_points, {id: self._point(id) for id in memory.old_points})
        await insert_rows(self._raw, contact_points, [self._point(id) for id in memory.new_points])

    def _person(self, id: str) -> dict[str, Any]:
        return {**person_values(self.memory.people[id]), "email_key": self.memory.email_keys[id]}

    def _point(self, id: str) -> dict[str, Any]:
        return point_values(self.memory.points[self.memory.point_owners[id]][id])

    async def _change(self, table: Table, rows: Mapping[str, dict[str, Any]]) -> None:
        if not rows:
            return
        named = [{"_id": id, **values} for id, values in rows.items()]
        change = update(table).where(table.c.id == bindparam("_id"))
        await self._raw.execute(change, named)


def _lead_place(lead: Any) -> dict[str, Any]:
    return {"person_id": lead.person_id, "cycle_no": lead.cycle_no, "created_at": lead.created_at}
