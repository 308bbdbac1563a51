"""Offers, meetings, and the five-minute buckets that make a double booking impossible on every database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.conversation import Conversation
from leads.identity import ConversationId, LeadId, MeetingId, RepId, SlotId
from leads.meeting import Meeting, MeetingState, Offer
from leads.refusal import NotKnown, SlotNotOffered
from store.access_tables import reps
from store.meeting_tables import meeting_buckets, meetings, offers
from store.once import insert_once
from store.paging import Place, past


class Meetings:
    """Times that were offered and meetings that were booked."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add_offers(self, offered: Sequence[Offer]) -> None:
        """Keep the times that were just offered."""
        if offered:
            await self._db.execute(insert(offers), [_offer_values(o) for o in offered])

    async def offers(self, conversation_id: ConversationId) -> list[Offer]:
        """Every time offered in this conversation, by start."""
        query = select(offers).where(offers.c.conversation_id == conversation_id)
        rows = (await self._db.execute(query.order_by(offers.c.offered_at, offers.c.start))).all()
        return [_offer(row) for row in rows]

    async def offer(self, conversation_id: ConversationId, slot_id: SlotId) -> Offer:
        """The offer, if it was made in this very conversation. Raises SlotNotOffered."""
        query = select(offers).where(offers.c.slot_id == slot_id, offers.c.conversation_id == conversation_id)
        row = (await self._db.execute(query)).first()
        if row is None:
            raise SlotNotOffered("That time was not offered in this conversation.")
        return _offer(row)

    async def busy(self, host_ids: Sequence[RepId], start: datetime, end: datetime) -> list[tuple[RepId, datetime]]:
        """The claimed five-minute buckets of these hosts in a window."""
        query = select(meeting_buckets.c.host_id, meeting_buckets.c.bucket).where(
            meeting_buckets.c.host_id.in_(host_ids),
            meeting_buckets.c.bucket >= start,
            meeting_buckets.c.bucket < end,
        )
        return [(RepId(r.host_id), r.bucket) for r in (await self._db.execute(query)).all()]

    async def starts_by_host(
        self, host_ids: Sequence[RepId], start: datetime, end: datetime
    ) -> dict[RepId, list[datetime]]:
        """The starts of these hosts' meetings in a window, for daily limits."""
        query = select(meetings.c.host_id, meetings.c.start).where(
            meetings.c.host_id.in_(host_ids),
            meetings.c.state == MeetingState.CONFIRMED.value,
            meetings.c.start >= start,
            meetings.c.start < end,
        )
        starts: dict[RepId, list[datetime]] = {host: [] for host in host_ids}
        for row in (await self._db.execute(query)).all():
            starts[RepId(row.host_id)].append(row.start)
        return starts

    async def load(self, host_ids: Sequence[RepId], *, after: datetime) -> dict[RepId, int]:
        """How many confirmed meetings each host has ahead, to choose among them; nobody else books them meanwhile.

        All their rows are locked at once and in one order, so that two bookings that prefer different hosts never wait
        for each other.
        """
        hosts = select(reps.c.id).where(reps.c.id.in_(host_ids)).order_by(reps.c.id)
        await self._db.execute(hosts.with_for_update(key_share=True))
        query = (
            select(meetings.c.host_id, func.count().label("ahead"))
            .where(
                meetings.c.host_id.in_(host_ids),
                meetings.c.state == MeetingState.CONFIRMED.value,
                meetings.c.start > after,
            )
            .group_by(meetings.c.host_id)
        )
        return {RepId(row.host_id): row.ahead for row in (await self._db.execute(query)).all()}

    async def claim(self, host_id: RepId, buckets: Sequence[datetime], meeting_id: MeetingId) -> bool:
        """Take all these buckets of one host, or none; the host's row is locked first (no deadlocks under rush)."""
        await self._db.execute(select(reps.c.id).where(reps.c.id == host_id).with_for_update(key_share=True))
        taken = select(meeting_buckets.c.bucket).where(
            meeting_buckets.c.host_id == host_id, meeting_buckets.c.bucket.in_(buckets)
        )
        if (await self._db.execute(taken.limit(1))).first() is not None:
            return False
        rows = [{"host_id": host_id, "bucket": b, "meeting_id": meeting_id} for b in sorted(buckets)]
        if await insert_once(self._db, meeting_buckets, rows) == len(rows):
            return True
        await self.release(meeting_id)  # the key is the backstop should anybody ever skip the lock
        return False

    async def release(self, meeting_id: MeetingId) -> None:
        """Give a meeting's buckets back."""
        await self._db.execute(delete(meeting_buckets).where(meeting_buckets.c.meeting_id == meeting_id))

    async def add(self, meeting: Meeting, slot_id: SlotId | None) -> None:
        """Store a new meeting."""
        values = _meeting_values(meeting) | {"id": meeting.id, "slot_id": slot_id, "booked_at": meeting.booked_at}
        await self._db.execute(insert(meetings).values(**values))

    async def save(self, meeting: Meeting) -> None:
        """Store what a meeting has become; a cancelled one gives its offer back, so that it can be booked again."""
        values = _meeting_values(meeting)
        if meeting.state is MeetingState.CANCELLED:
            values["slot_id"] = None
        await self._db.execute(update(meetings).where(meetings.c.id == meeting.id).values(**values))

    async def booked_from(self, conversation_id: ConversationId, slot_id: SlotId) -> Meeting | None:
        """The conversation's open meeting, if it is at the time of this offer: booking or moving twice is once."""
        offered = (offers.c.slot_id == slot_id, offers.c.conversation_id == conversation_id)
        same_time = (meetings.c.start == offers.c.start, meetings.c.end == offers.c.end)
        return await self._one(
            meetings.c.conversation_id == conversation_id,
            meetings.c.state == MeetingState.CONFIRMED.value,
            exists().where(*offered, *same_time),
        )

    async def open_of(self, lead_id: LeadId) -> Meeting | None:
        """The lead's confirmed meeting; there is never more than one."""
        return await self._one(meetings.c.lead_id == lead_id, meetings.c.state == MeetingState.CONFIRMED.value)

    async def standing_in(self, conversation: Conversation, now: datetime, *, lock: bool = False) -> Meeting | None:
        """The meeting a conversation is about: one it booked and that is ahead, in whichever cycle, else its lead's.

        `lock` holds it until the transaction ends: nobody cancels what is about to be moved.
        """
        own = meetings.c.conversation_id == conversation.id
        query = select(meetings).where(
            meetings.c.state == MeetingState.CONFIRMED.value,
            or_(meetings.c.lead_id == conversation.lead_id, and_(own, meetings.c.start > now)),
        )
        query = query.order_by(case((own, 0), else_=1), meetings.c.start).limit(1)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        return _meeting(row) if row else None

    async def by_token(self, token: str) -> Meeting:
        """The meeting a guest's private link names. Raises NotKnown."""
        found = await self._one(meetings.c.token == token)
        if found is None:
            raise NotKnown("There is no such meeting.")
        return found

    async def get(self, meeting_id: MeetingId) -> Meeting:
        """The meeting by id. Raises NotKnown."""
        found = await self._one(meetings.c.id == meeting_id)
        if found is None:
            raise NotKnown("There is no such meeting.")
        return found

    async def of_lead(self, lead_id: LeadId) -> list[Meeting]:
        """All the lead's meetings, by start."""
        query = select(meetings).where(meetings.c.lead_id == lead_id).order_by(meetings.c.start)
        return [_meeting(row) for row in (await self._db.execute(query)).all()]

    async def ahead_of(self, host_id: RepId, now: datetime) -> Sequence[Meeting]:
        """The confirmed meetings a host still has ahead, soonest first."""
        mine = (meetings.c.host_id == host_id, meetings.c.state == MeetingState.CONFIRMED.value)
        query = select(meetings).where(*mine, meetings.c.start > now).order_by(meetings.c.start, meetings.c.id)
        return [_meeting(row) for row in (await self._db.execute(query)).all()]

    async def list(self, *, after: datetime | None, place: Place | None = None, limit: int) -> list[Meeting]:
        """One page of the meetings that begin after an instant, soonest first."""
        query = select(meetings).order_by(meetings.c.start, meetings.c.id).limit(limit)
        if after is not None:
            query = query.where(meetings.c.start > after)
        if place is not None:
            query = query.where(past(meetings.c.start, meetings.c.id, place))
        return [_meeting(row) for row in (await self._db.execute(query)).all()]

    async def _one(self, *where: Any) -> Meeting | None:
        row = (await self._db.execute(select(meetings).where(*where))).first()
        return _meeting(row) if row else None


def _offer_values(offer: Offer) -> dict[str, Any]:
    return {
        "slot_id": offer.slot_id,
        "conversation_id": offer.conversation_id,
        "meeting_type": offer.meeting_type,
        "start": offer.start,
        "end": offer.end,
        "host_ids": list(offer.host_ids),
        "offered_at": offer.offered_at,
        "offered_seq": offer.offered_seq,
    }


def _offer(row: Any) -> Offer:
    return Offer(
        slot_id=row.slot_id,
        conversation_id=row.conversation_id,
        meeting_type=row.meeting_type,
        start=row.start,
        end=row.end,
        host_ids=tuple(row.host_ids),
        offered_at=row.offered_at,
        offered_seq=row.offered_seq,
    )


def _meeting_values(meeting: Meeting) -> dict[str, Any]:
    return {
        "lead_id": meeting.lead_id,
        "conversation_id": meeting.conversation_id,
        "host_id": meeting.host_id,
        "meeting_type": meeting.meeting_type,
        "title": meeting.title,
        "start": meeting.start,
        "end": meeting.end,
        "zone": meeting.zone,
        "attendee_email": meeting.attendee_email,
        "attendee_name": meeting.attendee_name,
        "state": meeting.state.value,
        "sequence": meeting.sequence,
        "token": meeting.token,
    }


def _meeting(row: Any) -> Meeting:
    return Meeting(
        id=row.id,
        lead_id=row.lead_id,
        conversation_id=row.conversation_id,
        host_id=row.host_id,
        meeting_type=row.meeting_type,
        title=row.title,
        start=row.start,
        end=row.end,
        zone=row.zone,
        attendee_email=row.attendee_email,
        attendee_name=row.attendee_name,
        state=MeetingState(row.state),
        booked_at=row.booked_at,
        sequence=row.sequence,
        token=row.token,
    )
