"""Storing what may be there already, on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_once(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows whose keys are free and return how many that were; the others change nothing.

    The rows say themselves that they were stored (RETURNING): an insert has no `rowcount` on Postgres with psycopg, and
    the -1 it has instead is easily taken for a yes.
    """
    dialect_insert: Any = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert
    # One row as a mapping: with a list of rows a statement is compiled anew each time, which is the dear part.
    values: Any = rows[0] if len(rows) == 1 else list(rows)
    stored = dialect_insert(table).values(values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return len((await connection.execute(stored)).all())
