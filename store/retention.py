"""Traces that have an age and no person to wait for: rejected forms, guard notes, answered requests, sent messages.

A table says so itself: `info["ages"]` holds its `Ages`. What belongs to a person goes with the person.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.form import Verdict
from store.access_tables import rep_sessions
from store.conversation_tables import guard_events
from store.form_tables import submissions
from store.outbox import OutboxState
from store.outbox_tables import idempotent_requests, outbox
from store.tables import metadata


@dataclass(frozen=True, slots=True)
class Ages:
    """The column that tells a row's age, and which rows age at all: `only` maps a column to the values that do.

    A row goes, unless `emptied` names columns: then it stays without those (and has aged once).
    """

    column: str
    only: Mapping[str, tuple[str, ...]] | None = None
    emptied: tuple[str, ...] = ()


_OVER = (OutboxState.SENT.value, OutboxState.FAILED.value)
_CAPTURED = (Verdict.ACCEPTED.value, Verdict.TEST.value)
_NOT_CAPTURED = tuple(v.value for v in Verdict if v is not Verdict.RECEIVED and v.value not in _CAPTURED)
_OURS: dict[str, tuple[Ages, ...]] = {
    guard_events.name: (Ages("at"),),
    idempotent_requests.name: (Ages("created_at"),),
    outbox.name: (Ages("created_at", {"state": _OVER}),),
    submissions.name: (
        Ages("received_at", {"verdict": _NOT_CAPTURED}),
        Ages("received_at", {"verdict": _CAPTURED}, emptied=("raw", "fetched", "headers", "ip", "email_key")),
    ),
    rep_sessions.name: (Ages("expires_at"),),
}
"""What a form sent is nobody's lead, and goes; or it became one, and its bytes go: what they said is in the lead."""


def aging() -> list[tuple[Table, Ages]]:
    """Every table whose rows age, and how; a table can have several kinds of rows."""
    told = {t.name: t.info["ages"] for t in metadata.sorted_tables if "ages" in t.info}
    return [(metadata.tables[name], ages) for name, all in (_OURS | told).items() for ages in all]


async def count_old(db: AsyncConnection, before: datetime) -> dict[str, int]:
    """How many rows of each such table are older than an instant."""
    found: Counter[str] = Counter()
    for table, ages in aging():
        query = select(func.count()).select_from(table).where(*_old(table, ages, before))
        found[table.name] += int((await db.execute(query)).scalar_one())
    return dict(found)


async def delete_old(db: AsyncConnection, before: datetime) -> dict[str, int]:
    """Delete them, or empty what is to be emptied; how many of each."""
    gone: Counter[str] = Counter()
    for table, ages in aging():
        old = _old(table, ages, before)
        change = update(table).values(_emptied(table, ages)) if ages.emptied else delete(table)
        gone[table.name] += int((await db.execute(change.where(*old))).rowcount)
    return dict(gone)


def _old(table: Table, ages: Ages, before: datetime) -> list[ColumnElement[bool]]:
    where: list[Any] = [table.c[ages.column] < before]
    for column, values in (ages.only or {}).items():
        where.append(table.c[column].in_(values))
    if ages.emptied:
        where.append(or_(*(table.c[name].is_not(None) for name in ages.emptied if table.c[name].nullable)))
    return where


def _emptied(table: Table, ages: Ages) -> dict[str, Any]:
    """Nothing where that can be; a JSON object that must be there is empty."""
    return {name: None if table.c[name].nullable else {} for name in ages.emptied}
