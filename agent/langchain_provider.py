"""Any LangChain chat model as a `Provider`: other vendors' models, and our own built-in interviewer.

The model must report how a message ended in `response_metadata` (`finish_reason`, `stop_reason` …): a stream that
gives no reason counts as cut off. Vendors name their endings differently; here they get OpenAI's names.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, cast

from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    InvalidToolCall,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages import ToolCall as LangChainToolCall
from langchain_core.runnables import Runnable

from agent.faults import fault_of
from agent.provider import (
    Finished,
    Message,
    Part,
    Request,
    Role,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolSpec,
    Usage,
)

_REASON_KEYS = ("finish_reason", "stop_reason", "stopReason", "done_reason")
_REASONS = {
    "stop": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "complete": "stop",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "tool_call": "tool_calls",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
    "safety": "content_filter",
    "recitation": "content_filter",
    "blocklist": "content_filter",
    "prohibited_content": "content_filter",
    "refusal": "content_filter",
}
_NOTE = "A note from the company you work for, not from the visitor:\n"


class LangChainProvider:
    """A `Provider` over `model`.

    `limit_option` is the name of the model's own call option for the output limit, where it has one.
    `system_anywhere=False` is for vendors that take system messages at the head only; later ones then go as marked
    notes.
    """

    def __init__(
        self, model: BaseChatModel, *, name: str, limit_option: str | None = None, system_anywhere: bool = True
    ) -> None:
        """Wrap `model` under `name`."""
        self._model = model
        self._name = name
        self._limit_option = limit_option
        self._system_anywhere = system_anywhere
        self._bound: tuple[tuple[ToolSpec, ...], Runnable[LanguageModelInput, AIMessage]] | None = None

    @property
    def name(self) -> str:
        """The name given."""
        return self._name

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """Ask, and yield the parts of the answer. Closing it ends the request."""
        options: dict[str, Any] = {self._limit_option: request.max_output_tokens} if self._limit_option else {}
        usage = Usage()
        calls = 0
        begun = False
        try:
            messages = _messages(request.messages, system_anywhere=self._system_anywhere)
            answer = self._with_tools(request.tools).astream(messages, **options)
            async with aclosing(cast(AsyncGenerator[AIMessage, None], answer)) as chunks:
                async for chunk in chunks:
                    begun = True
                    usage += _usage(chunk)
                    for part in _parts(chunk, calls_before=calls):
                        calls += isinstance(part, ToolCallDelta)
                        yield part
        except Exception as error:
            raise fault_of(error, begun=begun) from error
        yield usage

    def _with_tools(self, tools: tuple[ToolSpec, ...]) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with `tools` on offer; binding costs more than a call, so the last binding is kept."""
        if not tools:
            return self._model
        if self._bound is None or self._bound[0] != tools:
            self._bound = (tools, self._model.bind_tools([_tool(spec) for spec in tools]))
        return self._bound[1]


def _tool(spec: ToolSpec) -> dict[str, Any]:
    function = {"name": spec.name, "description": spec.description, "parameters": dict(spec.parameters)}
    return {"type": "function", "function": function}


def _messages(messages: Sequence[Message], *, system_anywhere: bool) -> list[BaseMessage]:
    head = next((n for n, message in enumerate(messages) if message.role is not Role.system), len(messages))
    return [
        HumanMessage(_NOTE + message.text)
        if message.role is Role.system and n > head and not system_anywhere
        else _message(message)
        for n, message in enumerate(messages)
    ]


def _message(message: Message) -> BaseMessage:
    match message.role:
        case Role.system:
            return SystemMessage(message.text)
        case Role.user:
            return HumanMessage(message.text)
        case Role.tool:
            return ToolMessage(message.text, tool_call_id=message.tool_call_id or "", name=message.name)
        case Role.assistant:
            good, bad = _calls(message.tool_calls)
            return AIMessage(message.text, tool_calls=good, invalid_tool_calls=bad)


def _calls(calls: Sequence[ToolCall]) -> tuple[list[LangChainToolCall], list[InvalidToolCall]]:
    """LangChain keeps calls with unreadable arguments apart; the vendor still gets to see both."""
    good: list[LangChainToolCall] = []
    bad: list[InvalidToolCall] = []
    for call in calls:
        try:
            arguments = json.loads(call.arguments or "{}")
        except (ValueError, RecursionError):
            arguments = None
        if isinstance(arguments, dict):
            good.append(LangChainToolCall(name=call.name, args=arguments, id=call.id, type="tool_call"))
        else:
            bad.append(
                InvalidToolCall(
                    name=call.name, args=call.arguments, id=call.id, error="not a JSON object", type="invalid_tool_call"
                )
            )
    return good, bad


def _parts(message: AIMessage, *, calls_before: int) -> list[Part]:
    """What one chunk, or a whole message from a model that does not stream, says."""
    parts: list[Part] = [TextDelta(str(message.text))]
    parts.extend(_call_deltas(message))
    reason = _reason(message, carries_calls=bool(calls_before or len(parts) > 1))
    refusal = message.additional_kwargs.get("refusal")
    if reason or refusal:
        parts.append(Finished(reason, refusal or None))
    return parts


def _call_deltas(message: AIMessage) -> list[ToolCallDelta]:
    if isinstance(message, AIMessageChunk):
        return [
            ToolCallDelta(_position(chunk.get("index")), chunk["id"], chunk["name"], chunk["args"] or "")
            for chunk in message.tool_call_chunks
        ]
    whole = [(call["id"], call["name"], json.dumps(call["args"])) for call in message.tool_calls]
    broken = [(call["id"], call["name"], call["args"] or "") for call in message.invalid_tool_calls]
    return [ToolCallDelta(n, *fields) for n, fields in enumerate(whole + broken)]


def _position(index: object) -> int:
    return index if isinstance(index, int) else 0


def _reason(message: AIMessage, *, carries_calls: bool) -> str | None:
    """The vendor's reason in OpenAI's words; unknown ones as they are.

    Google (`STOP`) and Ollama (`done_reason: stop`) end a whole message of tool calls with a plain stop. A model that
    does not stream returned a whole message, so it needs no reason.
    """
    metadata: Mapping[str, object] = message.response_metadata
    for key in _REASON_KEYS:
        if isinstance(said := metadata.get(key), str) and said:
            if carries_calls and (said == "STOP" or (key == "done_reason" and said == "stop")):
                return "tool_calls"
            return _REASONS.get(said.lower(), said)
    if isinstance(message, AIMessageChunk):
        return None
    return "tool_calls" if carries_calls else "stop"


def _usage(message: AIMessage) -> Usage:
    """Vendors report once or in pieces that add up; LangChain's own merge adds them too."""
    if (usage := message.usage_metadata) is None:
        return Usage()
    cached = (usage.get("input_token_details") or {}).get("cache_read")
    return Usage(usage["input_tokens"], usage["output_tokens"], cached or 0)
