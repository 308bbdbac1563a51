"""A provider inside this process: the same two streamed messages for everybody who asks, at no network cost."""

import json
from collections.abc import AsyncIterator

import httpx2

QUOTE = "we lose orders because two lines want the same kettle"
VISITOR = f"Hi again, {QUOTE}. Does Tidewell handle shared equipment?"
ANSWER = (
    "Yes, shared equipment such as kettles and fillers is planned once for all lines, and a clash is shown before the "
    "order is confirmed. That is what most of our customers come for. Thank you for telling me about the lost orders. "
    "How many people would plan with it?"
)
CHUNKS = 45


def _event(delta: dict[str, object], finish: str | None = None) -> bytes:
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "stub",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _usage() -> bytes:
    usage = {"prompt_tokens": 1500, "completion_tokens": 60, "total_tokens": 1560}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "stub", "choices": []}
    return b"data: " + json.dumps(chunk | {"usage": usage}).encode() + b"\n\ndata: [DONE]\n\n"


def _calls() -> list[bytes]:
    wanted = [
        ("search_knowledge", {"query": "shared equipment planning"}),
        ("qualify_bant", {"factor": "need", "value": "shared equipment clashes", "status": "stated", "quote": QUOTE}),
    ]
    out = [_event({"role": "assistant", "content": None})]
    for index, (name, arguments) in enumerate(wanted):
        call = {"index": index, "id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": ""}}
        out.append(_event({"tool_calls": [call]}))
        text = json.dumps(arguments)
        for at in range(0, len(text), 12):
            piece = {"index": index, "function": {"arguments": text[at : at + 12]}}
            out.append(_event({"tool_calls": [piece]}))
    return [*out, _event({}, "tool_calls"), _usage()]


def _words() -> list[bytes]:
    step = -(-len(ANSWER) // CHUNKS)
    pieces = [_event({"content": ANSWER[at : at + step]}) for at in range(0, len(ANSWER), step)]
    return [_event({"role": "assistant", "content": ""}), *pieces, _event({}, "stop"), _usage()]


CALLS, WORDS = _calls(), _words()


class StubTransport(httpx2.AsyncBaseTransport):
    """Answers a request that has tool results with words, any other with two tool calls."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Stream the prepared events, one network chunk each."""
        body = json.loads(await request.aread())
        chunks = WORDS if body["messages"][-1]["role"] == "tool" else CALLS

        async def stream() -> AsyncIterator[bytes]:
            for chunk in chunks:
                yield chunk

        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, content=stream(), request=request)


def stub_client() -> httpx2.AsyncClient:
    """An HTTP client that only knows the stub."""
    return httpx2.AsyncClient(transport=StubTransport(), base_url="http://stub.test")
