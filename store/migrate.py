"""Bringing the database up to date: hand-written Alembic revisions in one transaction, one process at a time.

Safe to call from every process at every start: an up-to-date database costs one small query and no import of Alembic;
otherwise the first one locks (an advisory lock on Postgres, BEGIN IMMEDIATE on SQLite), and the others find its work
done.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from store.engine import transaction
from store.migrations import HEAD

FOLDER: Final = Path(__file__).parent / "migrations"
_ADVISORY_LOCK: Final = 0x6F70656E6572  # "opener" in ASCII; any number nobody else locks
_VERSIONS: Final = "alembic_version"
_ONE_AT_A_TIME = threading.Lock()


class WrongDatabase(Exception):
    """This database cannot be brought to this version: it is newer, or its tables were made in another way."""


async def upgrade(engine: AsyncEngine, *, to: str = HEAD) -> None:
    """Bring the database to this program's schema, or to an earlier one, all of it or nothing. Raises WrongDatabase."""
    if await head_of(engine) == to:
        return
    async with _alone_in_this_process(), transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        await connection.run_sync(_run_revisions, to)


async def head_of(engine: AsyncEngine) -> str | None:
    """The revision the database is at; None when it is empty."""
    async with transaction(engine, read_only=True) as connection:
        return await connection.run_sync(_revision)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database has exactly this program's schema."""
    return await head_of(engine) == HEAD


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()  # noqa: S608 (a constant)


def _run_revisions(connection: Connection, to: str) -> None:
    # Alembic takes a tenth of a second to import, and most starts find nothing to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    _refuse_what_is_not_ours(
        connection, {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    )
    command.upgrade(config, to)


def _refuse_what_is_not_ours(connection: Connection, known: set[str]) -> None:
    revision = _revision(connection)
    if revision is None and inspect(connection).has_table("people"):
        raise WrongDatabase(
            "The database has tables but no record of how they were made, so it cannot be upgraded safely. "
            "Point OPENER_DATABASE_URL at an empty database, or restore a backup made by Opener."
        )
    if revision is not None and revision not in known:
        raise WrongDatabase(
            f"The database is at revision {revision}, and this version of Opener knows only up to {HEAD}: a newer "
            "Opener has used it. Run that newer version, or restore the backup made before the upgrade."
        )


@asynccontextmanager
async def _alone_in_this_process() -> AsyncIterator[None]:
    """Alembic keeps its context in module variables, so two upgrades in one process must not interleave.

    Not an asyncio lock: two event loops may meet here, in two threads.
    """
    while not _ONE_AT_A_TIME.acquire(blocking=False):  # noqa: ASYNC110 (an asyncio.Event has one loop)
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()
