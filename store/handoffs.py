"""The reps' inbox: requests for a person."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.handoff import Handoff, HandoffReason, HandoffState
from leads.identity import ConversationId, HandoffId, LeadId
from leads.refusal import NotKnown
from store.paging import Place, past
from store.tables import handoffs

_UNDECIDED = (HandoffState.OPEN.value, HandoffState.CLAIMED.value)


class Handoffs:
    """Requests for a person, open and decided."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, handoff_id: HandoffId) -> Handoff:
        """The handoff by id. Raises NotKnown."""
        row = (await self._db.execute(select(handoffs).where(handoffs.c.id == handoff_id))).first()
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
        query = select(handoffs).where(handoffs.c.lead_id == lead_id).order_by(handoffs.c.created_at)
        return [_handoff(row) for row in (await self._db.execute(query)).all()]

    async def undecided(self, *, place: Place | None = None, limit: int = 200) -> list[Handoff]:
        """One page of what waits for a person, the most pressing first."""
        query = select(handoffs).where(handoffs.c.state.in_(_UNDECIDED)).order_by(handoffs.c.due_at, handoffs.c.id)
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
    )
