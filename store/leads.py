"""Leads: the cycle itself, its stage history, and lists of leads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.identity import LeadId, PersonId
from leads.lead import Lead, ScoreFigures
from leads.refusal import NotKnown
from leads.signal import ActorKind
from leads.stage import Change, Dimension, Outcome, ReasonCode, Stage, Standing, WorkStatus
from store.paging import Place, past
from store.people_tables import leads, people, stage_changes


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a list shows; None leaves a field open. `q` searches name and address; `unowned` are open ones."""

    stage: Stage | None = None
    owner: str | None = None
    score_min: float | None = None
    source: str | None = None
    q: str | None = None
    queue: str | None = None
    unowned: bool = False


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change of stage, status or outcome as it was recorded."""

    change: Change
    at: datetime


_GET = select(leads).where(leads.c.id == bindparam("wanted"))  # built once: every turn asks
_GET_LOCKED = _GET.with_for_update(key_share=True)  # rows that refer to it may be stored meanwhile: no deadlocks


class Leads:
    """The leads we know."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, lead_id: LeadId, *, lock: bool = False) -> Lead:
        """The lead by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        row = (await self._db.execute(_GET_LOCKED if lock else _GET, {"wanted": lead_id})).first()
        if row is None:
            raise NotKnown("There is no such lead.")
        return lead_of(row)

    async def survivor(self, lead_id: LeadId, *, lock: bool = False) -> Lead:
        """The lead by id, or the one it was merged into. Raises NotKnown."""
        lead = await self.get(lead_id, lock=lock)
        while lead.merged_into is not None:
            lead = await self.get(lead.merged_into, lock=lock)
        return lead

    async def merged_into(self, lead_id: LeadId) -> LeadId | None:
        """The lead this one became part of; None for one that stands for itself or is not known."""
        row = (await self._db.execute(select(leads.c.merged_into_id).where(leads.c.id == lead_id))).first()
        return (await self.survivor(row.merged_into_id)).id if row and row.merged_into_id else None

    async def merged_from(self, survivors: Collection[LeadId]) -> dict[LeadId, list[LeadId]]:
        """The leads that were merged into these; a lead that nothing was merged into is missing."""
        query = select(leads.c.id, leads.c.merged_into_id).where(leads.c.merged_into_id.in_(survivors))
        found: dict[LeadId, list[LeadId]] = {}
        for id, into in (await self._db.execute(query.order_by(leads.c.id))).all():
            found.setdefault(LeadId(into), []).append(LeadId(id))
        return found

    async def of_person(self, person_id: PersonId) -> list[Lead]:
        """All the cycles of a person, the newest first."""
        query = select(leads).where(leads.c.person_id == person_id)
        rows = (await self._db.execute(query.order_by(leads.c.created_at.desc(), leads.c.id.desc()))).all()
        return [lead_of(row) for row in rows]

    async def open_of(self, person_id: PersonId) -> Lead | None:
        """The person's open cycle, if there is one; there is never more than one."""
        query = select(leads).where(leads.c.person_id == person_id, leads.c.outcome == Outcome.OPEN.value)
        row = (await self._db.execute(query)).first()
        return lead_of(row) if row else None

    async def latest_of(self, person_id: PersonId) -> Lead | None:
        """The person's newest cycle, open or not; tombstones of merged ones are left out."""
        mine = (leads.c.person_id == person_id, leads.c.outcome != Outcome.MERGED.value)
        query = select(leads).where(*mine).order_by(leads.c.cycle_no.desc(), leads.c.id.desc()).limit(1)
        row = (await self._db.execute(query)).first()
        return lead_of(row) if row else None

    async def reasons_of(self, person_id: PersonId) -> set[ReasonCode]:
        """The reason codes of all the person's cycles."""
        query = select(leads.c.reason_code).where(leads.c.person_id == person_id, leads.c.reason_code.is_not(None))
        return {ReasonCode(row.reason_code) for row in (await self._db.execute(query)).all()}

    async def cycles_of(self, person_id: PersonId) -> int:
        """How many cycles this person has had."""
        return int((await self._db.execute(select(func.count()).where(leads.c.person_id == person_id))).scalar_one())

    async def add(self, lead: Lead) -> Lead:
        """Store a new lead."""
        await self._db.execute(
            insert(leads).values(
                id=lead.id,
                person_id=lead.person_id,
                cycle_no=lead.cycle_no,
                created_at=lead.created_at,
                **_values(lead),
            )
        )
        return lead

    async def save(self, lead: Lead) -> Lead:
        """Store what a lead has become."""
        values = _values(lead) | {"person_id": lead.person_id, "cycle_no": lead.cycle_no}
        await self._db.execute(update(leads).where(leads.c.id == lead.id).values(**values))
        return lead

    async def forget_date(self, lead_id: LeadId) -> None:
        """Nobody comes back to this lead on a date any more."""
        await self._db.execute(update(leads).where(leads.c.id == lead_id).values(follow_up_on=None))

    async def mark_engaged(self, lead_id: LeadId, *, now: datetime) -> None:
        """Somebody talks with the lead: one that was new and open is engaged from now on."""
        fresh = (leads.c.status == WorkStatus.NEW.value, leads.c.outcome == Outcome.OPEN.value)
        change = update(leads).where(leads.c.id == lead_id, *fresh)
        await self._db.execute(change.values(status=WorkStatus.ENGAGED.value, updated_at=now))

    async def record(self, lead_id: LeadId, change: Change, *, id: str, at: datetime) -> None:
        """Keep one change of stage, status or outcome."""
        await self._db.execute(insert(stage_changes).values(**change_row(lead_id, change, id=id, at=at)))

    async def history(self, lead_id: LeadId) -> list[RecordedChange]:
        """Every recorded change of stage, status or outcome, oldest first."""
        query = select(stage_changes).where(stage_changes.c.lead_id == lead_id)
        rows = (await self._db.execute(query.order_by(stage_changes.c.at, stage_changes.c.id))).all()
        return [_change(row) for row in rows]

    async def page(self, wanted: LeadFilter, *, sort: str, after: Place | None, limit: int) -> Sequence[Lead]:
        """One page of leads. `sort` is a column, `-` before it means falling."""
        query = _filtered(select(leads), wanted)
        column = leads.c[SORTS[sort.lstrip("-")]]
        falling = sort.startswith("-")
        if after is not None:
            query = query.where(past(column, leads.c.id, after, falling=falling))
        order = (column.desc(), leads.c.id.desc()) if falling else (column, leads.c.id)
        rows = (await self._db.execute(query.order_by(*order).limit(limit))).all()
        return [lead_of(row) for row in rows]


SORTS = MappingProxyType({"created_at": "created_at", "updated_at": "updated_at", "score": "score_total"})


def _filtered(query: Select[Any], wanted: LeadFilter) -> Select[Any]:
    query = query.where(leads.c.merged_into_id.is_(None))  # a merged lead is shown as the one it became part of
    if wanted.stage is not None:
        query = query.where(leads.c.stage == wanted.stage.value)
    if wanted.owner is not None:
        query = query.where(leads.c.owner_id == wanted.owner)
    if wanted.score_min is not None:
        query = query.where(leads.c.score_total >= wanted.score_min)
    if wanted.source is not None:
        query = query.where(leads.c.source == wanted.source)
    if wanted.queue is not None:
        query = query.where(leads.c.queue == wanted.queue)
    if wanted.unowned:
        query = query.where(leads.c.owner_id.is_(None), leads.c.outcome == Outcome.OPEN.value)
    if wanted.q:
        part = wanted.q.lower()
        found = [func.lower(column).contains(part, autoescape=True) for column in (people.c.name, people.c.email)]
        query = query.join(people, people.c.id == leads.c.person_id).where(or_(*found))
    return query


def _values(lead: Lead) -> dict[str, Any]:
    standing, figures = lead.standing, lead.score
    return {
        "company_id": lead.company_id,
        "stage": standing.stage.value,
        "status": standing.status.value,
        "outcome": standing.outcome.value,
        "reason_code": standing.reason.value if standing.reason else None,
        "source": lead.source,
        "campaign": lead.campaign,
        "context": lead.context,
        "owner_id": lead.owner,
        "queue": lead.queue,
        "score_total": figures.total,
        "score_fit": figures.fit,
        "score_engagement": figures.engagement,
        "score_negative": figures.negative,
        "score_grade": figures.grade,
        "score_version": figures.version,
        "scored_at": figures.at,
        "stage_entered_at": lead.stage_entered_at,
        "follow_up_on": lead.follow_up_on,
        "fields": dict(lead.fields),
        "updated_at": lead.updated_at,
        "is_test": lead.is_test,
        "ready": lead.ready,
        "rescore_at": lead.rescore_at,
        "first_response_at": lead.first_response_at,
        "accepted_at": lead.accepted_at,
        "closed_at": lead.closed_at,
        "track": lead.track,
        "destination": lead.destination,
        "opportunity_id": lead.opportunity_id,
        "merged_into_id": lead.merged_into,
    }


def change_row(lead_id: LeadId, change: Change, *, id: str, at: datetime) -> dict[str, Any]:
    """A change as it is stored."""
    return {
        "id": id,
        "lead_id": lead_id,
        "before": change.before,
        "after": change.after,
        "actor": change.actor.kind.value,
        "actor_id": change.actor.id,
        "actor_name": change.actor.name[:200] or None,
        "why": change.why[:200],
        "at": at,
        "dimension": change.dimension.value,
        "reason_code": change.reason.value if change.reason else None,
    }


def _change(row: Any) -> RecordedChange:
    actor = Actor(ActorKind(row.actor), row.actor_id, row.actor_name or "")
    reason = ReasonCode(row.reason_code) if row.reason_code else None
    return RecordedChange(Change(row.before, row.after, actor, row.why, Dimension(row.dimension), reason), row.at)


def lead_of(row: Any) -> Lead:
    """The lead of a row of its table."""
    reason = ReasonCode(row.reason_code) if row.reason_code else None
    return Lead(
        id=row.id,
        person_id=row.person_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        cycle_no=row.cycle_no,
        standing=Standing(Stage(row.stage), WorkStatus(row.status), Outcome(row.outcome), reason),
        company_id=row.company_id,
        source=row.source,
        campaign=row.campaign,
        context=row.context,
        owner=row.owner_id,
        queue=row.queue,
        score=ScoreFigures(
            row.score_total,
            row.score_fit,
            row.score_engagement,
            row.score_negative,
            row.score_grade,
            row.score_version,
            row.scored_at,
        ),
        stage_entered_at=row.stage_entered_at,
        follow_up_on=row.follow_up_on,
        fields=MappingProxyType(row.fields or {}),
        is_test=row.is_test,
        ready=row.ready,
        rescore_at=row.rescore_at,
        first_response_at=row.first_response_at,
        accepted_at=row.accepted_at,
        closed_at=row.closed_at,
        track=row.track,
        destination=row.destination,
        opportunity_id=row.opportunity_id,
        merged_into=row.merged_into_id,
    )
