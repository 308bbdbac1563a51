"""One request to one provider: its parts read against the clock and joined into a `Completion`, whatever happens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import uuid4

from agent.faults import fault_of
from agent.finish import ACTIONS, Action, Finish
from agent.provider import Finished, Part, Provider, ProviderFault, Request, TextDelta, ToolCall, ToolCallDelta, Usage

_MAX_CHARS = 200_000
"""Characters of one message, words and arguments together: far beyond any output limit we ask for."""

_REASONS = {
    "stop": Finish.stop,
    "tool_calls": Finish.tool_calls,
    "length": Finish.length,
    "content_filter": Finish.content_filter,
}


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a model may take, in seconds. The defaults are the product's promise."""

    connect_s: float = 3
    first_byte_s: float = 10
    between_chunks_s: float = 15
    turn_s: float = 45
    after_finish_s: float = 1
    """For the usage record that follows a finished message; the message is whole without it."""
    reserve_s: float = 3
    """Kept free at the end of the turn for the fallback."""
    retry_pause_s: float = 0.4
    """Before a second try, when the provider names no time itself."""
    tries: int = 2


@dataclass(frozen=True, slots=True)
class Completion:
    """One whole message, or the way it failed to become one.

    `text` of a message that did not finish is void: show it to nobody. `tool_calls` is empty unless `finish` is
    `tool_calls`. `detail` is for operators. `degraded` says that the fallback answered in the provider's place.
    """

    text: str
    tool_calls: tuple[ToolCall, ...]
    finish: Finish
    usage: Usage
    provider_name: str
    detail: str = ""
    degraded: bool = False


@dataclass(slots=True)
class _Draft:
    """A tool call that is still arriving."""

    id: str
    name: str
    arguments: list[str] = field(default_factory=list)


class Attempt:
    """One request to one provider: reads the parts against the clock, and ends in a completion whatever happens."""

    def __init__(
        self,
        provider: Provider,
        *,
        budget: Budget,
        clock: Callable[[], float],
        until: float,
        degraded: bool = False,
    ) -> None:
        self.until = until
        self.spoken = False
        self.retryable = False
        self.retry_after_s: float | None = None
        self.completion = Completion("", (), Finish.timeout, Usage(), provider.name, degraded=degraded)
        self._provider = provider
        self._budget = budget
        self._clock = clock
        self._words: list[str] = []
        self._drafts: list[_Draft] = []
        self._arriving: dict[int, _Draft] = {}
        self._usage = Usage()
        self._finished: Finished | None = None
        self._chars = 0

    @property
    def needs_fallback(self) -> bool:
        """Whether somebody else should answer in place of this attempt."""
        finish = self.completion.finish
        return not self.spoken and (ACTIONS[finish] is Action.fallback or finish is Finish.cut_off)

    async def words(self, request: Request) -> AsyncGenerator[str, None]:
        """Yield the words; afterwards `completion` says how it ended."""
        fault: ProviderFault | None = None
        parts = self._provider.stream(request)
        limit = self._budget.first_byte_s
        try:
            while True:
                try:
                    word = self._take(await self._next(parts, limit))
                except StopAsyncIteration:
                    break
                except Exception as error:  # noqa: BLE001 - whatever a provider does has a named ending
                    fault = fault_of(error, begun=limit != self._budget.first_byte_s)
                    break
                if word:
                    self.spoken = True
                    yield word
                limit = self._budget.after_finish_s if self._finished else self._budget.between_chunks_s
        finally:
            await self._close(parts)
        self._settle(fault)

    async def _next(self, parts: AsyncIterator[Part], limit_s: float) -> Part:
        """The next part, if it comes in time. The listener's own time is not counted: nothing is yielded in here."""
        left_s = min(limit_s, self.until - self._clock())
        if left_s <= 0:  # a provider that never waits would never meet the timer
            raise TimeoutError
        async with asyncio.timeout(left_s):
            return await anext(parts)

    def _take(self, part: Part) -> str:
        """Keep a part of the message; returns its words, if it has any. Words after the end are nobody's."""
        if isinstance(part, Usage):
            self._usage = part
        elif self._finished is not None:
            return ""
        elif isinstance(part, TextDelta):
            self._count(part.text)
            self._words.append(part.text)
            return part.text
        elif isinstance(part, ToolCallDelta):
            self._count(part.arguments)
            self._take_call(part)
        else:
            self._finished = part
        return ""

    def _count(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > _MAX_CHARS:
            raise ProviderFault(Finish.garbage, "an answer without end")

    def _take_call(self, part: ToolCallDelta) -> None:
        """Join the pieces of a call. A new id at an old index is a new call (some servers number them all 0)."""
        draft = self._arriving.get(part.index)
        if draft is None or (part.id and draft.id and part.id != draft.id):
            draft = self._arriving[part.index] = _Draft(part.id or "", part.name or "")
            self._drafts.append(draft)
        else:
            draft.id = draft.id or part.id or ""
            draft.name = draft.name or part.name or ""
        draft.arguments.append(part.arguments)

    def _settle(self, fault: ProviderFault | None) -> None:
        finish, detail = self._finish(fault)
        self.retryable = finish is Finish.cut_off or bool(fault and fault.retryable)
        self.retry_after_s = fault.retry_after_s if fault else None
        self.completion = replace(
            self.completion,
            text="".join(self._words),
            tool_calls=self._calls() if finish is Finish.tool_calls else (),
            finish=finish,
            usage=self._usage,
            detail=detail,
        )

    def _finish(self, fault: ProviderFault | None) -> tuple[Finish, str]:
        """How it ended. A message whose end was announced is whole, whatever the line did afterwards."""
        if self._finished is None:
            return (fault.finish, fault.detail) if fault else (Finish.cut_off, "the stream ended without a reason")
        if self._finished.refusal:
            return Finish.refusal, ""
        reason = self._finished.reason
        finish = _REASONS.get(reason or "", Finish.garbage if reason else Finish.cut_off)
        if finish is Finish.tool_calls and not self._drafts:
            return Finish.garbage, "announces tool calls and brings none"
        if finish is Finish.stop and self._drafts:
            return Finish.garbage, "ends with tool calls it does not announce"
        if finish is Finish.stop and not any(word.strip() for word in self._words):
            return Finish.empty, ""
        return finish, "" if finish is not Finish.garbage else "an unknown reason to end"

    def _calls(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(draft.id or f"call_{uuid4().hex}", draft.name, "".join(draft.arguments)) for draft in self._drafts
        )

    async def _close(self, parts: AsyncIterator[Part]) -> None:
        """End the request. A provider that hangs or fails while closing is left behind."""
        if isinstance(parts, AsyncGenerator):
            with suppress(Exception):
                async with asyncio.timeout(self._budget.after_finish_s):
                    await parts.aclose()
