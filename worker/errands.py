"""What a stored outbox message stands for: its words are put together from what is true now, not from what was then.

Reading happens in the transaction that claims the message; the errand it gives runs without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from actions.notify import TEAM_NOTICE
from actions.refer_outside import REFERRAL
from actions.remind_of_tasks import REMINDER
from channels.invitation import Invitation, Method, Reader, Side, invitation_mail
from channels.mail_out import Mailbox, MailOut, OutgoingMail
from channels.notice import HandoffNotice, NoticeOut
from channels.reminder import TaskReminder, reminder_mail
from channels.sent import Sent
from leads.handoff import HandoffState
from leads.hours import zone_of
from leads.identity import HandoffId, MeetingId, RepId
from leads.meeting import Meeting
from leads.refusal import NotKnown
from leads.task import TaskId
from playbook.book import Playbook, RepProfile
from store.access import Rep
from store.outbox import OutboxMessage
from store.unit import UnitOfWork
from worker.news import News, Stale
from worker.outside import Outside, sender_of

INVITATION = "invitation"
NOTICE = "notice"

REPEATABLE = frozenset({NOTICE, TEAM_NOTICE})
"""Kinds that may be sent again when nobody knows whether they arrived: a second notice costs a glance."""

PARTS = {INVITATION: tuple(Side)}
"""Kinds that are one wish and several mails. Each part is a message of its own, with a fate of its own."""


class OutOfDate(Exception):
    """What the message was to tell is no longer so, and a later message tells what is."""


class UnknownKind(Exception):
    """Nobody here delivers this kind; perhaps a newer version left it."""


class Errand(Protocol):
    """One thing to send."""

    async def run(self, *, not_after: datetime) -> Sent:
        """Send it once, unless it is too late."""


@dataclass(frozen=True, slots=True)
class MailErrand:
    """A mail, written and ready to leave."""

    out: MailOut
    mail: OutgoingMail

    async def run(self, *, not_after: datetime) -> Sent:
        """Hand it over."""
        return await self.out.send(self.mail, not_after=not_after)


@dataclass(frozen=True, slots=True)
class NoticeErrand:
    """A notice to the team."""

    out: NoticeOut
    notice: HandoffNotice

    async def run(self, *, not_after: datetime) -> Sent:
        """Tell them."""
        return await self.out.send(self.notice, not_after=not_after)


@dataclass(frozen=True, slots=True)
class Errands:
    """Turns messages into errands. `public_url` has no slash at its end."""

    book: Playbook
    outside: Outside
    public_url: str

    async def read(self, uow: UnitOfWork, message: OutboxMessage) -> Errand:
        """Read what the message is about. Raises NotKnown (it is gone), OutOfDate, UnknownKind."""
        if message.kind == INVITATION:
            return await self._invitation(uow, message)
        if message.kind == NOTICE:
            return await self._notice(uow, message)
        if message.kind == REMINDER:
            return await self._reminder(uow, message)
        return await self._news(uow, message)

    async def _news(self, uow: UnitOfWork, message: OutboxMessage) -> Errand:
        """News about a lead, and leads for places outside sales (`worker.news`)."""
        news = News(self.book, self.outside, self.public_url)
        try:
            if message.kind == TEAM_NOTICE:
                return await news.notice(uow, message)
            if message.kind == REFERRAL:
                return await news.referral(uow, message)
        except Stale:
            raise OutOfDate from None
        raise UnknownKind(message.kind)

    async def _invitation(self, uow: UnitOfWork, message: OutboxMessage) -> MailErrand:
        """`payload`: meeting_id, method, to; and, when the sender named them, the sequence and the host meant."""
        payload, method = message.payload, Method(message.payload["method"])
        meeting = await uow.meetings.get(MeetingId(payload["meeting_id"]))
        host_id = RepId(payload.get("host_id", meeting.host_id))
        dismissed = host_id != meeting.host_id  # another host has the meeting now, and this one must hear it too
        if method is not (Method.REQUEST if meeting.open and not dismissed else Method.CANCEL):
            raise OutOfDate
        if not dismissed and payload.get("sequence", meeting.sequence) != meeting.sequence:
            raise OutOfDate
        if meeting.end <= uow.now:
            raise OutOfDate
        host = await uow.access.rep(host_id)
        if host is None:
            raise NotKnown("There is no such rep.")
        invitation = self._told(meeting, method, host, await self._language(uow, meeting), uow.now)
        return MailErrand(self.outside.mail, invitation_mail(invitation, Side(payload["to"]), key=message.id))

    def _told(self, meeting: Meeting, method: Method, host: Rep, language: str | None, now: datetime) -> Invitation:
        company = self.book.company
        guest = Mailbox(meeting.attendee_email, meeting.attendee_name or "")
        return Invitation(
            meeting=meeting,
            method=method,
            organizer=sender_of(self.book.company),
            guest=Reader(guest, self._zone(meeting.zone), language),
            host=self._host(host),
            stamp=now,
            guest_link=f"{self.public_url}/m/{meeting.token}",
            lead_link=f"{self.public_url}/console/leads/{meeting.lead_id}",
            postal_address=company.postal_address,
        )

    def _host(self, rep: Rep) -> Reader:
        profile = _profile(self.book.reps, rep.email)
        zone = profile.hours.zone if profile else self.book.company.hours.zone
        languages = profile.languages if profile and profile.languages else self.book.company.languages
        return Reader(Mailbox(rep.email, rep.name), zone, languages[0])

    def _zone(self, zone: str) -> str:
        """The guest's zone; the company's where it is one that this machine does not know."""
        try:
            return zone_of(zone).key
        except ValueError:
            return self.book.company.hours.zone

    async def _language(self, uow: UnitOfWork, meeting: Meeting) -> str | None:
        if meeting.conversation_id is None:
            return None
        return (await uow.conversations.get(meeting.conversation_id)).language

    async def _notice(self, uow: UnitOfWork, message: OutboxMessage) -> NoticeErrand:
        """`payload`: handoff_id; and, when the sender named it, the reason meant."""
        handoff = await uow.handoffs.get(HandoffId(message.payload["handoff_id"]))
        if handoff.state is not HandoffState.OPEN:
            raise OutOfDate  # somebody has it in hand
        if message.payload.get("reason", handoff.reason) != handoff.reason:
            raise OutOfDate
        lead = await uow.leads.get(handoff.lead_id)
        person = await uow.people.get(lead.person_id)
        company = await uow.people.company(lead.company_id)
        owner = await uow.access.rep(handoff.owner) if handoff.owner else None
        notice = HandoffNotice(
            key=message.id,
            handoff=handoff,
            lead_name=person.name,
            company=company.name if company else None,
            score=lead.score.total,
            grade=lead.score.grade,
            owner=owner.name if owner else None,
            to=Mailbox(owner.email, owner.name) if owner else sender_of(self.book.company),
            zone=self.book.company.hours.zone,
            link=f"{self.public_url}/console/handoffs/{handoff.id}",
            at=uow.now,
        )
        return NoticeErrand(self.outside.notices, notice)

    async def _reminder(self, uow: UnitOfWork, message: OutboxMessage) -> MailErrand:
        """`payload`: task_id. To the task's owner, else to the company's own mailbox."""
        task = await uow.tasks.get(TaskId(message.payload["task_id"]))
        if task.done_at is not None:
            raise OutOfDate
        lead = await uow.leads.get(task.lead_id)
        person = await uow.people.get(lead.person_id)
        company = await uow.people.company(lead.company_id)
        owner = await uow.access.rep(task.owner) if task.owner else None
        sender = sender_of(self.book.company)
        reminder = TaskReminder(
            key=message.id,
            task=task,
            lead_name=person.name,
            company=company.name if company else None,
            to=Mailbox(owner.email, owner.name) if owner and owner.active else sender,
            zone=self.book.company.hours.zone,
            link=f"{self.public_url}/console/leads/{task.lead_id}",
            at=uow.now,
        )
        return MailErrand(self.outside.mail, reminder_mail(reminder, sender=sender))


def _profile(reps: Sequence[RepProfile], email: str) -> RepProfile | None:
    return next((rep for rep in reps if rep.email.lower() == email.lower()), None)
