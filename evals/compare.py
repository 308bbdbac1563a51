"""Two runs of the exam side by side: what got better, what got worse, case by case and by topic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.result import Result, trials_of
from evals.statistics import Share, share

Run = tuple[str, str]
"""A case and a model."""


@dataclass(frozen=True, slots=True)
class Change:
    """One case with one model, before and after; `broken` and `mended` are the checks that changed sides."""

    name: str
    topic: str
    model: str
    passed_before: int
    trials_before: int
    passed_after: int
    trials_after: int
    broken: tuple[str, ...]
    mended: tuple[str, ...]

    @property
    def gain(self) -> float:
        """The difference of the shares that passed, -1..1."""
        return self.passed_after / self.trials_after - self.passed_before / self.trials_before


@dataclass(frozen=True, slots=True)
class TopicRow:
    """The runs of one topic with one model that are in both."""

    topic: str
    model: str
    before: Share
    after: Share
    better: int
    worse: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`shifted` passed as often as before, but for other reasons; `new` and `gone` are in one of the two only."""

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    shifted: tuple[Change, ...]
    topics: tuple[TopicRow, ...]
    new: tuple[Run, ...]
    gone: tuple[Run, ...]


def compare(before: Sequence[Result], after: Sequence[Result]) -> Comparison:
    """Lay `after` beside its baseline."""
    old, new = trials_of(before), trials_of(after)
    both = sorted(old.keys() & new.keys())
    changes = [_change(old[run], new[run]) for run in both]
    return Comparison(
        better=tuple(c for c in changes if c.gain > 0),
        worse=tuple(c for c in changes if c.gain < 0),
        shifted=tuple(c for c in changes if c.gain == 0 and (c.broken or c.mended)),
        topics=tuple(_rows(changes)),
        new=tuple(sorted(new.keys() - old.keys())),
        gone=tuple(sorted(old.keys() - new.keys())),
    )


def _change(before: Sequence[Result], after: Sequence[Result]) -> Change:
    failed_before, failed_after = _failed(before), _failed(after)
    return Change(
        name=after[0].name,
        topic=after[0].topic,
        model=after[0].model,
        passed_before=sum(r.passed for r in before),
        trials_before=len(before),
        passed_after=sum(r.passed for r in after),
        trials_after=len(after),
        broken=tuple(sorted(failed_after - failed_before)),
        mended=tuple(sorted(failed_before - failed_after)),
    )


def _failed(runs: Iterable[Result]) -> set[str]:
    """The checks that failed in any trial, wishes too."""
    return {v.check for r in runs for v in r.verdicts if not v.passed}


def _rows(changes: Sequence[Change]) -> Iterable[TopicRow]:
    for topic, model in sorted({(c.topic, c.model) for c in changes}):
        here = [c for c in changes if (c.topic, c.model) == (topic, model)]
        yield TopicRow(
            topic,
            model,
            share(sum(c.passed_before for c in here), sum(c.trials_before for c in here)),
            share(sum(c.passed_after for c in here), sum(c.trials_after for c in here)),
            sum(c.gain > 0 for c in here),
            sum(c.gain < 0 for c in here),
        )
