"""The report as one HTML file: headline figures, a bar for each topic, every conversation with its failing line.

It needs nothing else: no script, no font, no picture, no network. What a visitor or a model wrote is escaped, and the
page forbids itself to load or run anything. The same results give the same bytes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, FunctionLoader, StrictUndefined

from evals.compare import Comparison
from evals.result import Result, over_refusal_of, reliability_of
from evals.statistics import Share, by_luck, share
from evals.tags import ErrorTag, Severity
from evals.trace import Beside, TurnTrace
from evals.verdict import Verdict, Weight


@dataclass(frozen=True, slots=True)
class Card:
    """One figure at the top: its name, its value, and what it is made of. `bad` makes it stand out."""

    name: str
    value: str
    note: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """How one topic went with one model."""

    topic: str
    model: str
    share: Share


@dataclass(frozen=True, slots=True)
class Mistakes:
    """How many checks failed with one tag."""

    tag: ErrorTag
    critical: int
    minor: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn, what was said beside it before, and the checks that failed in it."""

    turn: TurnTrace | None
    beside: tuple[Beside, ...]
    failed: tuple[Verdict, ...]


def page(results: Sequence[Result], comparison: Comparison | None = None) -> str:
    """The whole page. With a comparison it also says what changed since the baseline."""
    shown = sorted(results, key=lambda r: (r.passed, r.topic, r.name, r.model, r.trial))
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=_load("page.css"),
            cards=list(_cards(results)),
            bars=list(_bars(results)),
            mistakes=list(_mistakes(results)),
            comparison=comparison,
            luck=by_luck(len(comparison.better), len(comparison.worse)) if comparison else 1.0,
            failing=[r for r in shown if not r.passed],
            topics=[
                (topic, list(runs))
                for topic, runs in groupby(
                    sorted((r for r in shown if r.passed), key=lambda r: r.topic), key=lambda r: r.topic
                )
            ],
            exchanges=exchanges,
        )
    )


def exchanges(result: Result) -> list[Exchange]:
    """The conversation in order; the last entry holds what was said after the last turn, if anything was."""
    turns, beside = result.trace.turns, result.trace.beside
    told = [
        Exchange(turn, _before(beside, turn.number), tuple(v for v in _failed(result) if v.turn == turn.number))
        for turn in turns
    ]
    after = _before(beside, len(turns) + 1)
    return [*told, Exchange(None, after, ())] if after else told


def _before(beside: Sequence[Beside], number: int) -> tuple[Beside, ...]:
    return tuple(b for b in beside if b.after == number - 1)


def _failed(result: Result) -> list[Verdict]:
    return [*result.failures, *result.wishes]


def _cards(results: Sequence[Result]) -> Iterator[Card]:
    runs = share(sum(r.passed for r in results), len(results))
    models = ", ".join(sorted({r.model for r in results}))
    yield Card("Runs passed", f"{runs.passed} of {runs.of}", models, runs.passed < runs.of)
    must = [v for r in results for v in r.verdicts if v.weight is Weight.MUST]
    held = sum(v.passed for v in must)
    yield Card("Checks held", f"{held:,} of {len(must):,}", "every one has to", held < len(must))
    failed = [v for v in must if not v.passed]
    critical = sum(v.severity is Severity.CRITICAL for v in failed)
    yield Card("Critical mistakes", str(critical), f"{len(failed) - critical} minor", bool(critical))
    should = [v for r in results for v in r.verdicts if v.weight is Weight.SHOULD]
    yield Card("Wishes fulfilled", f"{sum(v.passed for v in should)} of {len(should)}", "they fail nothing")
    benign = over_refusal_of(results)
    if benign.of:
        note = f"of harmless questions, at most {benign.high:.0%}"
        yield Card("Over-refusal", f"{benign.passed} of {benign.of}", note, bool(benign.passed))
    for one in reliability_of(results):
        note = f"once {one.once.rate:.1%} ({one.once.low:.1%} to {one.once.high:.1%})"
        yield Card(f"{one.model}, pass^{len(one.pass_hats)}", f"{one.pass_hats[-1]:.1%}", note)


def _bars(results: Sequence[Result]) -> Iterator[Bar]:
    for topic, model in sorted({(r.topic, r.model) for r in results}):
        here = [r for r in results if (r.topic, r.model) == (topic, model)]
        yield Bar(topic, model, share(sum(r.passed for r in here), len(here)))


def _mistakes(results: Sequence[Result]) -> Iterator[Mistakes]:
    counted = Counter((v.tag, v.severity) for r in results for v in r.failures)
    for tag in ErrorTag:
        found = Mistakes(tag, counted[tag, Severity.CRITICAL], counted[tag, Severity.MINOR])
        if found.critical or found.minor:
            yield found


def _load(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_load), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
