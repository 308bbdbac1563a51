"""Opportunities: one a converted lead, found by it, and every change of them kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.identity import LeadId, OpportunityId, RepId
from leads.opportunity import DealChange, DealState, Money, Opportunity
from leads.refusal import NotKnown
from leads.signal import ActorKind
from leads.stage import ReasonCode
from store.once import insert_once
from store.paging import Place, past
from store.pipeline_tables import opportunities, opportunity_changes


@dataclass(frozen=True, slots=True)
class DealFilter:
    """Which opportunities a list shows; None leaves a field open."""

    stage: str | None = None
    state: DealState | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class PipelineCell:
    """What stands in one stage and state of the pipeline, in one currency."""

    stage: str
    state: DealState
    currency: str
    count: int
    amount: Decimal


class Opportunities:
    """The deals."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, opportunity_id: OpportunityId, *, lock: bool = False) -> Opportunity:
        """The opportunity by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        query = select(opportunities).where(opportunities.c.id == opportunity_id)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such opportunity.")
        return _opportunity(row)

    async def of_lead(self, lead_id: LeadId) -> Opportunity | None:
        """What a lead was converted into, if it was."""
        row = (await self._db.execute(select(opportunities).where(opportunities.c.lead_id == lead_id))).first()
        return _opportunity(row) if row else None

    async def open_of(self, owner: RepId, *, lock: bool = False) -> list[Opportunity]:
        """The open deals of a rep, by id; `lock` holds their rows."""
        query = select(opportunities).where(
            opportunities.c.owner_id == owner, opportunities.c.state == DealState.OPEN.value
        )
        query = query.order_by(opportunities.c.id)
        return [_opportunity(row) for row in (await self._db.execute(query.with_for_update() if lock else query)).all()]

    async def add(self, opportunity: Opportunity) -> bool:
        """Store a new one; False when its lead has one already."""
        values = _values(opportunity) | {"id": opportunity.id, "created_at": opportunity.created_at}
        return await insert_once(self._db, opportunities, [values]) == 1

    async def save(self, opportunity: Opportunity) -> Opportunity:
        """Store what it has become."""
        change = update(opportunities).where(opportunities.c.id == opportunity.id)
        await self._db.execute(change.values(**_values(opportunity)))
        return opportunity

    async def record(self, opportunity: Opportunity, change: DealChange, *, id: str) -> None:
        """Keep one change."""
        await self._db.execute(
            insert(opportunity_changes).values(
                id=id,
                opportunity_id=opportunity.id,
                lead_id=opportunity.lead_id,
                what=change.what,
                before=change.before[:80],
                after=change.after[:80],
                actor=change.actor.kind.value,
                actor_id=change.actor.id,
                actor_name=change.actor.name[:200],
                reason_code=change.reason.value if change.reason else None,
                at=change.at,
            )
        )

    async def history(self, opportunity_id: OpportunityId) -> list[DealChange]:
        """Every change, oldest first."""
        query = select(opportunity_changes).where(opportunity_changes.c.opportunity_id == opportunity_id)
        rows = (await self._db.execute(query.order_by(opportunity_changes.c.at, opportunity_changes.c.id))).all()
        return [_change(row) for row in rows]

    async def page(self, wanted: DealFilter, *, after: Place | None, limit: int) -> Sequence[Opportunity]:
        """One page, newest first."""
        query = _filtered(select(opportunities), wanted)
        if after is not None:
            query = query.where(past(opportunities.c.created_at, opportunities.c.id, after, falling=True))
        order = (opportunities.c.created_at.desc(), opportunities.c.id.desc())
        return [_opportunity(row) for row in (await self._db.execute(query.order_by(*order).limit(limit))).all()]

    async def by_stage(self, wanted: DealFilter) -> list[PipelineCell]:
        """Counts and sums by stage, state and currency; currencies never add up."""
        columns = (opportunities.c.stage, opportunities.c.state, opportunities.c.currency)
        sums = (func.count().label("deals"), func.sum(opportunities.c.amount).label("amount"))
        query = _filtered(select(*columns, *sums), wanted).group_by(*columns).order_by(*columns)
        rows = (await self._db.execute(query)).all()
        return [PipelineCell(row.stage, DealState(row.state), row.currency, row.deals, row.amount) for row in rows]


def _filtered(query: Any, wanted: DealFilter) -> Any:
    if wanted.stage is not None:
        query = query.where(opportunities.c.stage == wanted.stage)
    if wanted.state is not None:
        query = query.where(opportunities.c.state == wanted.state.value)
    if wanted.owner is not None:
        query = query.where(opportunities.c.owner_id == wanted.owner)
    return query


def _values(deal: Opportunity) -> dict[str, Any]:
    return {
        "lead_id": deal.lead_id,
        "person_id": deal.person_id,
        "company_id": deal.company_id,
        "name": deal.name[:200],
        "amount": deal.value.amount,
        "currency": deal.value.currency,
        "close_date": deal.close_date,
        "quote_url": deal.quote_url,
        "stage": deal.stage,
        "state": deal.state.value,
        "reason_code": deal.reason.value if deal.reason else None,
        "note": deal.note,
        "owner_id": deal.owner,
        "reopened": deal.reopened,
        "updated_at": deal.updated_at,
        "stage_entered_at": deal.stage_entered_at,
        "closed_at": deal.closed_at,
    }


def _opportunity(row: Any) -> Opportunity:
    return Opportunity(
        id=row.id,
        lead_id=row.lead_id,
        person_id=row.person_id,
        name=row.name,
        value=Money(row.amount, row.currency),
        close_date=row.close_date,
        stage=row.stage,
        created_at=row.created_at,
        updated_at=row.updated_at,
        stage_entered_at=row.stage_entered_at,
        company_id=row.company_id,
        owner=row.owner_id,
        quote_url=row.quote_url,
        state=DealState(row.state),
        reason=ReasonCode(row.reason_code) if row.reason_code else None,
        note=row.note,
        closed_at=row.closed_at,
        reopened=row.reopened,
    )


def _change(row: Any) -> DealChange:
    actor = Actor(ActorKind(row.actor), row.actor_id, row.actor_name)
    reason = ReasonCode(row.reason_code) if row.reason_code else None
    return DealChange(row.what, row.before, row.after, actor, row.at, reason)
