"""Every report over two made-up years of leads, asked over HTTP as anybody would, and how long sums take to be kept.

Each question is asked three times in a row; the first has cold caches, and the table tells the first and the median.
CPU seconds are of this one process: on Postgres the server's own come on top, and the clock tells. A database that
this bench has filled before is not filled again.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Shown
from sqlalchemy import Table, func, select, text

from actions.add_key import Scope, add_api_key
from actions.refresh_reports import refresh_reports
from actions.workspace import Workspace
from api.app import create_app
from api.house import House
from bench.funnel_rows import NOW, SEED, MadeUp, Size
from opener.logs import configure_logs
from opener.serve import settle
from opener.wiring import assemble
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from playbook.settings import Settings
from store.bulk_rows import insert_rows
from store.engine import transaction
from store.metadata import metadata
from store.migrate import upgrade
from store.people_tables import activities, leads
from store.pipeline_tables import opportunities

AT_ONCE = 5000
ORDER = {table: number for number, table in enumerate(metadata.sorted_tables)}
"""Tables after those that they refer to."""
TIMES = 3
LIMIT_S = 2.0
"""What a report may take."""
KEY = "sk_bench_0123456789"
MONTH = {"from": "2026-02-01", "to": "2026-03-02"}
YEAR = {"from": "2025-03-03", "to": "2026-03-02"}
ALL = {"from": "2024-03-01", "to": "2026-03-02"}
BERLIN, NEW_YORK, KOLKATA = ({"tz": zone} for zone in ("Europe/Berlin", "America/New_York", "Asia/Kolkata"))
QUESTIONS: Sequence[tuple[str, dict[str, str]]] = (
    ("funnel", MONTH),
    ("funnel", ALL),
    ("funnel", YEAR | NEW_YORK | {"group_by": "month"}),
    ("funnel", YEAR | KOLKATA | {"group_by": "day"}),
    ("funnel", ALL | BERLIN | {"group_by": "source"}),
    ("funnel", YEAR | NEW_YORK | {"group_by": "owner"}),
    ("sources", YEAR),
    ("sources", ALL | KOLKATA | {"group_by": "campaign"}),
    ("response-times", MONTH),
    ("response-times", YEAR | NEW_YORK | {"group_by": "source"}),
    ("response-times", ALL | {"group_by": "owner"}),
    ("disqualifications", YEAR | {"group_by": "source"}),
    ("disqualifications", ALL | NEW_YORK),
    ("pipeline", MONTH),
    ("pipeline", YEAR | {"group_by": "owner"}),
    ("pipeline", YEAR | NEW_YORK | {"group_by": "source"}),
    ("pipeline", ALL | {"group_by": "source", "model": "time_decay"}),
    ("scoring", YEAR),
    ("scoring", ALL | {"horizon": "180"}),
    ("agent", MONTH),
    ("agent", YEAR),
    ("agent", ALL),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the seconds it took on the clock (first, median) and of the CPU (median)."""

    report: str
    asked: str
    first_s: float
    s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Counted:
    """What it took to count all days, in seconds; `longest` is one transaction, in which SQLite lets nobody write."""

    cpu_s: float
    s: float
    longest_s: float


async def fill(workspace: Workspace, size: Size, console: Console) -> None:
    """Store the made-up rows; activities in the order of time, so that those of one lead lie far apart as they do."""
    made = MadeUp(size)
    with Progress(console=console, transient=True) as progress:
        for first in progress.track(range(0, size.leads, AT_ONCE), description="Storing leads"):
            by_table: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = {}
            before = made.company() if first == 0 else ()
            for table, row in (*before, *made.rows(first, min(first + AT_ONCE, size.leads))):
                by_table.setdefault((table, tuple(row)), []).append(row)
            for (table, _), values in by_table.items():
                if table is activities:
                    values.sort(key=itemgetter("occurred_at"))
            async with transaction(workspace.database) as connection:
                for (table, _), values in sorted(by_table.items(), key=lambda item: ORDER[item[0][0]]):
                    await insert_rows(connection, table, values)
    if workspace.database.dialect.name == "postgresql":
        async with transaction(workspace.database) as connection:
            await connection.execute(text("ANALYZE"))  # as it does by itself, a minute later


async def count_days(workspace: Workspace, console: Console) -> Counted:
    """Bring the kept sums up to date by the worker's own act."""
    cpu, clock, longest, more = process_time(), perf_counter(), 0.0, True
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("Counting days", total=None)
        while more:
            began = perf_counter()
            async with workspace.unit() as uow:
                more = await refresh_reports(uow, workspace.book.company.hours)
            longest = max(longest, perf_counter() - began)
            progress.advance(bar)
    return Counted(process_time() - cpu, perf_counter() - clock, longest)


async def ask(client: Any, report: str, params: dict[str, str], *, csv: bool = False) -> tuple[float, float]:
    """Ask one question; the seconds on the clock and of the CPU."""
    headers = {"Authorization": f"Bearer {KEY}"} | ({"Accept": "text/csv"} if csv else {})
    cpu, clock = process_time(), perf_counter()
    answer = await client.get(f"/v1/reports/{report}", params=params, headers=headers)
    taken = perf_counter() - clock, process_time() - cpu
    if answer.status_code != 200:
        raise RuntimeError(f"{report} {params}: {answer.status_code} {answer.text[:300]}")
    return taken


async def ask_all(house: House, console: Console) -> list[Answered]:
    """Every question, three times in a row, the last of them as CSV; the slowest first."""
    found = []
    app = create_app(house)
    calls = httpx.ASGITransport(app)
    async with app.lifespan(), httpx.AsyncClient(transport=calls, base_url=house.public_url, timeout=None) as client:
        with Progress(console=console, transient=True) as progress:
            for report, params in progress.track(QUESTIONS, description="Asking"):
                times = [await ask(client, report, params, csv=number == TIMES - 1) for number in range(TIMES)]
                clocks, cpus = [clock for clock, _ in times], [cpu for _, cpu in times]
                asked = " ".join(params.values())
                found.append(Answered(report, asked, clocks[0], median(clocks), median(cpus)))
    return sorted(found, key=lambda one: -one.s)


async def measure(size: Size, url: str | None, console: Console) -> dict[str, Any]:
    """Fill a database unless it is full, count its days, and ask everything."""
    with tempfile.TemporaryDirectory() as folder:
        place = url or f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        built = assemble(Settings(database_url=place, data=Path(folder), model="built-in"), read_playbook(SAMPLE))
        workspace = built.workspace
        workspace.clock = lambda: NOW
        await upgrade(workspace.database)
        clock = perf_counter()
        if not await _rows(workspace, leads):
            await fill(workspace, size, console)
            async with workspace.unit() as uow:
                await add_api_key(uow, name="bench", scopes=[Scope.REPORTS_READ], secret=KEY)
        filled = perf_counter() - clock
        settle()
        counted = await count_days(workspace, console)
        house = House(workspace, built.agent, secret=KEY, public_url="http://localhost", model_name="built-in")
        answers = await ask_all(house, console)
        figures = {
            "database": workspace.database.dialect.name,
            "seed": SEED,
            "leads": await _rows(workspace, leads),
            "activities": await _rows(workspace, activities),
            "deals": await _rows(workspace, opportunities),
            "fill_s": round(filled, 1),
            "count_days_cpu_s": round(counted.cpu_s, 1),
            "count_days_s": round(counted.s, 1),
            "longest_count_s": round(counted.longest_s, 2),
            "slowest_s": round(answers[0].s, 2),
            "too_slow": sum(one.s > LIMIT_S for one in answers),
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
            "answers": [_rounded(one) for one in answers],
        }
        await built.close()
    return figures


def _rounded(one: Answered) -> dict[str, Any]:
    one = replace(one, first_s=round(one.first_s, 3), s=round(one.s, 3), cpu_s=round(one.cpu_s, 3))
    return {name: getattr(one, name) for name in Answered.__slots__}


async def _rows(workspace: Workspace, table: Table) -> int:
    async with workspace.database.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


def show(figures: dict[str, Any], console: Console) -> None:
    """The figures as a table, the slowest question first."""
    table = Shown(title="Seconds a report takes")
    for column in ("report", "asked", "s", "first s", "CPU s"):
        table.add_column(column, justify="left" if column in {"report", "asked"} else "right")
    for one in figures["answers"]:
        table.add_row(
            one["report"], one["asked"], f"{one['s']:.2f}", f"{one['first_s']:.2f}", f"{one['cpu_s']:.2f}",
            style="red" if one["s"] > LIMIT_S else None,
        )  # fmt: skip
    console.print(table)
    for name, value in figures.items():
        if name != "answers":
            console.print(f"{name:>18}  {value}")


def main() -> None:
    """`python -m bench.reports [--leads N] [--activities N] [--deals N] [--database URL] [--json]`."""
    parser = argparse.ArgumentParser(prog="bench.reports", description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000, help="how many leads")
    parser.add_argument("--activities", type=int, default=200_000, help="how many activities, about")
    parser.add_argument("--deals", type=int, default=2_000, help="how many deals, about")
    parser.add_argument("--database", help="an empty database, such as postgresql+psycopg://…; else a file of its own")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    configure_logs("warning")
    console = Console(stderr=options.json)
    size = Size(options.leads, options.activities, options.deals)
    figures = asyncio.run(measure(size, options.database, console))
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures, console)


if __name__ == "__main__":
    main()
