"""Invitations: a meeting as a calendar object, and as the mail that puts it into somebody's calendar.

iTIP (RFC 5546) by mail (RFC 6047): the same UID for the meeting's whole life, SEQUENCE as stored, METHOD:REQUEST to
book and move, METHOD:CANCEL with STATUS:CANCELLED to cancel. Times are UTC, which needs no VTIMEZONE; local times are
in words. The organizer is the company's own mailbox and not the host, so that a change of host stays an update.

Guest and host get a mail each: with one mail to both, a full mailbox at one would decide about the other.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from channels.invitation_words import Wording, spoken_day, spoken_start, spoken_times, wording
from channels.lines import one_line
from channels.mail_out import CalendarPart, Mailbox, OutgoingMail
from leads.hours import zone_of
from leads.identity import domain_of
from leads.meeting import Meeting

PRODUCT = "-//Opener//Opener//EN"


class Method(StrEnum):
    """What a calendar is asked to do (RFC 5546 §1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Side(StrEnum):
    """Whose copy it is."""

    GUEST = "guest"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads the mail: their mailbox, the zone their times are shown in, the language they read."""

    mailbox: Mailbox
    zone: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting, ready to be told. `stamp` is now; `guest_link` moves and cancels it, `lead_link` is for the team.

    A guest whose data was deleted has neither name nor address; then there is a copy for the host only.
    """

    meeting: Meeting
    method: Method
    organizer: Mailbox
    guest: Reader
    host: Reader
    stamp: datetime
    guest_link: str
    lead_link: str
    postal_address: str = ""

    def reader(self, side: Side) -> Reader:
        """Whose copy this side's is."""
        return self.guest if side is Side.GUEST else self.host

    def other(self, side: Side) -> Reader:
        """Whom this side meets."""
        return self.host if side is Side.GUEST else self.guest


def invitation_mail(invitation: Invitation, side: Side, *, key: str) -> OutgoingMail:
    """The mail to one side. Replies in words reach the other side, answers of calendars reach the organizer."""
    reader = invitation.reader(side)
    content = calendar(invitation, side)
    return OutgoingMail(
        key=key,
        sender=invitation.organizer,
        to=reader.mailbox,
        reply_to=invitation.other(side).mailbox,
        subject=_subject(invitation, side),
        text=_text(invitation, side),
        date=invitation.stamp,
        calendar=CalendarPart(invitation.method.value, content),
    )


def calendar(invitation: Invitation, side: Side) -> bytes:
    """The meeting as an iCalendar object with a METHOD (RFC 5545, CRLF line ends)."""
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", invitation.method.value)
    whole.add_component(_event(invitation, side))
    return bytes(whole.to_ical())


def uid_of(meeting: Meeting, organizer: Mailbox) -> str:
    """The meeting's name in every calendar, the same for its whole life."""
    return f"{meeting.id}@{domain_of(organizer.address)}"


def _event(invitation: Invitation, side: Side) -> Event:
    meeting = invitation.meeting
    event = Event()
    event.add("uid", uid_of(meeting, invitation.organizer))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", invitation.stamp)
    event.add("created", meeting.booked_at)
    event.add("dtstart", meeting.start)
    event.add("dtend", meeting.end)
    event.add("summary", _title(invitation, side))
    event.add("description", "\n".join(_facts(invitation, side)))
    event.add("status", "CANCELLED" if invitation.method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _calendar_address(invitation.organizer))
    for reader in (invitation.guest, invitation.host):
        if reader.mailbox.address:
            event.add("attendee", _attendee(reader.mailbox))
    if side is Side.GUEST:
        event.add("url", invitation.guest_link)
    return event


def _attendee(box: Mailbox) -> vCalAddress:
    address = _calendar_address(box)
    asked = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    for name, value in asked.items():
        address.params[name] = vText(value)
    return address


def _calendar_address(box: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{box.address}")
    # A quotation mark cannot be written inside a parameter (RFC 5545 §3.2).
    address.params["CN"] = vText(one_line(box.name or box.address, most=120).replace('"', "'"))
    return address


def _title(invitation: Invitation, side: Side) -> str:
    """What the meeting is called: to the guest by what it is, to the host by who comes as well."""
    title = one_line(invitation.meeting.title)
    return title if side is Side.GUEST else f"{title}: {_name(invitation.guest.mailbox, _wording(invitation, side))}"


def _wording(invitation: Invitation, side: Side) -> Wording:
    return wording(invitation.reader(side).language)


def _name(box: Mailbox, words: Wording) -> str:
    return one_line(box.name, most=120) or box.address or words.nobody


def _subject(invitation: Invitation, side: Side) -> str:
    reader, meeting = invitation.reader(side), invitation.meeting
    words = _wording(invitation, side)
    when = spoken_start(meeting.start, zone_of(reader.zone), reader.language)
    news = _pick(invitation, words.subject_booked, words.subject_moved, words.subject_cancelled)
    return news.format(title=_title(invitation, side), when=when)


def _text(invitation: Invitation, side: Side) -> str:
    words = _wording(invitation, side)
    paragraphs = [
        _hello(words, invitation.reader(side).mailbox),
        _news(invitation, side, words),
        "\n".join([one_line(invitation.meeting.title), *_facts(invitation, side)]),
        words.attached,
        "\n".join(one for one in ("-- ", one_line(invitation.organizer.name), invitation.postal_address) if one),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _hello(words: Wording, box: Mailbox) -> str:
    """A greeting by first name where we know one; what stands before it in the language is trimmed to fit."""
    first = one_line(box.name, most=60).partition(" ")[0]
    return words.hello.format(name=first).replace(" ,", ",").replace(", :", ":")


def _news(invitation: Invitation, side: Side, words: Wording) -> str:
    if side is Side.GUEST:
        return _pick(invitation, words.booked, words.moved, words.cancelled)
    return _pick(invitation, words.host_booked, words.host_moved, words.host_cancelled)


def _pick(invitation: Invitation, booked: str, moved: str, cancelled: str) -> str:
    if invitation.method is Method.CANCEL:
        return cancelled
    return moved if invitation.meeting.sequence else booked


def _facts(invitation: Invitation, side: Side) -> list[str]:
    """When on both clocks, with whom, and the way to change it."""
    reader, other = invitation.reader(side), invitation.other(side)
    words = _wording(invitation, side)
    who = _name(other.mailbox, words) if side is Side.GUEST else _named(other.mailbox, words)
    people = (words.with_host if side is Side.GUEST else words.with_guest).format(who=who)
    return [*_when(invitation, reader, zone_of(other.zone)), people, _way(invitation, side, words)]


def _named(box: Mailbox, words: Wording) -> str:
    name = _name(box, words)
    return f"{name} <{box.address}>" if box.name and box.address else name


def _when(invitation: Invitation, reader: Reader, there: ZoneInfo) -> list[str]:
    """The day and the times where the reader is, then on the other's clock where it shows something else."""
    start, end, here = invitation.meeting.start, invitation.meeting.end, zone_of(reader.zone)
    day = spoken_day(start, here, reader.language)
    lines = [day, spoken_times(start, end, here)]
    if start.astimezone(here).replace(tzinfo=None) == start.astimezone(there).replace(tzinfo=None):
        return lines
    other_day = spoken_day(start, there, reader.language)
    times = spoken_times(start, end, there)
    return [*lines, times if other_day == day else f"{times}, {other_day}"]


def _way(invitation: Invitation, side: Side, words: Wording) -> str:
    if side is Side.HOST:
        return words.lead.format(link=invitation.lead_link)
    way = words.again if invitation.method is Method.CANCEL else words.change
    return way.format(link=invitation.guest_link)
