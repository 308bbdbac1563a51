"""What a database that is locked, full, away or restarting raises, for the edges that must tell it from a mistake."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

T = TypeVar("T")

OUTAGES: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeout, ConnectionError)
"""Nothing was stored; the same request may succeed in a moment."""

COLLISIONS: tuple[type[Exception], ...] = (IntegrityError,)
"""Two acts stored the same thing at once and this one lost; doing it again sees what the other stored."""


async def once_more(act: Callable[[], Awaitable[T]], *, tries: int = 2) -> T:
    """What an act returns that is done again when it collides: then it sees what the other one stored.

    The same goes for an act that Postgres has called off because two waited for each other: the other one is through
    by then. `act` opens a unit of work of its own. Raises what the last try raises.
    """
    for _ in range(tries - 1):
        try:
            return await act()
        except COLLISIONS:
            continue
        except OperationalError as error:
            if not isinstance(error.orig, DeadlockDetected):
                raise
    return await act()


def reason(error: Exception) -> str:
    """What the driver said, in its first line: for the log. Statement and values are left out."""
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return said.splitlines()[0][:120] if said else type(error).__name__
