"""Everything we hold about somebody, as it stands in the tables (GDPR art. 15 and 20).

What belongs to a person is read from the tables' tags (`store/person_graph.py`); a table that is added later is in the
export without a word here. Left out is only what opens a door (hashes of tokens).
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, RowMapping, Table, select

from leads.identity import PersonId
from store.people_tables import companies
from store.person_graph import Found, graph
from store.person_points import Points, loose_ends_of, points_of, read_person
from store.privacy_tables import consent_texts, suppressions
from store.tables import metadata
from store.types import JsonObject
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """The rows of one table that are about the person, columns in the table's order."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True)
class PersonExport:
    """All of it: `persons` are the record's own id and those of records merged into it."""

    persons: tuple[PersonId, ...]
    made_at: datetime
    name: str | None
    tables: tuple[ExportedTable, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(len(table.rows) for table in self.tables)


async def export_rows(uow: UnitOfWork, family: Sequence[PersonId]) -> PersonExport:
    """Read everything, empty tables left out."""
    found = await read_person(uow, family)
    points = points_of(found)
    tables = {reach.table.name: list(found.rows[reach.table.name]) for reach in graph()}
    for loose in await loose_ends_of(uow, points):
        if loose.goes:
            tables.setdefault(loose.table.name, []).append(loose.row)
    shown = [_table(metadata.tables[name], rows) for name, rows in tables.items() if rows]
    shown += [_table(table, rows) for table, rows in await _beside(uow, found, points) if rows]
    name = next((row["name"] for row in found.rows["people"] if row["name"]), None)
    return PersonExport(tuple(family), uow.now, name, tuple(shown))


async def _beside(uow: UnitOfWork, found: Found, points: Points) -> list[tuple[Table, list[RowMapping]]]:
    """What explains the rows: the company, the texts that were agreed to, and the suppression list's entries."""
    ids = {row["company_id"] for row in found.rows["leads"] if row["company_id"]}
    versions = {row["text_version"] for row in found.rows["consents"]}
    hashes = [uow.suppressions.hash_of(point, kind) for kind, point in points.all]
    queries = (
        (companies, select(companies).where(companies.c.id.in_(ids))),
        (consent_texts, select(consent_texts).where(consent_texts.c.version.in_(versions))),
        (suppressions, select(suppressions).where(suppressions.c.hash.in_(hashes))),
    )
    return [(table, list((await uow._db.execute(query)).mappings())) for table, query in queries]


def _table(table: Table, rows: Iterable[RowMapping]) -> ExportedTable:
    columns = [c for c in table.columns if c.info.get("export") != "never"]
    return ExportedTable(table.name, tuple(c.name for c in columns), tuple(_row(row, columns) for row in rows))


def _row(row: RowMapping, columns: Sequence[Column[Any]]) -> JsonObject:
    return {column.name: _plain(row[column]) for column in columns}


def _plain(value: Any) -> Any:
    """As JSON has it: instants in UTC, sums as text, bytes as text or, where they are none, in base64."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes() | memoryview():
            raw = bytes(value)
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                return base64.b64encode(raw).decode()
    return value
