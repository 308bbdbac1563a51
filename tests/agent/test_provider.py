"""What the parts of a stream mean, how failures are read, and how LangChain's models are heard."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.exceptions import ContextOverflowError, ModelRateLimitError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from openai import APIConnectionError, APITimeoutError

from agent.faults import fault_of, fault_of_event, fault_of_status, retry_after_s
from agent.finish import Finish
from agent.gateway import Completion, Gateway
from agent.langchain_provider import LangChainProvider
from agent.openai_model import (
    ModelNotConfigured,
    ModelSettings,
    batches,
    chat_openai,
    openai_client,
    provider_for,
    vendor_and_model,
)
from agent.provider import Message, Request, Role, ToolCall, Usage, estimate_tokens
from tests.agent.turns import ECHO_TOOLS

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


class Heard(BaseChatModel):
    """A LangChain model that streams given chunks, or returns one whole message, and keeps what it was asked."""

    chunks: list[AIMessageChunk] = []
    whole: AIMessage | None = None
    asked: list[Any] = []
    bindings: list[Any] = []

    @property
    def _llm_type(self) -> str:
        return "heard"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        self.bindings.append(tools)
        return self.bind(tools=tools, **kwargs)

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        self.asked.append((messages, kwargs))
        assert self.whole is not None
        return ChatResult(generations=[ChatGeneration(message=self.whole)])


class HeardStreaming(Heard):
    """The same, streaming."""

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        raise AssertionError("the asynchronous one is used")

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.asked.append((messages, kwargs))
        for chunk in self.chunks:
            yield ChatGenerationChunk(message=chunk)


def a_call(index: int | None, id: str | None, name: str | None, args: str | None) -> dict[str, Any]:
    return {"index": index, "id": id, "name": name, "args": args, "type": "tool_call_chunk"}


async def hear(model: BaseChatModel, *messages: Message, **options: Any) -> Completion:
    gateway = Gateway(LangChainProvider(model, name="heard", **options))
    talk = messages or (Message(Role.user, "Hello"),)
    return await gateway.complete(Request(talk, ECHO_TOOLS, 50), deadline=gateway.deadline())


@given(st.text())
def test_an_estimate_of_tokens_is_a_quarter_of_the_bytes(text: str) -> None:
    size = len(text.encode("utf-8", "replace"))
    assert size / 4 <= estimate_tokens(text) < size / 4 + 1


def test_a_lone_surrogate_can_be_counted() -> None:
    assert estimate_tokens("\ud800") == 1


def test_costs_add_up() -> None:
    assert Usage(1, 2, 3) + Usage(10, 20, 30) == Usage(11, 22, 33)


@pytest.mark.parametrize(
    ("status", "code", "finish", "retryable"),
    [
        (429, "rate_limit_exceeded", Finish.rate_limited, True),
        (429, "insufficient_quota", Finish.out_of_credit, False),
        (429, "credit_balance_exhausted", Finish.out_of_credit, False),
        (429, "project_spend_limit_reached", Finish.out_of_credit, False),
        (429, None, Finish.rate_limited, True),
        (500, "server_error", Finish.unavailable, True),
        (503, "server_is_overloaded", Finish.unavailable, True),
        (502, None, Finish.unavailable, True),
        (408, None, Finish.unavailable, True),
        (400, "context_length_exceeded", Finish.context_too_long, False),
        (413, None, Finish.context_too_long, False),
        (400, "content_filter", Finish.content_filter, False),
        (400, "unknown_parameter", Finish.bad_request, False),
        (422, None, Finish.bad_request, False),
        (401, "invalid_api_key", Finish.unavailable, False),
        (403, None, Finish.unavailable, False),
        (404, "model_not_found", Finish.unavailable, False),
    ],
)
def test_an_error_status_is_read_by_its_code_first(
    status: int, code: str | None, finish: Finish, retryable: bool
) -> None:
    fault = fault_of_status(status, code, headers={})
    assert (fault.finish, fault.retryable) == (finish, retryable)


@pytest.mark.parametrize(
    ("error", "begun", "finish"),
    [
        (APITimeoutError(REQUEST), False, Finish.timeout),
        (APIConnectionError(request=REQUEST), False, Finish.unavailable),
        (httpx2.ReadTimeout("slow"), True, Finish.timeout),
        (httpx2.ReadError("gone"), True, Finish.cut_off),
        (httpx2.RemoteProtocolError("half"), True, Finish.cut_off),
        (httpx2.ConnectTimeout("far"), False, Finish.unavailable),
        (ConnectionResetError(), False, Finish.unavailable),
        (TimeoutError(), False, Finish.timeout),
        (ContextOverflowError("long"), False, Finish.context_too_long),
        (ModelRateLimitError("slow"), False, Finish.rate_limited),
        (KeyError("choices"), True, Finish.garbage),
        (RecursionError(), True, Finish.garbage),
    ],
)
def test_an_exception_is_read_by_its_kind(error: Exception, begun: bool, finish: Finish) -> None:
    assert fault_of(error, begun=begun).finish is finish


def test_a_connect_timeout_inside_the_general_timeout_may_be_tried_again() -> None:
    error = APITimeoutError(REQUEST)
    error.__cause__ = httpx2.ConnectTimeout("far")
    fault = fault_of(error)
    assert (fault.finish, fault.retryable) == (Finish.unavailable, True)


def test_what_operators_read_never_holds_what_a_provider_wrote_freely() -> None:
    secret = "jane@example.com said: my budget is 30k"
    assert secret not in str(fault_of(ValueError(secret)))
    assert secret not in str(fault_of_event({"message": secret, "code": secret, "type": secret}))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_the_providers_own_wish_to_wait_is_read_where_it_is_a_number(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_s(headers) == seconds


async def test_a_langchain_stream_becomes_a_completion() -> None:
    model = HeardStreaming(
        chunks=[
            AIMessageChunk("We are "),
            AIMessageChunk("open."),
            AIMessageChunk(
                "",
                response_metadata={"finish_reason": "stop"},
                usage_metadata={
                    "input_tokens": 10,
                    "output_tokens": 3,
                    "total_tokens": 13,
                    "input_token_details": {"cache_read": 8},
                },
            ),
        ]
    )
    completion = await hear(model, limit_option="max_tokens")
    assert (completion.text, completion.finish, completion.usage) == ("We are open.", Finish.stop, Usage(10, 3, 8))
    assert model.asked[0][1]["max_tokens"] == 50


async def test_a_langchain_stream_without_a_reason_is_cut_off_and_its_calls_are_void() -> None:
    model = HeardStreaming(chunks=[AIMessageChunk("", tool_call_chunks=[a_call(0, "c1", "book", "{}")])])
    completion = await hear(model)
    assert (completion.finish, completion.tool_calls) == (Finish.cut_off, ())


@pytest.mark.parametrize(
    ("metadata", "calls", "finish"),
    [
        ({"stop_reason": "end_turn"}, False, Finish.stop),
        ({"stop_reason": "tool_use"}, True, Finish.tool_calls),
        ({"stopReason": "tool_use"}, True, Finish.tool_calls),
        ({"finish_reason": "STOP"}, False, Finish.stop),
        ({"finish_reason": "STOP"}, True, Finish.tool_calls),
        ({"done_reason": "stop"}, True, Finish.tool_calls),
        ({"finish_reason": "stop"}, True, Finish.garbage),
        ({"finish_reason": "MAX_TOKENS"}, False, Finish.length),
        ({"stop_reason": "max_tokens"}, True, Finish.length),
        ({"finish_reason": "SAFETY"}, False, Finish.content_filter),
        ({"stop_reason": "refusal"}, False, Finish.content_filter),
        ({"finish_reason": "pause_turn"}, False, Finish.garbage),
    ],
)
async def test_every_vendors_reason_is_heard_in_openais_words(
    metadata: dict[str, str], calls: bool, finish: Finish
) -> None:
    pieces = [a_call(0, "c1", "look_up", '{"query": "x"}')] if calls else []
    model = HeardStreaming(
        chunks=[AIMessageChunk("Hm.", tool_call_chunks=pieces), AIMessageChunk("", response_metadata=metadata)]
    )
    assert (await hear(model)).finish is finish


async def test_pieces_of_a_bill_are_added() -> None:
    first, last = (
        {"input_tokens": 10, "output_tokens": 1, "total_tokens": 11},
        {"input_tokens": 0, "output_tokens": 5, "total_tokens": 5},
    )
    model = HeardStreaming(
        chunks=[
            AIMessageChunk("Yes", usage_metadata=first),
            AIMessageChunk("", usage_metadata=last, response_metadata={"stop_reason": "end_turn"}),
        ]
    )
    assert (await hear(model)).usage == Usage(10, 6, 0)


async def test_a_model_that_does_not_stream_returns_a_whole_message() -> None:
    whole = AIMessage("", tool_calls=[{"id": "c1", "name": "book", "args": {"slot": "s1"}, "type": "tool_call"}])
    completion = await hear(Heard(whole=whole))
    assert completion.finish is Finish.tool_calls
    assert completion.tool_calls == (ToolCall("c1", "book", '{"slot": "s1"}'),)
    assert (await hear(Heard(whole=AIMessage("Yes.")))).finish is Finish.stop


async def test_calls_with_and_without_readable_arguments_both_reach_the_vendor() -> None:
    model = HeardStreaming(chunks=[AIMessageChunk("Yes.", response_metadata={"finish_reason": "stop"})])
    await hear(
        model,
        Message(Role.system, "You help."),
        Message(Role.user, "Book"),
        Message(Role.assistant, "", (ToolCall("c1", "book", '{"slot": "s1"}'), ToolCall("c2", "book", "{slot"))),
        Message(Role.tool, "booked", tool_call_id="c1", name="book"),
        Message(Role.tool, "not a JSON object", tool_call_id="c2", name="book"),
        Message(Role.system, "Be brief."),
    )
    asked = model.asked[0][0]
    assert [message.type for message in asked] == ["system", "human", "ai", "tool", "tool", "system"]
    assert [call["id"] for call in asked[2].tool_calls] == ["c1"]
    assert [call["id"] for call in asked[2].invalid_tool_calls] == ["c2"]
    assert asked[3].tool_call_id == "c1"


async def test_a_later_system_note_is_marked_for_vendors_that_take_them_at_the_head_only() -> None:
    model = HeardStreaming(chunks=[AIMessageChunk("Yes.", response_metadata={"finish_reason": "stop"})])
    talk = (Message(Role.system, "a"), Message(Role.system, "b"), Message(Role.user, "c"), Message(Role.system, "d"))
    await hear(model, *talk, system_anywhere=False)
    asked = model.asked[0][0]
    assert [message.type for message in asked] == ["system", "system", "human", "human"]
    assert asked[3].text.startswith("A note from the company")
    assert asked[3].text.endswith("\nd")


async def test_tools_are_bound_once_for_the_same_catalogue() -> None:
    model = HeardStreaming(chunks=[AIMessageChunk("Yes.", response_metadata={"finish_reason": "stop"})])
    provider = LangChainProvider(model, name="heard")
    gateway = Gateway(provider)
    for _ in range(3):
        await gateway.complete(Request((Message(Role.user, "x"),), ECHO_TOOLS, 50), deadline=gateway.deadline())
    await gateway.complete(Request((Message(Role.user, "x"),), (), 50), deadline=gateway.deadline())
    assert len(model.bindings) == 1
    assert [tool["function"]["name"] for tool in model.bindings[0]] == ["look_up", "book"]
    assert "tools" not in model.asked[-1][1]


@pytest.mark.parametrize(
    ("model", "base_url", "expected"),
    [
        ("gpt-5-mini", None, ("openai", "gpt-5-mini")),
        ("openai:gpt-5-mini", None, ("openai", "gpt-5-mini")),
        ("ft:gpt-4o-mini:acme::x1", None, ("openai", "ft:gpt-4o-mini:acme::x1")),
        ("anthropic:claude-sonnet", None, ("anthropic", "claude-sonnet")),
        ("llama3.1:8b", None, ("openai", "llama3.1:8b")),
        ("qwen:7b", "http://127.0.0.1:11434/v1", ("openai", "qwen:7b")),
    ],
)
def test_a_models_name_says_who_serves_it(model: str, base_url: str | None, expected: tuple[str, str]) -> None:
    assert vendor_and_model(ModelSettings(model, api_key="k", base_url=base_url)) == expected


@pytest.mark.parametrize("vendor", ["anthropic", "nosuchvendor"])
def test_a_vendor_that_is_not_installed_is_named_with_what_to_do(vendor: str) -> None:
    with pytest.raises(ModelNotConfigured, match=f"OPENER_MODEL={vendor}:some-model"):
        provider_for(ModelSettings(f"{vendor}:some-model", api_key="k"))


def test_an_openai_model_without_a_key_is_a_sentence_not_a_traceback_later() -> None:
    with pytest.raises(ModelNotConfigured, match="OPENAI_API_KEY is empty"):
        provider_for(ModelSettings("gpt-5-mini"))


def test_the_key_does_not_show_in_the_settings() -> None:
    assert "sk-secret" not in repr(ModelSettings("gpt-5-mini", api_key="sk-secret"))


def test_openai_is_asked_through_the_sdk() -> None:
    assert provider_for(ModelSettings("gpt-5-mini", api_key="k")).name == "openai:gpt-5-mini"


def test_neither_way_to_openai_tries_again_on_its_own() -> None:
    settings = ModelSettings("gpt-5-mini", api_key="k")
    assert openai_client(settings).max_retries == 0
    model = chat_openai(settings)
    assert model.max_retries == 0
    assert (model.use_responses_api, model.stream_usage, model.store) == (False, True, False)


def test_counting_tokens_downloads_nothing() -> None:
    assert chat_openai(ModelSettings("gpt-5-mini", api_key="k")).get_num_tokens("x" * 40) == 10


@given(st.lists(st.text(max_size=40), max_size=700))
def test_batches_hold_every_text_once_in_order(texts: list[str]) -> None:
    packed = batches(texts)
    assert [text for batch in packed for text in batch] == [text or " " for text in texts]
    assert all(0 < len(batch) <= 256 for batch in packed)


def test_a_batch_is_bounded_in_size_too() -> None:
    assert [len(batch) for batch in batches(["x" * 24_000] * 40)] == [16, 16, 8]
