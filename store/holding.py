"""Holding somebody before they are erased, in the one order in which everybody takes locks.

That order is: conversations, people, leads, and then what hangs on leads; several of a kind by their ids. Rows of
people are taken twice. First as everybody takes them; and with the leads in hand once more, so that no row may be
stored that refers to them: who is about to store one may have a lead in hand already, and would wait while we do.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import ConversationId, PersonId
from store.conversation_tables import conversations
from store.people_tables import leads, people


@dataclass(frozen=True, slots=True)
class _Around:
    """Who is to be held, and what hangs on them."""

    persons: tuple[PersonId, ...]
    talks: tuple[str, ...]
    cycles: tuple[str, ...]


async def hold_persons(db: AsyncConnection, who: Callable[[], Awaitable[tuple[PersonId, ...]]]) -> tuple[PersonId, ...]:
    """Hold these records with their conversations and leads until the transaction ends, and return who they are.

    What comes while we wait was not taken in its turn: then everything is let go, and `who` is asked again.
    """
    while True:
        seen = await _around(db, await who())
        attempt = await db.begin_nested()
        await _hold(db, conversations, conversations.c.id.in_(seen.talks))
        await _hold(db, people, people.c.id.in_(seen.persons), key_share=True)
        await _hold(db, leads, leads.c.id.in_(seen.cycles))
        await _hold(db, people, people.c.id.in_(seen.persons))
        if await _around(db, await who()) == seen:
            await attempt.commit()
            return seen.persons
        await attempt.rollback()  # Postgres lets go of what was locked since


async def hold_conversation(db: AsyncConnection, conversation_id: ConversationId) -> None:
    """Hold a conversation that is to be erased: nobody writes in it, and nothing is hung on it."""
    await _hold(db, conversations, conversations.c.id == conversation_id)


async def hold_leads(db: AsyncConnection, persons: Sequence[PersonId]) -> None:
    """Hold all the cycles of these people."""
    await _hold(db, leads, leads.c.person_id.in_(persons), key_share=True)


async def _hold(db: AsyncConnection, table: Table, which: ColumnElement[bool], *, key_share: bool = False) -> None:
    await db.execute(select(table.c.id).where(which).order_by(table.c.id).with_for_update(key_share=key_share))


async def _around(db: AsyncConnection, persons: tuple[PersonId, ...]) -> _Around:
    found: list[tuple[str, ...]] = []
    for table in (conversations, leads):
        rows = await db.execute(select(table.c.id).where(table.c.person_id.in_(persons)).order_by(table.c.id))
        found.append(tuple(row.id for row in rows.all()))
    return _Around(persons, *found)
