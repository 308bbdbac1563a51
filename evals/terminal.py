"""What the terminal shows: failures with their explanation and the talk around them, totals by topic, the catalogue."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.catalogue import Entry
from evals.compare import Change, Comparison
from evals.modes import KEYLESS
from evals.result import Result, over_refusal_of, reliability_of
from evals.statistics import Share, by_luck
from evals.trace import TurnTrace
from evals.twins import MARK
from evals.verdict import Weight


def show(results: Sequence[Result], *, quiet: bool, seconds: float, console: Console) -> None:
    """Failures with their transcript, then the totals by topic, then how reliable it is over the trials."""
    for result in results:
        if result.failures or (result.wishes and not quiet):
            _show_failing(result, console)
    table = Table("topic", "model", "passed", "checks", "should", box=None, pad_edge=False)
    for topic, model in sorted({(r.topic, r.model) for r in results}):
        table.add_row(topic, model, *_figures([r for r in results if (r.topic, r.model) == (topic, model)]))
    if not quiet:
        console.print(table)
    for one in reliability_of(results):
        hats = ", ".join(f"pass^{k} {hat:.1%}" for k, hat in enumerate(one.pass_hats, 1))
        console.print(f"{one.model}: {told(one.once)}; {hats}")
    benign = over_refusal_of(results)
    if benign.of:
        console.print(f"over-refusal: {told(benign)} of the benign twins failed")
    passed = sum(r.passed for r in results)
    console.print(f"{passed} of {len(results)} runs passed in {seconds:.1f} s.")


def _figures(results: Sequence[Result]) -> Iterator[str]:
    verdicts = [v for r in results for v in r.verdicts]
    must = [v for v in verdicts if v.weight is Weight.MUST]
    should = [v for v in verdicts if v.weight is Weight.SHOULD]
    yield f"{sum(r.passed for r in results)}/{len(results)}"
    yield f"{sum(v.passed for v in must)}/{len(must)}"
    yield f"{sum(v.passed for v in should)}/{len(should)}" if should else ""


def told(found: Share) -> str:
    """A share as people read it: 45 of 50, 90.0 % (78.6 to 95.7)."""
    return f"{found.passed} of {found.of}, {100 * found.rate:.1f} % ({100 * found.low:.1f} to {100 * found.high:.1f})"


def _show_failing(result: Result, console: Console) -> None:
    style = "red" if result.failures else "yellow"
    trial = f", trial {result.trial}" if result.trial > 1 else ""
    console.print(Text(f"{result.name} ({result.model}{trial})", style=f"bold {style}"))
    for verdict in [*result.failures, *result.wishes]:
        where = f" in turn {verdict.turn}" if verdict.turn else ""
        kind = f"[{verdict.severity.value} {verdict.tag.value}]"
        console.print(Text(f"  {verdict.check}{where}: {verdict.explanation} {kind}", style=style))
    if result.failures:
        for turn in result.trace.turns:
            console.print(Text(_transcript(turn), style="dim"))


def _transcript(turn: TurnTrace) -> str:
    lines = [f"    {turn.number} visitor: {text}" for text in turn.visitor]
    lines += [f"      {'ok' if u.ok else 'no'} {u.name} {u.arguments} -> {_line(u.result)}" for u in turn.tools]
    return "\n".join([*lines, f"      {turn.model or 'nobody'} ({turn.outcome}): {turn.reply}"])


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 160 else flat[:160] + "…"


def show_catalogue(entries: Sequence[Entry], *, console: Console) -> None:
    """Every case: its name, the models that sit it, and what it is about; then how many there are of each topic."""
    table = Table("case", "models", "about", box=None, pad_edge=False)
    for entry in entries:
        modes = ", ".join(mode.value for mode in entry.modes if mode in KEYLESS or entry.case.persona)
        known = f" ({len(entry.case.issues)} known issue(s))" if entry.case.issues else ""
        table.add_row(Text(entry.name), modes or "draft", Text(entry.case.about + known))
    console.print(table)
    runs = sum(mode in KEYLESS for entry in entries for mode in entry.modes)
    twins = sum(MARK in entry.title for entry in entries)
    topics = len({entry.topic for entry in entries})
    console.print(f"{len(entries) - twins} cases and {twins} twins in {topics} topics, {runs} runs without a key.")


def show_comparison(comparison: Comparison, *, console: Console) -> None:
    """What got better and what got worse, by topic, and whether that may be luck."""
    for title, changes, style in (
        ("worse", comparison.worse, "red"),
        ("better", comparison.better, "green"),
        ("same result, other checks", comparison.shifted, "yellow"),
    ):
        for change in changes:
            console.print(Text(f"{title}: {change.name} ({change.model})", style=f"bold {style}"))
            for line in _told(change):
                console.print(Text(f"  {line}", style=style))
    table = Table("topic", "model", "before", "after", "better", "worse", box=None, pad_edge=False)
    for row in comparison.topics:
        table.add_row(row.topic, row.model, told(row.before), told(row.after), str(row.better), str(row.worse))
    console.print(table)
    for name, runs in (("new", comparison.new), ("gone", comparison.gone)):
        if runs:
            console.print(f"{name}: {', '.join(f'{case} ({model})' for case, model in runs)}", markup=False)
    better, worse = len(comparison.better), len(comparison.worse)
    luck = by_luck(better, worse)
    console.print(f"{better} better, {worse} worse; a change as lopsided as this comes by luck {luck:.0%} of the time.")


def _told(change: Change) -> Iterator[str]:
    before = f"{change.passed_before} of {change.trials_before} passed before"
    yield f"{before}, {change.passed_after} of {change.trials_after} now"
    yield from (f"- {check}" for check in change.broken)
    yield from (f"+ {check}" for check in change.mended)
