"""Lines that scores have crossed, each once a lead and cycle: a constraint decides, not a look before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import LeadId
from leads.lead import Lead
from store.once import insert_once
from store.people_tables import leads
from store.score_tables import threshold_firings


@dataclass(frozen=True, slots=True)
class Firing:
    """One line crossed: when, by which version of the rules, and the total at that moment."""

    lead_id: LeadId
    cycle_no: int
    threshold_id: str
    at: datetime
    rules_version: int
    total: float


class Firings:
    """Which lines were crossed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def fire(self, firing: Firing) -> bool:
        """Keep that a line was crossed; False when it was before, in this cycle."""
        row = {
            "lead_id": firing.lead_id,
            "cycle_no": firing.cycle_no,
            "threshold_id": firing.threshold_id[:80],
            "at": firing.at,
            "rules_version": firing.rules_version,
            "total": firing.total,
        }
        return await insert_once(self._db, threshold_firings, [row]) == 1

    async def of(self, lead: Lead) -> list[Firing]:
        """The lines this lead has crossed in this cycle, oldest first."""
        table = threshold_firings
        query = select(table).where(table.c.lead_id == lead.id, table.c.cycle_no == lead.cycle_no)
        rows = (await self._db.execute(query.order_by(table.c.at, table.c.threshold_id))).all()
        return [Firing(r.lead_id, r.cycle_no, r.threshold_id, r.at, r.rules_version, r.total) for r in rows]


async def carry_over(connection: AsyncConnection, source: LeadId, target: LeadId) -> None:
    """What one lead has set off its successor does not set off again: both were the same person all along."""
    table = threshold_firings
    cycle = (await connection.execute(select(leads.c.cycle_no).where(leads.c.id == target))).scalar()
    rows = (await connection.execute(select(table).where(table.c.lead_id == source))).all()
    if rows and cycle is not None:
        copies = [dict(row._mapping) | {"lead_id": target, "cycle_no": cycle} for row in rows]
        await insert_once(connection, table, copies)
