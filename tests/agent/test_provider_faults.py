"""Every way a model provider can go wrong, on a real socket, through both providers: each has a named ending.

For each fault: how the message ended, how the turn ended, how many requests it took, and which tools ran. No tool ever
runs out of a message that did not finish, and no turn outlives its budget.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx2
import pytest

from agent.finish import Copy, Finish
from agent.gateway import Budget, Gateway
from agent.langchain_provider import LangChainProvider
from agent.loop import Outcome, TurnResult, run_turn
from agent.openai_model import ModelSettings, chat_openai, openai_client
from agent.openai_provider import OpenAIProvider
from agent.provider import Finished, Message, Provider, Request, Role, TextDelta
from tests.agent.fault_server import FAULTS, FaultServer, serving
from tests.agent.turns import ECHO_TOOLS, Ear, EchoTools, ScriptedProvider

BUDGET = Budget(
    connect_s=0.5,
    first_byte_s=0.5,
    between_chunks_s=0.4,
    turn_s=2.5,
    after_finish_s=0.1,
    reserve_s=0.3,
    retry_pause_s=0.02,
)
WORDS = "We are open."


@dataclass(frozen=True)
class Expected:
    """`finish` is the turn's last message's; `requests` is how many the server saw."""

    finish: Finish
    outcome: Outcome
    requests: int
    tools: tuple[str, ...] = ()


def answered(requests: int = 1, *tools: str) -> Expected:
    return Expected(Finish.stop, Outcome.answered, requests, tools)


def faulty(finish: Finish, requests: int = 1, *tools: str) -> Expected:
    return Expected(finish, Outcome.handed_over_by_fault, requests, tools)


def declined(finish: Finish) -> Expected:
    return Expected(finish, Outcome.declined, 1)


# A message that breaks before its first word is tried twice by the gateway; one that breaks without a reason is also
# asked for once more by the turn, with its own two tries.
EXPECTED = {
    "control": answered(),
    "control with a tool": answered(2, "look_up"),
    "reset at once": faulty(Finish.unavailable, 2),
    "not http": faulty(Finish.unavailable, 2),
    "eof in the middle": faulty(Finish.cut_off, 2),
    "reset in the middle": faulty(Finish.cut_off, 2),
    "tool call, then reset": faulty(Finish.cut_off, 4),
    "polite end without a reason": faulty(Finish.cut_off, 2),
    "polite end after a whole tool call": faulty(Finish.cut_off, 4),
    "polite end, even DONE, after a whole tool call": faulty(Finish.cut_off, 4),
    "cut, then well": answered(2),
    "whole, then stall": answered(),
    "whole, then reset": answered(),
    "whole, then more": answered(),
    "silence": faulty(Finish.timeout),
    "stall after headers": faulty(Finish.timeout),
    "stall after words": faulty(Finish.timeout),
    "comments for ever": faulty(Finish.timeout),
    "an error that stalls": faulty(Finish.timeout),
    "html": faulty(Finish.garbage, 2),
    "truncated json": faulty(Finish.garbage, 2),
    "an empty body": faulty(Finish.garbage, 2),
    "no choices": faulty(Finish.cut_off, 4),
    "not json": faulty(Finish.garbage, 2),
    "not json after words": faulty(Finish.garbage),
    "wrong types": faulty(Finish.garbage, 2),
    "invalid utf-8": faulty(Finish.garbage, 2),
    "an unknown reason": faulty(Finish.garbage),
    "an endless line": faulty(Finish.garbage),
    "endless words": faulty(Finish.garbage),
    "an error in the stream": faulty(Finish.unavailable, 2),
    "an error after words": faulty(Finish.unavailable),
    "no credit, said in the stream": faulty(Finish.out_of_credit),
    "an empty answer": faulty(Finish.empty, 2),
    "length": faulty(Finish.length, 2),
    "length in the middle of a call": faulty(Finish.length, 2),
    "filtered": declined(Finish.content_filter),
    "refusal": declined(Finish.refusal),
    "announces calls, brings none": faulty(Finish.garbage),
    "brings calls, does not announce them": faulty(Finish.garbage),
    "two calls with one id": answered(2, "book"),
    "one id, two wishes": answered(2, "book"),
    "one wish, two ids": answered(2, "book"),
    "a call without an id": answered(2, "look_up"),
    "all calls at index 0": answered(2, "look_up", "look_up"),
    "an unknown tool": faulty(Finish.tool_calls, 2),
    "an unknown tool once": answered(2),
    "malformed arguments": faulty(Finish.tool_calls, 2),
    "malformed arguments once": answered(2),
    "arguments that are a list": faulty(Finish.tool_calls, 2),
    "the same call for ever": faulty(Finish.tool_calls, 7, "look_up"),
    "429, then well": answered(2),
    "429, wait two minutes": faulty(Finish.rate_limited),
    "429 for ever": faulty(Finish.rate_limited, 2),
    "429 without credit": faulty(Finish.out_of_credit),
    "500": faulty(Finish.unavailable, 2),
    "500, then well": answered(2),
    "503 in html": faulty(Finish.unavailable, 2),
    "400 too long": faulty(Finish.context_too_long, 2),
    "400 too long, once": answered(2),
    "400": faulty(Finish.bad_request),
    "401": faulty(Finish.unavailable),
    "404": faulty(Finish.unavailable),
}

# Where LangChain's wrapper loses what the wire said, the ending is another one; never another deed.
LANGCHAIN = EXPECTED | {
    "refusal": faulty(Finish.empty, 2),  # langchain-openai drops `delta.refusal` when streaming
    "an endless line": faulty(Finish.timeout),  # the SDK's own decoder waits for the line to end
}


@asynccontextmanager
async def asking(server_url: str, how: str) -> AsyncIterator[Provider]:
    settings = ModelSettings("stub-model", api_key="k", base_url=server_url, budget=BUDGET)
    async with httpx2.AsyncClient(timeout=BUDGET.turn_s) as http:
        if how == "sdk":
            yield OpenAIProvider(openai_client(settings, http_client=http), model="stub-model")
        else:
            model = chat_openai(settings, http_client=http)
            yield LangChainProvider(model, name="langchain:stub-model", limit_option="max_tokens")


@dataclass
class Played:
    result: TurnResult
    tools: tuple[str, ...]
    server: FaultServer
    seconds: float
    ear: Ear


async def play(mode: str, how: str, *, fallback: Provider | None = None) -> Played:
    tools, ear = EchoTools(), Ear()
    async with serving(FAULTS[mode]) as server, asking(server.url, how) as provider:
        gateway = Gateway(provider, fallback=fallback, budget=BUDGET)
        began = time.monotonic()
        result = await run_turn(
            gateway,
            messages=[Message(Role.system, "You help."), Message(Role.user, "Are you open?")],
            tools=tools,
            deadline=gateway.deadline(),
            listener=ear,
        )
        seconds = time.monotonic() - began
    return Played(result, tuple(call.name for call in tools.ran), server, seconds, ear)


@pytest.mark.parametrize("mode", FAULTS)
@pytest.mark.parametrize("how", ["sdk", "langchain"])
async def test_every_fault_has_its_named_ending(how: str, mode: str) -> None:
    expected = (EXPECTED if how == "sdk" else LANGCHAIN)[mode]
    played = await play(mode, how)
    result = played.result
    assert (result.finish, result.outcome) == (expected.finish, expected.outcome), result.detail
    assert played.tools == expected.tools
    assert len(played.server.bodies) == expected.requests
    assert played.seconds < BUDGET.turn_s + BUDGET.reserve_s
    assert (result.text == WORDS) == (expected.outcome is Outcome.answered)
    assert (result.copy is None) == (expected.outcome is Outcome.answered)


@pytest.mark.parametrize(
    "mode", [mode for mode, expected in EXPECTED.items() if expected.outcome is not Outcome.answered]
)
async def test_with_a_fallback_the_visitor_gets_an_answer_or_a_person(mode: str) -> None:
    built_in = ScriptedProvider([[TextDelta("I can "), TextDelta("take a note."), Finished("stop", None)]] * 3)
    played = await play(mode, "sdk", fallback=built_in)
    result = played.result
    if EXPECTED[mode].finish in {Finish.length, Finish.content_filter, Finish.refusal, Finish.tool_calls}:
        assert result.copy in {Copy.needs_person, Copy.cannot_help}
    else:
        assert (result.text, result.degraded, result.provider_name) == ("I can take a note.", True, "scripted")
        assert played.ear.said == "I can take a note."
    assert played.seconds < BUDGET.turn_s + BUDGET.reserve_s


@pytest.mark.parametrize("how", ["sdk", "langchain"])
async def test_nobody_listening_is_an_unavailable_provider(how: str) -> None:
    async with serving(FAULTS["control"]) as server:
        url = server.url
    async with asking(url, how) as provider:
        gateway = Gateway(provider, budget=BUDGET)
        completion = await gateway.complete(question(), deadline=gateway.deadline())
    assert completion.finish is Finish.unavailable
    assert "open" not in completion.detail


@pytest.mark.parametrize("how", ["sdk", "langchain"])
async def test_walking_away_ends_the_request(how: str) -> None:
    async with serving(FAULTS["stall after words"]) as server, asking(server.url, how) as provider:
        parts = provider.stream(question())
        async for part in parts:
            if isinstance(part, TextDelta) and part.text:
                break
        await parts.aclose()
        await asyncio.wait_for(server.hung_up.wait(), 1)


@pytest.mark.parametrize("how", ["sdk", "langchain"])
async def test_a_cancelled_turn_ends_the_request_and_nothing_else(how: str) -> None:
    async with serving(FAULTS["silence"]) as server, asking(server.url, how) as provider:
        gateway = Gateway(provider, budget=BUDGET)
        task = asyncio.create_task(gateway.complete(question(), deadline=gateway.deadline()))
        while not server.bodies:
            await asyncio.sleep(0.01)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
        await asyncio.wait_for(server.hung_up.wait(), 1)
    assert not gateway.breaker.is_open


async def test_an_idle_connection_is_used_again() -> None:
    async with serving(FAULTS["control"]) as server, asking(server.url, "sdk") as provider:
        gateway = Gateway(provider, budget=BUDGET)
        for _ in range(3):
            assert (await gateway.complete(question(), deadline=gateway.deadline())).text == WORDS
        assert len(server.bodies) == 3
        assert not server.hung_up.is_set()


async def test_closing_the_gateway_gives_the_connections_back() -> None:
    async with serving(FAULTS["control"]) as server, asking(server.url, "sdk") as provider:
        gateway = Gateway(provider, fallback=ScriptedProvider([]), budget=BUDGET)
        assert gateway.provider_name == "openai:stub-model"
        await gateway.complete(question(), deadline=gateway.deadline())
        await gateway.close()
        await asyncio.wait_for(server.hung_up.wait(), 1)


def test_every_fault_is_expected_and_every_expectation_is_served() -> None:
    assert set(EXPECTED) == set(FAULTS)
    assert len(FAULTS) >= 25


def question() -> Request:
    return Request((Message(Role.user, "Are you open?"),), ECHO_TOOLS, 200)
