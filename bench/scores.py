"""Scoring everybody again: the figures alone, compiled against plain, and a whole published run on SQLite.

Leads have 7 activities on average, as few as most and as many as some: 60 % have 1 to 3, 25 % 4 to 10, 12 % 11 to 30
and 3 % have 60. The rules are the sample playbook's. CPU seconds of this one process, so that neighbours hardly count.
"""

import argparse
import asyncio
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
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import insert

from actions.cross_thresholds import Reach
from actions.publish_rules import publish_draft, save_draft
from actions.rescore_many import BATCH, continue_rescoring, facts_of
from actions.workspace import Workspace
from leads.actor import Actor
from leads.score import score
from leads.scorer import Scorer
from leads.signal import ActorKind
from opener.ids import new_id
from opener.serve import settle
from playbook.folders import SAMPLE
from playbook.loader import read_playbook
from playbook.scoring_document import scoring_document
from store.engine import open_engine, transaction
from store.migrate import upgrade
from store.people_tables import activities, companies, leads, people
from store.rules import RuleKind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONCE = 5000
PLAIN = 2000
"""Leads scored the plain way; more would only take longer."""
ME = Actor(ActorKind.REP, "rep_1", "Bench")
TITLES = (None, "Plant Manager", "Head of Operations", "CEO", "Buyer", "Production planner", "Accountant")
SIZES = (None, "1-10", "11-50", "51-200", "201-500")
DEEDS = (
    *["page.viewed"] * 12,
    *["email.opened"] * 4,
    *["email.clicked", "asset.downloaded", "chat.started", "webinar.attended", "form.newsletter", "said.asked_price"],
)
PATHS = ("/", "/pricing", "/customers/nord", "/docs", "/compare/millgrid", "/careers")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was measured, in CPU seconds of one core and in seconds on the clock."""

    leads: int
    activities: int
    figures_s: float
    compiled_us: float
    plain_us: float
    run_cpu_s: float
    run_s: float


def how_many(chance: random.Random) -> int:
    """How many activities a lead has."""
    draw = chance.random()
    if draw < 0.60:
        return chance.randint(1, 3)
    if draw < 0.85:
        return chance.randint(4, 10)
    return chance.randint(11, 30) if draw < 0.97 else 60


def rows(first: int, last: int, chance: random.Random) -> Iterator[tuple[Any, dict[str, Any]]]:
    """People with their companies, leads and activities, a row each, with the table it belongs into."""
    for n in range(first, last):
        free = chance.random() < 0.3
        yield companies, {"id": f"com_{n}", "name": f"C{n}", "name_key": f"c{n}", "size_band": chance.choice(SIZES)}
        address = f"p{n}@{'gmail.com' if free else f'c{n}.example.com'}"
        who = {"id": f"per_{n}", "email": address, "email_key": address, "title": chance.choice(TITLES)}
        yield people, who | {"created_at": NOW}
        yield leads, _lead(n)
        for m in range(how_many(chance)):
            at = NOW - timedelta(days=chance.random() * 120)
            deed: dict[str, Any] = {"id": f"act_{n}_{m}", "lead_id": f"lead_{n:07}", "type": chance.choice(DEEDS)}
            deed |= {"actor": "human", "source": "web", "properties": {"path": chance.choice(PATHS)}}
            yield activities, deed | {"occurred_at": at, "received_at": at}


def _lead(n: int) -> dict[str, Any]:
    figures = dict.fromkeys(("score_total", "score_fit", "score_engagement", "score_negative"), 0.0)
    known = {"stage": "lead", "status": "new", "outcome": "open", "source": "web", "score_grade": "C3", "fields": {}}
    ids = {"id": f"lead_{n:07}", "person_id": f"per_{n}", "company_id": f"com_{n}", "cycle_no": 1, "score_version": 0}
    return ids | known | figures | {"created_at": NOW, "updated_at": NOW, "is_test": False, "ready": False}


async def fill(workspace: Workspace, count: int, console: Console) -> int:
    """Store so many leads; how many activities they have."""
    chance, total = random.Random(7), 0
    with Progress(console=console, transient=True) as progress:
        for first in progress.track(range(0, count, AT_ONCE), description="Storing leads"):
            by_table: dict[Any, list[dict[str, Any]]] = {}
            for table, row in rows(first, min(first + AT_ONCE, count), chance):
                by_table.setdefault(table, []).append(row)
            async with transaction(workspace.database) as connection:
                for table, values in by_table.items():
                    await connection.execute(insert(table), values)
            total += len(by_table[activities])
    return total


async def measure(count: int, console: Console) -> Taken:
    """Fill a database, then score everybody: in memory, and as a published run."""
    book = read_playbook(SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        database = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        workspace = Workspace(database, book, lambda: NOW, new_id)
        await upgrade(database)
        total = await fill(workspace, count, console)
        settle()
        scorer, spent = Scorer(book.scoring), 0.0
        plain = compiled = 0.0
        async with workspace.reading() as uow:
            wanted = sorted(await uow.scores.open_ids())
            for start in range(0, count, AT_ONCE):
                batch = wanted[start : start + AT_ONCE]
                read = await uow.scores.read(batch, looks_at=scorer.looks_at, asks=scorer.asks)
                facts = [facts_of(one, uow) for one in read]
                began = process_time()
                for one in facts:
                    scorer.figures(one)
                spent += process_time() - began
                if start == 0:
                    compiled = spent / len(facts)
                    began = process_time()
                    for one in facts[:PLAIN]:
                        score(one, book.scoring)
                    plain = (process_time() - began) / min(PLAIN, len(facts))
        settle()
        cpu, clock = process_time(), perf_counter()
        await run(workspace, count, console)
        taken = Taken(count, total, spent, compiled * 1e6, plain * 1e6, process_time() - cpu, perf_counter() - clock)
        await database.dispose()
    return taken


async def run(workspace: Workspace, count: int, console: Console) -> None:
    """Publish the same rules again, and work the run through."""
    async with workspace.unit() as uow:
        await save_draft(uow, workspace.book, RuleKind.SCORING, scoring_document(workspace.book.scoring), actor=ME)
        await publish_draft(uow, workspace.book, RuleKind.SCORING, actor=ME, reach=Reach.FIGURES)
    more = True
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("Scoring", total=count)
        while more:
            async with workspace.unit() as uow:
                more = await continue_rescoring(uow, workspace.book)
            progress.advance(bar, BATCH)


def main() -> None:
    """`python -m bench.scores [--leads N] [--json]`."""
    parser = argparse.ArgumentParser(prog="bench.scores", description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000, help="how many leads")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    console = Console(stderr=options.json)
    taken = asyncio.run(measure(options.leads, console))
    figures = {
        "leads": taken.leads,
        "activities": taken.activities,
        "figures_cpu_s": round(taken.figures_s, 2),
        "compiled_us": round(taken.compiled_us, 1),
        "plain_us": round(taken.plain_us, 1),
        "ratio": round(taken.compiled_us / taken.plain_us, 3),
        "whole_run_cpu_s": round(taken.run_cpu_s, 2),
        "whole_run_us": round(taken.run_cpu_s / taken.leads * 1e6, 1),
        "read_write_cpu_s": round(taken.run_cpu_s - taken.figures_s, 2),
        "whole_run_s": round(taken.run_s, 2),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        console.print(f"{name:>18}  {value}")


if __name__ == "__main__":
    main()
