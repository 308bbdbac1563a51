"""The end of keeping: whoever has been idle for as long as the playbook says is forgotten, and old traces go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.erase_person import RETENTION, erase_person
from leads.actor import BY_RULE
from leads.identity import PersonId
from playbook.book import Playbook
from store.privacy import IdleBefore, Receipt
from store.unit import UnitOfWork

SHOWN = 100


@dataclass(frozen=True, slots=True)
class RetentionPreview:
    """What the next round would do; nothing is changed by looking."""

    idle: int
    people: tuple[PersonId, ...]
    traces: Mapping[str, int]
    held: int
    known_before: datetime
    anonymous_before: datetime
    traces_before: datetime


def idle_before(book: Playbook, now: datetime) -> IdleBefore:
    """Since when nothing may have happened, by the playbook. Visitors nobody knows never outlast people we know."""
    known = now - timedelta(days=book.company.retention_days)
    anonymous = now - timedelta(days=min(book.company.keeping.anonymous_days, book.company.retention_days))
    return IdleBefore(known, anonymous, book.company.keeping.customers)


def traces_before(book: Playbook, now: datetime) -> datetime:
    """Rejected forms, guard notes and the like older than this go."""
    return now - timedelta(days=book.company.keeping.traces_days)


async def preview_retention(uow: UnitOfWork, book: Playbook) -> RetentionPreview:
    """What the next round would do, with the first people it would erase."""
    before, traces = idle_before(book, uow.now), traces_before(book, uow.now)
    return RetentionPreview(
        idle=await uow.privacy.count_idle(before, now=uow.now),
        people=tuple(await uow.privacy.idle(before, now=uow.now, limit=SHOWN)),
        traces=await uow.privacy.count_traces(traces),
        held=await uow.privacy.count_held(),
        known_before=before.known,
        anonymous_before=before.anonymous,
        traces_before=traces,
    )


async def next_idle(uow: UnitOfWork, book: Playbook, *, limit: int) -> list[PersonId]:
    """Whose time is over, the longest silent first."""
    return await uow.privacy.idle(idle_before(book, uow.now), now=uow.now, limit=limit)


async def erase_if_idle(uow: UnitOfWork, book: Playbook, person_id: PersonId) -> Receipt | None:
    """Forget somebody whose time is over; None when they have come back meanwhile."""
    if not await uow.privacy.idle(idle_before(book, uow.now), now=uow.now, limit=1, only=person_id):
        return None
    return (await erase_person(uow, book, person_id, actor=BY_RULE, why=RETENTION)).receipt


async def drop_traces(uow: UnitOfWork, book: Playbook) -> int:
    """Delete what has aged; how many rows."""
    gone = await uow.privacy.delete_traces(traces_before(book, uow.now))
    return sum(gone.values())
