"""What is happening now: wakes whoever follows a conversation, and carries words on their way to the screen.

Durable events are rows; a wake only says "look again". Ephemeral events (a sentence being released, typing) have no
number and are lost when nobody listens. Other processes are reached through Postgres NOTIFY; on SQLite followers in
other processes look again by themselves every half second.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog

from store.ending import end
from store.unit import WAKE_CHANNEL

log = structlog.get_logger()
QUEUE = 500  # a follower this far behind is told to start afresh


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """An event without a number: `message.delta`, `typing` and the like."""

    type: str
    data: dict[str, Any]


Notice = Ephemeral | None  # None: look again at the stored events


class Follower:
    """One open line to a conversation."""

    def __init__(self) -> None:
        self._notices: asyncio.Queue[Notice] = asyncio.Queue(QUEUE)
        self._woken = False

    def wake(self) -> None:
        """There are new stored events; many wakes before a look are one."""
        if not self._woken:
            self._woken = True
            self._put(None)

    def tell(self, event: Ephemeral) -> None:
        """An ephemeral event passes by."""
        self._put(event)

    async def next(self, *, within: float) -> Notice:
        """The next notice; None (look again) also when nothing came in time, in seconds."""
        try:
            async with asyncio.timeout(within):
                notice = await self._notices.get()
        except TimeoutError:
            return None
        if notice is None:
            self._woken = False
        return notice

    def _put(self, notice: Notice) -> None:
        try:
            self._notices.put_nowait(notice)
        except asyncio.QueueFull:  # far behind: what was missed is stored, so forget it and look again
            while not self._notices.empty():
                self._notices.get_nowait()
            self._notices.put_nowait(None)
            self._notices.put_nowait(Ephemeral("reset", {}))


class Live:
    """The process's exchange of wakes and passing events."""

    def __init__(self, *, postgres_url: str | None = None) -> None:
        self._followers: defaultdict[str, set[Follower]] = defaultdict(set)
        self._postgres_url = postgres_url
        self._listening: asyncio.Task[None] | None = None

    @contextmanager
    def follow(self, topic: str) -> Iterator[Follower]:
        """Follow one topic (a conversation id) while the block lasts; subscribe before reading history."""
        follower = Follower()
        self._followers[topic].add(follower)
        try:
            yield follower
        finally:
            self._followers[topic].discard(follower)
            if not self._followers[topic]:
                del self._followers[topic]

    def wake(self, topic: str) -> None:
        """Stored events were added to a topic."""
        for follower in tuple(self._followers.get(topic, ())):
            follower.wake()

    def tell(self, topic: str, event: Ephemeral) -> None:
        """Pass an ephemeral event to who follows the topic in this process."""
        for follower in tuple(self._followers.get(topic, ())):
            follower.tell(event)

    def wake_all(self) -> None:
        """Everybody looks again (a listener was cut off and may have missed something; or the house is closing)."""
        for topic in tuple(self._followers):
            self.wake(topic)

    async def start(self) -> None:
        """Begin to hear other processes (Postgres only)."""
        if self._postgres_url and self._listening is None:
            self._listening = asyncio.create_task(self._listen(self._postgres_url))

    async def stop(self) -> None:
        """Stop hearing other processes."""
        if self._listening is not None:
            await end([self._listening])
            self._listening = None

    async def _listen(self, url: str) -> None:
        while True:
            try:
                async with _listening(url) as connection:
                    self.wake_all()  # what was stored before nobody has told us; what comes now we hear
                    async for note in connection.notifies():
                        self.wake(note.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("live.listener_lost", kind=type(error).__name__)
                await asyncio.sleep(1.0)


@asynccontextmanager
async def _listening(url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    connection = await psycopg.AsyncConnection.connect(
        url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True
    )
    async with connection:
        await connection.execute(f"LISTEN {WAKE_CHANNEL}")
        yield connection
