"""SQLite with one thread hop a statement.

aiosqlite runs SQLite in a thread of its own, so that a lock or a slow disk never stops the event loop. SQLAlchemy asks
it for a cursor, an execution, the rows and a close, four hops for one statement; with some forty statements a turn the
hops cost more than SQLite. Here the four are one.
"""

import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite

BUSY_TIMEOUT_MS = 10_000
"""How long a statement waits for other processes."""
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
_LOOK_AGAIN_S = 0.002


class OneHopCursor:
    """What SQLAlchemy's adapter needs of a cursor; rows are there when `execute` returns."""

    arraysize = 1

    def __init__(self, connection: "OneHopConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute and fetch everything in one go."""
        await self._connection.hop(partial(self._run, sql, parameters))
        return self

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Self:
        """Execute for many rows in one go."""
        await self._connection.hop(partial(self._run_many, sql, rows))
        return self

    async def fetchall(self) -> list[Any]:
        """The rows that came with the execution."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is held."""

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        raw = self._connection.raw
        self._take(_begun(raw) if sql == BEGIN_TO_WRITE else raw.execute(sql, parameters))

    def _run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._take(self._connection.raw.executemany(sql, rows))

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


def _begun(raw: sqlite3.Connection) -> sqlite3.Cursor:
    """Begin to write as soon as no other process does.

    SQLite itself looks again after up to 100 ms, and so hardly ever meets the few milliseconds between two transactions
    of a process that writes again and again (an import on the command line beside the server).
    """
    patience = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                return raw.execute(BEGIN_TO_WRITE)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                    raise
            time.sleep(_LOOK_AGAIN_S)
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors hop once."""

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection; only for the thread that owns it."""
        return self._conn

    async def hop(self, work: Any) -> None:
        """Do some work in the connection's thread."""
        await self._execute(work)  # type: ignore[no-untyped-call]

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # made without a hop
        """A new cursor; nothing is asked of the thread yet."""
        return OneHopCursor(self)


class NoHopConnection(OneHopConnection):
    """One that runs SQLite in the event loop: for an exam, where nobody else waits, it saves a third of the work."""

    async def _execute(self, fn: Any, *args: Any, **options: Any) -> Any:
        return fn(*args, **options)


def connect_here(database: str | Path, **options: Any) -> NoHopConnection:
    """Open a connection that never hops; await it. Only for a process that does one thing at a time."""
    opening = partial(sqlite3.connect, database, **(options | {"check_same_thread": False}))
    connection = NoHopConnection(opening, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection


def connect(database: str | Path, **options: Any) -> OneHopConnection:
    """Open a connection as aiosqlite does; await it. Its thread never keeps a process alive."""
    connection = OneHopConnection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
