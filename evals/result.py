"""A result: one case, run once with one model, and judged. As JSON it can be kept and compared with a later one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from evals.modes import KEYLESS
from evals.statistics import Share, pass_hat, share
from evals.tape import Tape
from evals.trace import Trace
from evals.verdict import Verdict, Weight
from playbook.fault import Fault


@dataclass(frozen=True, slots=True)
class Result:
    """`trial` counts the runs of this case with this model from 1, `about` says what the case shows.

    `benign` marks a harmless case that looks like one to be refused. `tape` is there when a live model answered.
    """

    name: str
    topic: str
    model: str
    verdicts: tuple[Verdict, ...]
    trace: Trace
    trial: int = 1
    about: str = ""
    benign: bool = False
    tape: Tape | None = None

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


@dataclass(frozen=True, slots=True)
class Line:
    """A result as a file holds it."""

    name: str
    topic: str
    model: str
    trial: int
    about: str
    benign: bool
    passed: bool
    fingerprint: str
    verdicts: tuple[Verdict, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Report:
    """All results of a run of the exam."""

    passed: int
    failed: int
    results: tuple[Line, ...]


class NoReport(ValueError):
    """A file that is no report."""


def trials_of(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    """The results by case and model, trial by trial."""
    found: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        found[result.name, result.model].append(result)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often one model passed: over all runs, and all of k trials of a case for k from 1 (`pass_hat`, 0..1)."""

    model: str
    once: Share
    pass_hats: tuple[float, ...]


def reliability_of(results: Sequence[Result]) -> list[Reliability]:
    """Of each model that was tried several times; of a live one always, because another trial may go otherwise."""
    found = []
    for model in sorted({r.model for r in results}):
        runs = [trials for (_, by), trials in trials_of(results).items() if by == model]
        passes = [(sum(r.passed for r in trials), len(trials)) for trials in runs]
        trials = min(of for _, of in passes)
        if trials > 1 or model not in KEYLESS:
            once = share(sum(passed for passed, _ in passes), sum(of for _, of in passes))
            found.append(Reliability(model, once, tuple(pass_hat(passes, k) for k in range(1, trials + 1))))
    return found


def over_refusal_of(results: Sequence[Result]) -> Share:
    """How many runs of harmless questions failed, of all that there were."""
    benign = [r for r in results if r.benign]
    return share(sum(not r.passed for r in benign), len(benign))


def write_json(results: Sequence[Result], path: Path) -> None:
    """Everything as JSON: verdicts, traces, fingerprints."""
    lines = tuple(
        Line(r.name, r.topic, r.model, r.trial, r.about, r.benign, r.passed, r.trace.fingerprint, r.verdicts, r.trace)
        for r in results
    )
    passed = sum(line.passed for line in lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(Report(passed, len(lines) - passed, lines)), indent=2))


def read_json(path: Path) -> list[Result]:
    """The results of a file that `write_json` has written. Raises NoReport."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        wrong = f"it cannot be read as a report of the exam: {error}"
        raise NoReport(str(Fault(path.name, 1, "", wrong, "a file that `opener eval run --report` wrote"))) from None
    return [Result(r.name, r.topic, r.model, r.verdicts, r.trace, r.trial, r.about, r.benign) for r in report.results]
