"""Which rows of which tables are about somebody, read from the tables themselves: no list to forget a table in.

A table hangs on a person when one of its columns that are tagged as identifiers refers to a table that does: by a
foreign key, or, in a table without such a one, by its name (`lead_id` refers to `leads`, `subject_id` to any). Tables
are walked in the order of their references. `info["by"]` of a table names the only columns that count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, MetaData, RowMapping, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import metadata

CHUNK = 400
"""Ids in one IN list: far below what any database takes."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A column of a table, and the table it refers to."""

    column: Column[Any]
    to: Table


@dataclass(frozen=True, slots=True)
class Reach:
    """A table that hangs on persons, and by which columns."""

    table: Table
    edges: tuple[Edge, ...]

    @property
    def erase(self) -> str:
        """What erasing does with its rows: `delete` unless the table says `empty` or `keep`."""
        return str(self.table.info.get("erase", "delete"))

    @property
    def only_loosely(self) -> bool:
        """Whether a row may hang on nobody at all, because every such column may be empty."""
        return bool(self.edges) and all(edge.column.nullable for edge in self.edges)


@dataclass(slots=True)
class Found:
    """The rows that were reached, by table, in the order of references."""

    rows: dict[str, list[RowMapping]] = field(default_factory=dict)

    def ids(self, table: Table) -> list[str]:
        """The ids of the rows of one table; empty for a table without a single id."""
        key = id_of(table)
        return [] if key is None else [row[key] for row in self.rows.get(table.name, [])]

    def values(self, *kinds: str) -> Iterator[tuple[Column[Any], Any]]:
        """Every value that is tagged so, with its column."""
        for name, rows in self.rows.items():
            wanted = [c for c in metadata.tables[name].columns if c.info.get("pii") in kinds]
            for row in rows:
                yield from ((column, row[column]) for column in wanted if row[column] is not None)


def id_of(table: Table) -> Column[Any] | None:
    """The single primary key column, or None."""
    keys = list(table.primary_key.columns)
    return keys[0] if len(keys) == 1 else None


def graph(root: str = "people", tables: MetaData = metadata) -> Sequence[Reach]:
    """Every table that hangs on the root, the root first, each one after those it refers to."""
    return _graph(root, tables, tuple(tables.tables.values()))


@cache
def _graph(root: str, tables: MetaData, _now: tuple[Table, ...]) -> Sequence[Reach]:
    reached: dict[str, Reach] = {root: Reach(tables.tables[root], ())}
    for strict in (True, False):  # foreign keys first: names count only where there is none
        grown = True
        while grown:
            grown = False
            for table in tables.sorted_tables:
                if table.name in reached or (strict and not table.foreign_keys):
                    continue
                edges = _edges(table, {r.table.name: r.table for r in reached.values()}, tables)
                if edges:
                    reached[table.name] = Reach(table, edges)
                    grown = True
    whole = {name: reach.table for name, reach in reached.items()}
    final = {name: Reach(t, () if name == root else _edges(t, whole, tables)) for name, t in whole.items()}
    return _closed(_ordered(final, root))


def _edges(table: Table, reached: Mapping[str, Table], tables: MetaData) -> tuple[Edge, ...]:
    only = table.info.get("by")
    columns = [c for c in table.columns if c.info.get("pii") == "identifier" and (only is None or c.name in only)]
    by_key = [
        Edge(c, key.column.table)
        for c in columns
        for key in c.foreign_keys
        if key.column.table.name in reached and key.column.table is not table
    ]
    if by_key:
        return tuple(by_key)
    names = {thing_of(name): t for name, t in reached.items() if t is not table and _has_name(t)}
    found: list[Edge] = []
    for column in columns:
        if column.name == "subject_id":
            found += [Edge(column, t) for t in names.values()]
        elif column.name.endswith("_id") and (to := names.get(column.name.removesuffix("_id"))) is not None:
            found.append(Edge(column, to))
    return tuple(found)


def _has_name(table: Table) -> bool:
    """Whether others can refer to its rows by an id of their own: a number is only a place in a row of events."""
    key = id_of(table)
    return key is not None and not isinstance(key.type, Integer)


def thing_of(name: str) -> str:
    """The word for one of a table's things: people → person, activities → activity, leads → lead."""
    if name == "people":
        return "person"
    return name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")


def _ordered(reached: Mapping[str, Reach], root: str) -> list[Reach]:
    done: dict[str, Reach] = {}
    waiting = dict(reached)
    while waiting:
        free = [n for n, r in waiting.items() if all(e.to.name in done or e.to.name == n for e in r.edges)]
        for name in free or [next(iter(waiting))]:  # a circle is broken anywhere
            done[name] = waiting.pop(name)
    return [done[root], *(reach for name, reach in done.items() if name != root)]


def _closed(reaches: Sequence[Reach]) -> list[Reach]:
    """A row that refers to one that goes, and must refer to it, goes too, whatever its table says."""
    gone = {r.table.name for r in reaches if r.erase == "delete"}
    for reach in reaches:
        must = {e.to.name for e in reach.edges if e.column.foreign_keys and not e.column.nullable}
        if reach.erase == "empty" and must & gone:
            raise ValueError(
                f"{reach.table.name} cannot stay: it must refer to rows that go ({', '.join(must & gone)})"
            )
    return list(reaches)


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The ids in handfuls."""
    return (ids[n : n + CHUNK] for n in range(0, len(ids), CHUNK))


def conditions(reach: Reach, found: Found, *, exclude: Iterable[str] = ()) -> Iterator[ColumnElement[bool]]:
    """What picks the rows of a table that hang on what was found so far."""
    for edge in reach.edges:
        if edge.to.name not in exclude:
            for some in chunks(found.ids(edge.to)):
                yield edge.column.in_(some)


async def collect(db: AsyncConnection, root: Table, ids: Sequence[str]) -> Found:
    """Every row that hangs on these rows of the root, themselves included."""
    found = Found()
    key = id_of(root)
    assert key is not None
    for reach in graph(root.name):
        picked = [key.in_(some) for some in chunks(ids)] if reach.table is root else list(conditions(reach, found))
        rows: dict[tuple[Any, ...], RowMapping] = {}
        for condition in picked:
            for row in (await db.execute(select(reach.table).where(condition))).mappings():
                rows.setdefault(tuple(row[c] for c in reach.table.primary_key.columns), row)
        found.rows[reach.table.name] = list(rows.values())
    return found
