"""A list coming in: in bulk as `opener import` does it, against the same kind of rows one after the other.

The list is made up: nine of ten rows have an address, two in three of them at work and twelve people to a firm; half
have a number, some a word on consent, some an outcome, and one in fifty somebody who was there before. CPU seconds are
of this one process: on Postgres the server's own come on top, and the clock tells.
"""

import argparse
import asyncio
import csv
import io
import json
import os
import platform
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from rich.console import Console
from rich.progress import Progress

from actions.import_leads import import_row
from actions.leave_import import IMPORT
from actions.workspace import Workspace
from leads.import_plan import read_plan
from leads.import_row import read_row
from opener.bring_in import AT_ONCE
from opener.ids import new_id
from opener.serve import settle
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from store.engine import open_engine
from store.migrate import upgrade
from store.runs import Run, RunState
from worker.bring_in import bring_in, reading_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEADER = (
    *("Email", "First name", "Last name", "Company", "Job title", "Phone", "Country", "Employees", "Industry"),
    *("Lead source", "Opt in", "Opt in date", "Opt in text", "Created at", "Outcome", "Product interest", "Lines"),
)
FIRST = "Kim Lee Ana Max Eva Jan Mia Tom Ida Ben Lea Finn Nora Paul Emma Noah Lina Elias Clara Jonas".split()
LAST = "Ito Ott Berg Silva Novak Rossi Weber Klein Moreau Garcia Jansen Kowalski Fischer Bauer Lund Smith".split()
TITLES = (
    *("", "", "Plant Manager", "Head of Operations", "CEO", "Buyer", "Production planner", "Accountant", "VP Sales"),
    *("Leiter Einkauf", "Responsable des achats", "Student", "IT Manager", "Director of Quality"),
)
SOURCES = ("fair", "website", "partner", "broker", "")
INDUSTRIES = ("", "Bakery", "Dairy", "Beverages", "Confectionery")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was measured, in CPU seconds of this process and in seconds on the clock."""

    rows: int
    bulk_cpu_s: float
    bulk_s: float
    singly: int
    singly_cpu_s: float
    counts: dict[str, int]


def rows(first: int, last: int) -> Iterator[list[str]]:
    """Made-up people; the same number always gives the same one."""
    for n in range(first, last):
        chance = random.Random(n)
        yield _row(n if chance.random() > 0.02 else max(n - 7, 0), chance)


def _row(n: int, chance: random.Random) -> list[str]:
    who = random.Random(n * 31)
    given, family, firm = who.choice(FIRST), who.choice(LAST), n // 12 * 7
    host = f"firm-{firm}.example.com" if who.random() < 0.67 else who.choice(("gmail.com", "gmx.de", "outlook.com"))
    address = f"{given}.{family}{n}@{host}" if who.random() < 0.9 else ""
    number = f"030 {2000000 + n}" if not address or who.random() < 0.5 else ""
    works = bool(address) and host.startswith("firm")
    day = (NOW - timedelta(days=chance.randint(1, 700))).date().isoformat()
    agreed = chance.random()
    said = ("yes", day, "v3") if agreed < 0.25 else ("no", "", "") if agreed < 0.28 else ("", "", "")
    past = chance.random() < 0.1
    return [
        *(address, given, family, f"Firm {firm} GmbH" if works else "", chance.choice(TITLES), number),
        *(chance.choice(("Germany", "Deutschland", "AT", "France", "")), str(1 + firm % 900) if works else ""),
        *(INDUSTRIES[firm % 5] if works else "", chance.choice(SOURCES), *said),
        *(day if past else "", chance.choice(("lost", "won", "")) if past else ""),
        *(chance.choice(("planning", "traceability", "")), str(chance.randint(1, 40))),
    ]


def table(first: int, last: int) -> bytes:
    """The list as a file."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows(first, last)])
    return text.getvalue().encode()


async def measure(count: int, singly: int, url: str | None, console: Console) -> Taken:
    """Bring people in one after the other, each in a transaction of its own; then many more in bulk."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_engine(url or f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        workspace = Workspace(database, read_playbook(SAMPLE), lambda: NOW, new_id)
        await upgrade(database)
        body = table(0, count)
        settle()
        slow = await one_by_one(workspace, table(count, count + singly), console)
        cpu, clock = process_time(), perf_counter()
        ended = await bulk(workspace, body, count, console)
        taken = (process_time() - cpu, perf_counter() - clock)
        await database.dispose()
    counts = {name: ended.result[name] for name in ("new", "updated", "unchanged", "refused")}
    return Taken(count, *taken, singly, slow, counts)


async def one_by_one(workspace: Workspace, body: bytes, console: Console) -> float:
    """The CPU seconds of so many acts."""
    reading = reading_of(body, read_plan({}), name="bench", dry_run=False)
    cpu = process_time()
    with Progress(console=console, transient=True) as progress:
        for row in progress.track(list(reading.sheet.rows()), description="One after the other"):
            async with workspace.unit() as uow:
                read = read_row(row, reading.columns, reading.plan, source=reading.source, now=uow.now)
                await import_row(uow, workspace.book, read, event=None)
    return process_time() - cpu


async def bulk(workspace: Workspace, body: bytes, count: int, console: Console) -> Run:
    """The whole of a file, from its bytes to the end of its run."""
    reading = reading_of(body, read_plan({}), name="bench", dry_run=False)
    async with workspace.unit() as uow:
        run = await uow.runs.save(Run(uow.new_id("run"), IMPORT, RunState.RUNNING, uow.now, total=reading.sheet.size))
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("In bulk", total=count)
        return await bring_in(
            workspace, run, reading, told=lambda done, *_: progress.update(bar, completed=done), at_once=AT_ONCE
        )


def main() -> None:
    """`python -m bench.imports [--rows N] [--singly N] [--database URL] [--json]`."""
    parser = argparse.ArgumentParser(prog="bench.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows that come in in bulk")
    parser.add_argument("--singly", type=int, default=500, help="rows that come in one after the other")
    parser.add_argument("--database", help="an empty database, such as postgresql+psycopg://…; else a file of its own")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    console = Console(stderr=options.json)
    taken = asyncio.run(measure(options.rows, options.singly, options.database, console))
    in_bulk, alone = taken.bulk_cpu_s / taken.rows, taken.singly_cpu_s / max(taken.singly, 1)
    figures = {
        "rows": taken.rows,
        **taken.counts,
        "bulk_cpu_s": round(taken.bulk_cpu_s, 2),
        "bulk_s": round(taken.bulk_s, 2),
        "bulk_us": round(in_bulk * 1e6),
        "singly_us": round(alone * 1e6),
        "ratio": round(in_bulk / alone, 3) if alone else None,
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        console.print(f"{name:>12}  {value}")


if __name__ == "__main__":
    main()
