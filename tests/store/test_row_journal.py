"""The journal of rows: whatever changed is in it, and nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.row_journal import RowChange, RowJournal
from tests.builders import a_conversation, a_workspace


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(tmp_path / "rows.db", isolation_level=None)
    db.execute("CREATE TABLE pages (id TEXT PRIMARY KEY, words TEXT, picture BLOB, price REAL)")
    db.execute("INSERT INTO pages VALUES ('p0', 'there before', NULL, 1.5)")
    return db


def test_a_row_that_is_new_changed_or_gone_is_written_down_with_how_it_was(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    journal = RowJournal(tmp_path / "rows.db")
    db.execute("INSERT INTO pages VALUES ('p1', 'a \"quoted\" \u2028 line\n', x'00ff', 2)")
    db.execute("UPDATE pages SET words = 'other' WHERE id = 'p0'")
    db.execute("DELETE FROM pages WHERE id = 'p1'")
    p1 = {"id": "p1", "words": 'a "quoted" \u2028 line\n', "picture": "00FF", "price": 2.0}
    p0 = {"id": "p0", "words": "there before", "picture": None, "price": 1.5}
    new, changed, gone = journal.changes()
    assert (new, gone) == (RowChange("pages", None, p1), RowChange("pages", p1, None))
    assert changed == RowChange("pages", p0, p0 | {"words": "other"})
    assert changed.columns == {"words"}
    assert gone.columns == set(p1)
    assert journal.changes() == ()
    journal.close()


def test_a_row_written_again_as_it_was_has_not_changed_and_one_undone_never_was(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    journal = RowJournal(tmp_path / "rows.db")
    db.execute("UPDATE pages SET price = 1.5")
    db.execute("BEGIN")
    db.execute("DELETE FROM pages")
    db.execute("ROLLBACK")
    assert journal.changes() == ()
    journal.close()


async def test_the_journal_of_a_whole_database_tells_what_two_looks_at_all_of_it_tell(tmp_path: Path) -> None:
    """The slow way, reading everything, and the quick way must agree; so no table is left out."""
    async with a_workspace(tmp_path) as workspace:
        journal = RowJournal(tmp_path / "opener.db")
        before = _everything(tmp_path / "opener.db")
        await a_conversation(workspace, says="Hello", verified=True, email="kim@bakery.example.com")
        after = _everything(tmp_path / "opener.db")
        changes = journal.changes()
        journal.close()
    assert {"people", "leads", "messages", "events", "turns"} <= {change.table for change in changes}
    told = {table: list(rows) for table, rows in before.items()}
    for change in changes:
        if change.before is not None:
            told[change.table].remove(dict(change.before))
        if change.after is not None:
            told[change.table].append(dict(change.after))
    assert {t: sorted(map(repr, rows)) for t, rows in told.items()} == {
        t: sorted(map(repr, rows)) for t, rows in after.items()
    }


def _everything(file: Path) -> dict[str, list[dict[str, object]]]:
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    names = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if name != "row_journal" and not name.startswith("sqlite_")
    ]
    hexed = {t: [{k: _shown(r[k]) for k in r.keys()} for r in db.execute(f'SELECT * FROM "{t}"')] for t in names}  # noqa: SIM118 - a Row is no mapping
    db.close()
    return hexed


def _shown(value: object) -> object:
    return value.hex().upper() if isinstance(value, bytes) else value
