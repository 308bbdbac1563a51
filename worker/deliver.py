"""One attempt to deliver one outbox message: claim it, send it with no transaction open, write down what became of it.

The claim carries an attempt number that fences off everybody who is late. Whoever dies between claim and settlement
leaves the message `sending`; `worker/resolve.py` finds it there. Nothing that may have been delivered is sent again,
but for kinds where twice does no harm.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform

import structlog

from actions.workspace import Workspace
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown
from leads.refusal import NotKnown
from store.outage import OUTAGES
from store.outbox import OutboxMessage, OutboxState
from store.unit import UnitOfWork
from worker.errands import REPEATABLE, Errand, Errands, OutOfDate
from worker.forget import forget_guest

log = structlog.get_logger()

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""Pauses before the second to sixth attempt (reliability.md 2.1 row 13)."""

DOUBT_AFTER = timedelta(minutes=5)
"""When a claimed message counts as in doubt; well beyond what an attempt may take."""

SEND_WITHIN = DOUBT_AFTER / 2
"""Counted from before the claim: a worker that was frozen longer does not send any more."""

SETTLE_AGAIN_S = (0.2, 1.0, 5.0, 15.0)
"""Pauses while the database is away just when a result has to be written down."""

Spread = Callable[[timedelta], timedelta]


def spread_out(wait: timedelta) -> timedelta:
    """The pause, up to a tenth longer: what failed together must not come back together."""
    return wait * uniform(1.0, 1.1)  # noqa: S311 - spreading load, not a secret


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this attempt holds, with what to do about it or, where that is nothing, how it ends."""

    message: OutboxMessage
    todo: Errand | Sent
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivers outbox messages, one a call."""

    workspace: Workspace
    errands: Errands
    spread: Spread = spread_out
    settle_again_s: Sequence[float] = SETTLE_AGAIN_S

    async def deliver(self, message_id: str) -> None:
        """Make one attempt. Does nothing when somebody else has the message or it is done."""
        claimed = await self._claim(message_id)
        if claimed is not None:
            await self._settle(claimed.message, await self._send(claimed))

    async def _claim(self, message_id: str) -> Claimed | None:
        async with self.workspace.unit() as uow:
            message = await uow.outbox.claim(message_id)
            if message is None:
                return None
            await uow.outbox.park(message, until=uow.now + DOUBT_AFTER)  # while `sending`: when doubt begins
            not_after = uow.now + SEND_WITHIN
            return Claimed(message, await self._read(uow, message), not_after)

    async def _read(self, uow: UnitOfWork, message: OutboxMessage) -> Errand | Sent:
        """What to do about the message, or how it ends because nothing can be done."""
        try:
            return await self.errands.read(uow, message)
        except OutOfDate:
            return Refused("out of date")
        except NotKnown:
            return Refused("gone")
        except OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001 - nothing has left yet, and one bad message must not stay for ever
            log.error("outbox.unreadable", kind=message.kind, error=type(error).__name__)
            return TryLater(type(error).__name__)

    async def _send(self, claimed: Claimed) -> Sent:
        if isinstance(claimed.todo, Accepted | Refused | TryLater | Unknown):
            return claimed.todo
        try:
            return await claimed.todo.run(not_after=claimed.not_after)
        except Exception as error:  # noqa: BLE001 - whatever a way out raises, the message needs an ending
            log.error("outbox.broke", kind=claimed.message.kind, error=type(error).__name__)
            return Unknown(type(error).__name__)

    async def _settle(self, message: OutboxMessage, sent: Sent) -> None:
        """Write it down, whatever it takes: an accepted mail that is not known as such would end as `unknown`."""
        for pause in self.settle_again_s:
            try:
                await self._write(message, sent)
            except OUTAGES as error:
                log.warning("outbox.not_settled", kind=message.kind, error=type(error).__name__)
                await asyncio.sleep(pause)
            else:
                return
        await self._write(message, sent)

    async def _write(self, message: OutboxMessage, sent: Sent) -> None:
        async with self.workspace.unit() as uow:
            state = await settle(uow, message, sent, spread=self.spread)
        log.info("outbox.settled", kind=message.kind, attempt=message.attempts, state=state and state.value)


async def settle(
    uow: UnitOfWork, message: OutboxMessage, sent: Sent, *, spread: Spread = spread_out
) -> OutboxState | None:
    """Write down how an attempt ended; None when it is no longer this attempt's to say."""
    again_at = _again_at(message, sent, uow.now, spread)
    state = _state_after(sent) if again_at is None else OutboxState.WAITING
    error = "" if isinstance(sent, Accepted) else sent.code
    if not await uow.outbox.settle(message, state, now=uow.now, due_at=again_at, error=error):
        return None
    if state is not OutboxState.WAITING:
        await forget_guest(uow, message)
    return state


def _state_after(sent: Sent) -> OutboxState:
    """The state of a message that is not tried again."""
    match sent:
        case Accepted():
            return OutboxState.SENT
        case Unknown():
            return OutboxState.UNKNOWN
        case _:
            return OutboxState.FAILED


def _again_at(message: OutboxMessage, sent: Sent, now: datetime, spread: Spread) -> datetime | None:
    """When the next attempt may be made; None when there must not be one."""
    may_repeat = isinstance(sent, TryLater) or (isinstance(sent, Unknown) and message.kind in REPEATABLE)
    if not may_repeat or message.attempts > len(RETRY_AFTER):
        return None
    asked = sent.after if isinstance(sent, TryLater) and sent.after else timedelta()
    return now + max(spread(RETRY_AFTER[message.attempts - 1]), asked)
