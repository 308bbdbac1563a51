"""Every row of a SQLite database as plain values, read past the application: what a test compares before and after."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Rows = Mapping[str, tuple[dict[str, Any], ...]]


def rows_of(file: Path) -> Rows:
    """Table by table, in the order the rows were stored."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        names = [row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: tuple(map(dict, db.execute(f'SELECT * FROM "{name}" ORDER BY rowid'))) for name in names}
