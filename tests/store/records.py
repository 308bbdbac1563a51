"""Domain values with readable defaults, and what must be stored before the thing a test is about."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

from leads.bant import AssertedBy, Claim, Factor, FactorStatus
from leads.conversation import AuthorKind, Channel, ChatMessage, Conversation, Turn, TurnStatus
from leads.evidence import Evidence
from leads.identity import ConversationId, LeadId, MeetingId, MessageId, PersonId, RepId, TurnId
from leads.lead import Lead, Person
from leads.meeting import Meeting, MeetingState
from leads.signal import Activity
from store.access import Rep
from store.engine import Database
from store.unit import UnitOfWork, unit_of_work
from tests.builders import MONDAY, CountedIds

IDS = CountedIds()
PERSON, LEAD, CONVERSATION = PersonId("per_1"), LeadId("lead_1"), ConversationId("conv_1")
ANA, JONAS = RepId("rep_ana"), RepId("rep_jonas")


def act(database: Database, *, now: datetime = MONDAY, **options: Any) -> AbstractAsyncContextManager[UnitOfWork]:
    """One unit of work."""
    return unit_of_work(database, now=now, new_id=IDS, **{"suppression_key": b"a key of the tests", **options})


def later(**how_much: float) -> datetime:
    """An instant after MONDAY."""
    return MONDAY + timedelta(**how_much)


def a_person(id: str = PERSON, **known: Any) -> Person:
    return Person(PersonId(id), MONDAY, **known)


def a_lead(id: str = LEAD, person: str = PERSON, **known: Any) -> Lead:
    return Lead(id=LeadId(id), person_id=PersonId(person), **{"created_at": MONDAY, "updated_at": MONDAY, **known})


def a_thread(id: str = CONVERSATION, lead: str = LEAD, person: str = PERSON, **known: Any) -> Conversation:
    return Conversation(ConversationId(id), LeadId(lead), PersonId(person), Channel.CHAT, MONDAY, **known)


async def stored(database: Database, *, conversations: int = 1) -> None:
    """Two reps, and so many people with a lead and a conversation each: per_1, lead_1, conv_1, and so on."""
    async with act(database) as uow:
        for rep, email, name in ((ANA, "ana@example.com", "Ana"), (JONAS, "jonas@example.com", "Jonas")):
            await uow.access.save_rep(Rep(rep, email, name, active=True), at=uow.now)
        for n in range(1, conversations + 1):
            await uow.people.add(a_person(f"per_{n}"))
            await uow.leads.add(a_lead(f"lead_{n}", f"per_{n}"))
            await uow.conversations.add(a_thread(f"conv_{n}", f"lead_{n}", f"per_{n}"), widget_key=None, extra={})


async def said(uow: UnitOfWork, text: str, *, by: AuthorKind = AuthorKind.VISITOR, **known: Any) -> ChatMessage:
    """A message with its event."""
    seq = await uow.conversations.append_event(
        CONVERSATION, "message.created", {"text": text}, uow.now, by_visitor=by is AuthorKind.VISITOR
    )
    message = ChatMessage(MessageId(uow.new_id("msg")), CONVERSATION, seq, by, "", text, uow.now, **known)
    await uow.conversations.add_message(message)
    return message


def an_activity(type: str = "page.viewed", *, at: datetime = MONDAY, **known: Any) -> Activity:
    return Activity(type=type, occurred_at=at, received_at=at, **known)


def a_claim(value: str = "30k", *, factor: Factor = Factor.BUDGET, message: str = "msg_1", **known: Any) -> Claim:
    evidence = Evidence(MessageId(message), "about 30k a year", MONDAY)
    return Claim(factor, value, known.pop("status", FactorStatus.STATED), evidence, AssertedBy.AGENT, MONDAY, **known)


def a_turn(id: str = "turn_1", conversation: str = CONVERSATION, **known: Any) -> Turn:
    values: dict[str, Any] = {"status": TurnStatus.WAITING, "up_to_seq": 1, "attempt": 0, "created_at": MONDAY} | known
    return Turn(id=TurnId(id), conversation_id=ConversationId(conversation), **values)


def a_booking(id: str = "meet_1", *, lead: str = LEAD, host: RepId = ANA, **known: Any) -> Meeting:
    start = known.pop("start", later(days=1))
    values: dict[str, Any] = {
        "conversation_id": CONVERSATION,
        "meeting_type": "intro",
        "title": "Call",
        "end": start + timedelta(minutes=30),
        "zone": "Europe/Berlin",
        "attendee_email": "lee@example.com",
        "attendee_name": "Lee",
        "state": MeetingState.CONFIRMED,
        "booked_at": MONDAY,
        "token": f"guest_{id}",
    }
    return Meeting(id=MeetingId(id), lead_id=LeadId(lead), host_id=host, start=start, **(values | known))
