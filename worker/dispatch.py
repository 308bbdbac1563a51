"""Due rows become jobs: outbox messages that wait, turns that nobody answers.

The row is the truth and the job only carries it: a job that gets lost shows up again as a due row.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from actions.workspace import Workspace
from leads.conversation import Turn
from store.outbox import OutboxMessage, OutboxState
from store.unit import UnitOfWork
from worker.errands import PARTS

log = structlog.get_logger()

DELIVER = "deliver"
ANSWER_TURN = "answer_turn"

BATCH = 100
PARK = timedelta(minutes=15)
"""How long a message is out of sight while a job carries it; longer than a full queue takes."""

FULL = 2 * BATCH
"""With so many jobs waiting, due rows stay rows."""

ASK_AGAIN = timedelta(minutes=1)
"""A turn that is still not answered so long after a job was left for it gets another one."""

Waiting = Callable[[], Awaitable[int]]
"""How many jobs wait for a place."""


async def dispatch_due(workspace: Workspace, waiting: Waiting) -> bool:
    """Leave a job for everything that is due; True when there is more.

    The look before takes no write lock and is one transaction for all: it is what an idle house does all night.
    """
    async with workspace.reading() as uow:
        turns = await uow.turns.overdue(uow.now, limit=1)
        messages = await uow.outbox.due(uow.now, limit=1)
    if turns:
        await dispatch_turns(workspace)
    if not messages or await waiting() >= FULL:
        return False
    return await dispatch_outbox(workspace)


async def dispatch_turns(workspace: Workspace) -> None:
    """Leave a job for every turn whose process died or never began; they stay overdue until a job has taken them."""
    async with workspace.unit() as uow:
        for turn in await uow.turns.overdue(uow.now, limit=BATCH):
            await uow.jobs.put(ANSWER_TURN, _turn_key(turn, uow.now), turn.id)


async def dispatch_outbox(workspace: Workspace) -> bool:
    """Leave a job for every message that is due; True when there are more."""
    async with workspace.unit() as uow:
        due = await uow.outbox.due(uow.now, limit=BATCH)
        for message in due:
            await _send_off(uow, message)
    return len(due) == BATCH


async def _send_off(uow: UnitOfWork, message: OutboxMessage) -> None:
    parts = PARTS.get(message.kind, ())
    if not parts or "to" in message.payload:
        return await _carry(uow, message)
    whole = await uow.outbox.claim(message.id)
    if whole is None:
        return None
    for part in parts:
        await _leave_part(uow, message, part)
    await uow.outbox.settle(whole, OutboxState.SENT, now=uow.now)
    return None


async def _leave_part(uow: UnitOfWork, whole: OutboxMessage, part: str) -> None:
    copy = OutboxMessage(
        id=uow.new_id("out"),
        kind=whole.kind,
        key=f"{whole.key}:{part}",
        payload=whole.payload | {"to": str(part)},
        state=OutboxState.WAITING,
        attempts=0,
        due_at=uow.now,
        created_at=uow.now,
        lead_id=whole.lead_id,
    )
    if await uow.outbox.put(copy):
        await _carry(uow, copy)


async def _carry(uow: UnitOfWork, message: OutboxMessage) -> None:
    # The due time is part of the key: one key is one job for good, and a message may need to be carried again.
    key = f"out:{message.id}:{message.attempts}:{message.due_at:%Y%m%dT%H%M%S.%f}"
    await uow.jobs.put(DELIVER, key, message.id)
    await uow.outbox.park(message, until=uow.now + PARK)


def _turn_key(turn: Turn, now: datetime) -> str:
    lease_until = turn.lease_until or turn.created_at
    return f"turn:{turn.id}:{turn.attempt}:{(now - lease_until) // ASK_AGAIN}"
