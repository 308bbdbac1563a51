"""Enrichment from a table: a CSV file of the owner's own, a row for each domain or address. A change is seen."""

import asyncio
import csv
import io
from pathlib import Path
from types import MappingProxyType

import structlog

from channels.enrich import Found, LookedUp, Nothing, Raw, Subject, Unusable

log = structlog.get_logger()

_KEYS = ("domain", "email")
_PERSON = "person."
_COMPANY = "company."
_OF_PERSON = frozenset({"name", "title", "phone", "language"})
"""Columns without a prefix that are about the person; all others are about the company."""
LARGEST = 50 * 1024 * 1024
Row = dict[str, str]


class TableSource:
    """Rows of a CSV file, by domain and by address. A column is `person.FIELD`, `company.FIELD` or plain."""

    def __init__(self, path: Path) -> None:
        """Remember where it is; it is read at the first look-up."""
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._rows: dict[str, Row] = {}

    @property
    def name(self) -> str:
        """The file's name."""
        return f"table:{self._path.stem}"[:80]

    async def look_up(self, subject: Subject) -> LookedUp:
        """The rows of the domain and of the address together; the address's own row says more."""
        try:
            await self._fresh()
        except (OSError, ValueError, csv.Error) as error:
            log.warning("enrich.table_unusable", kind=type(error).__name__)
            return Unusable(type(error).__name__)
        wanted = [key.strip().lower() for key in (subject.domain, subject.email) if key]
        rows = [self._rows[key] for key in wanted if key in self._rows]
        if not rows:
            return Nothing()
        person: dict[str, Raw] = {}
        company: dict[str, Raw] = {}
        for row in rows:
            for column, value in row.items():
                _put(person, company, column, value)
        return Found(self.name, MappingProxyType(person), MappingProxyType(company))

    async def close(self) -> None:
        """Nothing is held open."""

    async def _fresh(self) -> None:
        stat = self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if stamp != self._read_at:
            self._rows = await asyncio.to_thread(_read, self._path)
            self._read_at = stamp


def _put(person: dict[str, Raw], company: dict[str, Raw], column: str, value: str) -> None:
    if column.startswith(_PERSON):
        person[column.removeprefix(_PERSON)] = value
    elif column.startswith(_COMPANY):
        company[column.removeprefix(_COMPANY)] = value
    else:
        (person if column in _OF_PERSON else company)[column] = value


def _read(path: Path) -> dict[str, Row]:
    if path.stat().st_size > LARGEST:
        raise ValueError("the table is too large")
    text = path.read_text(encoding="utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = {name: (name or "").strip().lower().replace(" ", "_") for name in reader.fieldnames or ()}
    if not set(names.values()) & set(_KEYS):
        raise ValueError("the table has neither a column domain nor a column email")
    rows: dict[str, Row] = {}
    for raw in reader:
        row = {names[k]: v.strip() for k, v in raw.items() if k in names and isinstance(v, str) and v.strip()}
        for key in _KEYS:
            if key in row:
                rows[row[key].lower()] = {k: v for k, v in row.items() if k not in _KEYS}
    return rows
