"""Words the tables share. A column may not be null and holds nothing personal, unless it says so (see metadata.py)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, text

from store.metadata import IDENTIFIER, NOT_PERSONAL
from store.types import Line

ID = Line(40)
CODE = Line(40)


def col(name: str, kind: Any, info: Mapping[str, Any] = NOT_PERSONAL, *args: Any, **options: Any) -> Column[Any]:
    """A column, with the kind of personal data it holds."""
    options.setdefault("nullable", False)
    return Column(name, kind, *args, info=dict(info), **options)


def ref(table: str, name: str, info: Mapping[str, Any] = IDENTIFIER, **options: Any) -> Column[Any]:
    """A reference to another table's `id`; it leads to a person, unless it says otherwise."""
    return col(name, ID, info, ForeignKey(f"{table}.id"), **options)


def some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows a condition holds for."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def only_one(name: str, *columns: str, where: str) -> Index:
    """A unique index over the rows a condition holds for: at most one such row."""
    return some(name, *columns, where=where, unique=True)
