"""The work behind `opener eval`: run, record, compare, list. Each says how it went, and whether it went well."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evals.catalogue import OURS, CaseFaults, Place, chosen, read_cases
from evals.compare import compare
from evals.modes import KEYLESS, Mode
from evals.page import page
from evals.pool import sit_all
from evals.result import Result, read_json, write_json
from evals.run import Sitting, same_each_time, sit, sittings
from evals.tape import write_tape
from evals.terminal import show, show_catalogue, show_comparison
from evals.twins import MARK, same_for_twins
from evals.world import LiveModel
from leads.refusal import NotKnown
from playbook.fault import one_of


@dataclass(frozen=True, slots=True)
class Options:
    """How the exam is run. `models` are names of modes, all that need no key when there are none.

    `jobs` counts processes, as many as there are processors when None. `shuffle` is the seed of another order.
    """

    models: Sequence[str] = ()
    trials: int = 1
    jobs: int | None = None
    shuffle: int | None = None
    quiet: bool = False
    report: Path | None = None
    baseline: Path | None = None


def run_cases(
    wanted: Sequence[str],
    options: Options,
    *,
    console: Console,
    live: LiveModel | None = None,
    place: Place = OURS,
) -> bool:
    """Run the cases asked for by topic, title or name, all when none is; say how it went.

    False when a `must` fails, when a case cannot be read, when nothing was run, or when it got worse than the baseline.
    Raises NoSuchCase, NotKnown for names that nothing has, NoReport for a baseline that is none, PlaybookFaults.
    """
    modes = modes_of(options.models)
    before = read_json(options.baseline) if options.baseline else None
    try:
        entries = chosen(read_cases(place.cases, place.tapes), wanted)
    except CaseFaults as faults:
        console.print(str(faults), markup=False)
        return False
    drafts = [entry.name for entry in entries if entry.case.draft]
    if drafts:
        told = f"{len(drafts)} drafts wait for somebody to write their lines and were not run: {', '.join(drafts)}"
        console.print(told, markup=False, soft_wrap=True)
    began = monotonic()
    planned = sittings(entries, modes, trials=options.trials, shuffle=options.shuffle)
    results = same_for_twins(same_each_time(_sat(planned, options, live, place.playbook, console)))
    show(results, quiet=options.quiet, seconds=monotonic() - began, console=console)
    if options.report is not None:
        write_json(results, options.report)
    no_worse = _no_worse(before, results, console)
    return bool(results) and all(result.passed for result in results) and no_worse


def record_cases(
    wanted: Sequence[str],
    *,
    live: LiveModel | None,
    console: Console,
    place: Place = OURS,
) -> bool:
    """Run cases with the live model and keep what it was shown and answered, for replay. Only good runs are kept.

    Without a live model the recorded answers are kept, and what is shown is recorded anew: for a change of wording that
    you have read in the difference and that would not have changed the answers.
    False when one was not good. Raises CaseFaults, NoSuchCase, PlaybookFaults.
    """
    # With a live model the old recordings are not read: one that is no good must not stand in the way of the new one.
    entries = chosen(read_cases(place.cases, place.tapes if live is None else place.tapes / "none"), wanted)
    # A twin is held against its sibling and a persona never says the same twice: neither is replayed from a recording.
    kept = [entry for entry in entries if entry.case.visitor and MARK not in entry.title]
    planned = sittings(kept, [Mode.REPLAY if live is None else Mode.LIVE])
    if not planned:
        why = "they are twins, personas or for the script alone" if live else "none was recorded before"
        console.print(f"Nothing of these cases can be recorded: {why}.")
        return False
    began = monotonic()
    with _progress(len(planned), console) as done:
        results = asyncio.run(sit(planned, live=live, keep_answers=live is None, playbook=place.playbook, done=done))
    show(results, quiet=True, seconds=monotonic() - began, console=console)
    for result in results:
        if result.passed and result.tape is not None:
            path = place.tapes / f"{result.name}.json"
            write_tape(result.tape, path)
            console.print(f"recorded: {path}", markup=False, soft_wrap=True)
    return bool(results) and all(result.passed for result in results)


def compare_reports(before: Path, after: Path, *, console: Console) -> bool:
    """Lay one report beside another. False when anything got worse. Raises NoReport."""
    comparison = compare(read_json(before), read_json(after))
    show_comparison(comparison, console=console)
    return not comparison.worse


def write_page(results: Path, out: Path, *, baseline: Path | None, console: Console) -> None:
    """Make the HTML page of a JSON report, with what changed since a baseline. Raises NoReport."""
    found = read_json(results)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(found, compare(read_json(baseline), found) if baseline else None), encoding="utf-8")
    console.print(f"written: {out}", markup=False, soft_wrap=True)


def list_cases(*, console: Console, place: Place = OURS) -> None:
    """The catalogue."""
    show_catalogue(read_cases(place.cases, place.tapes), console=console)


def _sat(
    planned: Sequence[Sitting], options: Options, live: LiveModel | None, playbook: Path, console: Console
) -> list[Result]:
    jobs = options.jobs or os.cpu_count() or 1
    with _progress(len(planned), console) as done:
        return sit_all(planned, jobs=jobs, live=live, playbook=playbook, done=done)


def _no_worse(before: Sequence[Result] | None, after: Sequence[Result], console: Console) -> bool:
    if before is None:
        return True
    comparison = compare(before, after)
    show_comparison(comparison, console=console)
    return not comparison.worse


@contextmanager
def _progress(total: int, console: Console) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def modes_of(names: Sequence[str]) -> list[Mode]:
    """The models of some names; all that need no key when there are none. Raises NotKnown."""
    return [_mode(name) for name in names] or list(KEYLESS)


def _mode(name: str) -> Mode:
    try:
        return Mode(name)
    except ValueError:
        raise NotKnown(
            f"There is no model called {name!r} in the exam: {one_of(name, [m.value for m in Mode])}."
        ) from None
