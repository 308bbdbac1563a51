"""What erasing leaves in files although no query finds it any more, and getting rid of it.

SQLite: `secure_delete` overwrites what is deleted, but pages that were moved about keep stale copies, and the
write-ahead log keeps old pages. A VACUUM writes the file anew, and a truncating checkpoint empties the log. Postgres
keeps dead rows until its own vacuum has passed; a plain VACUUM makes that now, and its log is the server's affair.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from store.person_graph import graph

log = structlog.get_logger()

AT_ONCE = 256 * 1024 * 1024
"""Up to this size (bytes) a file is written anew at once, in a second or two; a larger one waits for the night."""
PATIENCE_S = 10.0


async def wipe_residue(engine: AsyncEngine, *, rewrite: bool = True, whatever_size: bool = False) -> bool:
    """Make sure that what was erased is in no file; False when something is left for the nightly round.

    That is so when the database was busy or is too large to be written anew now, or without `rewrite`.
    """
    if engine.dialect.name == "sqlite":
        database = engine.url.database
        if not database or database == ":memory:":
            return True
        most = 0 if not rewrite else sys.maxsize if whatever_size else AT_ONCE
        done = await asyncio.to_thread(_rewrite, Path(database), most)
    else:
        done = await _vacuum(engine) if rewrite else False
    log.info("privacy.residue", outcome="wiped" if done else "later")
    return done


def _rewrite(file: Path, most: int) -> bool:
    small = file.stat().st_size <= most
    with closing(sqlite3.connect(file, timeout=PATIENCE_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA temp_store=MEMORY")  # no copy of the rows in a temporary file
        connection.execute("PRAGMA secure_delete=ON")
        try:
            if small:
                connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:  # somebody reads or writes without a pause
            return False
    return not busy and small


async def _vacuum(engine: AsyncEngine) -> bool:
    tables = ", ".join(reach.table.name for reach in graph())
    async with engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.exec_driver_sql(f"VACUUM {tables}")
    return True
