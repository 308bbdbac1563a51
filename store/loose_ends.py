"""Rows that hang on nobody and yet name somebody: a rejected form, an import's faults, a message about no lead.

They are found by the person's addresses and numbers alone. Only tables are searched whose rows may be on their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    LargeBinary,
    RowMapping,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store.metadata import metadata
from store.person_graph import Reach, graph

LEAST = 5
"""Characters a word needs to be looked for; shorter ones are in everything."""
OURS = frozenset({"reps", "api_keys", "widget_keys", "rule_sets", "companies", "consent_texts", "suppression_keys"})
"""What is about our own team, organisations and rules."""


@dataclass(frozen=True, slots=True)
class LooseRow:
    """A row that names somebody, and in which columns."""

    table: Table
    row: RowMapping
    columns: tuple[Column[Any], ...]
    goes: bool
    """Whether the whole row was about the person (a rejected form), or only mentions them (an import's faults)."""


async def loose_rows(db: AsyncConnection, words: Sequence[str]) -> list[LooseRow]:
    """Every row on its own that holds one of these words (an address, a number)."""
    wanted = [word for word in dict.fromkeys(w.strip() for w in words) if len(word) >= LEAST]
    found: list[LooseRow] = []
    if not wanted:
        return found
    reaches = {reach.table.name: reach for reach in graph()}
    for table in metadata.sorted_tables:
        reach = reaches.get(table.name)
        if table.name in OURS or table.name.startswith("knowledge_") or (reach and not reach.only_loosely):
            continue
        columns = [c for c in table.columns if holds_words(c)]
        if columns:
            found += await _rows(db, table, columns, wanted, reach)
    return found


def holds_words(column: Column[Any]) -> bool:
    """Whether a column can hold words at all: text, JSON, raw bytes; no key and no reference."""
    return isinstance(kind_of(column), String | JSON | LargeBinary) and not column.primary_key


def kind_of(column: Column[Any]) -> Any:
    """The type a column really has, beneath ours."""
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


async def _rows(
    db: AsyncConnection, table: Table, columns: Sequence[Column[Any]], words: Sequence[str], reach: Reach | None
) -> list[LooseRow]:
    names = {c: [_has(c, word, db.dialect.name) for word in words] for c in columns}
    query = select(table).where(or_(*(condition for found in names.values() for condition in found)))
    for edge in reach.edges if reach else ():
        query = query.where(edge.column.is_(None))
    goes = reach is not None and reach.erase == "delete"
    rows = (await db.execute(query)).mappings().all()
    return [LooseRow(table, row, tuple(_named(row, columns, words)), goes) for row in rows]


def _has(column: Column[Any], word: str, dialect: str) -> ColumnElement[bool]:
    if isinstance(kind_of(column), LargeBinary):
        at = func.instr if dialect == "sqlite" else func.position
        sought = word.encode()
        return at(column, sought) > 0 if dialect == "sqlite" else column.op("LIKE")(b"%" + sought + b"%")
    return func.lower(cast(column, Text)).contains(word.lower(), autoescape=True)


def _named(row: RowMapping, columns: Sequence[Column[Any]], words: Sequence[str]) -> Iterator[Column[Any]]:
    for column in columns:
        value = row[column]
        said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        if any(word.lower() in said.lower() for word in words):
            yield column
