"""What the console hears: changes of handoffs and drafts, numbered in the order they were committed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.handoff_tables import team_counter, team_events
from store.once import insert_once

TEAM = "team"
"""The topic under which consoles follow."""
_COUNT_UP = (
    update(team_counter)
    .where(team_counter.c.id == 1)
    .values(last=team_counter.c.last + 1)
    .returning(team_counter.c.last)
)


@dataclass(frozen=True, slots=True)
class TeamEvent:
    """One change. `data` holds ids and codes, never a person's words."""

    type: str
    data: dict[str, Any]
    at: datetime
    conversation_id: str | None = None
    seq: int = 0


class TeamEvents:
    """The stream of the console."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def append(self, event: TeamEvent) -> int:
        """Store one event and return its number. It is to be the last thing an act does: it serialises the acts."""
        seq = (await self._db.execute(_COUNT_UP)).scalar_one_or_none()
        if seq is None:
            await insert_once(self._db, team_counter, [{"id": 1, "last": 0}])
            seq = (await self._db.execute(_COUNT_UP)).scalar_one()
        row = {"seq": seq, "type": event.type, "data": event.data, "at": event.at}
        await self._db.execute(insert(team_events).values(conversation_id=event.conversation_id, **row))
        return int(seq)

    async def after(self, seq: int, *, limit: int = 500) -> list[TeamEvent]:
        """Events with a higher number, in order."""
        query = select(team_events).where(team_events.c.seq > seq).order_by(team_events.c.seq).limit(limit)
        return [
            TeamEvent(r.type, r.data, r.at, r.conversation_id, r.seq) for r in (await self._db.execute(query)).all()
        ]

    async def forget(self, before: datetime) -> None:
        """Drop what was told before an instant; a console that was away for longer reads the inbox anew."""
        await self._db.execute(delete(team_events).where(team_events.c.at < before))

    async def last(self) -> int:
        """The highest number there was, 0 before the first."""
        query = select(team_counter.c.last).where(team_counter.c.id == 1)
        return int((await self._db.execute(query)).scalar_one_or_none() or 0)
