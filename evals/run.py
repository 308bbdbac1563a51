"""Running the exam: every chosen case with every chosen model, judged and reported."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from evals.case import Mode
from evals.catalogue import CASES, CaseFaults, Entry, chosen, read_cases
from evals.checks import judge
from evals.replay import replay
from evals.report import Result, show, show_catalogue, write_json
from evals.world import open_worlds
from leads.refusal import NotKnown
from playbook.fault import one_of


def run_cases(
    wanted: Sequence[str],
    *,
    models: Sequence[str],
    quiet: bool,
    report: Path | None,
    console: Console,
    folder: Path = CASES,
) -> bool:
    """Run the cases asked for by topic, title or name, all when none is; say how it went. False when a `must` fails.

    Raises NoSuchCase and NotKnown for names that nothing has.
    """
    modes = [_mode(name) for name in models] or list(Mode)
    try:
        entries = chosen(read_cases(folder), wanted)
    except CaseFaults as faults:
        console.print(str(faults), markup=False)
        return False
    began = monotonic()
    results = asyncio.run(_with_progress(entries, modes, console))
    show(results, quiet=quiet, seconds=monotonic() - began, console=console)
    if report is not None:
        write_json(results, report)
    return bool(results) and all(result.passed for result in results)


def list_cases(*, console: Console, folder: Path = CASES) -> None:
    """The catalogue."""
    show_catalogue(read_cases(folder), console=console)


async def sit(
    entries: Sequence[Entry], modes: Sequence[Mode], *, done: Callable[[], None] = lambda: None
) -> list[Result]:
    """Every case with each of its models that is wanted, in the order given."""
    async with open_worlds() as worlds:
        results = []
        for entry, mode in sittings(entries, modes):
            trace = await replay(worlds, entry, mode)
            results.append(Result(entry.name, entry.topic, mode.value, tuple(judge(entry.case, trace)), trace))
            done()
        return results


def sittings(entries: Sequence[Entry], modes: Sequence[Mode]) -> list[tuple[Entry, Mode]]:
    """Which case is run with which model."""
    return [(entry, mode) for entry, mode in product(entries, modes) if mode in entry.case.models]


async def _with_progress(entries: Sequence[Entry], modes: Sequence[Mode], console: Console) -> list[Result]:
    columns = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(sittings(entries, modes)))
        return await sit(entries, modes, done=lambda: progress.advance(task))


def _mode(name: str) -> Mode:
    try:
        return Mode(name)
    except ValueError:
        raise NotKnown(
            f"There is no model called {name!r} in the exam: {one_of(name, [m.value for m in Mode])}."
        ) from None
