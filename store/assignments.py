"""Who has which lead and why: assignments (kept for good), the turns of pools, leave, and leads that wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.assignment import CURRENT, Assignment, AssignmentState
from leads.handoff import HandoffState
from leads.hours import DateRange
from leads.identity import HandoffId, LeadId, RepId
from leads.pool import Seat
from leads.route import Step, Verdict
from leads.signal import ActorKind
from leads.stage import Outcome
from store.handoff_tables import handoffs
from store.once import insert_once
from store.people_tables import leads
from store.routing_tables import absences, assignments, first_touches, pool_seats, route_waits

_BATCH = 500
_CURRENT = tuple(sorted(state.value for state in CURRENT))


@dataclass(frozen=True, slots=True)
class Absence:
    """A rep's leave: dates in their own zone, both included, and who stands in."""

    rep: RepId
    days: DateRange
    delegate: RepId | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A lead that is to be routed again at an instant; `held` says how often it was held for facts."""

    lead_id: LeadId
    until: datetime
    why: str
    held: int = 0


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How many open leads wait in a queue without an owner, and since when the oldest does."""

    queue: str
    waiting: int
    oldest: datetime | None


class Assignments:
    """Assignments and what they rest on."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    # --- assignments -----------------------------------------------------------------------------------------------

    async def add(self, assignment: Assignment) -> Assignment:
        """Store a new assignment. Raises a collision when the lead has a current one."""
        await self._db.execute(
            insert(assignments).values(
                id=assignment.id, lead_id=assignment.lead_id, at=assignment.at, **_values(assignment)
            )
        )
        return assignment

    async def save(self, assignment: Assignment) -> Assignment:
        """Store the state an assignment has come to."""
        await self._db.execute(
            update(assignments).where(assignments.c.id == assignment.id).values(**_values(assignment))
        )
        return assignment

    async def current(self, lead_id: LeadId) -> Assignment | None:
        """The assignment that holds now."""
        query = select(assignments).where(assignments.c.lead_id == lead_id, assignments.c.state.in_(_CURRENT))
        row = (await self._db.execute(query)).first()
        return _assignment(row) if row else None

    async def of_lead(self, lead_id: LeadId) -> list[Assignment]:
        """Every assignment a lead has had, oldest first."""
        query = select(assignments).where(assignments.c.lead_id == lead_id)
        rows = (await self._db.execute(query.order_by(assignments.c.at, assignments.c.id))).all()
        return [_assignment(row) for row in rows]

    async def open_leads(self, reps: Sequence[RepId]) -> dict[RepId, int]:
        """How many open leads each of these reps owns."""
        query = select(leads.c.owner_id, func.count().label("many")).where(
            leads.c.owner_id.in_(reps), leads.c.outcome == Outcome.OPEN.value
        )
        rows = (await self._db.execute(query.group_by(leads.c.owner_id))).all()
        return {RepId(row.owner_id): row.many for row in rows}

    async def given_since(self, pool: str, since: Mapping[RepId, datetime]) -> dict[RepId, int]:
        """How many leads of this pool each rep got since an instant of their own (their midnight)."""
        if not since:
            return {}
        mine = [(assignments.c.rep_id == rep) & (assignments.c.at >= at) for rep, at in since.items()]
        query = select(assignments.c.rep_id, func.count().label("many")).where(assignments.c.pool == pool, or_(*mine))
        rows = (await self._db.execute(query.group_by(assignments.c.rep_id))).all()
        return {RepId(row.rep_id): row.many for row in rows}

    async def owned_by(self, rep: RepId, *, lock: bool = False) -> list[LeadId]:
        """The open leads of a rep, by id; `lock` holds their rows."""
        query = select(leads.c.id).where(leads.c.owner_id == rep, leads.c.outcome == Outcome.OPEN.value)
        query = query.order_by(leads.c.id)
        rows = (await self._db.execute(query.with_for_update(key_share=True) if lock else query)).all()
        return [LeadId(row.id) for row in rows]

    async def requests_of(self, rep: RepId) -> list[HandoffId]:
        """The undecided requests for a person that are this rep's."""
        undecided = (HandoffState.OPEN.value, HandoffState.CLAIMED.value)
        query = select(handoffs.c.id).where(handoffs.c.owner_id == rep, handoffs.c.state.in_(undecided))
        return [HandoffId(row.id) for row in (await self._db.execute(query.order_by(handoffs.c.id))).all()]

    async def other_owner(self, lead_id: LeadId, person_id: str) -> RepId | None:
        """Who owned the person's latest cycle that became an opportunity or a customer, if somebody did."""
        won = (Outcome.CONVERTED.value, Outcome.WON.value)
        query = (
            select(leads.c.owner_id)
            .where(leads.c.person_id == person_id, leads.c.id != lead_id, leads.c.owner_id.is_not(None))
            .where(leads.c.outcome.in_(won))
            .order_by(leads.c.cycle_no.desc())
            .limit(1)
        )
        found = (await self._db.execute(query)).scalar()
        return RepId(found) if found else None

    async def queue_loads(self) -> list[QueueLoad]:
        """The open leads without an owner, by queue."""
        query = (
            select(leads.c.queue, func.count().label("many"), func.min(leads.c.created_at).label("oldest"))
            .where(leads.c.outcome == Outcome.OPEN.value, leads.c.owner_id.is_(None), leads.c.queue.is_not(None))
            .group_by(leads.c.queue)
        )
        return [QueueLoad(row.queue, row.many, row.oldest) for row in (await self._db.execute(query)).all()]

    async def routed_since(self, since: datetime, *, limit: int) -> list[LeadId]:
        """Leads created since an instant that routing has decided on, newest first."""
        query = (
            select(leads.c.id)
            .where(leads.c.created_at >= since, leads.c.id.in_(select(assignments.c.lead_id)))
            .order_by(leads.c.created_at.desc(), leads.c.id)
            .limit(limit)
        )
        return [LeadId(row.id) for row in (await self._db.execute(query)).all()]

    # --- turns -----------------------------------------------------------------------------------------------------

    async def seats(self, pool: str, reps: Sequence[RepId], *, lock: bool = True) -> list[Seat]:
        """The seats of these reps in a pool. Locked, they are made where there are none, in one order: no deadlock."""
        if not reps:
            return []
        wanted = sorted(reps)
        if lock:
            fresh = [{"pool": pool, "rep_id": rep, "credit": 0, "last_at": None} for rep in wanted]
            await insert_once(self._db, pool_seats, fresh)
        query = select(pool_seats).where(pool_seats.c.pool == pool, pool_seats.c.rep_id.in_(wanted))
        query = query.order_by(pool_seats.c.rep_id)
        rows = (await self._db.execute(query.with_for_update() if lock else query)).all()
        return [Seat(RepId(row.rep_id), row.credit, row.last_at) for row in rows]

    async def save_seats(self, pool: str, seats: Iterable[Seat]) -> None:
        """Store what the seats have become; they were locked before."""
        for seat in seats:
            place = (pool_seats.c.pool == pool, pool_seats.c.rep_id == seat.rep)
            change = update(pool_seats).where(*place).values(credit=seat.credit, last_at=seat.last_at)
            await self._db.execute(change)

    # --- leave -----------------------------------------------------------------------------------------------------

    async def absences(self) -> dict[RepId, Absence]:
        """Everybody's leave."""
        rows = (await self._db.execute(select(absences))).all()
        return {RepId(row.rep_id): _absence(row) for row in rows}

    async def set_absence(self, absence: Absence, *, at: datetime) -> None:
        """Keep a rep's leave; there is one at a time."""
        values: dict[str, Any] = {
            "first": absence.days.first,
            "last": absence.days.last,
            "delegate_id": absence.delegate,
            "created_at": at,
        }
        await self.clear_absence(absence.rep)
        await self._db.execute(insert(absences).values(rep_id=absence.rep, **values))

    async def clear_absence(self, rep: RepId) -> bool:
        """The rep is back; False when they were not away."""
        done = await self._db.execute(delete(absences).where(absences.c.rep_id == rep))
        return bool(done.rowcount)

    # --- waiting ---------------------------------------------------------------------------------------------------

    async def wait(self, wait: Wait) -> None:
        """Route this lead again at an instant; a wait it has already is replaced."""
        values = {"until": wait.until, "why": wait.why, "held": wait.held, "done_at": None}
        if await insert_once(self._db, route_waits, [{"lead_id": wait.lead_id, **values}]) == 0:
            change = update(route_waits).where(route_waits.c.lead_id == wait.lead_id)
            await self._db.execute(change.values(**values))

    async def ask_again(self, *, at: datetime, why: str) -> None:
        """Let every open lead that a rule has left in a queue be routed again; what a person put there stays."""
        waiting = (
            select(assignments.c.lead_id)
            .join(leads, leads.c.id == assignments.c.lead_id)
            .where(
                assignments.c.state == AssignmentState.QUEUED.value,
                assignments.c.actor == ActorKind.SYSTEM.value,
                assignments.c.actor_id.is_(None),  # a program with a key has one, and decided by itself
                leads.c.outcome == Outcome.OPEN.value,
                leads.c.owner_id.is_(None),
            )
        )
        values = {"until": at, "why": why, "done_at": None}
        await self._db.execute(update(route_waits).where(route_waits.c.lead_id.in_(waiting)).values(**values))
        known = select(route_waits.c.lead_id)
        new = [row.lead_id for row in (await self._db.execute(waiting.where(leads.c.id.not_in(known)))).all()]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            await insert_once(self._db, route_waits, [{"lead_id": id, **values, "held": 0} for id in batch])

    async def wait_of(self, lead_id: LeadId) -> Wait | None:
        """The last wait of a lead, also one that is over."""
        row = (await self._db.execute(select(route_waits).where(route_waits.c.lead_id == lead_id))).first()
        return Wait(LeadId(row.lead_id), row.until, row.why, row.held) if row else None

    async def waited(self, lead_id: LeadId, *, at: datetime) -> None:
        """The lead waits no more."""
        running = (route_waits.c.lead_id == lead_id, route_waits.c.done_at.is_(None))
        await self._db.execute(update(route_waits).where(*running).values(done_at=at))

    async def forget_wait(self, lead_id: LeadId) -> None:
        """The lead waits no more, and nothing is kept of its having waited."""
        await self._db.execute(delete(route_waits).where(route_waits.c.lead_id == lead_id))

    async def due_waits(self, now: datetime, *, limit: int) -> list[LeadId]:
        """Leads whose wait is over, the longest first."""
        query = select(route_waits.c.lead_id).where(route_waits.c.done_at.is_(None), route_waits.c.until <= now)
        rows = (await self._db.execute(query.order_by(route_waits.c.until).limit(limit))).all()
        return [LeadId(row.lead_id) for row in rows]

    # --- touches ---------------------------------------------------------------------------------------------------

    async def first_touch(self, lead_id: LeadId, actor: Actor, *, at: datetime) -> bool:
        """Keep when a rep, or the agent, first reached the lead; False when that is known already."""
        row = {"lead_id": lead_id, "actor": actor.kind.value, "actor_id": actor.id, "at": at}
        return await insert_once(self._db, first_touches, [row]) == 1

    async def join_touches(self, source: LeadId, target: LeadId) -> None:
        """Where both leads were reached, the one that stays has the earlier instant."""
        theirs = (await self._db.execute(select(first_touches).where(first_touches.c.lead_id == source))).all()
        for row in theirs:
            later = (
                first_touches.c.lead_id == target,
                first_touches.c.actor == row.actor,
                first_touches.c.at > row.at,
            )
            await self._db.execute(update(first_touches).where(*later).values(at=row.at, actor_id=row.actor_id))

    async def first_touches(self, lead_id: LeadId) -> dict[ActorKind, datetime]:
        """When each kind of actor first reached the lead."""
        rows = (await self._db.execute(select(first_touches).where(first_touches.c.lead_id == lead_id))).all()
        return {ActorKind(row.actor): row.at for row in rows}


def _values(assignment: Assignment) -> dict[str, Any]:
    return {
        "state": assignment.state.value,
        "rep_id": assignment.rep,
        "queue": assignment.queue,
        "destination": assignment.destination,
        "pool": assignment.pool,
        "rule": assignment.rule[:80],
        "why": assignment.why[:300],
        "actor": assignment.actor.kind.value,
        "actor_id": assignment.actor.id,
        "actor_name": assignment.actor.name[:200],
        "steps": [asdict(step) | {"verdict": step.verdict.value} for step in assignment.steps],
        "moved": dict(assignment.moved),
        "credit_back_at": assignment.credit_back_at,
        "ended_at": assignment.ended_at,
        "reason": assignment.reason and assignment.reason[:40],
    }


def _assignment(row: Any) -> Assignment:
    return Assignment(
        id=row.id,
        lead_id=row.lead_id,
        at=row.at,
        state=AssignmentState(row.state),
        actor=Actor(ActorKind(row.actor), row.actor_id, row.actor_name),
        rule=row.rule,
        why=row.why,
        rep=row.rep_id,
        queue=row.queue,
        destination=row.destination,
        pool=row.pool,
        steps=tuple(Step(s["rule"], Verdict(s["verdict"]), s["asked"], s["seen"]) for s in row.steps),
        moved={RepId(rep): credit for rep, credit in row.moved.items()},
        credit_back_at=row.credit_back_at,
        ended_at=row.ended_at,
        reason=row.reason,
    )


def _absence(row: Any) -> Absence:
    first: date = row.first
    last: date = row.last
    return Absence(RepId(row.rep_id), DateRange(first, last), row.delegate_id and RepId(row.delegate_id))
