"""Every row of a SQLite database as plain values, read past the application: what a test compares before and after."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Rows = Mapping[str, Mapping[int, tuple[Any, ...]]]
"""By table, by SQLite's own row number."""


def rows_of(file: Path) -> Rows:
    """Table by table; two of these compare as the databases do."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: {row[0]: row[1:] for row in db.execute(f'SELECT rowid, * FROM "{name}"')} for name in names}


def columns_of(file: Path) -> Mapping[str, tuple[str, ...]]:
    """The names of each table's columns, in the order of `rows_of`."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: tuple(row[1] for row in db.execute(f'PRAGMA table_info("{name}")')) for name in names}
