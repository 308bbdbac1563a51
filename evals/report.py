"""The report: a table by topic, the failing lines with their explanation and the talk around them, and a JSON file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.catalogue import Entry
from evals.trace import Trace, TurnTrace
from evals.verdict import Verdict, Weight


@dataclass(frozen=True, slots=True)
class Result:
    """One case with one model, judged."""

    name: str
    topic: str
    model: str
    verdicts: tuple[Verdict, ...]
    trace: Trace

    @property
    def passed(self) -> bool:
        """Whether every `must` held."""
        return not self.failures

    @property
    def failures(self) -> list[Verdict]:
        """What must be put right."""
        return [v for v in self.verdicts if not v.passed and v.weight is Weight.MUST]

    @property
    def wishes(self) -> list[Verdict]:
        """What should be better."""
        return [v for v in self.verdicts if not v.passed and v.weight is Weight.SHOULD]


def show(results: Sequence[Result], *, quiet: bool, seconds: float, console: Console) -> None:
    """Failures with their transcript, then the totals by topic."""
    for result in results:
        if result.failures or (result.wishes and not quiet):
            _show_failing(result, console)
    table = Table("topic", "model", "passed", "checks", "should", box=None, pad_edge=False)
    for topic, model in sorted({(r.topic, r.model) for r in results}):
        table.add_row(topic, model, *_figures([r for r in results if (r.topic, r.model) == (topic, model)]))
    if not quiet:
        console.print(table)
    passed = sum(r.passed for r in results)
    console.print(f"{passed} of {len(results)} runs passed in {seconds:.1f} s.")


def _figures(results: Sequence[Result]) -> Iterator[str]:
    verdicts = [v for r in results for v in r.verdicts]
    must = [v for v in verdicts if v.weight is Weight.MUST]
    should = [v for v in verdicts if v.weight is Weight.SHOULD]
    yield f"{sum(r.passed for r in results)}/{len(results)}"
    yield f"{sum(v.passed for v in must)}/{len(must)}"
    yield f"{sum(v.passed for v in should)}/{len(should)}" if should else ""


def _show_failing(result: Result, console: Console) -> None:
    style = "red" if result.failures else "yellow"
    console.print(Text(f"{result.name} ({result.model})", style=f"bold {style}"))
    for verdict in [*result.failures, *result.wishes]:
        where = f" in turn {verdict.turn}" if verdict.turn else ""
        console.print(Text(f"  {verdict.check}{where}: {verdict.explanation}", style=style))
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
    """Every case: its name, the models that sit it, and what it is about."""
    table = Table("case", "models", "about", box=None, pad_edge=False)
    for entry in entries:
        models = ", ".join(mode.value for mode in entry.case.models)
        table.add_row(Text(entry.name), models, Text(entry.case.about))
    console.print(table)
    console.print(f"{len(entries)} cases, {sum(len(e.case.models) for e in entries)} runs.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A result as the JSON file holds it."""

    name: str
    model: str
    passed: bool
    fingerprint: str
    verdicts: tuple[Verdict, ...]
    trace: Trace


def write_json(results: Sequence[Result], path: Path) -> None:
    """Everything as JSON: verdicts, traces, fingerprints."""
    lines = [_Line(r.name, r.model, r.passed, r.trace.fingerprint, r.verdicts, r.trace) for r in results]
    body = {
        "passed": sum(r.passed for r in results),
        "failed": sum(not r.passed for r in results),
        "results": lines,
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n")
