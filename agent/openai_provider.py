"""OpenAI's Chat Completions, streamed, straight over the OpenAI SDK. The default for OpenAI and servers like it.

The SDK keeps what it is good at: authentication, headers, connections, error classes (its retries are off; the
gateway decides). We read the event stream ourselves and decode only the fields a turn needs, because building a full
model object for each of ~90 chunks a turn cost twenty times what this does (`bench/`).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import cast

import httpx2
import msgspec
from openai import AsyncOpenAI, AsyncStream

from agent.faults import fault_of, fault_of_event
from agent.finish import Finish
from agent.provider import (
    Finished,
    Message,
    Part,
    ProviderFault,
    Request,
    Role,
    TextDelta,
    ToolCallDelta,
    ToolSpec,
    Usage,
)

_MAX_LINE = 1_000_000
"""Bytes of one event line; real ones are a few hundred. More is a server that never ends its line."""


_DRAIN_S = 0.1
"""How long to wait for the end of a body after its last event, as the SDK itself does."""


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _Call(msgspec.Struct):
    index: int = 0
    id: str | None = None
    function: _Function | None = None


class _Delta(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(msgspec.Struct):
    index: int = 0
    delta: _Delta | None = None
    finish_reason: str | None = None


class _PromptDetails(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _PromptDetails | None = None


class _Chunk(msgspec.Struct):
    """The fields of a `chat.completion.chunk` that a turn needs; all others are skipped unread."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: object = None


_decode = msgspec.json.Decoder(_Chunk).decode
_HEADERS = {"content-type": "application/json", "accept": "text/event-stream"}


class OpenAIProvider:
    """A `Provider` over `client`, which must have its retries off and its timeouts set."""

    def __init__(self, client: AsyncOpenAI, *, model: str) -> None:
        """Ask `model` through `client`."""
        self._client = client
        self._model = model

    @property
    def name(self) -> str:
        """`openai:` and the model."""
        return f"openai:{self._model}"

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        """Ask, and yield the parts of the answer. Closing it closes the connection."""
        response = await self._open(request)
        refusal: list[str] = []
        events = 0
        try:
            body = response.aiter_bytes()
            async for event in _events(body):
                events += 1
                if event == b"[DONE]":
                    await _drain(body)
                    break
                for part in _parts(_decode(event), refusal):
                    yield part
            if not events:
                raise ProviderFault(Finish.garbage, "an answer that is no event stream", retryable=True)
        except Exception as error:
            raise fault_of(error, begun=True) from error
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _open(self, request: Request) -> httpx2.Response:
        try:
            response = await self._client.post(
                "/chat/completions",
                cast_to=httpx2.Response,
                content=msgspec.json.encode(_body(self._model, request)),
                options={"headers": _HEADERS},
                stream=True,
                stream_cls=AsyncStream[object],
            )
        except Exception as error:
            raise fault_of(error) from error
        return cast(httpx2.Response, response)  # what `cast_to` asked for; the overload knows only `stream_cls`


def _body(model: str, request: Request) -> dict[str, object]:
    body: dict[str, object] = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "store": False,
        "max_completion_tokens": request.max_output_tokens,
    }
    if request.tools:
        body["tools"] = [_tool(spec) for spec in request.tools]
    return body


def _message(message: Message) -> dict[str, object]:
    if message.role is Role.tool:
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text}
    wire: dict[str, object] = {"role": message.role.value, "content": message.text}
    if message.tool_calls:
        wire["content"] = message.text or None
        wire["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    return wire


def _tool(spec: ToolSpec) -> Mapping[str, object]:
    function = {"name": spec.name, "description": spec.description, "parameters": spec.parameters}
    return {"type": "function", "function": function}


def _parts(chunk: _Chunk, refusal: list[str]) -> list[Part]:
    """What one chunk says; `refusal` gathers the words of a refusal until the message ends."""
    if chunk.error:
        raise fault_of_event(chunk.error)
    parts: list[Part] = []
    for choice in chunk.choices or ():
        if choice.index:  # we ask for one answer; a second one is not ours
            continue
        if (delta := choice.delta) is not None:
            parts.append(TextDelta(delta.content or ""))
            if delta.refusal:
                refusal.append(delta.refusal)
            parts.extend(_call_delta(call) for call in delta.tool_calls or ())
        if choice.finish_reason:
            parts.append(Finished(choice.finish_reason, "".join(refusal) or None))
    if chunk.usage is not None:
        parts.append(_usage(chunk.usage))
    return parts


def _call_delta(call: _Call) -> ToolCallDelta:
    function = call.function or _Function()
    return ToolCallDelta(call.index, call.id, function.name, function.arguments or "")


def _usage(usage: _Usage) -> Usage:
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else 0
    return Usage(usage.prompt_tokens or 0, usage.completion_tokens or 0, cached or 0)


async def _drain(body: AsyncIterator[bytes]) -> None:
    """Read what little is left, so that the connection can be used again. A tardy server loses it instead."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in body:
                pass


async def _events(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The `data` of each server-sent event (WHATWG HTML, 9.2.6), comments and other fields left out.

    An event the stream ends in the middle of is dropped, as the standard says. Lines end in LF or CRLF.
    """
    rest = b""
    fields: list[bytes] = []
    async for block in body:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > _MAX_LINE:
            raise ProviderFault(Finish.garbage, "an endless line")
        for line in lines:
            if line.startswith(b"data:"):
                fields.append(line[5:].strip())
            elif fields and line in {b"", b"\r"}:
                yield b"\n".join(fields)
                fields.clear()
