"""One turn of the talk: ask the model, run the tools it asks for, ask again, until there is something to say.

What it will never do, because it was seen to hurt elsewhere: run a tool out of a message that did not finish, run the
same call twice, go round for ever, or end in silence.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.finish import Action, Copy, Finish, action_for, copy_for
from agent.gateway import Completion
from agent.provider import Message, Request, Role, Usage
from agent.tool_calls import Toolbox, ToolFault, ToolLedger, ToolMode, ToolResult, unique_by_id

__all__ = ["Listener", "Outcome", "Regenerate", "ToolMode", "ToolResult", "Toolbox", "TurnResult", "run_turn"]

MAX_ROUNDS = 6
"""Messages that ask for tools; after that the model must answer."""
_MAX_OUTPUT_TOKENS = 800

_CLOSING = "You have used all the tools this turn allows. Answer the visitor now with what you know, without tools."
_SHORTER = "Your last message was cut off because it was too long. Write it again, complete and much shorter."


Trim = Callable[[Sequence[Message]], Sequence[Message]]
"""Shortens a history that does not fit the model."""


class Outcome(StrEnum):
    """How a turn ended."""

    answered = "answered"
    declined = "declined"
    """The model or its provider would not answer; the visitor sees fixed copy and the offer of a person."""
    handed_over_by_fault = "handed_over_by_fault"
    """Model or tools failed; the visitor sees fixed copy and a person takes over."""
    handed_over_by_check = "handed_over_by_check"
    """The listener objected to the words a second time; it says what is said instead."""


@dataclass(frozen=True, slots=True)
class Regenerate:
    """The listener's wish, after a message, to have it written again. `note` tells the model what was wrong."""

    note: str


class Listener(Protocol):
    """Hears the turn as it happens, and decides what of it a visitor gets to see."""

    async def text(self, delta: str) -> None:
        """Some more words of the message that is arriving."""

    async def message_finished(self, completion: Completion) -> Regenerate | None:
        """The message ended; unless in `stop` or `tool_calls`, the words heard since the message before are void.

        Of a message that ended in `stop` the listener may ask for another one, once a turn; the second wish ends the
        turn as `handed_over_by_check`.
        """

    async def tools_finished(self, results: Sequence[ToolResult]) -> None:
        """The tools the last message asked for have run."""


class Model(Protocol):
    """What a turn needs of the gateway."""

    @property
    def has_fallback(self) -> bool:
        """Whether `fallback_only` leads to somebody else."""

    def stream(
        self, request: Request, *, deadline: float, fallback_only: bool = ...
    ) -> AsyncGenerator[str | Completion, None]:
        """Words as they come, then one completion. Raises nothing but cancellation."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What a turn came to. `text` is the last message's words; empty with `copy` set where fixed copy speaks instead.

    `tool_results` holds each distinct call once, in order. `rounds` counts the messages that asked for tools.
    """

    outcome: Outcome
    text: str
    copy: Copy | None
    usage: Usage
    tool_results: tuple[ToolResult, ...]
    provider_name: str
    degraded: bool
    rounds: int
    finish: Finish
    detail: str


class _Turn:
    """What a turn has said, run and spent so far."""

    def __init__(self, gateway: Model, messages: Sequence[Message], tools: Toolbox) -> None:
        self.messages = list(messages)
        self.ledger = ToolLedger(tools)
        self.used: set[Action] = set() if gateway.has_fallback else {Action.fallback}
        self.usage = Usage()
        self.rounds = 0
        self.repaired = False
        self.objected = False
        self._specs = tools.specs()

    @property
    def closing(self) -> bool:
        """Whether the tools are used up, so that the next message must be an answer."""
        return self.rounds >= MAX_ROUNDS or self.ledger.is_full

    def request(self, max_output_tokens: int) -> Request:
        """The next question to the model."""
        closing = (Message(Role.system, _CLOSING),) if self.closing else ()
        tools = () if self.closing else self._specs
        return Request((*self.messages, *closing), tools, max_output_tokens)

    def note(self, text: str) -> None:
        """Tell the model something the visitor did not say."""
        self.messages.append(Message(Role.system, text))

    def end(self, completion: Completion, outcome: Outcome, copy: Copy | None = None) -> TurnResult:
        """Close the books."""
        return TurnResult(
            outcome=outcome,
            text="" if copy else completion.text,
            copy=copy,
            usage=self.usage,
            tool_results=self.ledger.results,
            provider_name=completion.provider_name,
            degraded=completion.degraded,
            rounds=self.rounds,
            finish=completion.finish,
            detail=completion.detail,
        )

    def give_up(self, completion: Completion) -> TurnResult:
        """Hand over, with the fixed copy that fits the last message's ending."""
        copy = copy_for(completion.finish)
        declined = copy is Copy.cannot_help
        return self.end(completion, Outcome.declined if declined else Outcome.handed_over_by_fault, copy)


async def run_turn(
    gateway: Model,
    *,
    messages: Sequence[Message],
    tools: Toolbox,
    deadline: float,
    listener: Listener,
    max_output_tokens: int = _MAX_OUTPUT_TOKENS,
    trim: Trim | None = None,
) -> TurnResult:
    """Answer the last visitor message of `messages` by `deadline` (an instant of the gateway's clock).

    Raises only what `listener` raises, and cancellation. `trim` shortens a history that does not fit the model.
    """
    turn = _Turn(gateway, messages, tools)
    while True:
        completion = await _ask(gateway, turn, deadline, listener, max_output_tokens)
        objection = await listener.message_finished(completion)
        action = action_for(completion.finish, used=turn.used)
        turn.used.add(action)
        match action:
            case Action.deliver:
                if objection is None or turn.objected:
                    return turn.end(completion, Outcome.handed_over_by_check if objection else Outcome.answered)
                turn.objected = True
                turn.note(objection.note)
            case Action.run_tools:
                if turn.closing or not await _run_tools(turn, completion, listener):
                    return turn.end(completion, Outcome.handed_over_by_fault, Copy.needs_person)
            case Action.repair_once:
                turn.note(_SHORTER)
            case Action.trim_once:
                turn.messages = list((trim or drop_older_half)(turn.messages))
            case Action.regenerate | Action.fallback:
                pass  # the same question again, to the fallback from now on if that is what it takes
            case Action.hand_off:
                return turn.give_up(completion)


async def _ask(gateway: Model, turn: _Turn, deadline: float, listener: Listener, max_output_tokens: int) -> Completion:
    request = turn.request(max_output_tokens)
    fallback_only = gateway.has_fallback and Action.fallback in turn.used
    async with aclosing(gateway.stream(request, deadline=deadline, fallback_only=fallback_only)) as parts:
        async for part in parts:
            if isinstance(part, str):
                await listener.text(part)
            else:
                turn.usage += part.usage
                if part.degraded:
                    turn.used.add(Action.fallback)
                return part
    raise AssertionError("a stream ends in a completion")


async def _run_tools(turn: _Turn, completion: Completion, listener: Listener) -> bool:
    """Run what the message asks for and tell the model; whether the turn may go on."""
    turn.rounds += 1
    calls = unique_by_id(completion.tool_calls)
    results = await turn.ledger.run(calls)
    turn.messages.append(Message(Role.assistant, completion.text, calls))
    turn.messages.extend(Message(Role.tool, r.text, tool_call_id=r.call_id, name=r.name) for r in results)
    await listener.tools_finished(results)
    faults = {result.fault for result in results}
    misused = bool(faults & {ToolFault.unknown_tool, ToolFault.bad_arguments})
    spent, turn.repaired = turn.repaired and misused, turn.repaired or misused
    return not spent and ToolFault.tool_failed not in faults


def drop_older_half(messages: Sequence[Message]) -> list[Message]:
    """A shorter history: all system messages, and the newer half of the rest.

    A tool's answer never stays without the message that asked for it, and everything from the last visitor message on
    stays.
    """
    talk = [n for n, message in enumerate(messages) if message.role is not Role.system]
    users = [n for n in talk if messages[n].role is Role.user]
    if not users:
        return list(messages)
    starts = [n for n in users if n >= talk[len(talk) // 2]] or users[-1:]
    return [message for n, message in enumerate(messages) if message.role is Role.system or n >= starts[0]]
