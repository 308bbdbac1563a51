"""Processes that start at once agree on what the playbook says."""

from __future__ import annotations

import asyncio

from actions.install_playbook import install_playbook
from actions.workspace import Workspace
from opener.ids import new_id
from store.access import Rep
from store.engine import open_engine
from tests.builders import StandingClock, a_playbook


async def test_many_that_start_at_once_give_each_rep_one_account(database_url: str) -> None:
    database = open_engine(database_url)
    workspace = Workspace(database, a_playbook(), StandingClock(), new_id)

    async def start() -> list[Rep]:
        async with workspace.unit() as uow:
            return await install_playbook(uow, workspace.book)

    try:
        teams = await asyncio.gather(*(start() for _ in range(6)))
    finally:
        await database.dispose()
    assert all(team == teams[0] for team in teams)
    assert len(teams[0]) == len(workspace.book.reps)
