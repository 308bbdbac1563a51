"""The work of `opener eval import`: files are read, told about in a table, and written as beginnings of cases."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from evals.transcripts.reading import read_file
from evals.transcripts.skeleton import skeleton
from evals.transcripts.transcript import Read
from evals.world import open_worlds

_TOLD = 20
"""So many faults of a file are listed; the table has their number."""


def import_files(paths: Sequence[Path], *, out: Path | None, visitor: str | None, console: Console) -> bool:
    """Read every file, tell its faults, and write its conversations to `out` when it is given. False on any fault."""
    reads = [read_file(path, visitor=visitor) for path in paths]
    for read in reads:
        for fault in read.faults[:_TOLD]:
            console.print(str(fault), markup=False, soft_wrap=True)
        if len(read.faults) > _TOLD:
            console.print(f"{read.file}: {len(read.faults) - _TOLD} more faults.", markup=False)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    written = asyncio.run(_write(reads, out, console)) if out is not None else 0
    console.print(_table(reads))
    if out is not None:
        console.print(f"Wrote {written} cases to {out}. Read their `issues`, then run them.", markup=False)
    return not any(read.faults for read in reads)


def _table(reads: Sequence[Read]) -> Table:
    table = Table("file", *_COLUMNS, box=None, pad_edge=False)
    for read in reads:
        table.add_row(read.file, *map(str, _figures(read)))
    if len(reads) > 1:
        table.add_row(f"{len(reads)} files", *(str(sum(column)) for column in zip(*map(_figures, reads), strict=True)))
    return table


_COLUMNS = ("transcripts", "turns", "visitor lines", "tool calls", "faults")


def _figures(read: Read) -> tuple[int, ...]:
    transcripts = read.transcripts
    return (
        len(transcripts),
        sum(len(t.turns) for t in transcripts),
        sum(t.visitor_lines for t in transcripts),
        sum(len(t.calls) for t in transcripts),
        len(read.faults),
    )


async def _write(reads: Sequence[Read], out: Path, console: Console) -> int:
    """The beginnings of cases; a file that is there already is somebody's work and stays."""
    found = [(read, number) for read in reads for number in range(1, len(read.transcripts) + 1)]
    columns = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn())
    written = 0
    async with open_worlds() as worlds:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=len(found))
            for read, number in found:
                name = f"{_slug(read.file)}_{number:03}"
                path = out / f"{name}.yaml"
                if path.exists():
                    console.print(f"{path} is there already and was left as it is.", markup=False, soft_wrap=True)
                else:
                    text = await skeleton(worlds, read.transcripts[number - 1], name=name, number=number)
                    path.write_text(text, encoding="utf-8")
                    written += 1
                progress.advance(task)
    return written


def _slug(file: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", Path(file).stem.casefold()).strip("_")[:60] or "conversation"
