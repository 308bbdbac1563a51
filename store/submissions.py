"""What came through the hooks of forms: each thing once, by constraint, and what became of it."""

import hashlib
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.form import SAME_WITHIN, FormId, Submission, SubmissionId, Trust, Verdict
from leads.refusal import NotKnown
from leads.spam import Velocity
from store.form_tables import submissions
from store.once import insert_once
from store.outbox_tables import idempotent_requests
from store.paging import Place, past


class Submissions:
    """Everything that forms sent."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, submission_id: SubmissionId, *, lock: bool = False) -> Submission:
        """The submission by id; `lock` holds its row until the transaction ends. Raises NotKnown."""
        query = select(submissions).where(submissions.c.id == submission_id)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such submission.")
        return _submission(row)

    async def put(self, new: Submission) -> bool:
        """Store a submission; False when it is there already, which is counted on the one that is.

        Two constraints decide, so that two at once are still one: the provider's own name for it, and what was
        answered. The latter is given free once it is older than `SAME_WITHIN`. What was sent by somebody who has been
        erased since is only remembered.
        """
        here = submissions.c.form_id == new.form_id
        if new.event_key is not None and await self._was_answered(new.form_id, new.event_key):
            return False
        if new.content_key is not None:
            old = (here, submissions.c.content_key == new.content_key)
            forgotten = submissions.c.received_at <= new.received_at - SAME_WITHIN
            await self._db.execute(update(submissions).where(*old, forgotten).values(content_key=None))
        values = _values(new) | {"id": new.id, "form_id": new.form_id, "received_at": new.received_at}
        if await insert_once(self._db, submissions, [values]):
            return True
        keys = (("event_key", new.event_key), ("content_key", new.content_key))
        same = or_(*(submissions.c[name] == key for name, key in keys if key is not None))
        await self._db.execute(update(submissions).where(here, same).values(repeats=submissions.c.repeats + 1))
        return False

    async def _was_answered(self, form_id: FormId, event_key: str) -> bool:
        query = select(idempotent_requests.c.key).where(idempotent_requests.c.key == answered_key(form_id, event_key))
        return (await self._db.execute(query)).first() is not None

    async def save(self, submission: Submission) -> Submission:
        """Store what has become of a submission."""
        query = update(submissions).where(submissions.c.id == submission.id)
        await self._db.execute(query.values(**_values(submission)))
        return submission

    async def overdue(self, now: datetime, *, limit: int = 100) -> list[Submission]:
        """Submissions that somebody should have worked through by now, the longest waiting first."""
        query = select(submissions).where(submissions.c.due_at <= now).order_by(submissions.c.due_at).limit(limit)
        return [_submission(row) for row in (await self._db.execute(query)).all()]

    async def put_on(self, submission_id: SubmissionId, *, due_at: datetime) -> None:
        """Look after it again at that time, unless it was settled meanwhile."""
        open = (submissions.c.id == submission_id, submissions.c.due_at.is_not(None))
        await self._db.execute(update(submissions).where(*open).values(due_at=due_at))

    async def of_form(
        self, form_id: FormId, *, verdict: Verdict | None, place: Place | None, limit: int
    ) -> list[Submission]:
        """What one form sent, the newest first."""
        query = select(submissions).where(submissions.c.form_id == form_id)
        if verdict is not None:
            query = query.where(submissions.c.verdict == verdict.value)
        if place is not None:
            query = query.where(past(submissions.c.received_at, submissions.c.id, place, falling=True))
        query = query.order_by(submissions.c.received_at.desc(), submissions.c.id.desc()).limit(limit)
        return [_submission(row) for row in (await self._db.execute(query)).all()]

    async def velocity(self, submission: Submission) -> Velocity:
        """How many others came shortly before this one, of the same address and from the same place on the net."""
        return Velocity(
            of_address=await self._before(submission, "email_key", submission.email_key),
            of_ip=await self._before(submission, "ip", submission.ip),
        )

    async def _before(self, submission: Submission, column: str, value: str | None) -> int:
        if value is None:
            return 0
        at, ids = submissions.c.received_at, submissions.c.id
        since = at > submission.received_at - SAME_WITHIN
        earlier = or_(at < submission.received_at, (at == submission.received_at) & (ids < submission.id))
        query = select(func.count()).where(submissions.c[column] == value, since, earlier)
        return int((await self._db.execute(query)).scalar_one())


def answered_key(form_id: str, event_key: str) -> str:
    """Under which name a submission that was erased is remembered as taken."""
    return f"form:{form_id}:{hashlib.sha256(event_key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _values(submission: Submission) -> dict[str, Any]:
    return {
        "event_key": submission.event_key,
        "content_key": submission.content_key,
        "person_id": submission.person_id,
        "lead_id": submission.lead_id,
        "email_key": submission.email_key,
        "ip": submission.ip,
        "raw": submission.raw,
        "fetched": submission.fetched,
        "content_type": submission.content_type,
        "headers": dict(submission.headers),
        "trust": submission.trust.value,
        "verdict": submission.verdict.value,
        "reason": submission.reason and submission.reason[:300],
        "repeats": submission.repeats,
        "attempts": submission.attempts,
        "released": submission.released,
        "due_at": submission.due_at,
        "worked_at": submission.worked_at,
    }


def _submission(row: Any) -> Submission:
    return Submission(
        id=row.id,
        form_id=row.form_id,
        received_at=row.received_at,
        raw=row.raw or b"",
        content_type=row.content_type,
        trust=Trust(row.trust),
        verdict=Verdict(row.verdict),
        reason=row.reason,
        headers=MappingProxyType(row.headers),
        event_key=row.event_key,
        content_key=row.content_key,
        email_key=row.email_key,
        ip=row.ip,
        fetched=row.fetched,
        lead_id=row.lead_id,
        person_id=row.person_id,
        repeats=row.repeats,
        attempts=row.attempts,
        released=row.released,
        due_at=row.due_at,
        worked_at=row.worked_at,
    )
