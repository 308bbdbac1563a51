"""An act that collides is done again, so often and no oftener; what else goes wrong is nobody's second try."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from store.engine import transaction
from store.outage import once_more
from tests.store.databases import Templates, opened


class Act:
    """Fails with each of these in turn, then returns how often it was tried."""

    def __init__(self, *faults: type[Exception]) -> None:
        self.faults, self.tries = list(faults), 0

    async def __call__(self) -> int:
        self.tries += 1
        if self.faults:
            raise self.faults.pop(0)("", None, Exception("said"))  # type: ignore[call-arg]
        return self.tries


@pytest.mark.parametrize(("collisions", "tries"), [(0, 2), (1, 2), (2, 3)])
async def test_what_collides_is_done_again(collisions: int, tries: int) -> None:
    assert await once_more(Act(*[IntegrityError] * collisions), tries=tries) == collisions + 1


@pytest.mark.parametrize(("faults", "tries"), [([IntegrityError] * 3, 2), ([OperationalError], 1)])
async def test_the_last_collision_and_every_other_fault_are_told(faults: list[type[Exception]], tries: int) -> None:
    act = Act(*faults)
    with pytest.raises(faults[0]):
        await once_more(act)
    assert act.tries == tries


@pytest.mark.postgres
async def test_who_was_called_off_because_two_waited_for_each_other_is_through_at_the_second_try(
    templates: Templates, tmp_path: Path
) -> None:
    holds = text("SELECT pg_advisory_xact_lock(:key)")
    tries, both_hold_one = [], asyncio.Barrier(2)

    with templates.fresh("postgres", tmp_path) as url:
        async with opened(url) as database:

            async def crosses(first: int, second: int) -> int:
                async def act() -> int:
                    tries.append(first)
                    async with transaction(database) as connection:
                        await connection.execute(holds, {"key": first})
                        if len(tries) <= 2:
                            await both_hold_one.wait()
                        await connection.execute(holds, {"key": second})
                    return first

                return await once_more(act)

            assert await asyncio.gather(crosses(1, 2), crosses(2, 1)) == [1, 2]
    assert len(tries) == 3
