"""Scores of many leads at once: what each score rests on, read in bulk, and figures written in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.bant import Claim
from leads.identity import LeadId
from leads.lead import Company, Lead, Person
from leads.scorer import Figures
from leads.signal import ADJUSTED, Activity, ActorKind, Property
from leads.stage import Outcome
from store.leads import lead_of
from store.ledger import claim_of
from store.people import company_of, person_of
from store.people_tables import activities, bant_claims, companies, leads, people

_OPEN = leads.c.outcome == Outcome.OPEN.value
_NOTHING: Mapping[str, Property] = MappingProxyType({})


@dataclass(slots=True)
class Scorable:
    """A lead with everything its score rests on. `activities` carry no quotes: figures need none."""

    lead: Lead
    person: Person
    company: Company | None
    activities: list[Activity] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rescored:
    """What to store for one lead."""

    lead_id: LeadId
    figures: Figures
    ready: bool
    rescore_at: datetime | None


class _Row:
    """The part of a joined row that belongs to one table, by the table's own names."""

    __slots__ = ("_mapping", "_prefix")

    def __init__(self, mapping: Any, prefix: str) -> None:
        self._mapping = mapping
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        return self._mapping[self._prefix + name]


def _columns(table: Any, prefix: str) -> list[Any]:
    return [column.label(prefix + column.name) for column in table.c]


_WHO = (
    select(leads, *_columns(people, "p_"), *_columns(companies, "c_"))
    .join(people, people.c.id == leads.c.person_id)
    .outerjoin(companies, companies.c.id == leads.c.company_id)
    .where(leads.c.id.in_(bindparam("wanted", expanding=True)))
    .order_by(leads.c.id)
)
_DEEDS = select(
    activities.c.lead_id,
    activities.c.id,
    activities.c.type,
    activities.c.actor,
    activities.c.occurred_at,
    case((activities.c.type.in_(bindparam("telling", expanding=True)), activities.c.properties), else_=None),
).where(
    activities.c.lead_id.in_(bindparam("wanted", expanding=True)),
    activities.c.actor.in_([ActorKind.HUMAN.value, ActorKind.REP.value]),
)
"""Reading properties costs more than reading the rest, so only those are read that a rule looks at."""
_DEEDS_IN_FULL = select(
    activities.c.lead_id,
    activities.c.id,
    activities.c.type,
    activities.c.actor,
    activities.c.occurred_at,
    activities.c.properties,
).where(
    activities.c.lead_id.in_(bindparam("wanted", expanding=True)),
    activities.c.actor.in_([ActorKind.HUMAN.value, ActorKind.REP.value]),
)
_CLAIMS = select(bant_claims).where(bant_claims.c.lead_id.in_(bindparam("wanted", expanding=True)))


class Scores:
    """The scores of many leads."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def open_ids(self) -> list[LeadId]:
        """Every open lead."""
        return [LeadId(row.id) for row in (await self._db.execute(select(leads.c.id).where(_OPEN))).all()]

    async def count_open(self) -> int:
        """How many leads are open."""
        return int((await self._db.execute(select(func.count()).select_from(leads).where(_OPEN))).scalar_one())

    async def due(self, now: datetime, *, limit: int) -> list[LeadId]:
        """Open leads whose score time has changed, those that have waited longest first."""
        query = select(leads.c.id).where(leads.c.rescore_at <= now, _OPEN).order_by(leads.c.rescore_at).limit(limit)
        return [LeadId(row.id) for row in (await self._db.execute(query)).all()]

    async def stale(self, version: int, *, after: str, limit: int) -> list[LeadId]:
        """Open leads scored by other rules than this version, by id."""
        other = (leads.c.score_version != version, leads.c.id > after, _OPEN)
        query = select(leads.c.id).where(*other).order_by(leads.c.id).limit(limit)
        return [LeadId(row.id) for row in (await self._db.execute(query)).all()]

    async def mark_due(self, at: datetime) -> None:
        """Let the next sweep score every open lead again."""
        await self._db.execute(update(leads).where(_OPEN).values(rescore_at=at))

    async def lock(self, wanted: Sequence[LeadId]) -> list[LeadId]:
        """Hold these leads until the act ends; those that somebody else holds are left out (Postgres)."""
        query = select(leads.c.id).where(leads.c.id.in_(wanted), _OPEN).order_by(leads.c.id)
        rows = await self._db.execute(query.with_for_update(key_share=True, skip_locked=True))
        return [LeadId(row.id) for row in rows.all()]

    async def read(self, wanted: Sequence[LeadId], *, looks_at: frozenset[str]) -> list[Scorable]:
        """What the scores of these leads rest on; properties only of the events that rules look at."""
        found: dict[str, Scorable] = {}
        if not wanted:
            return []
        for row in (await self._db.execute(_WHO, {"wanted": list(wanted)})).all():
            mapping = row._mapping
            company = company_of(_Row(mapping, "c_")) if mapping["c_id"] else None
            found[row.id] = Scorable(lead_of(row), person_of(_Row(mapping, "p_")), company)
        for lead_id, activity in await self._deeds(list(found), looks_at):
            found[lead_id].activities.append(activity)
        for row in (await self._db.execute(_CLAIMS, {"wanted": list(found)})).all():
            found[row.lead_id].claims.append(claim_of(row))
        return list(found.values())

    async def _deeds(self, wanted: Sequence[str], looks_at: frozenset[str]) -> Iterable[tuple[str, Activity]]:
        if any(sign in event for event in looks_at for sign in "*?["):
            rows = (await self._db.execute(_DEEDS_IN_FULL, {"wanted": wanted})).all()
        else:
            rows = (await self._db.execute(_DEEDS, {"wanted": wanted, "telling": [*looks_at, ADJUSTED]})).all()
        human, rep = ActorKind.HUMAN, ActorKind.REP
        return [
            (lead_id, Activity(type, at, at, human if actor == "human" else rep, properties=said or _NOTHING, id=id))
            for lead_id, id, type, actor, at, said in rows
            if actor == "human" or type == ADJUSTED
        ]

    async def store(self, scored: Sequence[Rescored], *, at: datetime) -> None:
        """Write figures. A lead that a newer version has scored meanwhile keeps what that said."""
        if scored:
            await self._db.execute(_STORE, [_values(one, at) for one in scored])


_STORE = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.score_version <= bindparam("version"))
    .values(
        score_total=bindparam("total"),
        score_fit=bindparam("fit"),
        score_engagement=bindparam("engagement"),
        score_negative=bindparam("negative"),
        score_grade=bindparam("grade"),
        score_version=bindparam("version"),
        scored_at=bindparam("at"),
        rescore_at=bindparam("again"),
        ready=bindparam("is_ready", type_=Boolean),
    )
)


def _values(one: Rescored, at: datetime) -> dict[str, Any]:
    figures = one.figures
    return {
        "lead": one.lead_id,
        "total": figures.total,
        "fit": figures.fit,
        "engagement": figures.engagement,
        "negative": figures.negative,
        "grade": figures.grade,
        "version": figures.version,
        "at": at,
        "again": one.rescore_at,
        "is_ready": one.ready,
    }
