"""Running the exam: every chosen case with every chosen model, as often as asked for, judged."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from evals.catalogue import Entry
from evals.checks import judge
from evals.model_judge import model_verdicts
from evals.modes import KEYLESS, Mode
from evals.replay import replay
from evals.result import Result
from evals.verdict import Finding, judged
from evals.world import LiveModel, Worlds, open_worlds
from playbook.folders import SAMPLE


@dataclass(frozen=True, slots=True)
class Sitting:
    """One case to be run once with one model. `trial` counts from 1."""

    entry: Entry
    mode: Mode
    trial: int = 1


def sittings(
    entries: Sequence[Entry], modes: Sequence[Mode], *, trials: int = 1, shuffle: int | None = None
) -> list[Sitting]:
    """Which case is run with which model, and how often; `shuffle` is the seed of another order."""
    wanted = [
        Sitting(entry, mode, trial)
        for entry, mode, trial in product(entries, modes, range(1, trials + 1))
        if mode in entry.modes
    ]
    if shuffle is not None:
        random.Random(shuffle).shuffle(wanted)  # noqa: S311 - an order, not a secret
    return wanted


async def sit(
    wanted: Iterable[Sitting],
    *,
    live: LiveModel | None = None,
    keep_answers: bool = False,
    playbook: Path = SAMPLE,
    done: Callable[[], None] = lambda: None,
) -> list[Result]:
    """Run them one after the other, in this process and in this order; the rest is as in `open_worlds`."""
    async with open_worlds(live, keep_answers=keep_answers, playbook=playbook) as worlds:
        results = []
        for sitting in wanted:
            results.append(await sit_once(worlds, sitting))
            done()
        return results


async def sit_once(worlds: Worlds, sitting: Sitting) -> Result:
    """Run one and judge it."""
    came = await replay(worlds, sitting.entry, sitting.mode)
    entry = sitting.entry
    verdicts = judge(entry.case, came.trace)
    if sitting.mode is Mode.LIVE and worlds.live is not None:
        verdicts += await model_verdicts(*worlds.live, entry.case.judge, came.trace)
    return Result(
        name=entry.name,
        topic=entry.topic,
        model=sitting.mode.value,
        verdicts=tuple(verdicts),
        trace=came.trace,
        trial=sitting.trial,
        about=entry.case.about,
        benign=entry.case.benign_twin_of is not None,
        tape=came.tape,
    )


def same_each_time(results: Sequence[Result]) -> list[Result]:
    """The results; of a run without a live model each trial that differs from the first has failed by that alone."""
    first: dict[tuple[str, str], str] = {}
    compared = []
    for result in sorted(results, key=lambda r: (r.name, r.model, r.trial)):
        found = result.trace.fingerprint
        same = first.get((result.name, result.model))
        first.setdefault((result.name, result.model), found)
        if result.model in KEYLESS and same is not None:
            verdict = judged(Finding("house.same_each_time", found == same, f"the same run as before, {same}", found))
            result = replace(result, verdicts=(*result.verdicts, verdict))  # noqa: PLW2901 - one more verdict on it
        compared.append(result)
    return compared
