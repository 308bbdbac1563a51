"""Builders of the channel tests: mails, invitations, notices, with readable defaults."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from channels.invitation import Invitation, Method, Reader
from channels.mail_out import Mailbox, OutgoingMail, wire_mail
from channels.notice import HandoffNotice
from leads.handoff import Handoff, HandoffReason, HandoffState
from leads.identity import ConversationId, HandoffId, LeadId, MeetingId, RepId
from leads.meeting import Meeting, MeetingState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIDEWELL = Mailbox("hello@tidewell.example.com", "Tidewell")
GUEST = Mailbox("mara.lindt@example.com", "Mara Lindt")
ANA = Mailbox("ana.ferreira@example.com", "Ana Ferreira")


def a_mail(**changes: Any) -> OutgoingMail:
    """A short mail to Mara."""
    mail = OutgoingMail("out_1", TIDEWELL, GUEST, "About your question", "Hello Mara,\n\nit is 49 EUR.\n", NOW)
    return replace(mail, **changes)


def a_booked_meeting(**changes: Any) -> Meeting:
    """Half an hour on Tuesday 10 March 2026, 22:30 UTC: another day in Tokyo."""
    meeting = Meeting(
        id=MeetingId("meet_1"),
        lead_id=LeadId("lead_1"),
        conversation_id=ConversationId("conv_1"),
        host_id=RepId("rep_1"),
        meeting_type="intro",
        title="Introductory call with Tidewell",
        start=datetime(2026, 3, 10, 22, 30, tzinfo=UTC),
        end=datetime(2026, 3, 10, 23, 0, tzinfo=UTC),
        zone="America/New_York",
        attendee_email=GUEST.address,
        attendee_name=GUEST.name,
        state=MeetingState.CONFIRMED,
        booked_at=NOW,
        token="guest_secret",
    )
    return replace(meeting, **changes)


def an_invitation(meeting: Meeting | None = None, *, zone: str | None = None, **changes: Any) -> Invitation:
    """An invitation of Mara in New York to Ana in Berlin."""
    meeting = meeting or a_booked_meeting()
    invitation = Invitation(
        meeting=meeting,
        method=Method.REQUEST if meeting.open else Method.CANCEL,
        organizer=TIDEWELL,
        guest=Reader(Mailbox(meeting.attendee_email, meeting.attendee_name or ""), zone or meeting.zone, "en"),
        host=Reader(ANA, "Europe/Berlin", "en"),
        stamp=NOW,
        guest_link="https://opener.example.com/m/guest_secret",
        lead_link="https://opener.example.com/console/leads/lead_1",
        postal_address="Tidewell GmbH, Am Speicher 4, 10115 Berlin, Germany",
    )
    return replace(invitation, **changes)


def a_notice(*, reason: HandoffReason = HandoffReason.ASKED_FOR_PERSON, **changes: Any) -> HandoffNotice:
    """Mara asks for a person, due in two minutes."""
    handoff = Handoff(
        id=HandoffId("hand_1"),
        lead_id=LeadId("lead_1"),
        conversation_id=ConversationId("conv_1"),
        reason=reason,
        note="They asked for a person: can I talk to somebody?",
        state=HandoffState.OPEN,
        created_at=NOW,
        due_at=NOW + timedelta(minutes=2),
        queue="sales",
    )
    notice = HandoffNotice(
        key="out_7",
        handoff=handoff,
        lead_name="Mara Lindt",
        company="Harbour Bakery",
        score=42.5,
        grade="B2",
        owner=None,
        to=TIDEWELL,
        zone="Europe/Berlin",
        link="https://opener.example.com/console/handoffs/hand_1",
        at=NOW,
    )
    return replace(notice, **changes)


def read(content: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    return cast(EmailMessage, email.message_from_bytes(content, policy=default))


def arrived(mail: OutgoingMail) -> EmailMessage:
    """The mail after its way over the wire."""
    return read(wire_mail(mail).content)


def words_of(message: EmailMessage) -> str:
    """The plain part."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
