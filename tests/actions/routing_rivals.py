"""A process of its own that routes leads: `python -m tests.actions.routing_rivals URL NUMBER LEADS`.

It has begun when `tests.processes` says so, and prints to whom its leads went, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter

from actions.workspace import Workspace
from leads.route import Member
from opener.ids import new_id
from tests.actions.routed import a_book, a_pool, a_request, rules_of
from tests.builders import ANA, JONAS, StandingClock
from tests.processes import wait_for_the_others
from tests.store.databases import opened

THREE_TO_ONE = rules_of(pool=a_pool(members=(Member(ANA, weight=3), Member(JONAS, weight=1))))


async def main(url: str, number: str, leads: str) -> None:
    """Capture so many leads, one after the other, and print who got how many."""
    async with opened(url) as database:
        workspace = Workspace(database, a_book(THREE_TO_ONE), StandingClock(), new_id)
        got = Counter(
            [(await a_request(workspace, email=f"lead{n}@shop{number}.example.com")).owner for n in range(int(leads))]
        )
        sys.stdout.write(f"{json.dumps(got)}\n")


if __name__ == "__main__":
    wait_for_the_others()
    asyncio.run(main(*sys.argv[1:]))
