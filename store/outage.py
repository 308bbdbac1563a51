"""What a database that is locked, full, away or restarting raises, for the edges that must tell it from a mistake."""

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

OUTAGES: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeout, ConnectionError)
"""Nothing was stored; the same request may succeed in a moment."""

COLLISIONS: tuple[type[Exception], ...] = (IntegrityError,)
"""Two acts stored the same thing at once and this one lost; doing it again sees what the other stored."""


def reason(error: Exception) -> str:
    """What the driver said, in its first line: for the log. Statement and values are left out."""
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return said.splitlines()[0][:120] if said else type(error).__name__
