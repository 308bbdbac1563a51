"""Telling that a transaction of Postgres has come to another one's lock."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from store.engine import Database, transaction

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


async def somebody_waits(database: Database) -> None:
    """Until a transaction of this database waits for another one's lock."""
    async with asyncio.timeout(20):
        while True:
            async with transaction(database, read_only=True) as looking:
                if (await looking.execute(WAITING)).scalar_one():
                    return
            await asyncio.sleep(0.01)
