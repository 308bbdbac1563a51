"""Who may run jobs: a lock that dies with its process.

The engine writes the name of the worker into every job it claims. That name has to be unique among the
living, or a second worker of the same name would take the first one's running jobs for its own leftovers
and run them twice. So a worker's name is a lock: on SQLite one file lock (one process runs jobs, the
others only enqueue), on Postgres the lowest free `slot-k`, held as a session advisory lock. A name that
nobody holds belongs to a dead worker, and its jobs may be resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

NAMESPACE = 0x4F70656E
"""First half of our advisory lock keys ("Open" in ASCII), to keep clear of other users of the database."""

SLOTS = 1000
"""How many workers one database can have at most."""


class Rows(Protocol):
    """What a query gives back."""

    def fetchone(self) -> Sequence[object] | None:
        """The next row, or None."""


class Session(Protocol):
    """A database session of our own, in autocommit; a psycopg connection is one."""

    def execute(self, query: str, params: Sequence[object] = ..., /) -> Rows:
        """Run one statement."""

    def close(self) -> None:
        """End the session, which frees its locks."""


class Slot(Protocol):
    """The right to run jobs under a name of one's own. All calls may block for a moment: use a thread."""

    has_neighbours: bool
    """Whether other workers may run jobs beside this one."""

    def take(self) -> str | None:
        """Take a free name; None when there is none (another process runs the jobs)."""

    def held(self) -> bool:
        """Whether the name is still ours; tries to get it back when the lock was lost."""

    def lock_dead(self, name: str) -> bool:
        """Hold another worker's name if nobody else does: True means that worker is dead."""

    def unlock_dead(self, name: str) -> None:
        """Let go of a name taken with `lock_dead`."""

    def release(self) -> None:
        """Give the name up."""


class FileSlot:
    """One worker per SQLite file: a lock on `<database>.worker`, freed by the system when its process ends."""

    has_neighbours = False

    def __init__(self, database: Path) -> None:
        """Lock beside this database file."""
        self._lock = FileLock(f"{database}.worker", thread_local=False)

    def take(self) -> str | None:
        """Take the only name, or None while another process has it."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return None
        return "slot-0"

    def held(self) -> bool:
        """A file lock cannot be lost while the process lives."""
        return self._lock.is_locked

    def lock_dead(self, name: str) -> bool:
        """Every other name is dead: nobody runs jobs beside the holder of the file lock."""
        return self._lock.is_locked

    def unlock_dead(self, name: str) -> None:
        """Nothing was taken."""

    def release(self) -> None:
        """Let the next process run the jobs."""
        self._lock.release()


class DatabaseSlot:
    """The lowest free `slot-k` of a Postgres database. Needs a session of its own (no transaction pooling)."""

    has_neighbours = True

    def __init__(self, connect: Callable[[], Session]) -> None:
        """Remember how to open a session in autocommit."""
        self._connect = connect
        self._session: Session | None = None
        self._number: int | None = None

    def take(self) -> str | None:
        """Take the lowest number that no living worker holds."""
        self.release()
        self._session = self._connect()
        self._number = next((number for number in range(SLOTS) if self._try(number)), None)
        return None if self._number is None else f"slot-{self._number}"

    def held(self) -> bool:
        """Ask the database; after a lost connection, connect again (which may fail) and try for the same number."""
        if self._number is None:
            return False
        query = (
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
            " AND classid = %s AND objid = %s AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())"
        )
        try:
            if self._session is not None:
                return self._session.execute(query, (NAMESPACE, self._number)).fetchone() is not None
        except Exception:  # noqa: BLE001 - the driver's errors belong to worker/engine.py; any of them means "lost"
            self._close()
        self._session = self._connect()
        return self._try(self._number)

    def lock_dead(self, name: str) -> bool:
        """Try another worker's number; our own is never taken for dead."""
        number = _number_of(name)
        return number is not None and number != self._number and self._try(number)

    def unlock_dead(self, name: str) -> None:
        """Free the number again."""
        if self._session is not None:
            self._session.execute("SELECT pg_advisory_unlock(%s, %s)", (NAMESPACE, _number_of(name)))

    def release(self) -> None:
        """End the session and with it the lock."""
        self._close()
        self._number = None

    def _try(self, number: int) -> bool:
        if self._session is None:
            return False
        row = self._session.execute("SELECT pg_try_advisory_lock(%s, %s)", (NAMESPACE, number)).fetchone()
        return row is not None and row[0] is True

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _number_of(name: str) -> int | None:
    prefix, _, digits = name.partition("-")
    return int(digits) if prefix == "slot" and digits.isdecimal() else None
