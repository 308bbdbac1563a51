"""A process for the tests to kill: the worker as `opener serve` runs it, with a model that does as it is told.

Usage: python -m tests.worker.night_worker DATABASE_URL FOLDER SECONDS_AHEAD [--answer TURN] [--smtp PORT]. It answers
`ready` once it works, and `thinking` when its model is asked. The model says nothing until it reads a line on standard
input, which is then what it says; at the end of input it says "Here I am."
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from actions.workspace import Workspace
from agent.answer import Agent
from agent.gateway import Budget, Gateway
from agent.provider import Finished, Part, Request, TextDelta
from channels.mail_out import ConsoleMailOut
from channels.notice import ConsoleNotices
from channels.smtp import SmtpMailOut, smtp_server
from leads.identity import TurnId
from opener.ids import new_id
from store.engine import open_engine
from store.knowledge import Passage
from store.migrate import upgrade
from tests.builders import a_playbook
from worker.jobs import JobEngine
from worker.outside import Outside
from worker.worker import Worker

PATIENT = Budget(first_byte_s=120, between_chunks_s=120, turn_s=120)


class ToldWhatToSay:
    """A model whose words come from standard input."""

    name = "told"

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        tell("thinking")
        line = await asyncio.to_thread(sys.stdin.readline)
        yield TextDelta(line.strip() or "Here I am.")
        yield Finished("stop", None)


class NoKnowledge:
    """A company nobody has written anything about."""

    async def search(self, query: str, *, limit: int = 5) -> list[Passage]:
        return []


def tell(word: str) -> None:
    """One line to the test."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def work() -> None:
    """Work for ever."""
    parser = ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("ahead", type=float)
    parser.add_argument("--answer")
    parser.add_argument("--smtp", type=int)
    given = parser.parse_args()

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=given.ahead)

    database = open_engine(given.url)
    await upgrade(database)
    workspace = Workspace(database, a_playbook(), clock, new_id)
    agent = Agent(workspace, Gateway(ToldWhatToSay(), budget=PATIENT), NoKnowledge())
    smtp = SmtpMailOut(smtp_server(f"smtp://127.0.0.1:{given.smtp}"), clock=clock) if given.smtp else None
    outside = Outside(smtp or ConsoleMailOut(given.folder), ConsoleNotices(given.folder))
    engine = JobEngine(given.url, poll=timedelta(milliseconds=50) if smtp else timedelta(seconds=1))
    await Worker(workspace, agent, outside, engine, public_url="https://opener.example.com").start()
    tell("ready")
    if given.answer:
        await agent.answer(TurnId(given.answer))
        tell("done")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work())
