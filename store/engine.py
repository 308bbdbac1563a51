"""Opening the database: one engine, write transactions that lock first, read transactions that do not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.sqlite_driver import BEGIN_TO_WRITE, BUSY_TIMEOUT_MS, connect, connect_here
from store.types import json_value, storable

Database = AsyncEngine
"""The name other rooms know an open database by."""

TURN_TIMEOUT_S = 30.0
"""How long a writer of SQLite waits for those of its process that came before; as long as for a connection."""
_READ_ONLY = "opener_read_only"
_turns: WeakKeyDictionary[Engine, asyncio.Lock] = WeakKeyDictionary()


def open_engine(url: str, *, lasting: bool = True) -> AsyncEngine:
    """An async engine for `sqlite+aiosqlite://…` or `postgresql+psycopg://…`.

    SQLite runs in WAL mode and begins write transactions with BEGIN IMMEDIATE: a plain BEGIN that later wants to write
    fails at once under contention, whatever the busy timeout (713 of 800 in our measurement). One that is not
    `lasting` is thrown away after an exam: it runs in the event loop, and nobody waits for the disk.
    """
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url,
            pool_size=20,
            max_overflow=20,
            pool_reset_on_return=None,  # every transaction here ends by itself; a reset is one more hop
            connect_args={"async_creator_fn": connect if lasting else connect_here},
            json_serializer=_json,
            json_deserializer=json_value,
            hide_parameters=True,  # an error's text must not carry what people wrote
        )
        _prepare_sqlite(engine.sync_engine, lasting=lasting)
        _turns[engine.sync_engine] = asyncio.Lock()
        return engine
    return create_async_engine(
        url, pool_size=10, max_overflow=20, pool_pre_ping=True, json_serializer=_json, hide_parameters=True
    )


def _json(value: Any) -> str:
    return json.dumps(storable(value))


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _prepare_sqlite(engine: Engine, *, lasting: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves
        cursor = raw.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL" if lasting else "synchronous=OFF",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "secure_delete=ON",  # erased words must not stay in free pages
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        raw.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows ASCII only

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        read_only = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else BEGIN_TO_WRITE)


@asynccontextmanager
async def transaction(engine: AsyncEngine, *, read_only: bool = False) -> AsyncIterator[AsyncConnection]:
    """One transaction: committed when the block ends well, rolled back when it raises.

    Writers of one process take turns on SQLite, in the order they came. SQLite itself has no queue: who finds the lock
    taken looks again after up to 100 ms, and one act that writes again and again (an import) may shut out all others
    until their patience ends. So a write transaction is never opened within another: it would wait for itself.
    """
    turn = None if read_only else _turns.get(engine.sync_engine)
    async with _held(turn), engine.connect() as opened:
        connection = await opened.execution_options(**{_READ_ONLY: True}) if read_only else opened
        async with _closed_when_in_doubt(connection):
            begun = await connection.begin()
        try:
            yield connection
        except BaseException:
            async with _closed_when_in_doubt(connection):
                await begun.rollback()
            raise
        async with _closed_when_in_doubt(connection):
            await begun.commit()


@asynccontextmanager
async def _held(turn: asyncio.Lock | None) -> AsyncIterator[None]:
    """Wait for one's turn, where there is one, and keep it for the block."""
    if turn is None:
        yield
        return
    try:
        async with asyncio.timeout(TURN_TIMEOUT_S):
            await turn.acquire()
    except TimeoutError:
        raise PoolTimeout(f"Other acts wrote to the database for {TURN_TIMEOUT_S:g} s.") from None
    try:
        yield
    finally:
        turn.release()


@asynccontextmanager
async def _closed_when_in_doubt(connection: AsyncConnection) -> AsyncIterator[None]:
    """A BEGIN, COMMIT or ROLLBACK that fails or is cancelled may leave a transaction open, and with it a lock.

    The pool does not reset connections, so such a one is closed instead of being given to the next act.
    """
    try:
        yield
    except BaseException:
        await connection.invalidate()
        raise
