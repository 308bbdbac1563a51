"""The reps' inbox: requests for a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.handoff import Handoff, HandoffReason, HandoffState
from leads.identity import ConversationId, HandoffId, LeadId, RepId
from leads.refusal import NotKnown
from leads.stage import ReasonCode
from store.handoff_tables import handoffs
from store.paging import Place, past

_UNDECIDED = (HandoffState.OPEN.value, HandoffState.CLAIMED.value)


@dataclass(frozen=True, slots=True)
class HandoffFilter:
    """Which handoffs a list shows; None leaves a field open, without `state` those that wait for a decision."""

    state: HandoffState | None = None
    queue: str | None = None
    owner: RepId | None = None
    reason: HandoffReason | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class HandoffCount:
    """How many undecided handoffs there are of one kind; `overdue` of them are late."""

    state: HandoffState
    reason: HandoffReason
    owner: RepId | None
    count: int
    overdue: int


class Handoffs:
    """Requests for a person, open and decided."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, handoff_id: HandoffId, *, lock: bool = False) -> Handoff:
        """The handoff by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        query = select(handoffs).where(handoffs.c.id == handoff_id)
        row = (await self._db.execute(query.with_for_update(key_share=True) if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such handoff.")
        return _handoff(row)

    async def open_of(self, conversation_id: ConversationId) -> Handoff | None:
        """The undecided handoff of a conversation; there is never more than one."""
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id, handoffs.c.state.in_(_UNDECIDED))
        row = (await self._db.execute(query)).first()
        return _handoff(row) if row else None

    async def of_lead(self, lead_id: LeadId) -> list[Handoff]:
        """All handoffs of a lead, oldest first."""
        return (await self.of_leads([lead_id])).get(lead_id, [])

    async def of_leads(self, leads: Collection[LeadId]) -> dict[LeadId, list[Handoff]]:
        """The same of several leads at once; a lead without any is missing."""
        query = select(handoffs).where(handoffs.c.lead_id.in_(leads)).order_by(handoffs.c.created_at)
        found: dict[LeadId, list[Handoff]] = {}
        for row in (await self._db.execute(query)).all():
            found.setdefault(LeadId(row.lead_id), []).append(_handoff(row))
        return found

    async def of_conversation(self, conversation_id: ConversationId) -> list[Handoff]:
        """All handoffs of a conversation, oldest first."""
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id)
        rows = (await self._db.execute(query.order_by(handoffs.c.created_at, handoffs.c.id))).all()
        return [_handoff(row) for row in rows]

    async def leases_run_out(self, now: datetime, *, limit: int = 50) -> list[HandoffId]:
        """Handoffs that somebody took and then let lie until the lease ran out."""
        lying = (handoffs.c.state == HandoffState.CLAIMED.value, handoffs.c.lease_until <= now)
        return [
            HandoffId(r.id) for r in (await self._db.execute(select(handoffs.c.id).where(*lying).limit(limit))).all()
        ]

    async def counts(self, now: datetime) -> list[HandoffCount]:
        """How many wait for a decision, by state, reason and owner."""
        late = func.count().filter(handoffs.c.due_at < now)
        kinds = (handoffs.c.state, handoffs.c.reason, handoffs.c.owner_id)
        query = select(*kinds, func.count().label("found"), late.label("late"))
        rows = (await self._db.execute(query.where(handoffs.c.state.in_(_UNDECIDED)).group_by(*kinds))).all()
        return [HandoffCount(HandoffState(r.state), HandoffReason(r.reason), r.owner_id, r.found, r.late) for r in rows]

    async def page(
        self, wanted: HandoffFilter, *, now: datetime | None, place: Place | None = None, limit: int = 200
    ) -> list[Handoff]:
        """One page of what a filter lets through, the most pressing first."""
        query = select(handoffs).where(*_asked(wanted, now)).order_by(handoffs.c.due_at, handoffs.c.id)
        if place is not None:
            query = query.where(past(handoffs.c.due_at, handoffs.c.id, place))
        return [_handoff(row) for row in (await self._db.execute(query.limit(limit))).all()]

    async def add(self, handoff: Handoff) -> Handoff:
        """Store a new handoff."""
        await self._db.execute(
            insert(handoffs).values(id=handoff.id, created_at=handoff.created_at, **_values(handoff))
        )
        return handoff

    async def save(self, handoff: Handoff) -> Handoff:
        """Store what a handoff has become."""
        await self._db.execute(update(handoffs).where(handoffs.c.id == handoff.id).values(**_values(handoff)))
        return handoff


def _asked(wanted: HandoffFilter, now: datetime | None) -> list[ColumnElement[bool]]:
    states = [wanted.state.value] if wanted.state else list(_UNDECIDED)
    asked: list[ColumnElement[bool]] = [handoffs.c.state.in_(states)]
    if wanted.queue is not None:
        asked.append(handoffs.c.queue == wanted.queue)
    if wanted.owner is not None:
        asked.append(handoffs.c.owner_id == wanted.owner)
    if wanted.reason is not None:
        asked.append(handoffs.c.reason == wanted.reason.value)
    if wanted.overdue is not None and now is not None:
        asked.append(handoffs.c.due_at < now if wanted.overdue else handoffs.c.due_at >= now)
    return asked


def _values(handoff: Handoff) -> dict[str, Any]:
    return {
        "lead_id": handoff.lead_id,
        "conversation_id": handoff.conversation_id,
        "reason": handoff.reason.value,
        "note": handoff.note,
        "state": handoff.state.value,
        "queue": handoff.queue,
        "owner_id": handoff.owner,
        "meeting_id": handoff.meeting_id,
        "promised_next_step": handoff.promised_next_step and handoff.promised_next_step[:300],
        "due_at": handoff.due_at,
        "lease_until": handoff.lease_until,
        "claimed_at": handoff.claimed_at,
        "decided_at": handoff.decided_at,
        "proposed_code": handoff.proposed.value if handoff.proposed else None,
        "decided_by": handoff.decided_by,
        "reason_code": handoff.reason_code.value if handoff.reason_code else None,
        "decision_note": handoff.decision_note,
    }


def _handoff(row: Any) -> Handoff:
    return Handoff(
        id=row.id,
        lead_id=row.lead_id,
        conversation_id=row.conversation_id,
        reason=HandoffReason(row.reason),
        note=row.note,
        state=HandoffState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        queue=row.queue,
        owner=row.owner_id,
        meeting_id=row.meeting_id,
        promised_next_step=row.promised_next_step,
        lease_until=row.lease_until,
        claimed_at=row.claimed_at,
        proposed=ReasonCode(row.proposed_code) if row.proposed_code else None,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason_code=ReasonCode(row.reason_code) if row.reason_code else None,
        decision_note=row.decision_note,
    )
