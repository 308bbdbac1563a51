"""Traces that have an age and no person to wait for: rejected forms, guard notes, answered requests, sent messages.

A table says so itself: `info["ages"]` is an `Ages`. What belongs to a person goes with the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.metadata import metadata
from store.outbox import OutboxState
from store.tables import guard_events, idempotent_requests, outbox


@dataclass(frozen=True, slots=True)
class Ages:
    """The column that tells a row's age, and which rows age at all: `only` maps a column to the values that do."""

    column: str
    only: Mapping[str, tuple[str, ...]] | None = None


_OVER = (OutboxState.SENT.value, OutboxState.FAILED.value)
_OURS = {
    guard_events.name: Ages("at"),
    idempotent_requests.name: Ages("created_at"),
    outbox.name: Ages("created_at", {"state": _OVER}),
}


def aging() -> dict[str, Ages]:
    """Every table whose rows age, and how."""
    told = {t.name: t.info["ages"] for t in metadata.sorted_tables if isinstance(t.info.get("ages"), Ages)}
    return _OURS | told


async def count_old(db: AsyncConnection, before: datetime) -> dict[str, int]:
    """How many rows of each such table are older than an instant."""
    found = {}
    for name, ages in aging().items():
        table = metadata.tables[name]
        query = select(func.count()).select_from(table).where(*_old(table, ages, before))
        found[name] = int((await db.execute(query)).scalar_one())
    return found


async def delete_old(db: AsyncConnection, before: datetime) -> dict[str, int]:
    """Delete them; how many of each."""
    gone = {}
    for name, ages in aging().items():
        table = metadata.tables[name]
        gone[name] = int((await db.execute(delete(table).where(*_old(table, ages, before)))).rowcount)
    return gone


def _old(table: Table, ages: Ages, before: datetime) -> list[ColumnElement[bool]]:
    where: list[Any] = [table.c[ages.column] < before]
    for column, values in (ages.only or {}).items():
        where.append(table.c[column].in_(values))
    return where
