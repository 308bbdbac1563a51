"""The door most tests of this room knock at: an app in this process over a fresh SQLite database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door
from tests.store.conftest import database_url, kind, templates
from tests.store.databases import Templates

__all__ = ["client", "database_url", "door", "either_door", "kind", "templates"]


@pytest.fixture
def sqlite_url(tmp_path: Path, templates: Templates) -> Iterator[str]:
    """A copy of a migrated SQLite file."""
    with templates.fresh("sqlite", tmp_path) as url:
        yield url


@pytest.fixture
async def door(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Door]:
    """The app over it."""
    async with a_door(tmp_path, url=sqlite_url) as built:
        yield built


@pytest.fixture
async def client(door: Door) -> AsyncIterator[Any]:
    async with a_client(door) as speaking:
        yield speaking


@pytest.fixture
async def either_door(tmp_path: Path, database_url: str) -> AsyncIterator[Door]:
    """On SQLite and on Postgres."""
    async with a_door(tmp_path, url=database_url) as built:
        yield built
