"""Words the revisions share. They are part of released revisions: add to them, never change one."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB


def key(name: str = "id", length: int = 40) -> Column[Any]:
    """The primary key, a string."""
    return Column(name, String(length), primary_key=True)


def ref(table: str, name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:
    """A reference to another table's `id`."""
    return Column(name, String(40), ForeignKey(f"{table}.id"), nullable=nullable, **options)


def short(name: str, length: int = 40, *, nullable: bool = False, **options: Any) -> Column[Any]:
    """A string of at most `length` characters; 40 hold an id or a code."""
    return Column(name, String(length), nullable=nullable, **options)


def long(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:
    """A text of any length."""
    return Column(name, Text, nullable=nullable, **options)


def number(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:
    """A whole number."""
    return Column(name, Integer, nullable=nullable, **options)


def flag(name: str) -> Column[Any]:
    """True or false."""
    return Column(name, Boolean, nullable=False)


def instant(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:
    """An instant; with a zone where the database knows zones."""
    return Column(name, DateTime(timezone=True), nullable=nullable, **options)


def amount(name: str) -> Column[Any]:
    """An amount of money in ten-thousandths."""
    return Column(name, BigInteger, nullable=False)


def day(name: str) -> Column[Any]:
    """A day of the calendar."""
    return Column(name, Date, nullable=False)


def document(name: str) -> Column[Any]:
    """A JSON value, binary on Postgres."""
    return Column(name, JSON().with_variant(JSONB(), "postgresql"), nullable=False)


def optional_document(name: str) -> Column[Any]:
    """A JSON value that may be missing."""
    return Column(name, JSON().with_variant(JSONB(), "postgresql"), nullable=True)


def only_one(name: str, column: str, *, where: str) -> Index:
    """A unique index over the rows a condition holds for: at most one such row."""
    return Index(name, column, unique=True, sqlite_where=text(where), postgresql_where=text(where))
