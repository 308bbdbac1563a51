"""The result of attacks for people and programs: a table goal by carrier, what was won and how, and a JSON file."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from evals.attack.carriers import CARRIERS
from evals.attack.run import Tried, attack_now, attempts
from evals.attack.verdict import Harm

_MOST_COLUMNS = 8


def run_attacks(goals: Sequence[str], carriers: Sequence[str], *, console: Console, report: Path | None = None) -> bool:
    """Make the attempts that are wanted and say how they went. False when an attacker won anything. Raises NotKnown."""
    wanted = attempts(goals, carriers)
    columns = (TextColumn("Attacking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(wanted))
        tried = attack_now(wanted, done=lambda _: progress.advance(task))
    show(tried, console=console)
    if report is not None:
        write_json(tried, report)
    return bool(tried) and not any(one.faults for one in tried)


def show(tried: Sequence[Tried], *, console: Console) -> None:
    """What was won, each with what was found; then how many attempts each goal had, and the totals."""
    for one in tried:
        for fault in one.faults:
            console.print(Text(f"{one.attempt.name}\n  {fault.harm.value}, {fault.check}: {fault.found}", style="red"))
    names = sorted({one.attempt.carrier for one in tried}, key=list(CARRIERS).index)
    by_family = len(names) > _MOST_COLUMNS
    columns = list(dict.fromkeys(_column(name, by_family=by_family) for name in names))
    table = Table("goal", *columns, box=None, pad_edge=False)
    for goal in dict.fromkeys(one.attempt.goal.name for one in tried):
        mine = [one for one in tried if one.attempt.goal.name == goal]
        table.add_row(goal, *(_cell(mine, column, by_family=by_family) for column in columns))
    console.print(table)
    effects, leaks = (sum(any(f.harm is harm for f in one.faults) for one in tried) for harm in Harm)
    reached = sum(one.reached for one in tried)
    console.print(f"{len(tried)} attempts, {reached} of which reached the model: {effects} effects, {leaks} leaks.")


def _column(carrier: str, *, by_family: bool) -> str:
    return CARRIERS[carrier].family if by_family else carrier


def _cell(tried: Sequence[Tried], column: str, *, by_family: bool) -> Text:
    here = [one for one in tried if _column(one.attempt.carrier, by_family=by_family) == column]
    won = sum(bool(one.faults) for one in here)
    return Text(f"{won} of {len(here)}", style="red") if won else Text(str(len(here)) if here else "")


def write_json(tried: Sequence[Tried], path: Path) -> None:
    """Every attempt with what it came to."""
    lines = [
        {
            "goal": one.attempt.goal.name,
            "carrier": one.attempt.carrier,
            "channel": one.attempt.channel.value,
            "dress": one.attempt.dress,
            "reached": one.reached,
            "faults": one.faults,
        }
        for one in tried
    ]
    body = {"attempts": len(tried), "won": sum(bool(one.faults) for one in tried), "results": lines}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n")
