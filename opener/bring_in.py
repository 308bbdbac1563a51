"""`opener import`: a list of leads in from the command line: progress, faults in a file beside it, and a summary."""

import csv
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from actions.import_leads import Ending
from actions.install_playbook import install_playbook
from actions.leave_import import IMPORT, plan_of
from leads.import_row import RowFault
from leads.sheet import SheetRow, safe_cell
from opener.errors import CommandFault
from opener.wiring import opened_workspace
from playbook.loader import read_playbook
from playbook.settings import Settings
from store.runs import Run, RunState
from worker.bring_in import Reading, Tally, bring_in, reading_of

AT_ONCE = 500
"""Rows in one transaction; nobody waits for the database but this command."""
SAY_EVERY_S = 5.0
"""How often a line tells the progress where there is no terminal."""
Faulty = Sequence[tuple[SheetRow, tuple[RowFault, ...]]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What was said at the command line."""

    dry_run: bool = False
    named_as: tuple[str, ...] = ()
    mapping: Path | None = None
    source: str | None = None
    context: str | None = None
    campaign: str | None = None


async def import_list(settings: Settings, folder: Path, file: Path, chosen: Choices, *, console: Console) -> bool:
    """Bring the file in; False when rows were refused. Raises CommandFault, FileUnusable."""
    reading = read_file(file, chosen)
    faults = file.with_name(f"{file.name}.errors.csv")
    gc.freeze()  # what the program consists of is no garbage, and is not looked through again and again
    async with opened_workspace(settings, read_playbook(folder)) as workspace:
        async with workspace.unit() as uow:
            await install_playbook(uow, workspace.book)
            run = Run(uow.new_id("run"), IMPORT, RunState.RUNNING, uow.now, total=reading.sheet.size)
            await uow.runs.save(run)
        with _errors_in(faults, reading) as write, _progress(run.total or 0, console) as show:

            def told(done: int, tally: Tally, faulty: Faulty) -> None:
                write(faulty)
                show(done)

            ended = await bring_in(workspace, run, reading, told=told, at_once=AT_ONCE)
    _summary(ended, faults, console)
    return not ended.result[Ending.REFUSED.value]


def read_file(file: Path, chosen: Choices) -> Reading:
    """The file and how it is to be read. Raises CommandFault, FileUnusable."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise CommandFault(f"{file} cannot be read: {error.strerror}.") from None
    mapping = _mapping(chosen)
    return reading_of(body, plan_of(mapping), name=file.stem, dry_run=chosen.dry_run)


def _mapping(chosen: Choices) -> dict[str, Any]:
    """The mapping file with what was said beside it, which wins. Raises CommandFault."""
    found: Any = {}
    if chosen.mapping is not None:
        try:
            found = yaml.safe_load(chosen.mapping.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise CommandFault(f"{chosen.mapping} cannot be read: {error.strerror}.") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise CommandFault(f"{chosen.mapping} is not YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(found, dict):
        raise CommandFault(f"{chosen.mapping} must hold `columns:` with a line `Column: field` for each column.")
    pairs = {}
    for pair in chosen.named_as:
        column, sign, field = pair.rpartition("=")
        if not sign or not column:
            raise CommandFault(f"--map {pair!r} is not understood. Write --map 'Column=field', such as 'E-mail=email'.")
        pairs[column] = field
    said = {"source": chosen.source, "context": chosen.context, "campaign": chosen.campaign}
    columns = {**(found.get("columns") or {}), **pairs}
    return {**found, "columns": columns, **{key: value for key, value in said.items() if value}}


@contextmanager
def _errors_in(path: Path, reading: Reading) -> Iterator[Any]:
    """Writes faulty rows as they were, with the line and what is wrong; no faults, no file."""
    path.unlink(missing_ok=True)
    opened: list[Any] = []

    def put(*cells: str) -> None:
        csv.writer(opened[0]).writerow([safe_cell(cell) for cell in cells])

    def write(faulty: Faulty) -> None:
        if faulty and not opened:
            opened.append(path.open("w", encoding="utf-8", newline=""))
            put("line", "column", "error", *reading.sheet.columns)
        for row, faults in faulty:
            said = "; ".join(f.message for f in faults)
            put(str(row.line), faults[0].column, said, *row.cells)

    try:
        yield write
    finally:
        for file in opened:
            file.close()


@contextmanager
def _progress(total: int, console: Console) -> Iterator[Any]:
    """A bar on a terminal; a line every few seconds elsewhere."""
    if not console.is_terminal:
        yield _plain_lines(total, console)
        return
    columns = (TextColumn("Bringing leads in"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("rows", total=total)
        yield lambda done: bar.update(task, completed=done)


def _plain_lines(total: int, console: Console) -> Any:
    last = [time.monotonic()]

    def show(done: int) -> None:
        if done == total or time.monotonic() - last[0] >= SAY_EVERY_S:
            last[0] = time.monotonic()
            console.print(f"{done} of {total} rows")

    return show


def _summary(run: Run, faults: Path, console: Console) -> None:
    counts = run.result
    kept = "Nothing was kept, this was a dry run. It would be: " if counts["dry_run"] else ""
    told = ", ".join(f"{counts[ending.value]} {ending.value}" for ending in Ending)
    console.print(f"{kept}{told}.", markup=False, soft_wrap=True)
    taken = {header: field for header, field in counts["columns"].items() if field and field != "ignore"}
    named = [f"{header} → {field}" for header, field in taken.items() if not field.startswith("fields.")]
    others = len(taken) - len(named)
    also = f"; {others} kept as fields" if others else ""
    console.print(f"Columns: {', '.join(named)}{also}.", markup=False, soft_wrap=True)
    if faults.exists():
        console.print(f"What could not be taken, and why: {faults}", markup=False, soft_wrap=True)
