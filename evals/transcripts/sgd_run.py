"""Booking dialogues through our own code: how many end with exactly the appointment that they end with."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evals.checks import judge
from evals.modes import Mode
from evals.trace import Trace
from evals.transcripts.sgd import Dialogue, read_dialogues
from evals.transcripts.sgd_cases import Played, run_dialogue
from evals.world import open_worlds
from leads.meeting import MeetingState

_TOLD = 10
"""So many dialogues that went wrong are named."""


class Ending(StrEnum):
    """How a dialogue ended. Where nothing could be booked, no meeting is right and any meeting is wrong."""

    RIGHT = "booked right"
    WRONG = "booked wrong"
    MISSED = "not booked"
    NONE = "nothing to book: right"
    TOO_MUCH = "nothing to book: wrong"


@dataclass(frozen=True, slots=True)
class Ran:
    """One dialogue with one model; `broken` are the promises of every conversation that it did not keep."""

    dialogue: Dialogue
    mode: Mode
    ending: Ending
    found: str
    broken: tuple[str, ...]


def run_dialogues(
    paths: Sequence[Path], modes: Sequence[Mode], *, limit: int | None, out: Path | None, console: Console
) -> bool:
    """Replay the dialogues of some files and print the table. False when one of them, or a line, went wrong."""
    dialogues: list[Dialogue] = []
    faults = 0
    for path in paths:
        found, wrong = read_dialogues(path)
        dialogues += found
        faults += len(wrong)
        for fault in wrong[:_TOLD]:
            console.print(str(fault), markup=False, soft_wrap=True)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    chosen = dialogues[:limit]
    ran = asyncio.run(_run(chosen, modes, out, console))
    for one in _gone_wrong(ran):
        console.print(one, markup=False, soft_wrap=True)
    console.print(_table(ran, modes))
    return not faults and all(one.ending in {Ending.RIGHT, Ending.NONE} for one in ran)


async def _run(dialogues: Sequence[Dialogue], modes: Sequence[Mode], out: Path | None, console: Console) -> list[Ran]:
    columns = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn())
    ran: list[Ran] = []
    async with open_worlds() as worlds:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=len(dialogues) * len(modes))
            for mode in modes:
                for dialogue in dialogues:
                    done = await run_dialogue(worlds, dialogue, mode)
                    ran.append(_judged(dialogue, mode, done))
                    if out is not None:
                        (out / f"{_slug(dialogue.id)}_{mode.value}.yaml").write_text(done.text, encoding="utf-8")
                    progress.advance(task)
    return ran


def _judged(dialogue: Dialogue, mode: Mode, done: Played) -> Ran:
    failed = [v.check for v in judge(done.entry.case, done.trace) if not v.passed]
    broken = tuple(check for check in failed if not check.startswith("must.meeting."))
    return Ran(dialogue, mode, ending_of(dialogue, done.trace), _found(done.trace), broken)


def _slug(name: str) -> str:
    return re.sub(r"[^\w-]+", "_", name)[:80]


def ending_of(dialogue: Dialogue, trace: Trace) -> Ending:
    """Whether the meeting that stands at the end is the one that the dialogue ends with, to the minute."""
    wanted = dialogue.wanted
    standing = [m for m in trace.end.meetings if m.state == MeetingState.CONFIRMED.value]
    if wanted is None:
        return Ending.TOO_MUCH if standing else Ending.NONE
    if not standing:
        return Ending.MISSED
    start = standing[0].start.replace(tzinfo=None)
    holds = start == wanted.start if wanted.start is not None else start.date() == wanted.day
    return Ending.RIGHT if holds and len(standing) == 1 else Ending.WRONG


def _found(trace: Trace) -> str:
    standing = [m for m in trace.end.meetings if m.state == MeetingState.CONFIRMED.value]
    return ", ".join(m.start.strftime("%Y-%m-%d %H:%M") for m in standing) or "nothing"


def _gone_wrong(ran: Sequence[Ran]) -> Iterator[str]:
    wrong = [one for one in ran if one.ending not in {Ending.RIGHT, Ending.NONE}]
    for one in wrong[:_TOLD]:
        wanted = one.dialogue.wanted
        when = "nothing" if wanted is None else f"{wanted.day} {wanted.at:%H:%M}" if wanted.at else f"{wanted.day}"
        yield f"{one.dialogue.id} ({one.mode.value}): {one.ending.value}; wanted {when}, found {one.found}"
    if len(wrong) > _TOLD:
        yield f"… and {len(wrong) - _TOLD} more."


_HEADS = ("right", "wrong", "missed", "none: right", "none: wrong", "share", "broken")
"""As in `Ending`; then the share of right ones, and the dialogues in which a promise of every conversation broke."""


def _table(ran: Sequence[Ran], modes: Sequence[Mode]) -> Table:
    table = Table("model", "dialogues", *_HEADS, box=None, pad_edge=False)
    for mode in modes:
        own = [one for one in ran if one.mode is mode]
        counts = Counter(one.ending for one in own)
        right = counts[Ending.RIGHT] + counts[Ending.NONE]
        share = f"{right / len(own):.1%}" if own else "–"
        broken = sum(bool(one.broken) for one in own)
        table.add_row(mode.value, str(len(own)), *(str(counts[e]) for e in Ending), share, str(broken))
    return table
