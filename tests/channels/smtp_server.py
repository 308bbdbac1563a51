"""A real SMTP server for the tests, in the test's own loop, with the faults of the world on demand."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Taken:
    """A mail the server has taken over."""

    sender: str
    recipients: list[str]
    content: bytes
    options: list[str]


@dataclass
class Post:
    """What the server does, and what it got. `rcpt` and `data` are replies; None is a yes.

    After DATA it may also `drop` the line or `stall` without a word, both after it has taken the mail over.
    """

    rcpt: str | None = None
    data: str | None = None
    after_data: str = ""
    user: tuple[str, str] | None = None
    taken: list[Taken] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greeted.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt is not None:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data is not None:
            return self.data
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken.append(Taken(envelope.mail_from or "", envelope.rcpt_tos, content, list(envelope.mail_options)))
        if self.after_data == "drop":
            assert server.transport is not None
            server.transport.abort()
        if self.after_data == "stall":
            await asyncio.Event().wait()
        return "250 2.0.0 queued as 42"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        self.logins.append(given)
        return AuthResult(success=given == self.user, handled=False)


@asynccontextmanager
async def smtp_server(
    post: Post | None = None,
    *,
    smtputf8: bool = True,
    smtps: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
) -> AsyncIterator[Post]:
    """Listen on a free port of 127.0.0.1 while the block lasts."""
    post = post or Post()
    loop = asyncio.get_running_loop()
    lines: set[asyncio.Task[None]] = set()

    def protocol() -> SMTP:
        server = SMTP(
            post,
            hostname="mx.example.com",
            enable_SMTPUTF8=smtputf8,
            loop=loop,
            tls_context=starttls,
            authenticator=post.authenticate if post.user else None,
            auth_require_tls=False,
        )
        made = server.connection_made

        def connection_made(transport: asyncio.BaseTransport) -> None:
            made(transport)
            lines.add(server._handler_coroutine)

        server.connection_made = connection_made  # type: ignore[method-assign]
        return server

    listening = await loop.create_server(protocol, "127.0.0.1", 0, ssl=smtps)
    post.port = listening.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        listening.close()
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


@asynccontextmanager
async def silent_server(*replies: str) -> AsyncIterator[int]:
    """A server that says these lines, one for the greeting and one for each command, and then hangs up."""
    talks: list[asyncio.Task[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for number, reply in enumerate(replies):
                if number:
                    await reader.readline()
                writer.write(reply.encode() + b"\r\n")
                await writer.drain()
            await reader.readline()
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(talk(reader, writer)))

    listening = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await asyncio.gather(*talks, return_exceptions=True)
