"""Who did what to whom, kept for good: decisions of people and programs, never the words of a lead."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.signal import ActorKind
from store.paging import Place, past
from store.rule_tables import audit
from store.types import JsonObject


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: `lead.assigned`, `person.erased`, `rules.published` … `detail` holds codes and figures, no contents."""

    id: str
    at: datetime
    actor: Actor
    act: str
    subject: str
    subject_id: str | None = None
    detail: JsonObject = field(default_factory=dict)


class Audit:
    """The log of acts; entries are only added."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, entry: AuditEntry) -> None:
        """Append one entry."""
        await self._db.execute(
            insert(audit).values(
                id=entry.id,
                at=entry.at,
                actor=entry.actor.kind.value,
                actor_id=entry.actor.id,
                actor_name=entry.actor.name[:200],
                act=entry.act[:80],
                subject=entry.subject,
                subject_id=entry.subject_id,
                detail=entry.detail,
            )
        )

    async def page(
        self, *, subject_id: str | None = None, act: str | None = None, place: Place | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        """Entries, newest first; of one subject or one kind of act when told."""
        query = select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        if subject_id is not None:
            query = query.where(audit.c.subject_id == subject_id)
        if act is not None:
            query = query.where(audit.c.act == act)
        if place is not None:
            query = query.where(past(audit.c.at, audit.c.id, place, falling=True))
        return [_entry(row) for row in (await self._db.execute(query)).all()]


def _entry(row: Any) -> AuditEntry:
    actor = Actor(ActorKind(row.actor), row.actor_id, row.actor_name)
    return AuditEntry(row.id, row.at, actor, row.act, row.subject, row.subject_id, row.detail)
