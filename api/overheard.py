"""What an answer in the making has shown so far, so that a line opened in its middle can catch up."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from leads.conversation import AuthorKind
from leads.identity import ConversationId, MessageId
from store.live import Ephemeral, Follower, Live

MARK = "mark"
"""An event of our own that never leaves the house: who reads it has read everything that was told before it."""
_LEVEL_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The words of one unfinished message; empty while the agent is only typing."""

    message_id: MessageId | None = None
    author: Mapping[str, Any] | None = None
    text: str = ""


class Overheard:
    """Listens to one conversation like any line does, and keeps the words."""

    def __init__(self, live: Live, conversation_id: ConversationId) -> None:
        self._live = live
        self._topic = conversation_id
        self._shown = Shown()
        self._numbers = count()
        self._marks: dict[int, asyncio.Event] = {}

    async def listen(self, follower: Follower) -> None:
        """Follow until cancelled."""
        while True:
            notice = await follower.next(within=3600)
            if notice is not None:
                self._take(notice)

    @property
    def last(self) -> Shown:
        """What was heard when somebody last asked, or when the answer ended."""
        return self._shown

    async def shown(self) -> Shown:
        """What was shown up to now. A line that began to follow before this call will hear all that comes after."""
        number, reached = next(self._numbers), asyncio.Event()
        self._marks[number] = reached
        self._live.tell(self._topic, Ephemeral(MARK, {"number": number}))
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEVEL_WITHIN_S):
                await reached.wait()
        self._marks.pop(number, None)
        return self._shown

    def _take(self, event: Ephemeral) -> None:
        data = event.data
        match event.type:
            case "typing" if (data.get("author") or {}).get("kind") == AuthorKind.AGENT.value:
                self._shown = Shown(author=data.get("author"))
            case "message.started":
                self._shown = Shown(data["id"], data.get("author"))
            case "message.delta":
                text = self._shown.text[: data["at"]] + data["t"]
                self._shown = replace(self._shown, message_id=data["id"], text=text)
            case "message.snapshot":
                self._shown = replace(self._shown, message_id=data["id"], text=data["text"])
            case str(kind) if kind == MARK and data["number"] in self._marks:
                self._marks[data["number"]].set()
