"""OpenAI's wire, mocked at the connection: what both ways to OpenAI send, and what they hear."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import httpx2
import numpy
import pytest
import respx

from agent.finish import Finish
from agent.gateway import Budget, Gateway
from agent.langchain_provider import LangChainProvider
from agent.loop import Outcome, run_turn
from agent.openai_model import ModelSettings, OpenAIEmbedder, chat_openai, openai_client
from agent.openai_provider import OpenAIProvider
from agent.provider import Message, Provider, Request, Role, ToolCall, Usage
from store.embedders import Embedder, EmbeddingUnavailable
from tests.agent.fault_server import ANSWER, CALLED, DONE, START, STOP, call, delta, text, usage
from tests.agent.turns import ECHO_TOOLS, Ear, EchoTools

URL = "https://api.example.com/v1"
SETTINGS = ModelSettings("gpt-5-mini", api_key="sk-test", base_url=URL)
TALK = [Message(Role.system, "You help."), Message(Role.user, "Für zwei?")]


@pytest.fixture(params=["sdk", "langchain"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    async with httpx2.AsyncClient() as http:
        if request.param == "sdk":
            yield OpenAIProvider(openai_client(SETTINGS, http_client=http), model="gpt-5-mini")
        else:
            model = chat_openai(SETTINGS, http_client=http)
            yield LangChainProvider(model, name="langchain", limit_option="max_tokens")


def sse(*items: object, cut: int | None = None) -> httpx.Response:
    """A streamed answer; `cut` slices its bytes into pieces of that size, wherever that falls."""
    lines = [b"data: " + (i if isinstance(i, bytes) else json.dumps(i).encode()) + b"\n\n" for i in items]
    whole = b"".join(lines)
    pieces = lines if cut is None else [whole[n : n + cut] for n in range(0, len(whole), cut)]

    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body())


def sent(route: respx.Route, number: int) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(route.calls[number].request.content)
    return body


async def ask(provider: Provider, *talk: Message) -> Any:
    gateway = Gateway(provider, budget=Budget(retry_pause_s=0))
    request = Request(talk or tuple(TALK), ECHO_TOOLS, 321)
    return await gateway.complete(request, deadline=gateway.deadline())


async def test_a_turn_with_a_tool_over_the_wire(httpx2_mock: respx.Router, provider: Provider) -> None:
    route = httpx2_mock.post(f"{URL}/chat/completions")
    pieces = [
        call(0, id="call_1", name="book", arguments=""),
        call(0, id=None, name=None, arguments='{"slot":'),
        call(0, id=None, name=None, arguments=' "s1"}'),
    ]
    route.side_effect = [sse(START, *pieces, *CALLED), sse(START, text("Booked"), text("."), *STOP)]
    tools, ear = EchoTools(), Ear()
    gateway = Gateway(provider)
    result = await run_turn(gateway, messages=TALK, tools=tools, deadline=gateway.deadline(), listener=ear)

    assert (result.outcome, result.text, ear.said) == (Outcome.answered, "Booked.", "Booked.")
    assert tools.ran == [ToolCall("call_1", "book", '{"slot": "s1"}')]
    assert result.usage == Usage(240, 18, 128)
    first, second = sent(route, 0), sent(route, 1)
    assert first["messages"] == [{"role": "system", "content": "You help."}, {"role": "user", "content": "Für zwei?"}]
    asked, told = second["messages"][2:]
    assert asked["tool_calls"][0]["id"] == told["tool_call_id"] == "call_1"
    assert json.loads(asked["tool_calls"][0]["function"]["arguments"]) == {"slot": "s1"}
    assert told["content"] == "book has run"


async def test_what_is_asked_is_said_explicitly(httpx2_mock: respx.Router, provider: Provider) -> None:
    route = httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=sse(*ANSWER))
    await ask(provider)
    body = sent(route, 0)
    assert {key: body[key] for key in ("model", "stream", "store", "stream_options", "max_completion_tokens")} == {
        "model": "gpt-5-mini",
        "stream": True,
        "store": False,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 321,
    }
    assert set(body) == {*("model", "stream", "store", "stream_options", "max_completion_tokens"), "messages", "tools"}
    assert [tool["function"]["name"] for tool in body["tools"]] == ["look_up", "book"]
    assert body["tools"][0]["function"]["parameters"] == ECHO_TOOLS[0].parameters
    assert route.calls[0].request.headers["authorization"] == "Bearer sk-test"


async def test_without_tools_none_are_mentioned(httpx2_mock: respx.Router, provider: Provider) -> None:
    route = httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=sse(*ANSWER))
    gateway = Gateway(provider)
    await gateway.complete(Request(tuple(TALK), (), 9), deadline=gateway.deadline())
    assert "tools" not in sent(route, 0)


async def test_the_same_talk_starts_with_the_same_bytes(httpx2_mock: respx.Router) -> None:
    """The provider's cache only helps where the beginning of a request repeats the last one."""
    route = httpx2_mock.post(f"{URL}/chat/completions").mock(side_effect=lambda request: sse(*ANSWER))
    client = openai_client(SETTINGS)
    provider = OpenAIProvider(client, model="gpt-5-mini")
    await ask(provider)
    await ask(provider, *TALK, Message(Role.assistant, "Yes."), Message(Role.user, "When?"))
    first, second = (json.dumps(sent(route, n)["messages"]) for n in (0, 1))
    assert second.startswith(first[:-1])
    await client.close()


@pytest.mark.parametrize("cut", [1, 2, 7, 64, 4096])
async def test_bytes_may_be_cut_anywhere(httpx2_mock: respx.Router, provider: Provider, cut: int) -> None:
    words = text("Für zwei – 東京 🙂")
    httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=sse(START, words, *STOP, cut=cut))
    completion = await ask(provider)
    assert (completion.text, completion.usage) == ("Für zwei – 東京 🙂", Usage(120, 9, 64))


async def test_comments_other_fields_and_carriage_returns_are_no_words(
    httpx2_mock: respx.Router, provider: Provider
) -> None:
    lines = [
        b": ping\r\n\r\n",
        b"event: message\r\nid: 7\r\nretry: 10\r\ndata:" + json.dumps(text("Yes.")).encode() + b"\r\n\r\n",
        b"data: " + json.dumps(delta("stop")).encode() + b"\r\n\r\ndata: [DONE]\r\n\r\n",
        b"data: " + json.dumps(text(" And no.")).encode() + b"\r\n\r\n",
    ]
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=b"".join(lines))
    httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=answer)
    assert (await ask(provider)).text == "Yes."


async def test_an_event_in_several_lines_is_one_event(httpx2_mock: respx.Router, provider: Provider) -> None:
    pretty = json.dumps(text("Yes."), indent=1).replace("\n", "\ndata: ")
    body = f"data: {pretty}\n\n".encode() + b"data: " + json.dumps(delta("stop")).encode() + b"\n\ndata: [DONE]\n\n"
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)
    httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=answer)
    assert (await ask(provider)).text == "Yes."


async def test_a_refusal_is_heard(httpx2_mock: respx.Router) -> None:
    stream = sse(START, delta(refusal="I cannot "), delta(refusal="do that."), *STOP)
    httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=stream)
    client = openai_client(SETTINGS)
    assert (await ask(OpenAIProvider(client, model="gpt-5-mini"))).finish is Finish.refusal
    await client.close()


async def test_a_second_choice_is_not_ours(httpx2_mock: respx.Router) -> None:
    other = text("Other.")
    other["choices"][0]["index"] = 1
    httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=sse(START, text("Ours."), other, *STOP))
    client = openai_client(SETTINGS)
    assert (await ask(OpenAIProvider(client, model="gpt-5-mini"))).text == "Ours."
    await client.close()


@pytest.mark.parametrize(
    "bill",
    [
        {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
        {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9, "prompt_tokens_details": None},
        {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9, "prompt_tokens_details": {}},
    ],
)
async def test_a_bill_without_details_is_a_bill(
    httpx2_mock: respx.Router, provider: Provider, bill: dict[str, Any]
) -> None:
    stream = sse(START, text("Yes."), delta("stop"), usage() | {"usage": bill}, DONE)
    httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=stream)
    assert (await ask(provider)).usage == Usage(7, 2, 0)


@pytest.mark.parametrize(
    ("status", "code", "finish", "requests"),
    [
        (429, "rate_limit_exceeded", Finish.rate_limited, 2),
        (429, "insufficient_quota", Finish.out_of_credit, 1),
        (500, "server_error", Finish.unavailable, 2),
        (400, "context_length_exceeded", Finish.context_too_long, 1),
        (401, "invalid_api_key", Finish.unavailable, 1),
    ],
)
async def test_errors_are_read_and_the_sdk_never_tries_again_by_itself(
    httpx2_mock: respx.Router, provider: Provider, status: int, code: str, finish: Finish, requests: int
) -> None:
    error = {"error": {"message": "sk-test says no", "type": "x", "code": code, "param": None}}
    route = httpx2_mock.post(f"{URL}/chat/completions").mock(return_value=httpx.Response(status, json=error))
    completion = await ask(provider)
    assert (completion.finish, route.call_count) == (finish, requests)
    assert completion.detail == f"HTTP {status} {code}"


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_no_connection_is_an_unavailable_provider(
    httpx2_mock: respx.Router, provider: Provider, error: type[Exception]
) -> None:
    route = httpx2_mock.post(f"{URL}/chat/completions").mock(side_effect=error)
    assert (await ask(provider)).finish is Finish.unavailable
    assert route.call_count == 2


# --- embeddings ----------------------------------------------------------------------------------------------------


def embedded(request: httpx.Request, *, dimensions: int = 4) -> httpx.Response:
    """Answers with vectors that hold the text's length, last text first."""
    body = json.loads(request.content)
    rows = [
        {"object": "embedding", "index": n, "embedding": _packed([len(words)] + [1] * (dimensions - 1), body)}
        for n, words in enumerate(body["input"])
    ]
    answer = {
        "object": "list",
        "model": body["model"],
        "data": rows[::-1],
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
    return httpx.Response(200, json=answer)


def _packed(vector: list[int], body: dict[str, Any]) -> object:
    if body.get("encoding_format") == "base64":
        return base64.b64encode(numpy.asarray(vector, dtype=numpy.float32).tobytes()).decode()
    return vector


@pytest.fixture
async def embedder() -> AsyncIterator[OpenAIEmbedder]:
    client = openai_client(SETTINGS)
    yield OpenAIEmbedder(client, dimensions=4)
    await client.close()


async def test_texts_become_rows_in_order(httpx2_mock: respx.Router, embedder: OpenAIEmbedder) -> None:
    route = httpx2_mock.post(f"{URL}/embeddings").mock(side_effect=embedded)
    texts = [f"{n:0{n % 9 + 1}}" for n in range(600)] + [""]
    vectors = await embedder.embed(texts, "passage")
    assert (vectors.shape, vectors.dtype) == ((601, 4), numpy.float32)
    assert numpy.allclose(numpy.linalg.norm(vectors, axis=1), 1)
    assert numpy.allclose(vectors[:, 0] / vectors[:, 1], [len(words) or 1 for words in texts])
    assert [len(sent(route, n)["input"]) for n in range(route.call_count)] == [256, 256, 89]
    assert sent(route, 0)["dimensions"] == 4


async def test_nothing_to_embed_asks_nobody(embedder: OpenAIEmbedder) -> None:
    assert (await embedder.embed([], "query")).shape == (0, 4)


async def test_vectors_of_another_size_are_garbage(httpx2_mock: respx.Router, embedder: OpenAIEmbedder) -> None:
    httpx2_mock.post(f"{URL}/embeddings").mock(side_effect=lambda request: embedded(request, dimensions=3))
    with pytest.raises(EmbeddingUnavailable, match="shape"):
        await embedder.embed(["x"], "query")


async def test_a_vector_without_a_direction_is_garbage(httpx2_mock: respx.Router, embedder: OpenAIEmbedder) -> None:
    row = {"object": "embedding", "index": 0, "embedding": [0.0, 0.0, 0.0, 0.0]}
    httpx2_mock.post(f"{URL}/embeddings").mock(return_value=httpx.Response(200, json={"data": [row]}))
    with pytest.raises(EmbeddingUnavailable, match="direction"):
        await embedder.embed(["x"], "query")


@pytest.mark.parametrize(
    ("answer", "finish"),
    [
        (httpx.Response(503, text="<html>"), Finish.unavailable),
        (httpx.Response(429, json={"error": {"code": "insufficient_quota"}}), Finish.out_of_credit),
        (httpx.Response(200, text="<html>"), Finish.garbage),
        (httpx.Response(200, json={"data": []}), Finish.garbage),
    ],
)
async def test_an_embedder_that_fails_says_how(
    httpx2_mock: respx.Router, embedder: OpenAIEmbedder, answer: httpx.Response, finish: Finish
) -> None:
    route = httpx2_mock.post(f"{URL}/embeddings").mock(return_value=answer)
    with pytest.raises(EmbeddingUnavailable, match=f"^{finish}: "):
        await embedder.embed(["x"], "query")
    assert route.call_count == 1


def test_vectors_of_different_models_have_different_names() -> None:
    client = openai_client(SETTINGS)
    small: Embedder = OpenAIEmbedder(client, model="text-embedding-3-small", dimensions=512)
    assert small.name == "openai:text-embedding-3-small:512"
    assert small.dimensions == 512
