"""Many rows into one table at once: the statement is made once a table, and a value that comes again converted once.

The types of the columns convert the values, so that a row is what it would be had it been inserted alone. What
SQLAlchemy does besides for each row (names, order, defaults) was more work on a list of leads than SQLite's own. On
Postgres each column goes as one array, because a row a statement costs more there than the row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Dialect, Float, Table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Into:
    """The statement, and for each column what makes the driver's values of ours and whether they can be looked up."""

    statement: str
    columns: tuple[tuple[str, Convert | None, bool], ...]
    by_column: bool


class _Known(dict[Any, Any]):
    """Values of one column that were converted: instants, codes and sources come again and again."""

    __slots__ = ("_convert",)

    def __init__(self, convert: Convert) -> None:
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self._convert(value)
        return found


async def insert_rows(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns. Raises a collision when a key is taken, as any insert does.

    A default that is worked out in Python is not: name the column.
    """
    if not rows:
        return
    into = _into(table, tuple(rows[0]), connection.dialect)
    columns = [_converted([row[name] for row in rows], how, again) for name, how, again in into.columns]
    values = tuple(columns) if into.by_column else list(zip(*columns, strict=True))
    await connection.exec_driver_sql(into.statement, values)


def _converted(values: list[Any], convert: Convert | None, again: bool) -> list[Any]:
    if convert is None:
        return values
    return list(map(_Known(convert).__getitem__ if again else convert, values))


@lru_cache(maxsize=64)
def _into(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Into:
    kinds = [table.c[name].type for name in names]
    by_column = dialect.name == "postgresql"
    quoted = dialect.identifier_preparer.quote
    if by_column:
        arrays = ", ".join(f"%s::{_array_of(kind, dialect)}" for kind in kinds)
        source = f"SELECT * FROM unnest({arrays})"
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    columns = tuple((n, _convert(k, dialect), not isinstance(k, JSON)) for n, k in zip(names, kinds, strict=True))
    return _Into(f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, names))}) {source}", columns, by_column)


def _convert(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return _figure if convert is None and isinstance(kind, Float) else convert


def _figure(value: float | None) -> float | None:
    """An array is of one kind: 1 beside 0.5 would be refused."""
    return None if value is None else float(value)


def _array_of(kind: TypeEngine[Any], dialect: Dialect) -> str:
    """Without the greatest length: a cast would cut what is too long, where an insert refuses it."""
    return dialect.type_compiler_instance.process(kind).partition("(")[0] + "[]"
