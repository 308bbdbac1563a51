"""A journal of rows: what changed in a SQLite database, row by row, written by triggers as it happens.

For exams that have to know everything one act did: whoever changes a row, by whatever way, is written down, and looking
costs as much as what changed and not as much as what is stored. Never for a database of the product.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

_JOURNAL = "row_journal"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row: how it was (None when it is new) and how it is (None when it is gone). Bytes are shown as hex."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def columns(self) -> frozenset[str]:
        """The columns that differ; all of a row that is new or gone."""
        if self.before is None or self.after is None:
            return frozenset(self.before or self.after or {})
        return frozenset(name for name, value in self.before.items() if self.after[name] != value)


class RowJournal:
    """Watches every table a database has at this moment. Close it at the end."""

    def __init__(self, file: Path) -> None:
        """Lay the triggers. The tables must be there already."""
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._seen = 0
        self._columns: dict[str, tuple[str, ...]] = {}
        self._db.execute(f"CREATE TABLE {_JOURNAL} (n INTEGER PRIMARY KEY, tab TEXT, old TEXT, new TEXT)")
        for (table,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table != _JOURNAL and not table.startswith("sqlite_"):
                self._watch(table)

    def changes(self) -> tuple[RowChange, ...]:
        """What has changed since the last call, in order; a row that was written again as it was has not."""
        rows = self._db.execute(
            f"SELECT n, tab, old, new FROM {_JOURNAL} WHERE n > ? ORDER BY n",  # noqa: S608 - a fixed word
            (self._seen,),
        ).fetchall()
        self._seen = rows[-1][0] if rows else self._seen
        return tuple(
            RowChange(table, self._row(table, old), self._row(table, new)) for _, table, old, new in rows if old != new
        )

    def close(self) -> None:
        """Close the connection; the triggers stay."""
        self._db.close()

    def _watch(self, table: str) -> None:
        names = tuple(row[1] for row in self._db.execute(f'PRAGMA table_info("{table}")'))
        self._columns[table] = names
        old, new = _as_json("OLD", names), _as_json("NEW", names)
        for act, told in (("INSERT", f"NULL, {new}"), ("UPDATE", f"{old}, {new}"), ("DELETE", f"{old}, NULL")):
            self._db.execute(
                f'CREATE TRIGGER "{_JOURNAL}_{act}_{table}" AFTER {act} ON "{table}" BEGIN '  # noqa: S608 - names of our own tables
                f"INSERT INTO {_JOURNAL} (tab, old, new) VALUES ('{table}', {told}); END"
            )

    def _row(self, table: str, written: str | None) -> Row | None:
        if written is None:
            return None
        return MappingProxyType(dict(zip(self._columns[table], json.loads(written), strict=True)))


def _as_json(which: str, names: tuple[str, ...]) -> str:
    values = (f'CASE typeof({which}."{n}") WHEN \'blob\' THEN hex({which}."{n}") ELSE {which}."{n}" END' for n in names)
    return f"json_array({', '.join(values)})"
