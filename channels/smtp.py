"""SMTP: the real way out for mail, one dialogue a mail.

The dialogue is led step by step, because what an error means depends on where it happened (RFC 5321 §4.2):

- before RCPT it is about us or the server (wrong password, server restarting), never about this mail: try later;
- at RCPT and DATA a 4xx is for now and a 5xx for good;
- a line that breaks once DATA was begun leaves it open who has the mail: unknown.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientRefused, SMTPResponseException

from channels.mail_out import OutgoingMail, WireMail, wire_mail
from channels.sent import Accepted, CannotBeSent, Refused, Sent, TryLater, Unknown

log = structlog.get_logger()

STEP_S = 20.0
"""How long each step before DATA may take."""
DATA_S = 60.0
"""How long the server may take to accept the mail. The RFC says 10 minutes; a worker cannot hold its claim so long."""
QUIT_S = 2.0

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class StartTls(StrEnum):
    """Whether a plain connection must become an encrypted one before anything is said."""

    REQUIRED = "required"
    OFFERED = "offered"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over. `tls` means TLS from the first byte (smtps)."""

    host: str
    port: int
    tls: bool
    start_tls: StartTls
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def smtp_server(url: str) -> SmtpServer:
    """Read `smtp://user:password@host:587` or `smtps://…:465`; user and password may be percent-encoded.

    STARTTLS is required, but on this machine or when the URL says `?starttls=offered` or `?starttls=never`.
    Raises ValueError with a sentence for people, which never repeats the URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("OPENER_SMTP_URL must look like smtp://user:password@mail.example.com:587 or smtps://….")
    said = dict(parse_qsl(parts.query)).get("starttls")
    if said is not None and said not in set(StartTls):
        raise ValueError(f"starttls in OPENER_SMTP_URL must be one of {', '.join(StartTls)}.")
    usual = StartTls.OFFERED if parts.hostname in _LOOPBACK else StartTls.REQUIRED
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        start_tls=StartTls(said) if said else usual,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


class SmtpMailOut:
    """Hands each mail to one server."""

    def __init__(
        self, server: SmtpServer, *, clock: Callable[[], datetime], step_s: float = STEP_S, data_s: float = DATA_S
    ) -> None:
        """`clock` gives aware instants; times are seconds. Nothing is opened yet."""
        self._server = server
        self._clock = clock
        self._step_s = step_s
        self._data_s = data_s

    async def send(self, mail: OutgoingMail, *, not_after: datetime) -> Sent:
        """Lead one dialogue to its end, or give up before DATA when it is too late by then."""
        try:
            wire = wire_mail(mail)
        except CannotBeSent:
            return Refused("address")
        client = self._client(wire)
        try:
            refusal = await self._envelope(client, wire)
            if refusal is not None:
                return refusal
            if self._clock() >= not_after:
                return TryLater("late")
            return await self._data(client, wire)
        finally:
            await _leave(client)

    async def close(self) -> None:
        """Nothing is held between mails."""

    def _client(self, wire: WireMail) -> SMTP:
        server = self._server
        upgrade = {StartTls.REQUIRED: True, StartTls.OFFERED: None, StartTls.NEVER: False}[server.start_tls]
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=False if server.tls else upgrade,
            timeout=self._step_s,
            local_hostname=wire.sender.rpartition("@")[2],  # the default asks the name service, and waits for it
        )

    async def _envelope(self, client: SMTP, wire: WireMail) -> Sent | None:
        """Everything up to the recipient; None when the server wants the mail."""
        options, encoding = (["SMTPUTF8"], "utf-8") if wire.smtputf8 else ([], "ascii")
        try:
            await client.connect()
            if wire.smtputf8 and not await _takes_utf8(client):
                return Refused("address not supported")
            await client.mail(wire.sender, options=options, encoding=encoding)
            await client.rcpt(wire.recipient, encoding=encoding)
        except SMTPRecipientRefused as error:
            return _by_code(error)
        except SMTPResponseException as error:
            log.warning("smtp.refused_us", detail=_code(error))
            return TryLater(_code(error))
        except (SMTPException, OSError, ValueError) as error:
            log.warning("smtp.unreachable", error=type(error).__name__)
            return TryLater(type(error).__name__)
        return None

    async def _data(self, client: SMTP, wire: WireMail) -> Sent:
        try:
            response = await client.data(wire.content, timeout=self._data_s)
        except SMTPDataError as error:
            return _by_code(error)
        except (SMTPException, OSError) as error:
            log.warning("smtp.unknown", error=type(error).__name__)
            return Unknown(type(error).__name__)
        return Accepted(str(response.code))


async def _takes_utf8(client: SMTP) -> bool:
    await client.ehlo()
    return client.supports_extension("smtputf8")


def _by_code(error: SMTPResponseException) -> Sent:
    if 400 <= error.code < 500:
        return TryLater(_code(error))
    if 500 <= error.code < 600:
        return Refused(_code(error))
    return Unknown(_code(error))  # neither yes nor no: nobody knows what the server did


def _code(error: SMTPResponseException) -> str:
    """Reply code and enhanced code (RFC 3463), never the text: servers repeat the address in it."""
    enhanced = _ENHANCED.match(error.message.strip())
    return f"{error.code} {enhanced.group()}" if enhanced else str(error.code)


async def _leave(client: SMTP) -> None:
    """Say goodbye where that is still possible; the mail's fate is settled already."""
    with suppress(SMTPException, OSError, asyncio.TimeoutError):
        if client.is_connected:
            await client.quit(timeout=QUIT_S)
    client.close()
