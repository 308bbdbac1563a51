from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from store.engine import Database, transaction
from store.migrate import FOLDER, WrongDatabase, head_of, is_current, upgrade
from store.migrations import HEAD
from store.tables import metadata
from tests.postgres_server import new_database
from tests.processes import process
from tests.store.databases import Templates, opened

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_url(kind: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that holds nothing at all."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    else:
        with new_database(templates.server) as url:
            yield url


def described(connection: Connection) -> dict[str, Any]:
    """Everything a database says about its own tables, in an order that does not depend on how they were made."""
    found: dict[str, Any] = {}
    inspector = inspect(connection)
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"], c.get("autoincrement"))
                for c in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": by_name(inspector.get_foreign_keys(table)),
            "unique": by_name(inspector.get_unique_constraints(table)),
            "checks": by_name(inspector.get_check_constraints(table)),
            "indexes": by_name(inspector.get_indexes(table)),
        }
    return found | {"sql": definitions(connection)}


def by_name(found: list[Any]) -> list[str]:
    return sorted(repr({**item, "dialect_options": plain_options(item)}) for item in found)


def plain_options(item: Any) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in item.get("dialect_options", {}).items())


def definitions(connection: Connection) -> list[str]:
    """The indexes and triggers as the database itself would write them: conditions and expressions included."""
    query = (
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
        if connection.dialect.name == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' UNION ALL"
        " SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    return sorted(connection.execute(text(query)).scalars())


async def description_of(database: Database) -> dict[str, Any]:
    async with transaction(database) as connection:
        return await connection.run_sync(described)


async def test_the_migrated_schema_is_the_schema_of_the_tables(database: Database, empty_url: str) -> None:
    async with opened(empty_url) as by_tables:
        async with transaction(by_tables) as connection:
            await connection.run_sync(metadata.create_all)
        assert await description_of(database) == await description_of(by_tables)


async def test_the_description_sees_a_partial_index_a_length_and_a_null(database: Database) -> None:
    before = await description_of(database)
    changes = ["DROP INDEX uq_turns_open", "CREATE UNIQUE INDEX uq_turns_open ON turns (conversation_id)"]
    async with transaction(database) as connection:
        for change in changes:
            await connection.execute(text(change))
        await connection.execute(text("CREATE TABLE extra (id VARCHAR(41) NOT NULL)"))
    after = await description_of(database)
    assert before["sql"] != after["sql"]
    assert before["turns"]["indexes"] != after["turns"]["indexes"]
    assert after["extra"]["columns"][0][:3] == ("id", "VARCHAR(41)", False)


def test_the_revisions_are_one_line_up_to_the_head_that_is_written_down() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]


async def test_an_empty_database_is_brought_up_to_date_and_twice_is_once(empty_url: str) -> None:
    async with opened(empty_url) as database:
        assert await head_of(database) is None
        assert not await is_current(database)
        await upgrade(database)
        assert await head_of(database) == HEAD
        assert await is_current(database)
        await upgrade(database)
        assert await is_current(database)


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    async with transaction(database) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongDatabase, match=r"revision 9999.*newer Opener"):
        await upgrade(database)
    assert await head_of(database) == "9999"


async def test_of_companies_that_share_a_name_or_a_domain_the_first_keeps_it_as_its_own(empty_url: str) -> None:
    rows = ["('cmp_1', 'A', 'a', 'a.com')", "('cmp_2', 'A', 'a', 'b.com')", "('cmp_3', 'C', 'c', 'a.com')"]
    async with opened(empty_url) as database:
        await upgrade(database, to="0015")
        async with transaction(database) as connection:
            for row in (*rows, "('cmp_4', 'D', 'd', NULL)"):
                await connection.execute(text(f"INSERT INTO companies (id, name, name_key, domain) VALUES {row}"))
        await upgrade(database)
        async with transaction(database) as connection:
            found = await connection.execute(text("SELECT own_name, own_domain FROM companies ORDER BY id"))
            assert [tuple(row) for row in found] == [("a", "a.com"), (None, "b.com"), ("c", None), ("d", None)]


async def test_tables_that_nobody_recorded_are_refused_with_advice(empty_url: str) -> None:
    async with opened(empty_url) as database:
        async with transaction(database) as connection:
            await connection.run_sync(metadata.create_all)
        with pytest.raises(WrongDatabase, match="empty database"):
            await upgrade(database)
        assert await head_of(database) is None


async def test_an_upgrade_that_breaks_off_leaves_nothing_behind(empty_url: str) -> None:
    async with opened(empty_url) as database:
        async with transaction(database) as connection:
            await connection.execute(text("CREATE TABLE outbox (id VARCHAR(40))"))  # in the way of revision 0004
        with pytest.raises(Exception, match="outbox"):
            await upgrade(database)
        async with transaction(database) as connection:
            left = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
        assert left == {"outbox"}


async def test_two_databases_can_be_upgraded_at_once_in_one_process(tmp_path: Path) -> None:
    urls = [f"sqlite+aiosqlite:///{tmp_path}/{n}.db" for n in range(4)]

    async def made(url: str) -> dict[str, Any]:
        async with opened(url) as database:
            await upgrade(database)
            return await description_of(database)

    first, *others = await asyncio.gather(*(made(url) for url in urls))
    assert "people" in first
    assert all(other == first for other in others)


PROGRAM = """
import asyncio, sys
from store.engine import open_engine
from store.migrate import is_current, upgrade

async def main():
    database = open_engine(sys.argv[1])
    await upgrade(database)
    assert await is_current(database)
    await database.dispose()

sys.stdin.readline()
asyncio.run(main())
"""


def test_many_processes_that_start_at_once_do_not_collide(empty_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, empty_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with ExitStack() as running:
        started = [running.enter_context(process(command, cwd=ROOT, **pipes)) for _ in range(6)]
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        ended = [(one.communicate(timeout=60)[1], one.returncode) for one in started]
    assert ended == [("", 0)] * len(started)


def test_an_up_to_date_database_does_not_cost_an_import_of_alembic(database_url: str) -> None:
    program = PROGRAM + "\nassert 'alembic' not in sys.modules, 'alembic was imported'\n"
    done = subprocess.run(
        [sys.executable, "-c", program, database_url],
        cwd=ROOT,
        input="go\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
