"""What a row that stays loses, and how a column is emptied whatever its type."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, RowMapping, String, Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.loose_ends import Sought, crossed_out, kind_of
from store.person_graph import Reach, thing_of
from store.person_points import Points


def blank_of(reach: Reach, reaches: Sequence[Reach]) -> dict[str, Any]:
    """What a row that stays loses: contact, content, and references to what goes or to what is not the person's."""
    stays = {r.table.name for r in reaches if r.erase != "delete"}
    leading = {edge.column.name for edge in reach.edges if edge.to.name in stays}
    values: dict[str, Any] = {}
    for column in reach.table.columns:
        kind = column.info.get("pii")
        if column.info.get("erase") == "keep":
            continue
        if kind in {"contact", "content"}:
            values.update(_nothing(column))
        elif kind == "identifier" and column.nullable and column.name not in leading | _LINKS | _links(stays):
            values[column.name] = None
    return values


_LINKS = frozenset({"merged_into_id"})
"""What says that two records were one person: without it a late message would find the wrong one."""


def _links(names: set[str]) -> set[str]:
    """Names of columns that refer to one of these tables by its name alone."""
    return {f"{thing_of(name)}_id" for name in names}


def _nothing(column: Column[Any]) -> Mapping[str, Any]:
    """An empty value of the column's type; an instant or a key that cannot be empty stays."""
    if "blank" in column.info:
        return {column.name: column.info["blank"]}
    if column.nullable:
        return {column.name: None}
    for kind, empty in ((JSON, {}), (String, ""), (Boolean, False), (Float, 0.0), (Integer, 0), (LargeBinary, b"")):
        if isinstance(kind_of(column), kind):
            return {column.name: empty}
    return {}


async def overwrite(db: AsyncConnection, table: Table, row: RowMapping, columns: Sequence[Column[Any]]) -> None:
    """Empty these columns of one row."""
    values: dict[str, Any] = {}
    for column in columns:
        values.update(_nothing(column))
    if not values:
        return
    keys = [c == row[c] for c in table.primary_key.columns]
    await db.execute(update(table).where(*keys).values(values))


async def cross_out(
    db: AsyncConnection, table: Table, row: RowMapping, columns: Sequence[Column[Any]], points: Points
) -> None:
    """Write over the words in a file that is about many others too: a list on its way in must still be readable."""
    words = [Sought(word, is_phone=word in points.phones) for word in points.among_others]
    values = {column.name: crossed_out(bytes(row[column]), words) for column in columns}
    if values:
        keys = [c == row[c] for c in table.primary_key.columns]
        await db.execute(update(table).where(*keys).values(values))
