"""Databases for tests: migrated once a run, copied for each test, on SQLite and Postgres alike."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from store.engine import Database, open_engine
from store.migrate import upgrade
from tests.postgres_server import new_database, postgres_server


@dataclass
class Templates:
    """What a fresh database is copied from; each kind is made when it is first asked for."""

    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    _server: str = ""
    _template: str = ""

    @contextmanager
    def fresh(self, kind: str, folder: Path) -> Iterator[str]:
        """Make a migrated database of one's own, yield its URL, and throw it away."""
        if kind == "sqlite":
            yield self._sqlite(folder)
        else:
            with new_database(self.server, template=self._postgres()) as url:
                yield url

    @property
    def server(self) -> str:
        """The URL of the run's Postgres server."""
        if not self._server:
            self._server = self.stack.enter_context(postgres_server())
        return self._server

    def _sqlite(self, folder: Path) -> str:
        template = self.folder / "template.db"
        if not template.exists():
            _migrate(f"sqlite+aiosqlite:///{template}")
        copy = folder / "opener.db"
        shutil.copy(template, copy)
        return f"sqlite+aiosqlite:///{copy}"

    def _postgres(self) -> str:
        if not self._template:
            url = self.stack.enter_context(new_database(self.server))
            _migrate(url)
            self._template = url.rpartition("/")[2]
        return self._template


def _migrate(url: str) -> None:
    async def run() -> None:
        async with opened(url) as database:
            await upgrade(database)

    # On a thread of its own: a property test asks for its databases from inside a running loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open a database for as long as the block lasts."""
    database = open_engine(url)
    try:
        yield database
    finally:
        await database.dispose()
