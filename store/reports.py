"""Reading figures: counts over milestones, one pass each. What the figures mean is in `leads/funnel.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.funnel import Cohort, Durations, ScoreLevel
from leads.local_days import Offset
from store.report_tables import campaign_costs, milestones

HOUR, MINUTE = 3600, 60
_HIDDEN = ("junk", "merged")
_M = milestones.c
GROUPS = {
    "source": _M.source,
    "campaign": _M.campaign,
    "context": _M.context,
    "owner": _M.owner_id,
    "reason": _M.reason_code,
}
"""What a report can be divided into, beside periods of time."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Which leads a report is about: created from `start` up to, not including, `end`; tests, junk and merged left out.

    `offsets` say what the local day of an instant is, the first one from the beginning of time.
    """

    start: datetime
    end: datetime
    horizon: timedelta
    now: datetime
    offsets: tuple[Offset, ...] = (Offset(0, 0),)


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
    """Figures over all leads."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def cohorts(self, wanted: Slice, group: str | None = None) -> dict[str | None, Cohort]:
        """The cohort of each group; `group` is one of GROUPS or "day". None groups nothing: one entry, key None."""
        key = _day(wanted) if group == "day" else GROUPS[group] if group else None
        query = select(key if key is not None else literal(None), *_counts(wanted)).where(_asked(wanted))
        if key is not None:
            query = query.group_by(key)
        rows = (await self._db.execute(query)).all()
        return {_named(row[0], group): Cohort(*(value or 0 for value in row[1:])) for row in rows}

    async def people(self, wanted: Slice) -> int:
        """How many different people these leads are."""
        query = select(func.count(func.distinct(_M.person_id))).where(_asked(wanted))
        return int((await self._db.execute(query)).scalar_one())

    async def junk(self, wanted: Slice) -> int:
        """Leads that were no leads."""
        created = _M.created_s.between(*_seconds(wanted))
        query = select(func.count()).where(created, _M.outcome == "junk", _M.is_test.is_(False))
        return int((await self._db.execute(query)).scalar_one())

    async def durations(
        self, wanted: Slice, before: str, after: str, *, group: str | None = None
    ) -> dict[str | None, Durations]:
        """How long leads took from one clock to another, exact to the second below an hour, to the minute above.

        Leads that have come to the first and not to the second count as open.
        """
        start, end = _M[f"{before}_s"], _M[f"{after}_s"]
        took = case((end < start, 0), else_=end - start)
        length = case((took < HOUR, took), else_=took - took % MINUTE)
        key: ColumnElement[Any] = GROUPS[group] if group else cast(literal(0), Integer)
        query = select(key, length, func.count()).where(_asked(wanted), start.is_not(None)).group_by(key, length)
        found: dict[str | None, list[tuple[int, int]]] = {}
        still_open: dict[str | None, int] = {}
        for key_of, seconds, count in (await self._db.execute(query)).all():
            name = key_of if group else None
            found.setdefault(name, [])
            if seconds is None:
                still_open[name] = count
            else:
                found[name].append((int(seconds), count))
        return {name: Durations(tuple(counted), still_open.get(name, 0)) for name, counted in found.items()}

    async def reasons(self, wanted: Slice, group: str | None = None) -> list[tuple[str | None, str, str | None, int]]:
        """Group, outcome, reason code and how many, of leads whose cycle ended without a deal."""
        key: ColumnElement[Any] = GROUPS[group] if group else literal(None)
        ended = ("disqualified", "recycled", "lost")
        query = (
            select(key.label("part"), _M.outcome, _M.reason_code, func.count())
            .where(_asked(wanted), _M.outcome.in_(ended))
            .group_by(*([key] if group else []), _M.outcome, _M.reason_code)
        )
        return [(row[0], row[1], row[2], int(row[3])) for row in (await self._db.execute(query)).all()]

    async def score_levels(self, wanted: Slice) -> list[ScoreLevel]:
        """Each score that occurs, how often, and how many of those leads were won within the horizon."""
        won = func.sum(case((_M.customer_s - _M.created_s <= _horizon(wanted), 1), else_=0))
        query = select(_M.score, func.count(), won).where(_asked(wanted)).group_by(_M.score)
        return [ScoreLevel(row[0] / 10, int(row[1]), int(row[2])) for row in (await self._db.execute(query)).all()]

    async def won_without_mql(self, wanted: Slice) -> tuple[int, int]:
        """Won deals whose lead was never marketing qualified by a rule before a person took it, and all won deals."""
        late = case((_M.mql_s >= func.coalesce(_M.sal_s, _M.customer_s), 1), else_=0)
        query = select(func.sum(late), func.count()).where(_asked(wanted), _M.customer_s.is_not(None))
        missed, won = (await self._db.execute(query)).one()
        return int(missed or 0), int(won)

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


def _asked(wanted: Slice) -> ColumnElement[bool]:
    start, end = _seconds(wanted)
    return and_(_M.created_s.between(start, end), _M.is_test.is_(False), _M.outcome.not_in(_HIDDEN))


def _seconds(wanted: Slice) -> tuple[int, int]:
    """First and last whole second of the period."""
    return int(wanted.start.timestamp()), int(wanted.end.timestamp()) - 1


def _horizon(wanted: Slice) -> int:
    return int(wanted.horizon.total_seconds())


def _counts(wanted: Slice) -> Sequence[ColumnElement[Any]]:
    """The columns of a Cohort, in its order."""
    horizon = _horizon(wanted)

    def step(before: str, after: str) -> ColumnElement[int]:
        took = _M[f"{after}_s"] - _M[f"{before}_s"]
        return func.sum(case((took <= horizon, 1), else_=0))

    def both(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[int]:
        return func.sum(case((and_(first, second), 1), else_=0))

    reply = func.coalesce(_M.answered_s, _M.agent_s)
    refused = and_(_M.mql_s.is_not(None), _M.sal_s.is_(None))
    ended = func.coalesce(_M.disqualified_s, _M.recycled_s).is_not(None)
    return (
        func.count(),
        literal(0),
        *(func.count(_M[f"{name}_s"]) for name in ("iql", "mql", "pql", "sal", "sql", "opportunity", "customer")),
        step("created", "mql"),
        step("mql", "sal"),
        step("sal", "sql"),
        step("sql", "opportunity"),
        step("opportunity", "customer"),
        step("created", "opportunity"),
        step("created", "customer"),
        func.count(reply),
        both(reply.is_not(None), _M.sql_s.is_not(None)),
        both(refused, ended),
        *(func.count(_M[f"{name}_s"]) for name in ("disqualified", "recycled", "lost")),
        literal(0),
        func.sum(case((_M.created_s <= int(wanted.now.timestamp()) - horizon, 1), else_=0)),
        func.sum(_M.score) / 10.0,
    )


def _day(wanted: Slice) -> ColumnElement[Any]:
    """The local day of a lead's creation, in days since 1970; a change of clocks is a line of the CASE."""
    later = [(_M.created_s >= o.since_s, o.ahead_s) for o in reversed(wanted.offsets[1:])]
    ahead: Any = case(*later, else_=wanted.offsets[0].ahead_s) if later else wanted.offsets[0].ahead_s
    local: ColumnElement[Any] = _M.created_s + ahead
    return (local - local % 86400) / 86400


def _named(value: Any, group: str | None) -> str | None:
    if group == "day":
        return (date(1970, 1, 1) + timedelta(days=int(value))).isoformat()
    return None if value is None else str(value)


def _cost(row: Any) -> CampaignCost:
    amount = Decimal(row.amount).quantize(Decimal("0.01"))
    return CampaignCost(
        row.id, row.source, row.campaign, row.first_day, row.last_day, amount, row.currency, row.created_at
    )
