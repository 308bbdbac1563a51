"""Every test that asks for `database` runs on SQLite and on Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store.engine import Database
from tests.store.databases import Templates, opened

BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """One Postgres server and one migrated template of each kind for the whole run (or xdist worker)."""
    made = Templates(tmp_path_factory.mktemp("template"))
    with made.stack:
        yield made


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database: sqlite or postgres."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    with templates.fresh(kind, tmp_path) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database, open."""
    async with opened(database_url) as database:
        yield database
