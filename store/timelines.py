"""The timeline of a lead, read a page at a time: from each table the newest rows up to an instant, and no others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.bant import Claim
from leads.conversation import ChatMessage
from leads.handoff import Handoff
from leads.identity import LeadId
from leads.meeting import Meeting
from leads.signal import Activity
from store.conversation_tables import conversations, messages
from store.conversations import _message
from store.handoff_tables import handoffs
from store.handoffs import _handoff
from store.leads import RecordedChange, _change
from store.ledger import _activity, _claim
from store.meeting_tables import meetings
from store.meetings import _meeting
from store.people_tables import activities, bant_claims, leads, stage_changes


@dataclass(frozen=True, slots=True)
class Stretch:
    """The newest `most` rows of a lead's table, of those that are not later than `until` (None: of all)."""

    lead_id: LeadId
    until: datetime | None
    most: int


class Timelines:
    """What happened to a lead, newest first; what happened in the same instant in the order it was stored in."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def activities(self, wanted: Stretch) -> list[Activity]:
        """What the lead did."""
        return [_activity(row) for row in await self._newest(wanted, activities, activities.c.occurred_at)]

    async def claims(self, wanted: Stretch) -> list[Claim]:
        """What it said of budget, authority, need and timeline."""
        return [_claim(row) for row in await self._newest(wanted, bant_claims, bant_claims.c.at)]

    async def changes(self, wanted: Stretch) -> list[RecordedChange]:
        """Changes of stage, status or outcome."""
        return [_change(row) for row in await self._newest(wanted, stage_changes, stage_changes.c.at)]

    async def messages(self, wanted: Stretch) -> list[ChatMessage]:
        """What was written in all of its conversations, also in one that has gone on in a later cycle."""
        talk = conversations.c
        begun = "chat.started:" + talk.id
        theirs = select(leads.c.id).join(activities, activities.c.lead_id == leads.c.id)
        theirs = theirs.where(leads.c.id == wanted.lead_id, leads.c.person_id == talk.person_id)
        theirs = theirs.where(activities.c.dedup_key.in_([begun, begun + ":" + wanted.lead_id]))
        query = select(messages).join(conversations, talk.id == messages.c.conversation_id)
        query = query.where(talk.person_id.in_(select(leads.c.person_id).where(leads.c.id == wanted.lead_id)))
        query = query.where(or_(talk.lead_id == wanted.lead_id, theirs.exists()))
        ties = (talk.opened_at, talk.id, messages.c.seq)
        return [_message(row) for row in await self._rows(query, wanted, messages.c.at, *ties)]

    async def meetings(self, wanted: Stretch) -> list[Meeting]:
        """Its meetings, by when they were booked."""
        return [_meeting(row) for row in await self._newest(wanted, meetings, meetings.c.booked_at, meetings.c.start)]

    async def handoffs(self, wanted: Stretch) -> list[Handoff]:
        """Requests for a person."""
        return [_handoff(row) for row in await self._newest(wanted, handoffs, handoffs.c.created_at)]

    async def _newest(self, wanted: Stretch, table: Any, at: Any, *ties: Any) -> list[Any]:
        query = select(table).where(table.c.lead_id == wanted.lead_id)
        return await self._rows(query, wanted, at, *ties, table.c.id)

    async def _rows(self, query: Select[Any], wanted: Stretch, at: Any, *ties: Any) -> list[Any]:
        if wanted.until is not None:
            query = query.where(at <= wanted.until)
        return list((await self._db.execute(query.order_by(at.desc(), *ties).limit(wanted.most))).all())
