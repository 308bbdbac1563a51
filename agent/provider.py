"""What a model provider is to us: messages and tools in, a stream of parts out. No LangChain, no SDK here.

Two implementations: `openai_provider` (the OpenAI SDK, for OpenAI and servers that speak its wire) and
`langchain_provider` (any LangChain chat model, our built-in interviewer among them).
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from agent.finish import Finish


class Role(StrEnum):
    """Who speaks."""

    system = "system"
    user = "user"
    assistant = "assistant"
    tool = "tool"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to use a tool. `arguments` is raw JSON text as the model wrote it, not yet checked."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the talk. `tool_call_id` and `name` belong to `Role.tool`, `tool_calls` to `Role.assistant`."""

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...]
    max_output_tokens: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Some more words. An empty one is a sign of life: the provider sent something that carries no words."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of the call at `index`; `arguments` pieces are joined in order of arrival."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens one message cost. `cached_tokens` is the part of `input_tokens` read from the provider's cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """The cost of both."""
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True, slots=True)
class Finished:
    """The provider's own word on how the message ended, in OpenAI's vocabulary; `None` when it gave none."""

    reason: str | None
    refusal: str | None


Part = TextDelta | ToolCallDelta | Usage | Finished
"""What a stream is made of. `Finished` comes at most once; `Usage` may follow it."""


class Provider(Protocol):
    """A model behind a wire."""

    @property
    def name(self) -> str:
        """What the transcript and the console call it, e.g. `openai:gpt-5-mini`."""

    def stream(self, request: Request) -> AsyncIterator[Part]:
        """Ask, and yield the answer as it comes. Closing the iterator ends the request.

        Raises `ProviderFault` for what it recognises; the gateway takes anything else for garbage.
        """


@runtime_checkable
class HoldsConnections(Protocol):
    """A provider with connections to give back when the process ends."""

    async def close(self) -> None:
        """Give them back."""


class ProviderFault(Exception):
    """A provider did not give a whole message, and we know what kind of failure it was.

    `detail` is for operators: status, code, class names; never a prompt, an answer or a key. `retry_after_s` is the
    provider's own wish. `retryable` says whether the same request may succeed a moment later.
    """

    def __init__(
        self, finish: Finish, detail: str, *, retryable: bool = False, retry_after_s: float | None = None
    ) -> None:
        """A failure of kind `finish`."""
        super().__init__(f"{finish}: {detail}")
        self.finish = finish
        self.detail = detail
        self.retryable = retryable
        self.retry_after_s = retry_after_s


def estimate_tokens(text: str) -> int:
    """About how many tokens `text` is: a quarter of its UTF-8 bytes, rounded up.

    Bytes and not characters, because scripts beyond Latin take more tokens a character. An estimate, so that no
    vocabulary is ever downloaded; good for trimming a history, not for a bill.
    """
    return -(-len(text.encode("utf-8", "replace")) // 4)
