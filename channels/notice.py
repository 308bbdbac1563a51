"""Notices to the team: a request for a person, told where the team looks. Told twice is better than not at all.

A notice holds what a rep needs to decide whether to run: who, why, until when, and where to go on. Nothing that opens
a door goes into it, and no address of the lead: chat tools keep what they are told.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import structlog

from channels.invitation_words import spoken_start
from channels.line_notice import LineNotice
from channels.lines import one_line, some_lines
from channels.mail_out import KEPT, Mailbox, MailOut, OutgoingMail, keep_file
from channels.sent import Accepted, Sent, TryLater
from leads.handoff import Handoff, HandoffReason
from leads.hours import zone_of

log = structlog.get_logger()

LONGEST_NOTE = 600

REASONS: Mapping[HandoffReason, str] = MappingProxyType(
    {
        HandoffReason.ASKED_FOR_PERSON: "asks for a person",
        HandoffReason.QUALIFIED: "is qualified",
        HandoffReason.MEETING_BOOKED: "booked a meeting",
        HandoffReason.PRICE_OR_TERMS: "asks for a price or terms of their own",
        HandoffReason.UNANSWERED_QUESTION: "has a question the agent could not answer",
        HandoffReason.COMPLAINT: "complains",
        HandoffReason.SUPPORT_REQUEST: "needs support",
        HandoffReason.PRIVACY_REQUEST: "has a privacy request",
        HandoffReason.REVIEW_DISQUALIFICATION: "may be disqualified: please look",
        HandoffReason.AGENT_FAULT: "waits after a fault of the agent",
    }
)
"""What the lead does, after their name."""


@dataclass(frozen=True, slots=True)
class HandoffNotice:
    """A handoff as it is told. `key` is unique among notices and stays through every attempt.

    `zone` is the team's; `link` leads to the handoff in the console; `to` is whom a mail would go to.
    """

    key: str
    handoff: Handoff
    lead_name: str | None
    company: str | None
    score: float
    grade: str
    owner: str | None
    to: Mailbox
    zone: str
    link: str
    at: datetime

    @property
    def reason(self) -> str:
        """The reason's code, for the log."""
        return self.handoff.reason.value

    @property
    def headline(self) -> str:
        """Who and why in one line: "Mara Lindt (Harbour Bakery) asks for a person"."""
        name = one_line(self.lead_name or "", most=80) or "A visitor"
        company = one_line(self.company or "", most=80)
        return f"{name}{f' ({company})' if company else ''} {REASONS[self.handoff.reason]}"

    @property
    def due(self) -> str:
        """Until when somebody should have acted, on the team's clock: "Tue 3 Mar, 10:02 (Berlin)"."""
        return spoken_start(self.handoff.due_at, zone_of(self.zone), "en")

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value, in the order a rep reads them."""
        handoff = self.handoff
        found = (
            ("Due", self.due),
            ("Score", f"{self.score:g} ({self.grade})"),
            ("Owner", one_line(self.owner or "", most=80) or f"nobody yet, queue {one_line(handoff.queue)}"),
            ("Promised", one_line(handoff.promised_next_step or "")),
        )
        return tuple((label, value) for label, value in found if value)

    @property
    def note(self) -> str:
        """What the agent noted, shortened."""
        return some_lines(self.handoff.note, most=LONGEST_NOTE)


Notice = HandoffNotice | LineNotice
"""What the team is told: a request for a person, or a line that a score has crossed."""


class NoticeOut(Protocol):
    """Where notices go."""

    async def send(self, notice: Notice, *, not_after: datetime) -> Sent:
        """Tell the team once."""

    async def close(self) -> None:
        """Give back what is held."""


class ConsoleNotices:
    """The twin: keeps every notice in a list and, given a folder, as a text file."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep files in this folder, which is made when the first notice comes."""
        self._folder = folder
        self.sent: deque[Notice] = deque(maxlen=KEPT)

    async def send(self, notice: Notice, *, not_after: datetime) -> Sent:
        """Keep the notice."""
        if self._folder is not None:
            await asyncio.to_thread(keep_file, self._folder, f"{notice.key}.txt", notice_text(notice).encode())
        self.sent.append(notice)
        log.info("notice.kept", reason=notice.reason)
        return Accepted("kept")

    async def close(self) -> None:
        """Nothing is held."""


class MailNotices:
    """Notices by mail, to the rep who owns the handoff or to the company's own mailbox."""

    def __init__(self, mail: MailOut, *, sender: Mailbox) -> None:
        """`mail` is shared with other mails and closed by its owner."""
        self._mail = mail
        self._sender = sender

    async def send(self, notice: Notice, *, not_after: datetime) -> Sent:
        """Mail it."""
        return await self._mail.send(notice_mail(notice, sender=self._sender), not_after=not_after)

    async def close(self) -> None:
        """Nothing of our own is held."""


class NoticesWithFallback:
    """Tries one way and, where the team was not reached, the other in the same breath: a visitor is waiting."""

    def __init__(self, first: NoticeOut, second: NoticeOut) -> None:
        """`second` is asked only when `first` did not get through."""
        self._first = first
        self._second = second

    async def send(self, notice: Notice, *, not_after: datetime) -> Sent:
        """Tell the team by the first way that works; when neither does, later is tried when one of them said so."""
        told = await self._first.send(notice, not_after=not_after)
        if isinstance(told, Accepted):
            return told
        log.warning("notice.fallback", detail=told.code)
        instead = await self._second.send(notice, not_after=not_after)
        if isinstance(instead, Accepted) or not isinstance(told, TryLater):
            return instead
        return told

    async def close(self) -> None:
        """Close both ways."""
        await self._first.close()
        await self._second.close()


def notice_text(notice: Notice) -> str:
    """The notice in plain words."""
    lines = [f"{notice.headline}.", "", *(f"{label}: {value}" for label, value in notice.facts)]
    if notice.note:
        lines += ["", notice.note]
    return "\n".join([*lines, "", notice.link, ""])


def notice_mail(notice: Notice, *, sender: Mailbox) -> OutgoingMail:
    """The notice as a mail."""
    return OutgoingMail(
        key=notice.key,
        sender=sender,
        to=notice.to,
        subject=f"{notice.headline} · due {notice.due}" if notice.due else notice.headline,
        text=notice_text(notice),
        date=notice.at,
    )
