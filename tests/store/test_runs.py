from __future__ import annotations

from dataclasses import replace

import pytest

from leads.refusal import NotKnown
from store.engine import Database
from store.runs import Run, RunState
from tests.builders import MONDAY
from tests.store.records import act


async def test_a_run_tells_how_far_it_is_and_how_it_ended(database: Database) -> None:
    run = Run("run_1", "import", RunState.RUNNING, MONDAY, total=10)
    async with act(database) as uow:
        await uow.runs.save(run)
        await uow.runs.save(replace(run, done=10, state=RunState.DONE, result={"new": 9}, finished_at=MONDAY))
    async with act(database) as uow:
        kept = await uow.runs.get("run_1")
        assert (kept.state, kept.done, kept.total, kept.result) == (RunState.DONE, 10, 10, {"new": 9})
        with pytest.raises(NotKnown):
            await uow.runs.get("run_2")
