"""A house to attack, one for all tests of a file: its statements stay compiled."""

from collections.abc import AsyncIterator

import pytest_asyncio

from evals.attack.house import House, open_house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with open_house() as opened:
        yield opened
