"""Take an owed answer under a lease, hold it, and give everything the answer needs to know."""

from datetime import timedelta

from leads.conversation import Turn
from leads.identity import TurnId
from store.unit import UnitOfWork

LEASE = timedelta(seconds=15)
"""How long a process holds a turn without renewing it; longer than any pause between two renewals."""


async def take_turn(uow: UnitOfWork, turn_id: TurnId, *, take_over: bool = False) -> Turn | None:
    """Claim a waiting turn (or, with `take_over`, one whose lease ran out); None when somebody else has it."""
    return await uow.turns.claim(turn_id, now=uow.now, lease_until=uow.now + LEASE, take_over=take_over)


async def hold_turn(uow: UnitOfWork, turn: Turn) -> bool:
    """Renew the lease; False when the turn was taken over and this process must stop."""
    return await uow.turns.renew(turn, lease_until=uow.now + LEASE)


async def catch_up(uow: UnitOfWork, turn: Turn) -> int:
    """The number of the newest visitor message, and from now on the turn answers up to it."""
    newest = (await uow.conversations.get(turn.conversation_id)).visitor_seq
    if newest > turn.up_to_seq:
        await uow.turns.renew(turn, lease_until=uow.now + LEASE, up_to_seq=newest)
    return newest
