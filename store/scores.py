"""Scores of many leads at once: what each score rests on, read in bulk, and figures written in bulk."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.bant import NOTHING_SAID, Bant, Claim, assess
from leads.identity import LeadId
from leads.lead import COMPANY_ATTRIBUTES, PERSON_ATTRIBUTES, Lead, address_attributes, field_attributes
from leads.scorer import Figures
from leads.signal import ADJUSTED, ActorKind, BareDeed, Property
from leads.stage import Outcome, Stage
from store.leads import lead_of
from store.ledger import claim_of
from store.people_tables import activities, bant_claims, companies, leads, people
from store.together import as_stored, instant_in_json, together
from store.types import Instant, instant_of, json_value

_WANTED = bindparam("wanted", expanding=True, type_=String())  # our own ids: nothing in them is to be made storable
_OPEN = leads.c.outcome == Outcome.OPEN.value


@dataclass(slots=True)
class Scorable:
    """What the figures of a lead rest on, and no more; `total` and `ready` are what was stored last.

    `attributes` has those that were asked for, `activities` what people did and the team gave by hand.
    """

    lead_id: LeadId
    stage: Stage
    ready: bool
    total: float
    attributes: dict[str, Property]
    bant: Bant = NOTHING_SAID
    activities: list[BareDeed] = field(default_factory=list)


@dataclass(slots=True)
class Rescored:
    """What to store for one lead."""

    lead_id: LeadId
    figures: Figures
    ready: bool
    rescore_at: datetime | None


_NAMED: Mapping[str, Column[Any]] = MappingProxyType(
    {
        **{name: leads.c[name] for name in ("source", "campaign", "context", "stage", "status")},
        "reason": leads.c.reason_code,
        **{f"person.{name}": people.c[name] for name in PERSON_ATTRIBUTES},
        **{f"company.{name}": companies.c[name] for name in COMPANY_ATTRIBUTES},
    }
)
_OF_ADDRESS = frozenset(address_attributes(None))


@lru_cache(maxsize=64)
def _asked(asks: frozenset[str]) -> tuple[Select[Any], tuple[str, ...]]:
    """The query for leads with these attributes, and the names of its columns from the seventh on."""
    names = tuple(sorted(asks & _NAMED.keys()))
    email = people.c.email if asks & _OF_ADDRESS else null()
    fields = leads.c.fields if any(name.startswith("fields.") for name in asks) else null()
    standing = (leads.c.id, leads.c.stage, leads.c.ready, leads.c.score_total)
    query = (
        select(*standing, email, fields, *(_NAMED[name].label(name) for name in names))
        .join(people, people.c.id == leads.c.person_id)
        .outerjoin(companies, companies.c.id == leads.c.company_id)
        .where(leads.c.id.in_(_WANTED))
        .order_by(leads.c.id)
    )
    return query, names


@lru_cache(maxsize=4)
def _deeds(dialect: str, *, in_full: bool) -> Select[Any]:
    """The query for the ledgers of leads, each one JSON text of a deed's five fields after another.

    Properties cost as much as the rest, so only those are read that a rule looks at. What SQLite holds for no JSON
    (NaN) comes as it was stored, as a text.
    """
    column = activities.c
    said: Any = column.properties
    nothing: Any = literal_column("'{}'::jsonb")
    if dialect == "sqlite":
        nothing = func.json("{}")
        said = case((func.json_valid(said), func.json(said)), else_=as_stored(said))
    if not in_full:
        said = case((column.type.in_(bindparam("telling", expanding=True)), said), else_=nothing)
    by_hand = and_(column.actor == ActorKind.REP.value, column.type == ADJUSTED)
    at = instant_in_json(dialect, column.occurred_at)
    return (
        select(column.lead_id, together(dialect, column.type, at, column.id, column.actor, said))
        .where(column.lead_id.in_(_WANTED), or_(column.actor == ActorKind.HUMAN.value, by_hand))
        .group_by(column.lead_id)
    )


_DEEDS_IN: msgspec.json.Decoder[list[BareDeed]] = msgspec.json.Decoder(list[BareDeed])


def _deeds_in(ledger: str) -> list[BareDeed]:
    """The deeds in such a text: at once, or one by one where a property is none that rules know how to compare."""
    try:
        return _DEEDS_IN.decode(ledger)
    except msgspec.MsgspecError:
        return [
            BareDeed(type, instant_of(at.removesuffix("Z")), id, ActorKind(actor), _plain(said))
            for type, at, id, actor, said in json.loads(ledger)
        ]


def _plain(said: Any) -> Any:
    return json_value(said) if isinstance(said, str) else said


def _scorable(
    row: Any, names: Sequence[str], ledgers: Mapping[str, str], claims: Mapping[str, Sequence[Claim]]
) -> Scorable:
    id, stage, ready, total, email, fields, *values = row
    known = dict(zip(names, values, strict=True))
    if email is not None:
        known |= address_attributes(email)
    if fields:
        known |= field_attributes(fields)
    ledger, said = ledgers.get(id), claims.get(id)
    deeds = _deeds_in(ledger) if ledger else []
    return Scorable(id, Stage(stage), ready, total, known, assess(said) if said else NOTHING_SAID, deeds)


_LEADS = select(leads).where(leads.c.id.in_(_WANTED)).order_by(leads.c.id)
_CLAIMS = select(bant_claims).where(bant_claims.c.lead_id.in_(_WANTED))


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

    async def due(self, now: datetime, *, limit: int, lock: bool = False) -> list[LeadId]:
        """Open leads whose score time has changed, those that have waited longest first.

        With `lock` they are held until the act ends; those that somebody else holds are left out (Postgres).
        """
        query = select(leads.c.id).where(leads.c.rescore_at <= now, _OPEN).order_by(leads.c.rescore_at).limit(limit)
        return await self._ids(query, lock=lock)

    async def stale(self, version: int, *, after: str, limit: int, lock: bool = False) -> list[LeadId]:
        """Open leads scored by other rules than this version, by id. `lock` as for those that are due."""
        other = (leads.c.score_version != version, leads.c.id > after, _OPEN)
        return await self._ids(select(leads.c.id).where(*other).order_by(leads.c.id).limit(limit), lock=lock)

    async def mark_due(self, at: datetime) -> None:
        """Let the next sweep score every open lead again."""
        await self._db.execute(update(leads).where(_OPEN).values(rescore_at=at))

    async def read(
        self, wanted: Sequence[LeadId], *, looks_at: frozenset[str], asks: frozenset[str]
    ) -> Iterator[Scorable]:
        """What the figures of these leads rest on, by id; each is made of what was read when it is its turn.

        Attributes are read that are among `asks`, properties of the events in `looks_at`.
        """
        if not wanted:
            return iter(())
        query, names = _asked(asks)
        rows = await self._all(query, wanted=wanted)
        ledgers, claims = await self._ledgers(wanted, looks_at), await self._claims(wanted)
        return (_scorable(row, names, ledgers, claims) for row in rows)

    async def leads(self, wanted: Sequence[LeadId]) -> dict[LeadId, Lead]:
        """These leads in full."""
        return {LeadId(row.id): lead_of(row) for row in await self._all(_LEADS, wanted=wanted)} if wanted else {}

    async def _ledgers(self, wanted: Sequence[LeadId], looks_at: frozenset[str]) -> dict[str, str]:
        """The ledgers as texts."""
        in_full = any(sign in event for event in looks_at for sign in "*?[")
        told = {} if in_full else {"telling": [*looks_at, ADJUSTED]}
        query = _deeds(self._db.dialect.name, in_full=in_full)
        return dict(await self._all(query, wanted=wanted, **told))

    async def _claims(self, wanted: Sequence[LeadId]) -> dict[str, list[Claim]]:
        claims: dict[str, list[Claim]] = {}
        for row in await self._all(_CLAIMS, wanted=wanted):
            claims.setdefault(row.lead_id, []).append(claim_of(row))
        return claims

    async def _ids(self, query: Select[Any], *, lock: bool) -> list[LeadId]:
        held = query.with_for_update(key_share=True, skip_locked=True) if lock else query
        return list((await self._db.execute(held)).scalars())

    async def _all(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        rows: Sequence[Any] = (await self._db.execute(query, values)).all()
        return rows

    async def store(self, scored: Sequence[Rescored], *, at: datetime) -> None:
        """Write figures. A lead that a newer version has scored meanwhile keeps what that said."""
        if scored:
            dialect = self._db.dialect
            values, ordered = _values_for(dialect, at), _ordered_for(dialect)
            await self._db.exec_driver_sql(ordered.sql, [ordered.row(values(one)) for one in scored])


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


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A statement as the driver takes it, and what makes its row of named values."""

    sql: str
    row: Callable[[dict[str, Any]], Any]


@lru_cache(maxsize=8)
def _ordered_for(dialect: Dialect) -> _Ordered:
    """The driver gets the rows of a batch as they are: compiling each one's values costs as much as storing them."""
    compiled: Any = _STORE.compile(dialect=dialect)
    return _Ordered(str(compiled), itemgetter(*compiled.positiontup) if compiled.positional else dict)


def _values_for(dialect: Dialect, at: datetime) -> Callable[[Rescored], dict[str, Any]]:
    instant: Any = Instant().bind_processor(dialect)
    stored_at = instant(at)

    def values(one: Rescored) -> dict[str, Any]:
        figures = one.figures
        return {
            "lead": one.lead_id,
            "total": figures.total,
            "fit": figures.fit,
            "engagement": figures.engagement,
            "negative": figures.negative,
            "grade": figures.grade,
            "version": figures.version,
            "at": stored_at,
            "again": instant(one.rescore_at),
            "is_ready": one.ready,
        }

    return values
