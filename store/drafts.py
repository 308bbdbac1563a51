"""Drafts: suggested replies with every wording they had."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.draft import UNSENT, Draft, DraftState, Revision
from leads.identity import DraftId, HandoffId
from leads.refusal import NotKnown
from leads.signal import ActorKind
from store.handoff_tables import draft_revisions, drafts


class Drafts:
    """What the agent suggests and what became of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, draft_id: DraftId, *, lock: bool = False) -> Draft:
        """The draft by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        query = select(drafts).where(drafts.c.id == draft_id)
        row = (await self._db.execute(query.with_for_update(key_share=True) if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such draft.")
        return _draft(row)

    async def of_handoff(self, handoff_id: HandoffId) -> Draft | None:
        """The newest draft of a handoff, or None."""
        query = select(drafts).where(drafts.c.handoff_id == handoff_id)
        row = (await self._db.execute(query.order_by(drafts.c.created_at.desc(), drafts.c.id.desc()))).first()
        return _draft(row) if row else None

    async def revisions(self, draft_id: DraftId) -> list[Revision]:
        """Every wording, oldest first."""
        query = select(draft_revisions).where(draft_revisions.c.draft_id == draft_id).order_by(draft_revisions.c.rev)
        return [_revision(row) for row in (await self._db.execute(query)).all()]

    async def add(self, draft: Draft) -> Draft:
        """Store a new draft."""
        await self._db.execute(insert(drafts).values(id=draft.id, created_at=draft.created_at, **_values(draft)))
        return draft

    async def save(self, draft: Draft) -> Draft:
        """Store what a draft has become."""
        await self._db.execute(update(drafts).where(drafts.c.id == draft.id).values(**_values(draft)))
        return draft

    async def add_revision(self, draft: Draft, revision: Revision) -> None:
        """Store one wording; the same number twice collides, so that two cannot both be the next."""
        await self._db.execute(
            insert(draft_revisions).values(
                draft_id=draft.id,
                rev=revision.rev,
                conversation_id=draft.conversation_id,
                text=revision.text,
                author=revision.author.kind.value,
                author_id=revision.author.id,
                author_name=revision.author.name[:200],
                model=revision.model[:120],
                at=revision.at,
            )
        )

    async def withdraw(self, handoff_id: HandoffId, *, now: datetime, reason: str) -> None:
        """Put away what was not sent: the handoff was decided."""
        await self._db.execute(
            update(drafts)
            .where(drafts.c.handoff_id == handoff_id, drafts.c.state.in_([s.value for s in UNSENT]))
            .values(state=DraftState.REJECTED.value, decided_at=now, reason=reason[:500])
        )

    async def due(self, now: datetime, *, limit: int = 20) -> list[Draft]:
        """Drafts that are to be written now."""
        query = select(drafts).where(drafts.c.state == DraftState.WRITING.value, drafts.c.due_at <= now)
        return [_draft(row) for row in (await self._db.execute(query.order_by(drafts.c.due_at).limit(limit))).all()]


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "handoff_id": draft.handoff_id,
        "conversation_id": draft.conversation_id,
        "state": draft.state.value,
        "rev": draft.rev,
        "up_to_seq": draft.up_to_seq,
        "attempts": draft.attempts,
        "due_at": draft.due_at,
        "message_id": draft.message_id,
        "decided_by": draft.decided_by,
        "decided_at": draft.decided_at,
        "reason": draft.reason[:500],
    }


def _draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        handoff_id=row.handoff_id,
        conversation_id=row.conversation_id,
        state=DraftState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        rev=row.rev,
        up_to_seq=row.up_to_seq,
        attempts=row.attempts,
        message_id=row.message_id,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def _revision(row: Any) -> Revision:
    author = Actor(ActorKind(row.author), row.author_id, row.author_name)
    return Revision(row.rev, row.text, author, row.at, row.model)
