"""An office for each story: the real app over a fresh database, on a clock that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playbook.book import Playbook
from tests.api.door import Door, a_client, a_door
from tests.api.test_lead_moves import Rep
from tests.builders import StandingClock, a_playbook
from tests.store.conftest import database_url, kind, templates
from tests.stories.office import Office

__all__ = ["database_url", "kind", "templates"]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def book() -> Playbook:
    return a_playbook()


@pytest.fixture
async def door(tmp_path: Path, database_url: str, clock: StandingClock, book: Playbook) -> AsyncIterator[Door]:
    async with a_door(tmp_path, url=database_url, clock=clock, book=book) as built:
        yield built


@pytest.fixture
async def office(door: Door) -> AsyncIterator[Office]:
    async with a_client(door) as client:
        yield Office(client, door)


@pytest.fixture
async def ana(office: Office) -> Rep:
    return Rep(office.client, office.door)
