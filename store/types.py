"""Column types that behave the same on SQLite and Postgres."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. A naive datetime is refused; what comes back always knows its zone.

    SQLite keeps text without a zone, so never compare such a column with the server's own clock. There the text is
    made and read in one step: lists of leads and their ledgers hold more instants than anything else.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """What makes an instant into what this database keeps."""
        return _instant_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """What makes an instant of what this database keeps."""
        return _instant_or_none if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To Postgres: UTC."""
        return None if value is None else _utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From Postgres: UTC."""
        return None if value is None else _utc(value)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC)


def _instant_text(value: datetime | None) -> str | None:
    return None if value is None else _utc(value).isoformat(" ", "microseconds").removesuffix("+00:00")


def _instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else instant_of(text)


def instant_of(text: str) -> datetime:
    """The instant that SQLite keeps as this text."""
    try:
        return datetime.fromisoformat(text + "+00:00")  # six times as quick as giving it a zone afterwards
    except ValueError:  # another hand wrote it, with a zone
        return datetime.fromisoformat(text).astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """An amount of money, exact on both databases: a whole number of ten-thousandths (SQLite has no decimals).

    Sums of it are amounts again.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """To the database: ten-thousandths. What is finer is refused, never rounded."""
        if value is None:
            return None
        scaled = value.scaleb(4)
        if scaled != scaled.to_integral_value():
            raise ValueError("an amount has at most four decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """From the database: the amount."""
        return None if value is None else Decimal(int(value)).scaleb(-4)


def storable_text(text: str) -> str:
    """The text without what no database keeps: NUL, which Postgres refuses, and halves of surrogate pairs.

    Models and forms send both, written as JSON escapes; half a pair becomes a question mark.
    """
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def storable(value: Any) -> Any:
    """A JSON value whose every text can be stored."""
    match value:
        case str():
            return storable_text(value)
        case dict():
            return {storable_text(str(key)): storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
    return value


class _Storable(TypeDecorator[str]):
    """Text on its way to the database is made storable; also where it is only compared."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable_text(value)


class Line(_Storable):
    """A string with a greatest length. Postgres refuses a longer one: cut before you store."""

    cache_ok = True  # SQLAlchemy asks each class itself; without it no statement is cached


class Words(_Storable):
    """A text of any length."""

    impl = Text
    cache_ok = True


def json_value(text: str) -> Any:
    """What a JSON text says; the ten times slower reader is asked only for what no standard knows (NaN, Infinity)."""
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return json.loads(text)


def json_type() -> JSON:
    """JSON, binary on Postgres."""
    return JSON(none_as_null=True).with_variant(JSONB(), "postgresql")


JsonObject = dict[str, Any]
