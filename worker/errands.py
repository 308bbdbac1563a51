"""What a stored outbox message stands for: its words are put together from what is true now, not from what was then.

Reading happens in the transaction that claims the message; the errand it gives runs without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from actions.cross_thresholds import CROSSED
from channels.invitation import Invitation, Method, Reader, Side, invitation_mail
from channels.line_notice import LineNotice
from channels.mail_out import Mailbox, MailOut, OutgoingMail
from channels.notice import HandoffNotice, Notice, NoticeOut, notice_mail
from channels.sent import Sent
from leads.handoff import HandoffState
from leads.hours import zone_of
from leads.identity import HandoffId, LeadId, MeetingId, RepId
from leads.meeting import Meeting
from leads.refusal import NotKnown
from leads.stage import Outcome
from playbook.book import Playbook, RepProfile
from store.access import Rep
from store.outbox import OutboxMessage
from store.unit import UnitOfWork
from worker.outside import Outside, sender_of

INVITATION = "invitation"
NOTICE = "notice"

REPEATABLE = frozenset({NOTICE, CROSSED})
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
    notice: Notice

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
        if message.kind == CROSSED:
            return await self._line_crossed(uow, message)
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

    async def _line_crossed(self, uow: UnitOfWork, message: OutboxMessage) -> NoticeErrand | MailErrand:
        """`payload`: lead_id, threshold, the total at that moment, and the way: slack or email."""
        payload = message.payload
        lead = await uow.leads.get(LeadId(payload["lead_id"]))
        if lead.standing.outcome is not Outcome.OPEN:
            raise OutOfDate
        person = await uow.people.get(lead.person_id)
        company = await uow.people.company(lead.company_id)
        owner = await uow.access.rep(lead.owner) if lead.owner else None
        notice = LineNotice(
            key=message.id,
            line=payload["threshold"],
            lead_name=person.name,
            company=company.name if company else None,
            score=payload["total"],
            grade=lead.score.grade,
            owner=owner.name if owner else None,
            to=Mailbox(owner.email, owner.name) if owner else sender_of(self.book.company),
            link=f"{self.public_url}/console/leads/{lead.id}",
            at=uow.now,
        )
        if payload["way"] == "email":
            return MailErrand(self.outside.mail, notice_mail(notice, sender=sender_of(self.book.company)))
        return NoticeErrand(self.outside.notices, notice)


def _profile(reps: Sequence[RepProfile], email: str) -> RepProfile | None:
    return next((rep for rep in reps if rep.email.lower() == email.lower()), None)
