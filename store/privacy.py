"""What the house knows about erasing and keeping: tombstones, receipts, legal holds, who is idle, texts of consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.consent import Purpose
from leads.identity import LeadId, PersonId
from leads.meeting import MeetingState
from leads.opportunity import DealState
from leads.refusal import NotKnown
from leads.signal import ActorKind
from leads.stage import Outcome, Stage
from store.conversation_tables import conversations, messages
from store.holding import hold_persons
from store.meeting_tables import meetings
from store.once import insert_once
from store.paging import Place, past
from store.people_tables import activities, leads, people, stage_changes
from store.pipeline_tables import opportunities
from store.privacy_tables import consent_texts, consents, erasures, legal_holds
from store.retention import count_old, delete_old


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of one erasure, without personal data: when, why, and how many rows of which table."""

    id: str
    person_id: PersonId
    at: datetime
    why: str
    request_id: str | None = None
    deleted: Mapping[str, int] = field(default_factory=dict)
    emptied: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Somebody's record must be kept for now, whatever is asked; `by` says who decided."""

    person_id: PersonId
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentWording:
    """What a version of a text said, and from when on."""

    purpose: str
    version: str
    locale: str
    text: str
    since: datetime


@dataclass(frozen=True, slots=True)
class IdleBefore:
    """Since when nothing may have happened: with people we can reach, and with visitors who never said who they are."""

    known: datetime
    anonymous: datetime
    customers_too: bool = False


class Privacy:
    """Tombstones, receipts, holds."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def family(self, person_id: PersonId, *, lock: bool = False) -> tuple[PersonId, ...]:
        """The person's record and every record merged into it, the living one first. Raises NotKnown.

        `lock` holds them all until the transaction ends: nobody merges or erases them, or hangs anything on them.
        """
        if lock:
            return await hold_persons(self._db, partial(self._family, person_id))
        return await self._family(person_id)

    async def _family(self, person_id: PersonId) -> tuple[PersonId, ...]:
        root, seen = person_id, {person_id}
        while True:
            row = (await self._db.execute(select(people.c.merged_into_id).where(people.c.id == root))).first()
            if row is None:
                raise NotKnown("There is no such person.")
            if row.merged_into_id is None or row.merged_into_id in seen:
                break
            root = PersonId(row.merged_into_id)
            seen.add(root)
        found, fresh = [root], [root]
        while fresh:
            query = select(people.c.id).where(people.c.merged_into_id.in_(fresh), people.c.id.not_in(found))
            fresh = [PersonId(row.id) for row in (await self._db.execute(query)).all()]
            found += fresh
        return tuple(found)

    async def erased_at(self, person_id: PersonId) -> datetime | None:
        """When the person was erased; None for a living record."""
        query = select(people.c.erased_at).where(people.c.id == person_id)
        found: datetime | None = (await self._db.execute(query)).scalar()
        return found

    async def is_erased_lead(self, lead_id: LeadId) -> bool:
        """Whether this lead's person was erased, so that nothing may be added to it any more."""
        query = select(people.c.erased_at).join(leads, leads.c.person_id == people.c.id).where(leads.c.id == lead_id)
        return (await self._db.execute(query)).scalar() is not None

    async def add_receipt(self, receipt: Receipt) -> Receipt:
        """Keep the proof of an erasure."""
        counts = {"deleted": dict(receipt.deleted), "emptied": dict(receipt.emptied)}
        await self._db.execute(
            insert(erasures).values(
                id=receipt.id,
                person_id=receipt.person_id,
                at=receipt.at,
                why=receipt.why,
                request_id=receipt.request_id,
                counts=counts,
            )
        )
        return receipt

    async def receipt_of(self, person_id: PersonId) -> Receipt | None:
        """The newest receipt of a tombstone."""
        query = select(erasures).where(erasures.c.person_id == person_id).order_by(erasures.c.at.desc()).limit(1)
        row = (await self._db.execute(query)).first()
        return _receipt(row) if row else None

    async def receipts(self, *, place: Place | None = None, limit: int) -> list[Receipt]:
        """Receipts, newest first."""
        query = select(erasures).order_by(erasures.c.at.desc(), erasures.c.id.desc()).limit(limit)
        if place is not None:
            query = query.where(past(erasures.c.at, erasures.c.id, place, falling=True))
        return [_receipt(row) for row in (await self._db.execute(query)).all()]

    async def erased_since(self, since: datetime) -> int:
        """How many were erased from an instant on."""
        return int((await self._db.execute(select(func.count()).where(erasures.c.at >= since))).scalar_one())

    async def hold(self, hold: LegalHold) -> None:
        """Keep somebody's record for now; a hold that stands gets the new reason."""
        values = {"reason": hold.reason[:200], "by": hold.by[:200], "at": hold.at}
        done = await self._db.execute(
            update(legal_holds).where(legal_holds.c.person_id == hold.person_id).values(values)
        )
        if done.rowcount == 0:
            await self._db.execute(insert(legal_holds).values(person_id=hold.person_id, **values))

    async def release(self, person_id: PersonId) -> bool:
        """End a hold; False when there was none."""
        return bool((await self._db.execute(delete(legal_holds).where(legal_holds.c.person_id == person_id))).rowcount)

    async def held(self, persons: Sequence[PersonId]) -> LegalHold | None:
        """The hold on one of these records, if there is one."""
        query = select(legal_holds).where(legal_holds.c.person_id.in_(persons)).limit(1)
        row = (await self._db.execute(query)).first()
        return LegalHold(PersonId(row.person_id), row.reason, row.by, row.at) if row else None

    async def keep_wording(self, wording: ConsentWording, *, id: str) -> bool:
        """Keep what a version said; the same text again is nothing new."""
        mark = sha256(wording.text.encode()).hexdigest()
        row = {
            "id": id,
            "purpose": wording.purpose,
            "version": wording.version[:40],
            "locale": wording.locale[:35],
            "fingerprint": mark,
            "wording": wording.text,
            "since": wording.since,
        }
        return await insert_once(self._db, consent_texts, [row]) == 1

    async def wording(self, purpose: Purpose, version: str, *, at: datetime) -> ConsentWording | None:
        """What the version said at an instant: the newest text kept by then, else the oldest one."""
        query = select(consent_texts).where(
            consent_texts.c.purpose == purpose.value, consent_texts.c.version == version
        )
        rows = (await self._db.execute(query.order_by(consent_texts.c.since, consent_texts.c.id))).all()
        shown = [row for row in rows if row.since <= at] or rows[:1]
        if not shown:
            return None
        row = shown[-1]
        return ConsentWording(row.purpose, row.version, row.locale, row.wording, row.since)

    async def idle(
        self, before: IdleBefore, *, now: datetime, limit: int, only: PersonId | None = None
    ) -> list[PersonId]:
        """People with whom nothing happened for so long and whom nothing protects, the oldest record first."""
        query = _idle(before, now).order_by(people.c.created_at, people.c.id).limit(limit)
        if only is not None:
            query = query.where(people.c.id == only)
        return [PersonId(row.id) for row in (await self._db.execute(query)).all()]

    async def count_idle(self, before: IdleBefore, *, now: datetime) -> int:
        """How many they are."""
        return int(
            (await self._db.execute(select(func.count()).select_from(_idle(before, now).subquery()))).scalar_one()
        )

    async def count_traces(self, before: datetime) -> dict[str, int]:
        """How many rows have aged, by table."""
        return await count_old(self._db, before)

    async def delete_traces(self, before: datetime) -> dict[str, int]:
        """Delete what has aged; how many, by table."""
        return await delete_old(self._db, before)

    async def count_held(self) -> int:
        """How many records a legal hold keeps."""
        return int((await self._db.execute(select(func.count()).select_from(legal_holds))).scalar_one())


def _idle(before: IdleBefore, now: datetime) -> Select[Any]:
    """Activities of people and reps count as life; what code does by itself (fading scores) does not."""
    unreachable = and_(people.c.email.is_(None), people.c.phone.is_(None))
    silent = [_silent_since(before.known), and_(unreachable, _silent_since(before.anonymous))]
    return select(people.c.id, people.c.created_at).where(
        people.c.erased_at.is_(None), people.c.merged_into_id.is_(None), or_(*silent), *_unprotected(before, now)
    )


def _silent_since(cutoff: datetime) -> Any:
    own = leads.c.person_id == people.c.id
    of_own = select(leads.c.id).where(own).correlate(people)  # two selects deep nothing is correlated by itself
    talk = select(conversations.c.id).where(conversations.c.person_id == people.c.id).correlate(people)
    people_did = activities.c.actor.in_([ActorKind.HUMAN.value, ActorKind.REP.value])
    people_moved = stage_changes.c.actor == ActorKind.REP.value
    return and_(
        people.c.created_at < cutoff,
        ~exists().where(own, leads.c.created_at >= cutoff),
        ~exists().where(activities.c.lead_id.in_(of_own), activities.c.received_at >= cutoff, people_did),
        ~exists().where(stage_changes.c.lead_id.in_(of_own), stage_changes.c.at >= cutoff, people_moved),
        ~exists().where(messages.c.conversation_id.in_(talk), messages.c.at >= cutoff),
        ~exists().where(meetings.c.lead_id.in_(of_own), meetings.c.end >= cutoff),
        ~exists().where(consents.c.person_id == people.c.id, consents.c.at >= cutoff),
        ~exists().where(opportunities.c.person_id == people.c.id, opportunities.c.updated_at >= cutoff),
    )


def _unprotected(before: IdleBefore, now: datetime) -> list[Any]:
    """No hold, no meeting ahead, no deal under way; and no customer unless the playbook says so."""
    own = leads.c.person_id == people.c.id
    of_own = select(leads.c.id).where(own).correlate(people)
    waits = and_(leads.c.outcome == Outcome.OPEN.value, leads.c.follow_up_on >= now)
    deal = and_(leads.c.stage == Stage.OPPORTUNITY.value, leads.c.outcome.in_(_RUNNING))
    protected = [waits, deal]
    if not before.customers_too:
        protected += [leads.c.stage == Stage.CUSTOMER.value, leads.c.outcome.in_(_BOUGHT)]
    bargains = [DealState.OPEN.value, *([] if before.customers_too else [DealState.WON.value])]
    ahead = and_(meetings.c.state == MeetingState.CONFIRMED.value, meetings.c.end > now)
    return [
        ~exists().where(legal_holds.c.person_id == people.c.id),
        ~exists().where(meetings.c.lead_id.in_(of_own), ahead),
        ~exists().where(own, or_(*protected)),
        ~exists().where(opportunities.c.person_id == people.c.id, opportunities.c.state.in_(bargains)),
    ]


_RUNNING = (Outcome.OPEN.value, Outcome.CONVERTED.value)
_BOUGHT = (Outcome.CONVERTED.value, Outcome.WON.value)


def _receipt(row: Any) -> Receipt:
    counts = row.counts or {}
    deleted, emptied = counts.get("deleted", {}), counts.get("emptied", {})
    return Receipt(row.id, PersonId(row.person_id), row.at, row.why, row.request_id, deleted, emptied)
