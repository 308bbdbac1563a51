"""A tape: what a model was shown in one run of a case, and what it answered, as a file that can be read and compared.

Every text that was shown stands in the file once, as lines, under a key made of its content; an exchange names the keys
in the order in which the model saw them. So a changed prompt is a small change of the file, and can be told word for
word.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

import msgspec

from agent.finish import Finish
from agent.provider import Message, Request, ToolCall, Usage
from playbook.fault import Fault

TAPES = Path(__file__).parent / "recordings"
"""Where the tapes of our own cases are kept: `recordings/<topic>/<title>.json`."""
_MOST_TOLD = 40
"""Lines of a difference that a person still reads."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One message as the provider sent it: the words, the calls, and its own word on the ending.

    `fault` is the provider's failure instead; what had arrived by then stands beside it.
    """

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    reason: str | None = None
    refusal: str | None = None
    fault: Finish | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `shown` are keys of `Tape.texts`; `turn` counts the answered turns from 1."""

    turn: int
    shown: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Tape:
    """One recorded run of `case`; `model` is what the provider is called."""

    case: str
    model: str
    exchanges: tuple[Exchange, ...]
    texts: Mapping[str, tuple[str, ...]]

    @property
    def turns(self) -> list[list[Exchange]]:
        """The exchanges, turn by turn; a turn in which nobody was asked is empty."""
        last = max((e.turn for e in self.exchanges), default=0)
        return [[e for e in self.exchanges if e.turn == number] for number in range(1, last + 1)]

    def text_of(self, exchange: Exchange) -> list[str]:
        """Everything the model was shown, line by line."""
        return [line for key in exchange.shown for line in self.texts[key]]


def read_tape(path: Path) -> Tape | Fault:
    """The tape of a file, or what is wrong with it."""
    try:
        tape = msgspec.json.decode(path.read_bytes(), type=Tape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Fault(path.name, 1, "", f"this is no recording: {error}", "a file that `opener eval record` has written")
    lost = sorted({key for e in tape.exchanges for key in e.shown} - set(tape.texts))
    if lost:
        return Fault(path.name, 1, "texts", f"the text {lost[0]} is missing", "a file that nobody has cut")
    return tape


def write_tape(tape: Tape, path: Path) -> None:
    """Write it so that two tapes can be compared line by line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(tape), indent=1) + b"\n")


def key_of(lines: Sequence[str]) -> str:
    """The key of a shown text."""
    return sha256("\n".join(lines).encode()).hexdigest()[:12]


def shown_to(request: Request) -> list[tuple[str, ...]]:
    """What a model is shown with a request: every message, and the tools, as lines."""
    tools = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in request.tools
    ]
    listed = json.dumps(tools, indent=1, ensure_ascii=False, sort_keys=True).splitlines()
    offer = ("[tools]", *listed, f"at most {request.max_output_tokens} tokens")
    return [*map(_shown, request.messages), offer]


def _shown(message: Message) -> tuple[str, ...]:
    about = " ".join(filter(None, (message.role.value, message.name, message.tool_call_id)))
    calls = [f"[calls {call.name} {call.id}] {call.arguments}" for call in message.tool_calls]
    return (f"[{about}]", *message.text.splitlines(), *calls)


def difference(recorded: Sequence[str], present: Sequence[str]) -> list[str]:
    """How what is shown now differs from what was shown then, as a unified difference of bounded length."""
    told = list(unified_diff(recorded, present, "as recorded", "as shown now", n=1, lineterm=""))
    left = len(told) - _MOST_TOLD
    return [*told[:_MOST_TOLD], f"… and {left} more line(s)"] if left > 0 else told
