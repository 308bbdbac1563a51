"""Enrichment: who is to be looked up, and what each source said of a person or a company, with its date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.enrichment import Enriched, Fact, Field, Value
from leads.identity import CompanyId, LeadId, PersonId
from store.intake_tables import enrichment_asks, enrichments
from store.once import insert_once

_NUMBERS = frozenset({Field.COMPANY_EMPLOYEES})


@dataclass(frozen=True, slots=True)
class Ask:
    """A lead whose person and company are to be looked up, or were. `due_at` is None when nothing is planned."""

    lead_id: LeadId
    due_at: datetime | None
    asked_at: datetime | None
    attempts: int
    outcome: str | None


class Enrichments:
    """What others say."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def want(self, lead_id: LeadId, *, at: datetime) -> None:
        """A lead is due to be looked up; one that was asked for before is left as it is."""
        row = {"lead_id": lead_id, "due_at": at, "asked_at": None, "attempts": 0, "outcome": None}
        await insert_once(self._db, enrichment_asks, [row])

    async def ask(self, lead_id: LeadId) -> Ask | None:
        """What is planned for a lead, or was done."""
        row = (await self._db.execute(select(enrichment_asks).where(enrichment_asks.c.lead_id == lead_id))).first()
        return Ask(row.lead_id, row.due_at, row.asked_at, row.attempts, row.outcome) if row else None

    async def plan(self, ask: Ask) -> None:
        """Keep what is planned for a lead, or what came of it."""
        values = {
            "due_at": ask.due_at,
            "asked_at": ask.asked_at,
            "attempts": ask.attempts,
            "outcome": ask.outcome and ask.outcome[:40],
        }
        known = update(enrichment_asks).where(enrichment_asks.c.lead_id == ask.lead_id)
        if (await self._db.execute(known.values(**values))).rowcount == 0:
            await self._db.execute(insert(enrichment_asks).values(lead_id=ask.lead_id, **values))

    async def due(self, now: datetime, *, limit: int) -> list[LeadId]:
        """Leads that are due to be looked up, the longest first."""
        query = select(enrichment_asks.c.lead_id).where(enrichment_asks.c.due_at <= now)
        rows = await self._db.execute(query.order_by(enrichment_asks.c.due_at).limit(limit))
        return [LeadId(row.lead_id) for row in rows.all()]

    async def of(self, person_id: PersonId, company_id: CompanyId | None) -> list[Enriched]:
        """Every field each source gave, by field and then the newest first."""
        found = await self.of_all([person_id], [company_id] if company_id else [])
        return [*found.get(company_id, ()), *found.get(person_id, ())]  # company.… comes before person.…

    async def of_all(
        self, people: Collection[PersonId], companies: Collection[CompanyId]
    ) -> dict[PersonId | CompanyId | None, list[Enriched]]:
        """The same by person and by company; one that nobody has told of is missing."""
        subject = or_(enrichments.c.person_id.in_(people), enrichments.c.company_id.in_(companies))
        query = select(enrichments).where(subject).order_by(enrichments.c.field, enrichments.c.at.desc())
        found: dict[PersonId | CompanyId | None, list[Enriched]] = {}
        for row in (await self._db.execute(query)).all():
            found.setdefault(row.person_id or row.company_id, []).append(_enriched(row))
        return found

    async def newest_of_company(self, company_id: CompanyId) -> datetime | None:
        """When the company was last told of by anybody."""
        query = select(enrichments.c.at).where(enrichments.c.company_id == company_id)
        return (await self._db.execute(query.order_by(enrichments.c.at.desc()).limit(1))).scalar()

    async def keep(
        self, said: Sequence[Enriched], *, person_id: PersonId, company_id: CompanyId | None, ids: Sequence[str]
    ) -> None:
        """Keep what was said; the newest word of a source on a field replaces its earlier one."""
        rows = [(one.fact.field.of_person, {"id": id, **_values(one)}) for one, id in zip(said, ids, strict=True)]
        await self._keep("person_id", person_id, [row for of_person, row in rows if of_person])
        if company_id is not None:
            await self._keep("company_id", company_id, [row for of_person, row in rows if not of_person])

    async def _keep(self, whose: str, id: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._db.execute(_upsert(self._db.dialect.name, whose), [row | {whose: id} for row in rows])


@lru_cache(maxsize=4)
def _upsert(dialect: str, whose: str) -> Any:
    """The newest word of a source on a field; one statement for all that is said of somebody, compiled once."""
    stored: Any = (pg_insert if dialect == "postgresql" else sqlite_insert)(enrichments)
    newest = {name: stored.excluded[name] for name in ("value", "used", "at")}
    return stored.on_conflict_do_update(index_elements=[whose, "field", "source"], set_=newest)


def _values(one: Enriched) -> dict[str, Any]:
    fact = one.fact
    place = {"field": fact.field.value, "source": fact.source[:80]}
    return {**place, "value": str(fact.value)[:200], "used": int(one.used), "at": fact.at}


def _enriched(row: Any) -> Enriched:
    field = Field(row.field)
    value: Value = int(row.value) if field in _NUMBERS else row.value
    return Enriched(Fact(field, value, row.source, row.at), bool(row.used))
