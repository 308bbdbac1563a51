"""What the tests of a turn share: tools that remember, a provider that reads lines, an ear."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from agent.gateway import Completion
from agent.loop import Regenerate
from agent.provider import Finished, Part, Request, TextDelta, ToolCall, ToolCallDelta, ToolSpec
from agent.tool_calls import ToolFault, ToolMode, ToolResult

ECHO_TOOLS = (
    ToolSpec("look_up", "Look something up.", {"type": "object", "properties": {"query": {"type": "string"}}}),
    ToolSpec("book", "Book a slot.", {"type": "object", "properties": {"slot": {"type": "string"}}}),
)


class EchoTools:
    """A toolbox whose tools remember their calls. `look_up` reads, `book` writes."""

    def __init__(self, *, faults: dict[str, ToolFault] | None = None, pause_s: float = 0) -> None:
        self.ran: list[ToolCall] = []
        self.log: list[str] = []
        self._faults = faults or {}
        self._pause_s = pause_s

    def specs(self) -> tuple[ToolSpec, ...]:
        return ECHO_TOOLS

    def mode(self, name: str) -> ToolMode:
        return ToolMode.WRITE if name == "book" else ToolMode.READ

    async def run(self, call: ToolCall) -> ToolResult:
        self.ran.append(call)
        self.log.append(f"+{call.id}")
        await asyncio.sleep(self._pause_s)
        self.log.append(f"-{call.id}")
        fault = self._faults.get(call.name)
        return ToolResult(call.id, call.name, f"{call.name} has run", ok=fault is None, fault=fault)


class ScriptedProvider:
    """Answers the n-th request with the n-th list of parts; an exception among them is raised in its place."""

    name = "scripted"

    def __init__(self, answers: Sequence[Sequence[Part | Exception]]) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        self.requests.append(request)
        for part in self._answers[len(self.requests) - 1]:
            if isinstance(part, Exception):
                raise part
            yield part


class Ear:
    """A listener that keeps the words of messages that finished, and objects as told."""

    def __init__(self, object_to: Callable[[Completion], Regenerate | None] = lambda completion: None) -> None:
        self.said = ""
        self.endings: list[str] = []
        self.tool_results: list[ToolResult] = []
        self._arriving = ""
        self._object_to = object_to

    async def text(self, delta: str) -> None:
        self._arriving += delta

    async def message_finished(self, completion: Completion) -> Regenerate | None:
        self.endings.append(completion.finish)
        objection = self._object_to(completion)
        if completion.finish in {"stop", "tool_calls"} and objection is None:
            self.said += self._arriving
        self._arriving = ""
        return objection

    async def tools_finished(self, results: Sequence[ToolResult]) -> None:
        self.tool_results.extend(results)


def says(*words: str, reason: str | None = "stop") -> list[Part]:
    """An answer in words."""
    return [*(TextDelta(word) for word in words), Finished(reason, None)]


def asks_for(*calls: ToolCall, reason: str | None = "tool_calls") -> list[Part]:
    """An answer that asks for tools."""
    pieces = [ToolCallDelta(n, call.id, call.name, call.arguments) for n, call in enumerate(calls)]
    return [*pieces, Finished(reason, None)]
