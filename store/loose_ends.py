"""Rows that hang on nobody and yet name somebody: a rejected form, an import's faults, a message about no lead.

They are found by the person's addresses and numbers alone. Only tables are searched whose rows may be on their own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

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

from store.person_graph import Reach, graph
from store.tables import metadata

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


async def loose_rows(db: AsyncConnection, emails: Sequence[str], phones: Sequence[str] = ()) -> list[LooseRow]:
    """Every row on its own that holds one of these addresses or E.164 numbers, however it is written there."""
    words = [word for word in dict.fromkeys(w.strip() for w in (*emails, *phones)) if len(word) >= LEAST]
    wanted = [Sought(word, is_phone=word in phones) for word in words]
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


@dataclass(frozen=True, slots=True)
class Sought:
    """An address, number or name, and every way it may be written: in a query string, with blanks between the digits.

    It is found as a whole only: ann@x.de is not in joann@x.de, nor in ann@x.de.example.
    """

    word: str
    is_phone: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in text, however it is written."""
        if self.is_phone:
            return re.compile(_BETWEEN.join(self._digits) + r"(?!\d)", re.IGNORECASE)
        ways = f"{re.escape(self.word)}|{re.escape(quote_plus(self.word))}"
        return re.compile(f"(?={re.escape(self.word[0])}){_BEGINS}(?:{ways}){_ENDS}", re.IGNORECASE)

    @property
    def roughly(self) -> str:
        """For the database: finds all that the pattern does, and more."""
        if self.is_phone:
            return "%" + "%".join(self._digits) + "%"
        return "%" + _NOT_LETTER.sub("%", self.word.lower()) + "%"

    @property
    def _digits(self) -> str:
        return self.word.removeprefix("+")[-_DIGITS:]


_DIGITS = 9
"""The last ones of a number, which are written alike with and without the country's code."""
_NOT_LETTER = re.compile(r"[^a-z0-9.]+")
_BETWEEN = (
    r"(?:[ \t()./+\-\\\u00a0\u00b7\u2000-\u202f\udca0]|%(?:20|28|29|2[b-f]|c2%a0|e2%80%[89a][0-9a-f])"
    r"|\\xa0|\\u00a0|\\u20[0-2][0-9a-f]){0,3}"
)
"""What stands between the digits of one number, also escaped. A comma or a line's end stands between two of them."""
_BEGINS = (
    r"(?:(?<![a-z0-9])(?<![a-z0-9][._-])"
    r"|(?<=%[0-9a-f]{2})|(?<=\\[bfnrt])|(?<=\\[bfnrt][._-])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4}))"
)
"""No longer word goes on into what follows; the letters of an escaped sign (%3A, \n, \u003c) belong to no word."""
_ENDS = r"(?![.-]?[a-z0-9])"


def crossed_out(raw: bytes, words: Sequence[Sought]) -> bytes:
    """The bytes with every one of the words written over by as many x."""
    text = _text(raw)
    for sought in words:
        text = sought.pattern.sub(lambda found: "x" * len(_bytes(found[0])), text)
    return _bytes(text)


def _text(raw: bytes) -> str:
    """The bytes as text, whatever they are: those that are no UTF-8 come back as they were."""
    return raw.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


async def _rows(
    db: AsyncConnection, table: Table, columns: Sequence[Column[Any]], words: Sequence[Sought], reach: Reach | None
) -> list[LooseRow]:
    names = {c: [_has(c, word, db.dialect.name) for word in words] for c in columns}
    query = select(table).where(or_(*(condition for found in names.values() for condition in found)))
    for edge in reach.edges if reach else ():
        query = query.where(edge.column.is_(None))
    goes = reach is not None and reach.erase == "delete"
    rows = (await db.execute(query)).mappings().all()
    found = [LooseRow(table, row, tuple(_named(row, columns, words)), goes) for row in rows]
    return [row for row in found if row.columns]


def _has(column: Column[Any], word: Sought, dialect: str) -> ColumnElement[bool]:
    if not isinstance(kind_of(column), LargeBinary):
        return func.lower(cast(column, Text)).like(word.roughly)
    if dialect == "sqlite":
        return cast(column, Text).like(word.roughly)  # knows no case by itself, and takes any bytes
    return func.lower(func.encode(column, "escape")).like(word.roughly)


def _named(row: RowMapping, columns: Sequence[Column[Any]], words: Sequence[Sought]) -> Iterator[Column[Any]]:
    for column in columns:
        value = row[column]
        said = _text(value) if isinstance(value, bytes) else str(value)
        if any(word.pattern.search(said) for word in words):
            yield column
