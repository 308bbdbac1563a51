"""What reports rest on: sums over leads, and what campaigns cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.hours import WeeklyHours
from leads.identity import LeadId
from store.report_sums import Counted, Detail, ReportSums, Stretch
from store.report_tables import campaign_costs, milestones

FEW_DAYS = 3
"""Days that are counted in one transaction, so that whoever writes on SQLite waits less than a second."""


@dataclass(frozen=True, slots=True)
class CampaignCost:
    """What was spent on a source, or one campaign of it, from the first to the last day."""

    id: str
    source: str
    campaign: str | None
    first_day: date
    last_day: date
    amount: Decimal
    currency: str
    created_at: datetime


class Reports:
    """Figures over all leads, and the costs they are held against."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection
        self._sums = ReportSums(connection)

    async def counted(
        self,
        stretches: Sequence[Stretch],
        part: str | None = None,
        *,
        mature_before: datetime,
        detail: Detail = Detail.WHOLE,
    ) -> list[dict[str | None, Counted]]:
        """For each stretch the sums of its leads by the values of `part`, or undivided under None.

        With less `detail` they know less, and are read in a fifth of the time.
        """
        return await self._sums.over(stretches, part, mature_before=mature_before, detail=detail)

    async def refresh(self, hours: WeeklyHours, *, most_days: int = FEW_DAYS) -> bool:
        """Bring kept sums up to date, waits in working time by these hours; whether more is waiting."""
        return await self._sums.refresh(hours, most_days=most_days)

    async def is_behind(self, hours: WeeklyHours) -> bool:
        """Whether leads or hours have changed since days were last counted."""
        return await self._sums.is_behind(hours)

    async def waits(
        self, stretch: Stretch, part: str | None, *, hours: WeeklyHours, until: datetime
    ) -> dict[str | None, Counter[int]]:
        """By the values of `part` how many leads of a stretch waited how many working seconds for a person."""
        return await self._sums.waits(stretch, part, hours=hours, until=until)

    async def repeats(self, stretch: Stretch) -> int:
        """How many of these leads are of a person who has an earlier one among them: later cycles."""
        m, earlier = milestones.c, milestones.alias("earlier").c
        within = (m.created_s.between(stretch.start_s, stretch.end_s - 1), _IS_LEAD)
        before = exists().where(
            earlier.person_id == m.person_id,
            earlier.cycle_no < m.cycle_no,
            earlier.created_s >= stretch.start_s,
            earlier.outcome.not_in(_HIDDEN),
        )
        query = select(func.count()).where(_LATER_CYCLE, *within, before)
        return int((await self._db.execute(query)).scalar_one())

    async def keep_first_chat(self, lead_id: LeadId, opened_at: datetime) -> None:
        """When the lead's first chat began, before that chat goes or goes on in a later cycle: deals are asked it."""
        opened_s, c = int(opened_at.timestamp()), milestones.c
        later = or_(c.chat_s.is_(None), c.chat_s > opened_s)
        await self._db.execute(update(milestones).where(c.lead_id == lead_id, later).values(chat_s=opened_s))

    # --- costs -----------------------------------------------------------------------------------------------------

    async def add_cost(self, cost: CampaignCost) -> CampaignCost:
        """Store what was spent."""
        values = {name: getattr(cost, name) for name in CampaignCost.__slots__}
        await self._db.execute(insert(campaign_costs).values(**values))
        return cost

    async def drop_cost(self, cost_id: str) -> bool:
        """Take an entry away; False when there is none."""
        gone = delete(campaign_costs).where(campaign_costs.c.id == cost_id).returning(campaign_costs.c.id)
        return (await self._db.execute(gone)).first() is not None

    async def costs(self, *, first_day: date, last_day: date) -> list[CampaignCost]:
        """Entries that touch these days, oldest first."""
        c = campaign_costs.c
        query = select(campaign_costs).where(c.first_day <= last_day, c.last_day >= first_day)
        rows = (await self._db.execute(query.order_by(c.first_day, c.id))).all()
        return [_cost(row) for row in rows]


_HIDDEN = ("junk", "merged")
_LATER_CYCLE = milestones.c.cycle_no > literal_column("1")  # as its index says it, or SQLite does not use that
_IS_LEAD = and_(milestones.c.is_test.is_(False), milestones.c.outcome.not_in(_HIDDEN))


def _cost(row: Any) -> CampaignCost:
    amount = Decimal(row.amount).quantize(Decimal("0.01"))
    return CampaignCost(
        row.id, row.source, row.campaign, row.first_day, row.last_day, amount, row.currency, row.created_at
    )
