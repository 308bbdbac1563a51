"""Sessions of reps at the console: only the hash of the cookie's token is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.identity import RepId
from store.access_tables import rep_sessions


@dataclass(frozen=True, slots=True)
class RepSession:
    """One sign-in. `password_mark` is a fingerprint of the password's hash: another password ends the session."""

    id: str
    token_hash: str
    rep_id: RepId
    password_mark: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Sessions:
    """Who is signed in."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, session: RepSession) -> RepSession:
        """Store a new session."""
        await self._db.execute(
            insert(rep_sessions).values(
                id=session.id,
                token_hash=session.token_hash,
                rep_id=session.rep_id,
                password_mark=session.password_mark,
                created_at=session.created_at,
                seen_at=session.seen_at,
                expires_at=session.expires_at,
            )
        )
        return session

    async def by_token(self, token_hash: str) -> RepSession | None:
        """The session whose token has this hash, ended or not."""
        row = (await self._db.execute(select(rep_sessions).where(rep_sessions.c.token_hash == token_hash))).first()
        return _session(row) if row else None

    async def seen(self, session: RepSession, *, at: datetime) -> None:
        """Note that it is in use."""
        await self._db.execute(update(rep_sessions).where(rep_sessions.c.id == session.id).values(seen_at=at))

    async def end(self, session: RepSession, *, at: datetime) -> None:
        """Close it for good."""
        await self._db.execute(
            update(rep_sessions)
            .where(rep_sessions.c.id == session.id, rep_sessions.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    async def end_all(self, rep_id: RepId, *, at: datetime) -> None:
        """Close every session of one of the team."""
        of_rep = (rep_sessions.c.rep_id == rep_id, rep_sessions.c.ended_at.is_(None))
        await self._db.execute(update(rep_sessions).where(*of_rep).values(ended_at=at))

    async def forget(self, before: datetime) -> None:
        """Drop sessions that could not be used any more at an instant."""
        await self._db.execute(delete(rep_sessions).where(rep_sessions.c.expires_at < before))


def _session(row: Any) -> RepSession:
    return RepSession(
        row.id,
        row.token_hash,
        row.rep_id,
        row.password_mark,
        row.created_at,
        row.seen_at,
        row.expires_at,
        row.ended_at,
    )
