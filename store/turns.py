"""Turns: answers in the making. The row is the job: a lease says who works on it, `attempt` fences off the others."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.conversation import Turn, TurnStatus
from leads.identity import ConversationId, TurnId
from leads.refusal import NotKnown
from store.conversation_tables import conversations, tool_calls, turns
from store.turn_record import ToolCallRecord, TurnRecord

_OPEN = (TurnStatus.WAITING.value, TurnStatus.RUNNING.value)


class Turns:
    """The answers in the making and those that were made."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, turn_id: TurnId) -> Turn:
        """The turn by id. Raises NotKnown."""
        row = (await self._db.execute(select(turns).where(turns.c.id == turn_id))).first()
        if row is None:
            raise NotKnown("There is no such turn.")
        return _turn(row)

    async def open_of(self, conversation_id: ConversationId) -> Turn | None:
        """The conversation's waiting or running turn; there is never more than one."""
        query = select(turns).where(turns.c.conversation_id == conversation_id, turns.c.status.in_(_OPEN))
        row = (await self._db.execute(query)).first()
        return _turn(row) if row else None

    async def add(self, turn: Turn) -> Turn:
        """Store a new waiting turn. `lease_until` is the grace its own process has before others may take it."""
        await self._db.execute(
            insert(turns).values(
                id=turn.id,
                conversation_id=turn.conversation_id,
                status=turn.status.value,
                up_to_seq=turn.up_to_seq,
                attempt=turn.attempt,
                lease_until=turn.lease_until,
                created_at=turn.created_at,
            )
        )
        return turn

    async def claim(self, turn_id: TurnId, *, now: datetime, lease_until: datetime, take_over: bool) -> Turn | None:
        """Take the turn under a lease and a new attempt number, to answer all the visitor wrote so far.

        None when another process has it or it is done.
        """
        free = turns.c.status == TurnStatus.WAITING.value
        if take_over:
            free = turns.c.status.in_(_OPEN) & (turns.c.lease_until <= now)
        newest = select(conversations.c.visitor_seq).where(conversations.c.id == turns.c.conversation_id)
        done = (
            update(turns)
            .where(turns.c.id == turn_id, free)
            .values(
                status=TurnStatus.RUNNING.value,
                attempt=turns.c.attempt + 1,
                lease_until=lease_until,
                up_to_seq=newest.scalar_subquery(),
            )
            .returning(turns)
        )
        row = (await self._db.execute(done)).first()
        return _turn(row) if row else None

    async def renew(self, turn: Turn, *, lease_until: datetime, up_to_seq: int | None = None) -> bool:
        """Hold the lease longer; False when somebody else has taken the turn over meanwhile."""
        values: dict[str, Any] = {"lease_until": lease_until}
        if up_to_seq is not None:
            values["up_to_seq"] = up_to_seq
        done = await self._db.execute(update(turns).where(*_held_by(turn)).values(**values))
        return bool(done.rowcount)

    async def finish(self, turn: Turn, record: TurnRecord, *, now: datetime) -> bool:
        """Close the turn; False when this attempt no longer holds it, and then nothing of it may be stored."""
        done = await self._db.execute(
            update(turns)
            .where(*_held_by(turn))
            .values(
                status=(TurnStatus.FAILED if record.failed else TurnStatus.DONE).value,
                outcome=record.outcome,
                model=record.model,
                prompt=record.prompt,
                prompt_fingerprint=record.prompt_fingerprint,
                input_tokens=record.input_tokens,
                output_tokens=record.output_tokens,
                cached_tokens=record.cached_tokens,
                lease_until=None,
                finished_at=now,
            )
        )
        return bool(done.rowcount)

    async def call_off(self, conversation_id: ConversationId, *, outcome: str, now: datetime) -> bool:
        """End the open turn, whoever holds it: the new attempt number fences off what is still being made."""
        done = await self._db.execute(
            update(turns)
            .where(turns.c.conversation_id == conversation_id, turns.c.status.in_(_OPEN))
            .values(
                status=TurnStatus.DONE.value,
                attempt=turns.c.attempt + 1,
                outcome=outcome,
                lease_until=None,
                finished_at=now,
            )
        )
        return bool(done.rowcount)

    async def overdue(self, now: datetime, *, limit: int = 100) -> list[Turn]:
        """Open turns whose lease ran out: their process died, or never began."""
        query = select(turns).where(turns.c.status.in_(_OPEN), turns.c.lease_until <= now)
        rows = (await self._db.execute(query.order_by(turns.c.lease_until).limit(limit))).all()
        return [_turn(row) for row in rows]

    async def record_tool_calls(self, turn: Turn, calls: list[ToolCallRecord], *, at: datetime) -> None:
        """Keep what the tools were asked and answered; a taken-over turn's earlier attempt is replaced."""
        if turn.attempt > 1:
            await self._db.execute(delete(tool_calls).where(tool_calls.c.turn_id == turn.id))
        if calls:
            await self._db.execute(insert(tool_calls), [_call_values(turn, c, i, at) for i, c in enumerate(calls)])

    async def tool_calls(self, conversation_id: ConversationId) -> list[ToolCallRecord]:
        """Every tool call of a conversation, in order."""
        query = (
            select(tool_calls)
            .join(turns, turns.c.id == tool_calls.c.turn_id)
            .where(turns.c.conversation_id == conversation_id)
            .order_by(turns.c.created_at, turns.c.id, tool_calls.c.position)
        )
        rows = (await self._db.execute(query)).all()
        return [ToolCallRecord(r.id, r.call_id, r.name, r.arguments, r.result, r.ok, TurnId(r.turn_id)) for r in rows]

    async def records(self, conversation_id: ConversationId) -> list[TurnRecord]:
        """How the conversation's finished turns went, in order."""
        query = select(turns).where(turns.c.conversation_id == conversation_id, turns.c.finished_at.is_not(None))
        rows = (await self._db.execute(query.order_by(turns.c.created_at, turns.c.id))).all()
        return [_record(row) for row in rows]


def _held_by(turn: Turn) -> tuple[Any, ...]:
    return (turns.c.id == turn.id, turns.c.status == TurnStatus.RUNNING.value, turns.c.attempt == turn.attempt)


def _call_values(turn: Turn, call: ToolCallRecord, position: int, at: datetime) -> dict[str, Any]:
    return {
        "id": call.id,
        "turn_id": turn.id,
        "attempt": turn.attempt,
        "position": position,
        "call_id": call.call_id[:120],
        "name": call.name[:64],
        "arguments": call.arguments,
        "result": call.result,
        "ok": call.ok,
        "at": at,
    }


def _turn(row: Any) -> Turn:
    return Turn(
        id=row.id,
        conversation_id=row.conversation_id,
        status=TurnStatus(row.status),
        up_to_seq=row.up_to_seq,
        attempt=row.attempt,
        created_at=row.created_at,
        lease_until=row.lease_until,
    )


def _record(row: Any) -> TurnRecord:
    return TurnRecord(
        outcome=row.outcome or "",
        model=row.model or "",
        prompt=row.prompt or "",
        prompt_fingerprint=row.prompt_fingerprint or "",
        input_tokens=row.input_tokens or 0,
        output_tokens=row.output_tokens or 0,
        cached_tokens=row.cached_tokens or 0,
        failed=row.status == TurnStatus.FAILED.value,
    )
