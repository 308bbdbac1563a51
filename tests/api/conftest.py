"""The door most tests of this room knock at: an app in this process over a fresh SQLite database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.door import Door, a_client, a_door


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with a_door(tmp_path) as built:
        yield built


@pytest.fixture
async def client(door: Door) -> AsyncIterator[Any]:
    async with a_client(door) as speaking:
        yield speaking
