"""Mail that leaves: what a mail is to us, the wire form of it, and the twin that keeps mails instead of sending them.

The mail is built by the library's own `EmailMessage`, which refuses line ends in headers; names and subjects are made
single lines before, so that a strange name costs a character and not the delivery.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Protocol

import structlog
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from channels.lines import one_line
from channels.sent import Accepted, CannotBeSent, Refused, Sent

log = structlog.get_logger()

KEPT = 1000
"""How many mails the twin remembers; the folder keeps them all."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and the name shown with it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar object that travels with a mail; `method` must equal its METHOD (RFC 6047 §2.4)."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one person. `key` is unique among all mails and stays through every attempt: the Message-ID.

    `auto_submitted` is the value of RFC 3834 §5, so that no vacation notice answers.
    """

    key: str
    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    date: datetime
    html: str | None = None
    reply_to: Mailbox | None = None
    calendar: CalendarPart | None = None
    auto_submitted: str = "auto-generated"


@dataclass(frozen=True, slots=True)
class WireMail:
    """A mail as SMTP takes it: envelope and bytes. `smtputf8` when an address is not ASCII (RFC 6531)."""

    sender: str
    recipient: str
    message_id: str
    content: bytes
    smtputf8: bool


class MailOut(Protocol):
    """Where mail leaves."""

    async def send(self, mail: OutgoingMail, *, not_after: datetime) -> Sent:
        """Send one mail, unless it has become too late for it by the time it could be handed over."""

    async def close(self) -> None:
        """Give back what is held."""


class ConsoleMailOut:
    """The twin: keeps every mail in a list and, given a folder, as an .eml file any mail program opens."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep files in this folder, which is made when the first mail comes."""
        self._folder = folder
        self.sent: deque[OutgoingMail] = deque(maxlen=KEPT)

    async def send(self, mail: OutgoingMail, *, not_after: datetime) -> Sent:
        """Keep the mail."""
        try:
            wire = wire_mail(mail)
        except CannotBeSent:
            return Refused("address")
        if self._folder is not None:
            await asyncio.to_thread(keep_file, self._folder, f"{mail.key}.eml", wire.content)
        self.sent.append(mail)
        log.info("mail.kept")
        return Accepted("kept")

    async def close(self) -> None:
        """Nothing is held."""


def wire_mail(mail: OutgoingMail) -> WireMail:
    """The mail as bytes with CRLF line ends, 7-bit all through. Raises CannotBeSent when an address is none."""
    sender, to = _checked(mail.sender.address), _checked(mail.to.address)
    smtputf8 = sender.ascii_email is None or to.ascii_email is None
    policy = (SMTPUTF8 if smtputf8 else SMTP).clone(cte_type="7bit")
    message_id = f"<{mail.key}@{sender.ascii_domain}>"
    message = _with_body(EmailMessage(policy=policy), mail)
    headers: dict[str, object] = {
        "From": _shown(mail.sender),
        "To": _shown(mail.to),
        "Subject": one_line(mail.subject),
        "Date": mail.date,
        "Message-ID": message_id,
        "Auto-Submitted": mail.auto_submitted,
    }
    if mail.reply_to is not None and _can_stand(mail.reply_to.address, smtputf8=smtputf8):
        headers["Reply-To"] = _shown(mail.reply_to)
    for name, value in headers.items():
        message[name] = value
    return WireMail(_plain(sender), _plain(to), message_id, _flat(message), smtputf8)


def _with_body(message: EmailMessage, mail: OutgoingMail) -> EmailMessage:
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    if mail.calendar is not None:
        # The part invites (RFC 6047), the file is for programs that do not know the part.
        method, content = mail.calendar.method, mail.calendar.content
        message.add_alternative(content.decode(), subtype="calendar", params={"method": method})
        message.add_attachment(content, maintype="application", subtype="ics", filename="invite.ics")
    return message


def _can_stand(address: str, *, smtputf8: bool) -> bool:
    """Whether a courtesy such as Reply-To can be shown; it never makes a mail need SMTPUTF8, nor undeliverable."""
    try:
        return _checked(address).ascii_email is not None or smtputf8
    except CannotBeSent:
        return False


def _flat(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError) as error:  # a header that cannot be written down
        raise CannotBeSent("This mail cannot be written down.") from error


def _checked(address: str) -> ValidatedEmail:
    try:
        return validate_email(address.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise CannotBeSent("This is not an address that mail can be sent to.") from error


def _plain(address: ValidatedEmail) -> str:
    """The address for the envelope: ASCII where that is possible."""
    return address.ascii_email or address.normalized


def _shown(box: Mailbox) -> Address:
    local, _, domain = _plain(_checked(box.address)).rpartition("@")
    return Address(display_name=one_line(box.name, most=120), username=local, domain=domain)


def keep_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file into a folder that may not be there yet; what the twins do with what they keep."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
