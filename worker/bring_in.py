"""Bringing a file in: row by row in small transactions, with progress that can be watched and taken up again.

A process that dies leaves the run with what it had done; another one goes on from there, and a row that was already in
is known by its content.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from actions.import_leads import Ending, RowDone, import_leads
from actions.leave_import import open_list, plan_of
from actions.workspace import Workspace
from leads.import_plan import Column, ImportPlan
from leads.import_row import BadRow, ImportRow, RowFault, read_row
from leads.refusal import LeadRefusal
from leads.sheet import Sheet, SheetRow
from store.imports import ImportFile
from store.outage import once_more
from store.runs import Run, RunState
from store.unit import UnitOfWork

AT_ONCE = 200
"""Rows in one transaction: long enough to be quick, short enough that nobody waits for the database."""
MOST_FAULTS = 1000
"""Faults that a run keeps; the others are counted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file and how it is read."""

    sheet: Sheet
    columns: tuple[Column, ...]
    plan: ImportPlan
    source: str
    dry_run: bool


@dataclass(slots=True)
class Tally:
    """What came of the rows so far: of the faults the first ones, and how many there were besides."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[RowFault] = field(default_factory=list)
    left_off: int = 0
    seen: set[str] = field(default_factory=set)

    def take(self, done: RowDone, row: ImportRow | None, *, dry_run: bool) -> None:
        """Count one row. In a dry run nobody is stored, so somebody who comes twice is known here."""
        ending = done.ending
        if dry_run and row is not None and row.key in self.seen:
            ending = Ending.UNCHANGED
        elif dry_run and row is not None and ending is Ending.NEW and row.email and row.email.lower() in self.seen:
            ending = Ending.UPDATED
        if dry_run and row is not None:
            self.seen |= {row.key, (row.email or row.key).lower()}
        self.counts[ending.value] += 1
        kept = done.faults[: MOST_FAULTS - len(self.faults)]
        self.faults += kept
        self.left_off += len(done.faults) - len(kept)


Told = Callable[[int, Tally, Sequence[tuple[SheetRow, tuple[RowFault, ...]]]], None]
"""Told after each part: rows done, what came of them, and the rows of this part that have a fault."""


def reading_of(body: bytes, plan: ImportPlan, *, name: str, dry_run: bool) -> Reading:
    """Read a file's header and find out what its columns are. Raises FileUnusable."""
    sheet, columns = open_list(body, plan)
    return Reading(sheet, columns, plan, (plan.source or name or "list")[:80], dry_run)


async def bring_in(
    workspace: Workspace, run: Run, reading: Reading, *, told: Told | None = None, at_once: int = AT_ONCE
) -> Run:
    """Work the rows through, from where the run stands, and return the run as it ended."""
    tally = _tally_of(run)
    run = replace(run, state=RunState.RUNNING, total=run.total if run.total is not None else reading.sheet.size)
    rows = islice(reading.sheet.rows(), run.done, None)
    while part := list(islice(rows, at_once)):
        done = await once_more(partial(_part, workspace, reading, part, run, tally))
        run = replace(run, done=run.done + len(part))
        if told is not None:
            told(run.done, tally, _faulty(part, done))
        await asyncio.sleep(0)  # others have their turn between two parts
    async with workspace.unit() as uow:
        ended = replace(run, state=RunState.DONE, finished_at=uow.now, result=_result(reading, tally))
        await uow.imports.drop(run.id)
        return await uow.runs.save(ended)


class _Undo(Exception):
    """Ends a dry run's transaction without keeping anything."""


async def _part(
    workspace: Workspace, reading: Reading, part: Sequence[SheetRow], run: Run, tally: Tally
) -> list[RowDone]:
    done: list[RowDone] = []
    came: dict[int, ImportRow] = {}
    try:
        async with workspace.unit() as uow:
            read = [_read(row, reading, uow) for row in part]
            rows = [row for row in read if isinstance(row, ImportRow)]
            came = {row.line: row for row in rows}
            ended = {d.line: d for d in await import_leads(uow, workspace.book, rows, event=reading.plan.event)}
            done = [row if isinstance(row, RowDone) else ended[row.line] for row in read]
            if reading.dry_run:
                raise _Undo
            after = Tally(tally.counts.copy(), list(tally.faults), tally.left_off)
            for one in done:
                after.take(one, came.get(one.line), dry_run=False)
            await uow.runs.save(
                replace(run, state=RunState.RUNNING, done=run.done + len(part), result=_result(reading, after))
            )
    except _Undo:
        pass
    for one in done:
        tally.take(one, came.get(one.line), dry_run=reading.dry_run)
    return done


def _read(row: SheetRow, reading: Reading, uow: UnitOfWork) -> ImportRow | RowDone:
    try:
        return read_row(row, reading.columns, reading.plan, source=reading.source, now=uow.now)
    except BadRow as bad:
        return RowDone(row.line, Ending.REFUSED, faults=(RowFault(row.line, bad.column, bad.reason),))


def _faulty(part: Sequence[SheetRow], done: Sequence[RowDone]) -> list[tuple[SheetRow, tuple[RowFault, ...]]]:
    return [(row, one.faults) for row, one in zip(part, done, strict=True) if one.faults]


def _tally_of(run: Run) -> Tally:
    """What a run that is taken up again had counted."""
    kept = run.result if run.done else {}
    counts = Counter({ending.value: int(kept.get(ending.value, 0)) for ending in Ending})
    faults = [RowFault(e["line"], e["column"], e["message"]) for e in kept.get("errors", [])]
    return Tally(counts, faults, int(kept.get("errors_left_off", 0)))


def _result(reading: Reading, tally: Tally) -> dict[str, Any]:
    counts = {ending.value: tally.counts[ending.value] for ending in Ending}
    faults = [{"line": f.line, "column": f.column, "message": f.message} for f in tally.faults]
    return {
        "dry_run": reading.dry_run,
        **counts,
        "errors": faults,
        "errors_left_off": tally.left_off,
        "columns": {c.header: c.target.name if c.target else None for c in reading.columns},
    }


async def carry_import(workspace: Workspace, run_id: str) -> None:
    """Do a run that the API left: read its file, bring it in, and write down how it ended."""
    async with workspace.reading() as uow:
        file = await uow.imports.get(run_id)
        run = await uow.runs.get(run_id) if file else None
    if file is None or run is None:
        return  # it has ended
    try:
        await bring_in(workspace, run, reading_of_file(file))
    except LeadRefusal as no:
        async with workspace.unit() as uow:
            await uow.imports.drop(run_id)
            await uow.runs.save(replace(run, state=RunState.FAILED, error=no.message, finished_at=uow.now))


def reading_of_file(file: ImportFile) -> Reading:
    """A file that waits, read as it was asked for. Raises FileUnusable."""
    return reading_of(
        file.body, plan_of(file.plan.get("mapping", {})), name=file.name, dry_run=bool(file.plan.get("dry_run"))
    )
