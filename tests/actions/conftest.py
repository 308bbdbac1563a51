"""Every test that asks for `workspace` runs on SQLite and on Postgres; two reps are installed, the clock stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.workspace import Workspace
from tests.builders import StandingClock, a_workspace
from tests.store.conftest import database_url, kind, templates

__all__ = ["clock", "database_url", "kind", "templates", "workspace"]


@pytest.fixture
def clock() -> StandingClock:
    """The workspace's clock: Monday 10:00 in Berlin until the test moves it."""
    return StandingClock()


@pytest.fixture
async def workspace(database_url: str, tmp_path: Path, clock: StandingClock) -> AsyncIterator[Workspace]:
    """An open workspace on a fresh database."""
    async with a_workspace(tmp_path, url=database_url, clock=clock) as opened:
        yield opened
