"""The line to the browser: it tails what is stored, and lets words pass that are on their way.

A line subscribes before it reads history, so nothing falls between. Durable events carry their number as `id`;
everything else is lost when nobody listens, and made up for by a snapshot when a line opens in mid-answer.
"""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import msgspec
import structlog

from actions.workspace import Workspace
from api.answers import Answers
from api.errors import Problem
from api.overheard import MARK
from leads.identity import ConversationId
from store.conversations import StoredEvent
from store.live import Ephemeral, Follower
from store.outage import OUTAGES

log = structlog.get_logger()
LOOK_AGAIN_S = 0.5
"""How often a line looks again when other processes write to the same SQLite file, which cannot tell us."""
PAGE = 500
GONE = "gone"
"""An event of our own: the conversation was erased, its lines end."""
_RETRY_MS = 1000


class Closing:
    """Whether the house is closing, so that open lines end by themselves (a server waits for them otherwise)."""

    def __init__(self, workspace: Workspace) -> None:
        self._live = workspace.live
        self.begun = False

    def begin(self) -> None:
        """Say goodbye on every line, at once. Safe to call again, and from a signal handler of the loop's thread."""
        self.begun = True
        self._live.wake_all()


class Lines:
    """Counts the open lines, so that nobody can hold too many."""

    def __init__(self, *, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._open: Counter[str] = Counter()

    def check(self, holder: str) -> None:
        """Raises Problem 429 or 503 when one more line of this visitor, or of one of the team, would be too many."""
        if self._open[holder] >= self._most_each:
            detail = f"There are {self._most_each} open streams here already; close one first."
            raise Problem(429, "too_many_streams", detail, headers={"Retry-After": "5"})
        if self._open.total() >= self._most:
            detail = "Too many streams are open here; please ask with Accept: application/json instead."
            raise Problem(503, "too_many_streams", detail, headers={"Retry-After": "5"})

    @contextmanager
    def one(self, holder: str) -> Iterator[None]:
        """Count a line while it is open."""
        self._open[holder] += 1
        try:
            yield
        finally:
            self._open[holder] -= 1
            if not self._open[holder]:
                del self._open[holder]

    @property
    def count(self) -> int:
        """How many are open."""
        return self._open.total()


@dataclass(frozen=True, slots=True)
class Pulse:
    """How often a line speaks when nothing happens, and looks when nobody wakes it, in seconds."""

    heartbeat_s: float
    look_again_s: float | None = None

    def wait(self, since_spoken: float) -> float:
        """How long to wait for the next notice."""
        left = max(self.heartbeat_s - since_spoken, 0.05)
        return min(left, self.look_again_s or left)


class Welcome:
    """Whether who opened a line may still listen: asked every so often, in seconds, however much is said meanwhile."""

    def __init__(self, ask: Callable[[], Awaitable[bool]], *, every_s: float) -> None:
        self._ask = ask
        self._every_s = every_s
        self._asked_at = monotonic()

    @property
    def due_in(self) -> float:
        """In how many seconds to ask again."""
        return max(self._asked_at + self._every_s - monotonic(), 0.0)

    async def over(self) -> bool:
        """Whether it has ended; until it is time to ask again it has not."""
        if self.due_in > 0:
            return False
        self._asked_at = monotonic()
        return not await self._ask()


@dataclass(slots=True)
class Line:
    """One open line to one conversation, from event number `after` on."""

    workspace: Workspace
    answers: Answers
    closing: Closing
    conversation_id: ConversationId
    after: int
    pulse: Pulse
    welcome: Welcome | None = None
    spoken_at: float = field(default_factory=monotonic)
    _message: str | None = None
    _length: int = 0

    async def events(self) -> AsyncGenerator[bytes, None]:
        """The bytes of the stream, until the client leaves, may not listen any more, or the house closes."""
        with self.workspace.live.follow(self.conversation_id) as follower:
            try:
                async for chunk in self._tail(follower):
                    self.spoken_at = monotonic()
                    yield chunk
            except OUTAGES as error:  # the client comes again and resumes by number
                log.warning("stream.database_unavailable", kind=type(error).__name__)
            yield encode("bye", {"retry": _RETRY_MS}, retry=_RETRY_MS)

    async def _tail(self, follower: Follower) -> AsyncIterator[bytes]:
        yield b": open\n\n"
        async for chunk in self._stored():
            yield chunk
        async for chunk in self._caught_up():
            yield chunk
        while not self.closing.begun:
            notice = await follower.next(within=self._wait())
            if self.welcome is not None and await self.welcome.over():
                return
            if notice is not None and notice.type == GONE:
                yield encode("conversation.closed", {})
                return
            if notice is not None:
                async for chunk in self._passing(notice):
                    yield chunk
                continue
            async for chunk in self._stored():
                yield chunk
            if monotonic() - self.spoken_at >= self.pulse.heartbeat_s:
                yield b": still here\n\n"

    def _wait(self) -> float:
        quiet = self.pulse.wait(monotonic() - self.spoken_at)
        return quiet if self.welcome is None else min(quiet, self.welcome.due_in)

    async def _stored(self) -> AsyncIterator[bytes]:
        """What was stored since, in order."""
        more = True
        while more:
            async with self.workspace.reading() as uow:
                found = await uow.conversations.events_after(self.conversation_id, self.after, limit=PAGE)
            more = len(found) == PAGE
            for event in found:
                self.after = event.seq
                yield encode(event.type, event.data, id=event.seq)

    async def _caught_up(self) -> AsyncIterator[bytes]:
        """The words of an answer in the making, unless it has been stored meanwhile."""
        shown = await self.answers.shown(self.conversation_id)
        if shown is None:
            return
        if shown.message_id is None:
            if shown.author:
                yield encode("typing", {"author": dict(shown.author)})
            return
        async with self.workspace.reading() as uow:
            stored = await uow.conversations.messages(self.conversation_id)
        if any(message.id == shown.message_id for message in stored):
            return
        self._message, self._length = shown.message_id, len(shown.text)
        yield encode("message.started", {"id": shown.message_id, "author": dict(shown.author or {})})
        yield encode("message.snapshot", {"id": shown.message_id, "text": shown.text})

    async def _passing(self, event: Ephemeral) -> AsyncIterator[bytes]:
        """An event on its way. Words that do not follow on what this line has shown are replaced by a snapshot."""
        if event.type == MARK:
            return
        if event.type == "message.delta" and not self._follows_on(event):
            if event.data["at"] > self._length or event.data["id"] != self._message:
                async for chunk in self._caught_up():
                    yield chunk
            return
        if event.type == "message.started":
            self._message, self._length = event.data["id"], 0
        elif event.type == "message.snapshot":
            self._message, self._length = event.data["id"], len(event.data["text"])
        elif event.type == "message.delta":
            self._length += len(event.data["t"])
        yield encode(event.type, event.data)
        if event.type == "reset":
            async for chunk in self._caught_up():
                yield chunk

    def _follows_on(self, delta: Ephemeral) -> bool:
        return bool(delta.data["id"] == self._message and delta.data["at"] == self._length)


def encode(type: str, data: dict[str, Any], *, id: int | None = None, retry: int | None = None) -> bytes:
    """One event as it is sent (WHATWG HTML §9.2); the JSON has no line ends, so one data line is enough."""
    head = f"id: {id}\n" if id is not None else ""
    if retry is not None:
        head += f"retry: {retry}\n"
    return f"{head}event: {type}\ndata: ".encode() + msgspec.json.encode(data) + b"\n\n"


async def wait_for_events(
    workspace: Workspace, closing: Closing, conversation_id: ConversationId, *, after: int, wait_s: float, pulse: Pulse
) -> list[StoredEvent]:
    """The long poll: stored events after a number, at once or as soon as there are any, at latest in `wait_s`."""
    ends = monotonic() + wait_s
    with workspace.live.follow(conversation_id) as follower:
        while True:
            async with workspace.reading() as uow:
                found = await uow.conversations.events_after(conversation_id, after, limit=PAGE)
            left = ends - monotonic()
            if found or left <= 0 or closing.begun:
                return found
            await follower.next(within=min(left, pulse.look_again_s or left))
