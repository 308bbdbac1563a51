"""The tools of a turn as the loop sees them, and the ledger that runs each distinct call once."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import msgspec

from agent.provider import ToolCall, ToolSpec

MAX_CALLS = 12
"""Distinct calls a turn may run."""


class ToolMode(StrEnum):
    """Whether a tool changes what we know. Reads of one message run together, writes one after the other."""

    READ = "read"
    WRITE = "write"


class ToolFault(StrEnum):
    """Why a call was not carried out, other than by the tool's own refusal."""

    unknown_tool = "unknown_tool"
    bad_arguments = "bad_arguments"
    over_limit = "over_limit"
    tool_failed = "tool_failed"
    """Our own error inside the tool. The turn ends and a person takes over."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call came to. `text` is the sentence the model reads.

    `ok` is true when the tool did what it was asked; a refusal by the rules is `ok=False` without a `fault`.
    `effects` are the tool's own values about what changed, for the check of the words against the deeds.
    """

    call_id: str
    name: str
    text: str
    ok: bool
    fault: ToolFault | None = None
    effects: tuple[object, ...] = ()


class Toolbox(Protocol):
    """The closed catalogue of tools, bound to one lead and one conversation."""

    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is offered."""

    def mode(self, name: str) -> ToolMode:
        """READ or WRITE, for a tool of `specs`."""

    async def run(self, call: ToolCall) -> ToolResult:
        """Run a call whose name is in `specs` and whose arguments are a JSON object.

        Checks the arguments against the tool's model (`fault=bad_arguments`). Raises nothing but cancellation: its
        own errors become `fault=tool_failed`.
        """


def unique_by_id(calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls without those that repeat an id; the first of them counts."""
    return tuple({call.id: call for call in reversed(tuple(calls))}.values())[::-1]


class ToolLedger:
    """Runs calls, remembers what each came to, and answers a repeated call with what it came to the first time.

    A call is known by its id, and by its name with its arguments in canonical JSON.
    """

    def __init__(self, tools: Toolbox) -> None:
        """An empty ledger over `tools`."""
        self._tools = tools
        self._names = frozenset(spec.name for spec in tools.specs())
        self._by_id: dict[str, ToolResult] = {}
        self._by_wish: dict[bytes, ToolResult] = {}
        self._order: list[str] = []
        self._run = 0

    @property
    def results(self) -> tuple[ToolResult, ...]:
        """Each distinct call's result, in the order the model asked."""
        return tuple(self._by_id[call_id] for call_id in self._order)

    @property
    def is_full(self) -> bool:
        """Whether no further call will be run."""
        return self._run >= MAX_CALLS

    async def run(self, calls: Sequence[ToolCall]) -> tuple[ToolResult, ...]:
        """One result a call, in order. Reads between two writes run together."""
        reads: list[ToolCall] = []
        for call in self._new(calls):
            if self._tools.mode(call.name) is ToolMode.READ:
                reads.append(call)
                continue
            await self._run_together(reads)
            reads.clear()
            await self._run_together([call])
        await self._run_together(reads)
        return tuple(self._answer(call) for call in calls)

    def _new(self, calls: Sequence[ToolCall]) -> list[ToolCall]:
        """The calls to run. Those that cannot be run get their answer here."""
        new: dict[bytes, ToolCall] = {}
        for call in unique_by_id(calls):
            wish = _wish(call)
            if call.id in self._by_id or wish in self._by_wish or wish in new:
                continue
            self._order.append(call.id)
            if (fault := self._fault(call)) is not None:
                self._remember(call, ToolResult(call.id, call.name, self._sentence(fault, call), False, fault))
            else:
                new[wish] = call
                self._run += 1
        return list(new.values())

    def _fault(self, call: ToolCall) -> ToolFault | None:
        if call.name not in self._names:
            return ToolFault.unknown_tool
        if _arguments(call) is None:
            return ToolFault.bad_arguments
        return ToolFault.over_limit if self.is_full else None

    def _sentence(self, fault: ToolFault, call: ToolCall) -> str:
        if fault is ToolFault.unknown_tool:
            return f"There is no tool of that name. The tools are: {', '.join(sorted(self._names))}."
        if fault is ToolFault.bad_arguments:
            return f"The arguments of {call.name} are not a JSON object. Send the call again with valid JSON."
        return f"Not run: a turn may run {MAX_CALLS} calls, and they are used up. Answer with what you have."

    async def _run_together(self, calls: Sequence[ToolCall]) -> None:
        if len(calls) == 1:
            self._remember(calls[0], await self._tools.run(calls[0]))
        elif calls:
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(self._tools.run(call)) for call in calls]
            for call, task in zip(calls, running, strict=True):
                self._remember(call, task.result())

    def _remember(self, call: ToolCall, result: ToolResult) -> None:
        self._by_id[call.id] = self._by_wish[_wish(call)] = result

    def _answer(self, call: ToolCall) -> ToolResult:
        result = self._by_id.get(call.id) or self._by_wish[_wish(call)]
        return result if result.call_id == call.id else replace(result, call_id=call.id)


def _arguments(call: ToolCall) -> dict[str, object] | None:
    """The arguments, or `None` when they are no JSON object. No text at all stands for no arguments."""
    try:
        return msgspec.json.decode(call.arguments.strip() or "{}", type=dict[str, object])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _wish(call: ToolCall) -> bytes:
    """What is asked, whatever its id: the name and the arguments with their keys in order."""
    arguments = _arguments(call)
    wanted: object = call.arguments.encode("utf-8", "replace") if arguments is None else arguments
    return msgspec.json.encode([call.name, wanted], order="deterministic")
