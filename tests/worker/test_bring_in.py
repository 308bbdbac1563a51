"""A file is brought in part by part; it can be watched, tried out, and taken up again where it stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from actions.leave_import import leave_import
from actions.workspace import Workspace
from leads.actor import BY_RULE
from leads.refusal import FileUnusable
from store.engine import transaction
from store.people_tables import leads, people
from store.runs import Run, RunState
from tests.builders import a_workspace
from tests.store.conftest import database_url, kind, templates
from worker.bring_in import AT_ONCE, MOST_FAULTS, Tally, bring_in, carry_import, reading_of_file

__all__ = ["database_url", "kind", "templates"]

LIST = "Email,Name\n" + "".join(f"p{n}@firm{n % 7}.example.com,Person {n}\n" for n in range(45)) + "not an address,X\n"


@pytest.fixture
async def workspace(database_url: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with a_workspace(tmp_path, url=database_url) as opened:
        yield opened


async def left(workspace: Workspace, text: str = LIST, *, dry_run: bool = False, **mapping: Any) -> Run:
    async with workspace.unit() as uow:
        return await leave_import(uow, text.encode(), mapping=mapping, name="list.csv", dry_run=dry_run, actor=BY_RULE)


async def counted(workspace: Workspace) -> tuple[int, int]:
    async with transaction(workspace.database, read_only=True) as connection:
        found = [(await connection.execute(select(func.count()).select_from(t))).scalar_one() for t in (people, leads)]
    return found[0], found[1]


async def run_of(workspace: Workspace, run: Run) -> Run:
    async with workspace.reading() as uow:
        return await uow.runs.get(run.id)


async def test_a_file_that_was_left_is_brought_in_and_then_forgotten(workspace: Workspace) -> None:
    run = await left(workspace)
    assert (run.state, run.total) == (RunState.WAITING, 46)
    await carry_import(workspace, run.id)
    ended = await run_of(workspace, run)
    assert (ended.state, ended.done) == (RunState.DONE, 46)
    assert (ended.result["new"], ended.result["refused"]) == (45, 1)
    assert ended.result["errors"] == [{"line": 47, "column": "email", "message": ended.result["errors"][0]["message"]}]
    assert await counted(workspace) == (45, 45)
    async with workspace.reading() as uow:
        assert await uow.imports.get(run.id) is None
    await carry_import(workspace, run.id)  # a job may run twice
    assert await counted(workspace) == (45, 45)


async def test_a_dry_run_says_the_same_and_keeps_nothing(workspace: Workspace) -> None:
    twice = LIST + "p1@firm1.example.com,Once more\np2@firm2.example.com,Person 2\n"
    run = await left(workspace, twice, dry_run=True)
    await carry_import(workspace, run.id)
    tried = (await run_of(workspace, run)).result
    assert await counted(workspace) == (0, 0)
    real = await left(workspace, twice)
    await carry_import(workspace, real.id)
    done = (await run_of(workspace, real)).result
    assert [tried[k] for k in ("new", "updated", "unchanged", "refused")] == [45, 1, 1, 1]
    assert {k: v for k, v in tried.items() if k != "dry_run"} == {k: v for k, v in done.items() if k != "dry_run"}


class PulledPlug(Exception):
    """The process ends here."""


async def test_a_run_that_was_cut_goes_on_where_it_stood(workspace: Workspace) -> None:
    run = await left(workspace)
    async with workspace.reading() as uow:
        file = await uow.imports.get(run.id)
    assert file is not None

    def pull(done: int, *_: Any) -> None:
        if done >= 20:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        await bring_in(workspace, run, reading_of_file(file), told=pull, at_once=10)
    cut = await run_of(workspace, run)
    assert (cut.state, cut.done, cut.result["new"]) == (RunState.RUNNING, 20, 20)
    await carry_import(workspace, run.id)
    ended = await run_of(workspace, run)
    assert (ended.state, ended.done, ended.result["new"], ended.result["refused"]) == (RunState.DONE, 46, 45, 1)
    assert await counted(workspace) == (45, 45)


async def test_of_faults_beyond_what_a_run_keeps_each_is_counted_and_told_and_none_is_held(
    workspace: Workspace,
) -> None:
    bad = MOST_FAULTS + 2 * AT_ONCE
    run = await left(workspace, "Email\n" + "nobody\n" * bad)
    async with workspace.reading() as uow:
        file = await uow.imports.get(run.id)
    assert file is not None
    lines: list[int] = []
    held: list[int] = []

    def told(done: int, tally: Tally, faulty: Any) -> None:
        lines.extend(row.line for row, _ in faulty)
        held.append(len(tally.faults))
        if done == MOST_FAULTS + AT_ONCE and len(lines) == done:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        await bring_in(workspace, run, reading_of_file(file), told=told)
    cut = await run_of(workspace, run)
    assert cut.result["errors_left_off"] == AT_ONCE
    ended = await bring_in(workspace, cut, reading_of_file(file), told=told)  # taken up again, none is forgotten
    assert lines == list(range(2, bad + 2))
    assert max(held) == MOST_FAULTS == len(ended.result["errors"])
    assert (ended.result["refused"], ended.result["errors_left_off"]) == (bad, 2 * AT_ONCE)


@pytest.mark.parametrize("text", ["", "Name,City\nKim,Bonn\n", "PK\x03\x04"])
async def test_what_is_no_list_is_refused_before_anything_is_kept(workspace: Workspace, text: str) -> None:
    with pytest.raises(FileUnusable):
        await left(workspace, text)
