"""What the worker's tests share: a booked meeting, ways out that end as told, and jobs that are only written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from actions.book_meeting import Guest, book_meeting
from actions.offer_slots import offer_slots
from actions.propose_handoff import propose_handoff
from actions.workspace import Workspace
from channels.mail_out import OutgoingMail
from channels.notice import ConsoleNotices
from channels.sent import Accepted, Sent
from leads.handoff import Handoff, HandoffReason
from leads.identity import ConversationId
from leads.meeting import Meeting
from store.outbox import OutboxMessage, OutboxState
from tests.builders import a_conversation
from worker.deliver import Delivery
from worker.dispatch import DELIVER, dispatch_due
from worker.errands import Errands
from worker.outside import Outside

PUBLIC_URL = "https://opener.example.com"
MARA = Guest("mara.lindt@example.com", "Mara Lindt", "America/New_York")


@dataclass
class MailSink:
    """A way out for mail that ends as told, keeps what it was given, and does something first if asked to."""

    ending: Sent = Accepted("250")
    first: Callable[[], Awaitable[None]] | None = None
    given: list[OutgoingMail] = field(default_factory=list)
    deadlines: list[datetime] = field(default_factory=list)

    async def send(self, mail: OutgoingMail, *, not_after: datetime) -> Sent:
        self.given.append(mail)
        self.deadlines.append(not_after)
        if self.first is not None:
            await self.first()
        return self.ending

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class JobList:
    """Takes the place of the engine where only what is left counts: the jobs in order, each key once."""

    left: dict[str, tuple[str, tuple[Any, ...]]] = field(default_factory=dict)

    async def __call__(self, session: object, job: str, key: str, *args: object) -> None:
        self.left.setdefault(key, (job, args))

    @property
    def ids(self) -> list[str]:
        """What was to be delivered."""
        return [str(args[0]) for job, args in self.left.values() if job == DELIVER]


@dataclass
class Shift:
    """A workspace with a worker's hands and no engine: dispatch and deliver when told."""

    workspace: Workspace
    mail: MailSink = field(default_factory=MailSink)
    notices: ConsoleNotices = field(default_factory=ConsoleNotices)
    jobs: JobList = field(default_factory=JobList)
    waiting: int = 0

    def __post_init__(self) -> None:
        self.workspace.enqueue = self.jobs
        errands = Errands(self.workspace.book, Outside(self.mail, self.notices), PUBLIC_URL)
        self.delivery = Delivery(self.workspace, errands, spread=lambda wait: wait, settle_again_s=(0.05,) * 20)

    async def dispatch(self) -> list[str]:
        """One round; the ids of the messages it left jobs for."""
        before = len(self.jobs.ids)
        await dispatch_due(self.workspace, self._waiting)
        return self.jobs.ids[before:]

    async def deliver_due(self) -> None:
        """One round, and every job it left."""
        for message_id in await self.dispatch():
            await self.delivery.deliver(message_id)

    async def outbox(self, kind: str | None = None) -> list[OutboxMessage]:
        """What was ever left, in order."""
        async with self.workspace.reading() as uow:
            return [message for message in await uow.outbox.all() if kind in (None, message.kind)]

    async def states(self, kind: str | None = None) -> list[OutboxState]:
        return [message.state for message in await self.outbox(kind)]

    async def leave(self, kind: str, payload: dict[str, Any], *, key: str = "k1") -> str:
        """Leave one message and say its id."""
        async with self.workspace.unit() as uow:
            await uow.tell_outside(kind, key, payload)
        return next(message.id for message in await self.outbox() if message.key == key)

    async def _waiting(self) -> int:
        return self.waiting


async def a_booking(workspace: Workspace) -> Meeting:
    """Mara books the last of the times she is offered, some days ahead."""
    conversation = await a_conversation(workspace, says="I would like to see it.", language="en")
    return await book(workspace, conversation.id, pick=-1)


async def book(workspace: Workspace, conversation_id: ConversationId, *, pick: int = 0) -> Meeting:
    """Offer times and book one of them; a second time it moves the meeting."""
    async with workspace.unit() as uow:
        offered = await offer_slots(uow, workspace.book, conversation_id)
    slot = offered.offers[pick].slot_id
    async with workspace.unit() as uow:
        return await book_meeting(uow, workspace.book, conversation_id, slot, MARA, clicked=True)


async def a_handoff(workspace: Workspace, *, reason: HandoffReason = HandoffReason.ASKED_FOR_PERSON) -> Handoff:
    """Somebody asks for a person."""
    conversation = await a_conversation(workspace, says="Can I talk to somebody?")
    async with workspace.unit() as uow:
        return await propose_handoff(uow, workspace.book, conversation.id, reason=reason, note="They want to talk.")


async def rehost(workspace: Workspace, meeting: Meeting) -> Meeting:
    """Give the meeting to the other rep."""
    async with workspace.unit() as uow:
        other = next(rep for rep in await uow.access.reps() if rep.id != meeting.host_id)
        moved = replace(meeting, host_id=other.id, sequence=meeting.sequence + 1)
        await uow.meetings.save(moved)
    return moved
