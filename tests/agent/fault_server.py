"""A model server on a real socket that misbehaves on request: it speaks Chat Completions, and breaks it in one way.

`FAULTS` holds a behaviour for each way a provider was seen, or feared, to go wrong. Each gets the request it received
and writes bytes; sleeping and resetting the line are its own affair.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

STALL_S = 5.0
"""Longer than any budget a test gives."""


@dataclass
class Line:
    """One connection: the request it brought, and the means to answer or to break it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    body: dict[str, Any]
    number: int
    """How many requests the server has had, this one included."""

    @property
    def has_tool_results(self) -> bool:
        """Whether the talk already holds an answer of a tool."""
        return any(message["role"] == "tool" for message in self.body["messages"])

    async def head(self, status: str = "200 OK", kind: str = "text/event-stream", **headers: str) -> None:
        """Send a status line and headers; the body follows in HTTP chunks."""
        fields = {"content-type": kind, "transfer-encoding": "chunked", **headers}
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        await self.send(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode())

    async def send(self, data: bytes) -> None:
        """Send raw bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        """Send one HTTP chunk."""
        await self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    async def event(self, data: object) -> None:
        """Send one server-sent event."""
        await self.chunk(b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n")

    async def end(self) -> None:
        """End the body politely."""
        await self.send(b"0\r\n\r\n")

    async def events(self, *items: object) -> None:
        """A whole event stream, politely ended."""
        await self.head()
        for item in items:
            await self.event(item)
        await self.end()

    async def error(self, status: str, error: dict[str, Any] | None, **headers: str) -> None:
        """A JSON error, in OpenAI's shape."""
        await self.head(status, "application/json", **headers)
        await self.chunk(json.dumps({"error": error}).encode())
        await self.end()

    def reset(self) -> None:
        """Break the connection with a TCP RST."""
        line: socket.socket = self.writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Line], Awaitable[None]]
DONE = b"[DONE]"


def delta(finish: str | None = None, **fields: object) -> dict[str, Any]:
    """A chunk with one choice."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": "stub-model",
        "choices": [{"index": 0, "delta": fields, "finish_reason": finish}],
    }


def text(words: str) -> dict[str, Any]:
    """A chunk with words."""
    return delta(content=words)


def call(index: int, *, id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    """A chunk with a piece of a tool call."""
    piece: dict[str, Any] = {"index": index, "function": {"arguments": arguments}}
    if id:
        piece |= {"id": id, "type": "function"}
    if name:
        piece["function"]["name"] = name
    return delta(tool_calls=[piece])


def usage(prompt: int = 120, completion: int = 9, cached: int = 64) -> dict[str, Any]:
    """The last chunk, which holds no choice but the bill."""
    return delta() | {
        "choices": [],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": cached},
        },
    }


START = delta(role="assistant", content="")
STOP = (delta("stop"), usage(), DONE)
CALLED = (delta("tool_calls"), usage(), DONE)
LOOK = call(0, id="call_look", name="look_up", arguments='{"query": "price"}')
BOOK = call(0, id="call_book", name="book", arguments='{"slot": "s1"}')
ANSWER = (START, text("We are "), text("open."), *STOP)


def _streams(*items: object) -> Behaviour:
    return lambda line: line.events(*items)


def _asks_then_answers(*items: object) -> Behaviour:
    """The stream `items` until the talk holds a tool's answer, then plain words."""

    async def behaviour(line: Line) -> None:
        await line.events(*(ANSWER if line.has_tool_results else items))

    return behaviour


def _first_then(first: Behaviour, then: Behaviour) -> Behaviour:
    async def behaviour(line: Line) -> None:
        await (first if line.number == 1 else then)(line)

    return behaviour


def _errs(status: str, error: dict[str, Any] | None, **headers: str) -> Behaviour:
    return lambda line: line.error(status, error, **headers)


async def _reset_at_once(line: Line) -> None:
    line.reset()


async def _silence(line: Line) -> None:
    await asyncio.sleep(STALL_S)


async def _stall_after_headers(line: Line) -> None:
    await line.head()
    await asyncio.sleep(STALL_S)


async def _stall_after_words(line: Line) -> None:
    await line.head()
    await line.event(START)
    await line.event(text("We are "))
    await asyncio.sleep(STALL_S)


async def _comments_for_ever(line: Line) -> None:
    await line.head()
    while True:
        await line.chunk(b": still thinking\n\n")
        await asyncio.sleep(0.02)


async def _half_then_eof(line: Line) -> None:
    await line.head()
    await line.event(START)
    await line.event(text("We are "))
    line.writer.close()


async def _half_then_reset(line: Line) -> None:
    await line.head()
    await line.event(START)
    await line.event(text("We are "))
    await asyncio.sleep(0.02)
    line.reset()


async def _tool_call_then_reset(line: Line) -> None:
    await line.head()
    await line.event(START)
    await line.event(BOOK)
    await asyncio.sleep(0.02)
    line.reset()


async def _whole_then_stall(line: Line) -> None:
    await line.head()
    for item in (START, text("We are open."), delta("stop")):
        await line.event(item)
    await asyncio.sleep(STALL_S)


async def _whole_then_reset(line: Line) -> None:
    await line.head()
    for item in (START, text("We are open."), delta("stop")):
        await line.event(item)
    await asyncio.sleep(0.02)
    line.reset()


async def _whole_then_more(line: Line) -> None:
    await line.head()
    for item in ANSWER:
        await line.event(item)
    while True:
        await line.event(text(" And more."))
        await asyncio.sleep(0.01)


async def _html(line: Line) -> None:
    await line.head(kind="text/html")
    await line.chunk(b"<html><body>Please log in to the proxy</body></html>\n")
    await line.end()


async def _truncated_json(line: Line) -> None:
    await line.head(kind="application/json")
    await line.chunk(b'{"id": "chatcmpl-1", "choices": [{"mess')
    await line.end()


async def _nothing(line: Line) -> None:
    await line.head()
    await line.end()


async def _not_http(line: Line) -> None:
    await line.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    line.writer.close()


async def _endless_line(line: Line) -> None:
    await line.head()
    await line.chunk(b'data: {"x": "')
    while True:
        await line.chunk(b"x" * 65536)


async def _endless_words(line: Line) -> None:
    await line.head()
    while True:
        await line.event(text("x" * 20_000))


async def _error_that_stalls(line: Line) -> None:
    await line.head("500 Internal Server Error", "application/json")
    await asyncio.sleep(STALL_S)


async def _html_error(line: Line) -> None:
    await line.head("503 Service Unavailable", "text/html")
    await line.chunk(b"<html>upstream connect error</html>")
    await line.end()


RATE = {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded", "param": None}
QUOTA = {"message": "no credit", "type": "insufficient_quota", "code": "insufficient_quota", "param": None}
SERVER = {"message": "oops", "type": "server_error", "code": None, "param": None}
TOO_LONG = {"message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded", "param": None}
WRONG = {"message": "no", "type": "invalid_request_error", "code": "unknown_parameter", "param": "x"}
KEY = {"message": "bad key", "type": "invalid_request_error", "code": "invalid_api_key", "param": None}

FAULTS: dict[str, Behaviour] = {
    # whole and well
    "control": _streams(*ANSWER),
    "control with a tool": _asks_then_answers(START, LOOK, *CALLED),
    # the line breaks
    "reset at once": _reset_at_once,
    "not http": _not_http,
    "eof in the middle": _half_then_eof,
    "reset in the middle": _half_then_reset,
    "tool call, then reset": _tool_call_then_reset,
    "polite end without a reason": _streams(START, text("We are ")),
    "polite end after a whole tool call": _streams(START, BOOK),
    "polite end, even DONE, after a whole tool call": _streams(START, BOOK, DONE),
    "cut, then well": _first_then(_streams(START), _streams(*ANSWER)),
    "whole, then stall": _whole_then_stall,
    "whole, then reset": _whole_then_reset,
    "whole, then more": _whole_then_more,
    # too slow
    "silence": _silence,
    "stall after headers": _stall_after_headers,
    "stall after words": _stall_after_words,
    "comments for ever": _comments_for_ever,
    "an error that stalls": _error_that_stalls,
    # not the protocol
    "html": _html,
    "truncated json": _truncated_json,
    "an empty body": _nothing,
    "no choices": _streams(delta() | {"choices": []}, DONE),
    "not json": _streams(START, b'{"choices": [{"del'),
    "not json after words": _streams(START, text("We are "), b'{"choices": [{"del'),
    "wrong types": _streams(START, delta(content={"words": 5})),
    "invalid utf-8": _streams(START, b'{"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}'),
    "an unknown reason": _streams(START, text("We are open."), delta("eos"), DONE),
    "an endless line": _endless_line,
    "endless words": _endless_words,
    "an error in the stream": _streams(START, {"error": SERVER}),
    "an error after words": _streams(START, text("We are "), {"error": SERVER}),
    "no credit, said in the stream": _streams({"error": QUOTA}),
    # whole messages that mean trouble
    "an empty answer": _streams(START, *STOP),
    "length": _streams(START, text("We are open from Monday to"), delta("length"), usage(), DONE),
    "length in the middle of a call": _streams(
        START, call(0, id="call_1", name="book", arguments='{"slo'), delta("length"), usage(), DONE
    ),
    "filtered": _streams(START, delta("content_filter"), usage(), DONE),
    "refusal": _streams(START, delta(refusal="I cannot "), delta(refusal="help with that."), *STOP),
    "announces calls, brings none": _streams(START, *CALLED),
    "brings calls, does not announce them": _streams(START, BOOK, *STOP),
    "two calls with one id": _asks_then_answers(
        START,
        BOOK,
        call(1, id="call_book", name="book", arguments='{"slot": "s1"}'),
        *CALLED,
    ),
    "one id, two wishes": _asks_then_answers(
        START,
        BOOK,
        call(1, id="call_book", name="book", arguments='{"slot": "s2"}'),
        *CALLED,
    ),
    "one wish, two ids": _asks_then_answers(
        START,
        BOOK,
        call(1, id="call_again", name="book", arguments='{ "slot":"s1" }'),
        *CALLED,
    ),
    "a call without an id": _asks_then_answers(
        START, call(0, id=None, name="look_up", arguments='{"query": "price"}'), *CALLED
    ),
    "all calls at index 0": _asks_then_answers(
        START, LOOK, call(0, id="call_2", name="look_up", arguments='{"query": "hours"}'), *CALLED
    ),
    "an unknown tool": _streams(START, call(0, id="call_1", name="drop_tables", arguments="{}"), *CALLED),
    "an unknown tool once": _asks_then_answers(START, call(0, id="c", name="nope", arguments="{}"), *CALLED),
    "malformed arguments": _streams(START, call(0, id="call_1", name="book", arguments='{"slot": '), *CALLED),
    "malformed arguments once": _asks_then_answers(START, call(0, id="c", name="book", arguments="{slot}"), *CALLED),
    "arguments that are a list": _streams(START, call(0, id="call_1", name="book", arguments="[1]"), *CALLED),
    "the same call for ever": _streams(START, LOOK, *CALLED),
    # errors by status
    "429, then well": _first_then(_errs("429 Too Many Requests", RATE, retry_after_ms="30"), _streams(*ANSWER)),
    "429, wait two minutes": _errs("429 Too Many Requests", RATE, retry_after="121"),
    "429 for ever": _errs("429 Too Many Requests", RATE),
    "429 without credit": _errs("429 Too Many Requests", QUOTA),
    "500": _errs("500 Internal Server Error", SERVER),
    "500, then well": _first_then(_errs("500 Internal Server Error", SERVER), _streams(*ANSWER)),
    "503 in html": _html_error,
    "400 too long": _errs("400 Bad Request", TOO_LONG),
    "400 too long, once": _first_then(_errs("400 Bad Request", TOO_LONG), _streams(*ANSWER)),
    "400": _errs("400 Bad Request", WRONG),
    "401": _errs("401 Unauthorized", KEY),
    "404": _errs("404 Not Found", {"message": "no such model", "type": "x", "code": "model_not_found"}),
}


@dataclass
class FaultServer:
    """The server: `behaviour` answers every request; `bodies` are the requests it got."""

    behaviour: Behaviour
    bodies: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client closed its connection."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests until somebody hangs up."""
        try:
            while (body := await _read_request(reader)) is not None:
                self.bodies.append(body)
                if await self._answer(Line(reader, writer, body, len(self.bodies))):
                    return
            self.hung_up.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            writer.transport.abort()

    async def _answer(self, line: Line) -> bool:
        """Let the behaviour answer while watching for the client to hang up; whether it did."""
        answer = asyncio.ensure_future(self.behaviour(line))
        gone = asyncio.ensure_future(line.reader.read(1))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                self.hung_up.set()
            return gone.done()
        finally:
            answer.cancel()
            gone.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)


async def _read_request(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if ": " in line)
    body: dict[str, Any] = json.loads(await reader.readexactly(int(fields.get("content-length", 0))))
    return body


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[FaultServer]:
    """A running server on a free port of this machine."""
    faulty = FaultServer(behaviour)
    open_lines: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_lines.add(task)
        try:
            await faulty.serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            open_lines.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    faulty.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield faulty
    finally:
        server.close()
        for task in tuple(open_lines):
            task.cancel()
        await asyncio.gather(*open_lines, return_exceptions=True)
        await server.wait_closed()
