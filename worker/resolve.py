"""Messages in doubt: claimed by a worker that died or hangs, so that nobody knows whether they left.

A mail becomes `unknown` and waits for a person; it is never sent again blindly. What may be told twice is told again.
"""

import structlog

from actions.workspace import Workspace
from channels.sent import Unknown
from worker.deliver import settle

log = structlog.get_logger()

BATCH = 100
NO_ANSWER = Unknown("the worker did not come back")


async def resolve(workspace: Workspace) -> bool:
    """Settle what has been `sending` for too long; True when there may be more."""
    async with workspace.reading() as uow:
        if not await uow.outbox.in_doubt(uow.now, limit=1):
            return False
    async with workspace.unit() as uow:
        doubtful = await uow.outbox.in_doubt(uow.now, limit=BATCH)
        for message in doubtful:
            state = await settle(uow, message, NO_ANSWER)
            log.warning("outbox.in_doubt", kind=message.kind, attempt=message.attempts, state=state and state.value)
    return len(doubtful) == BATCH
