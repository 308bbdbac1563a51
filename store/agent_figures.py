"""What the agent did, counted over the conversations of a period."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.handoff import HandoffState
from leads.meeting import MeetingState
from store.conversation_tables import conversations, guard_events, messages, tool_calls, turns
from store.handoff_tables import handoffs
from store.meeting_tables import meetings
from store.people_tables import bant_claims

_C = conversations.c


@dataclass(frozen=True, slots=True)
class AgentCounts:
    """Counts of one period. `talked`: conversations in which the visitor wrote; `factors`: what of BANT was heard."""

    conversations: int
    talked: int
    handed_off: int
    handoffs: int
    accepted: int
    returned: int
    factors: int
    booked: int
    held: int
    no_show: int
    cancelled: int
    turns: int
    tool_calls: int
    tool_errors: int
    held_back: int
    input_tokens: int
    output_tokens: int


class AgentFigures:
    """Counts over conversations, turns, tools, meetings and handoffs."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def counts(self, start: datetime, end: datetime) -> AgentCounts:
        """Of the conversations opened from `start` up to, not including, `end`."""
        opened = and_(_C.opened_at >= start, _C.opened_at < end)
        within = select(_C.id).where(opened)

        def here(conversation: ColumnElement[str]) -> ColumnElement[bool]:
            """For tables with few rows: looking each up costs less than a list of all conversations."""
            return exists().where(_C.id == conversation, opened)

        handed = await self._row(
            select(
                func.count(func.distinct(handoffs.c.conversation_id)),
                func.count(),
                _when(handoffs.c.state == HandoffState.ACCEPTED.value),
                _when(handoffs.c.state == HandoffState.RETURNED.value),
            ).where(here(handoffs.c.conversation_id))
        )
        factors = (
            select(bant_claims.c.lead_id, bant_claims.c.factor)
            .join(messages, messages.c.id == bant_claims.c.message_id)
            .join(conversations, _C.id == messages.c.conversation_id)
            .where(opened)
            .distinct()
            .subquery()
        )
        met = await self._row(
            select(func.count(), *(_when(meetings.c.state == state.value) for state in MeetingState)).where(
                here(meetings.c.conversation_id)
            )
        )
        states = dict(zip((state.value for state in MeetingState), met[1:], strict=True))
        thought = await self._row(
            select(func.count(), func.sum(turns.c.input_tokens), func.sum(turns.c.output_tokens)).where(
                turns.c.conversation_id.in_(within)
            )
        )
        used = await self._row(
            select(func.count(), _when(tool_calls.c.ok.is_(False)))
            .join(turns, turns.c.id == tool_calls.c.turn_id)
            .where(turns.c.conversation_id.in_(within))
        )
        return AgentCounts(
            conversations=await self._one(select(func.count()).where(opened)),
            talked=await self._one(select(func.count()).where(opened, _C.visitor_seq > 0)),
            handed_off=handed[0],
            handoffs=handed[1],
            accepted=handed[2],
            returned=handed[3],
            factors=await self._one(select(func.count()).select_from(factors)),
            booked=met[0],
            held=states.get(MeetingState.COMPLETED.value, 0),
            no_show=states.get(MeetingState.NO_SHOW.value, 0),
            cancelled=states.get(MeetingState.CANCELLED.value, 0),
            turns=thought[0],
            tool_calls=used[0],
            tool_errors=used[1],
            held_back=await self._one(select(func.count()).where(here(guard_events.c.conversation_id))),
            input_tokens=thought[1],
            output_tokens=thought[2],
        )

    async def _one(self, query: Any) -> int:
        return int((await self._db.execute(query)).scalar() or 0)

    async def _row(self, query: Any) -> list[int]:
        return [int(value or 0) for value in (await self._db.execute(query)).one()]


def _when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
