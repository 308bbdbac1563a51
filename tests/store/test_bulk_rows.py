"""Many rows at once: each is what it would be alone, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from store.bulk_rows import insert_rows
from store.engine import Database, transaction
from store.people_tables import companies, leads, people
from tests.builders import MONDAY

EAST = timezone(timedelta(hours=9))


def person(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": None, "email_key": None, "created_at": MONDAY} | more


def lead(id: str, **more: Any) -> dict[str, Any]:
    figures = dict.fromkeys(("score_total", "score_fit", "score_engagement", "score_negative"), 0)
    known = {"stage": "lead", "status": "new", "outcome": "lost", "source": "web", "score_grade": "C3", "fields": {}}
    place = {"person_id": "p1", "cycle_no": 1, "score_version": 0, "is_test": False, "ready": False}
    return {"id": id, **place, **known, **figures, "created_at": MONDAY, "updated_at": MONDAY, "closed_at": None} | more


PEOPLE = [
    person("p1", name="Kim \0 Ito \ud83d", created_at=datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=EAST)),
    person("p2", name='o\'Neill \\ {x}, "NULL"', email_key="kim@example.com"),
    person("p3", name="", created_at=datetime(2026, 7, 1, 3, 0, 0, 123456, tzinfo=UTC)),
    person("p4", name="NULL"),
]
LEADS = [
    lead("l1", ready=True, score_total=1, fields={"a": [1, "x\0"], "b": {"c": None}, "d": 0.5, "e": "{1,2}"}),
    lead("l2", ready=False, score_total=12.3, closed_at=MONDAY, fields={"1": True}),
    lead("l3", ready=True, source="Größe", cycle_no=3),
]
COMPANIES = [
    {"id": "c1", "name": "A", "name_key": "a", "employees": None},
    {"id": "c2", "name": "B", "name_key": "b", "employees": 40},
]


async def kept(database: Database, table: Table) -> list[dict[str, Any]]:
    async with transaction(database, read_only=True) as connection:
        return [dict(row) for row in (await connection.execute(select(table).order_by(table.c.id))).mappings()]


async def test_rows_that_come_together_are_what_they_would_be_alone(database: Database) -> None:
    tables = ((people, PEOPLE), (companies, COMPANIES), (leads, LEADS))
    async with transaction(database) as connection:
        for table, rows in tables:
            await connection.execute(insert(table), rows)
    alone = [await kept(database, table) for table, _ in tables]
    async with transaction(database) as connection:
        for table, _ in reversed(tables):
            await connection.execute(table.delete())
        for table, rows in tables:
            await insert_rows(connection, table, rows)
    assert [await kept(database, table) for table, _ in tables] == alone
    assert [len(rows) for rows in alone] == [4, 2, 3]


async def test_no_rows_are_none(database: Database) -> None:
    async with transaction(database) as connection:
        await insert_rows(connection, people, [])
    assert await kept(database, people) == []


async def test_a_key_that_is_taken_is_a_collision_and_keeps_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with transaction(database) as connection:
            await insert_rows(connection, people, [person("p1"), person("p2"), person("p1")])
    assert await kept(database, people) == []


@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_text_that_is_too_long_is_refused_and_never_cut(database: Database) -> None:
    with pytest.raises(DataError):
        async with transaction(database) as connection:
            await insert_rows(connection, people, [person("p1", name="x" * 201)])
