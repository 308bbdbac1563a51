"""One time budget, two tries, a breaker, a fallback: who is asked, how often, and what comes of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.breaker import Breaker
from agent.finish import Finish
from agent.gateway import Budget, Completion, Gateway
from agent.provider import (
    Finished,
    Message,
    Part,
    ProviderFault,
    Request,
    Role,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from tests.agent.turns import ECHO_TOOLS, ScriptedProvider, asks_for, says

QUICK = Budget(first_byte_s=0.2, between_chunks_s=0.1, turn_s=0.5, after_finish_s=0.05, reserve_s=0.1, retry_pause_s=0)
DOWN = ProviderFault(Finish.unavailable, "HTTP 503", retryable=True)


@dataclass
class FixedClock:
    """Monotonic seconds that pass when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class SlowProvider:
    """Waits before each part; may refuse to end its stream."""

    name = "slow"

    def __init__(self, *parts: Part, pause_s: float, hangs_on_close: bool = False) -> None:
        self._parts = parts
        self._pause_s = pause_s
        self._hangs = hangs_on_close
        self.requests = 0

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        self.requests += 1
        try:
            for part in self._parts:
                await asyncio.sleep(self._pause_s)
                yield part
        finally:
            if self._hangs:
                await asyncio.sleep(30)


class TirelessProvider:
    """Yields for ever and never gives the clock a chance to ring."""

    name = "tireless"

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        while True:
            yield TextDelta("")


def question() -> Request:
    return Request((Message(Role.user, "Are you open?"),), ECHO_TOOLS, 100)


async def ask(gateway: Gateway, **options: bool) -> Completion:
    return await gateway.complete(question(), deadline=gateway.deadline(), **options)


def built_in() -> ScriptedProvider:
    return ScriptedProvider([says("I can take a note.")] * 9)


async def test_words_come_as_they_arrive_and_the_completion_last() -> None:
    gateway = Gateway(ScriptedProvider([[TextDelta("We "), TextDelta("are."), Usage(5, 2, 1), Finished("stop", None)]]))
    parts = [part async for part in gateway.stream(question(), deadline=gateway.deadline())]
    assert parts == ["We ", "are.", Completion("We are.", (), Finish.stop, Usage(5, 2, 1), "scripted")]


async def test_pieces_of_calls_are_joined() -> None:
    pieces = [
        ToolCallDelta(0, "c1", "look_up", ""),
        ToolCallDelta(1, "c2", "book", '{"sl'),
        ToolCallDelta(0, None, None, '{"query": '),
        ToolCallDelta(0, None, None, '"x"}'),
        ToolCallDelta(1, None, None, 'ot": 1}'),
        Finished("tool_calls", None),
    ]
    completion = await ask(Gateway(ScriptedProvider([pieces])))
    assert completion.tool_calls == (ToolCall("c1", "look_up", '{"query": "x"}'), ToolCall("c2", "book", '{"slot": 1}'))


@given(st.data())
def test_however_a_call_is_cut_into_pieces_it_is_the_same_call(data: st.DataObject) -> None:
    arguments = '{"query": "für zwei, bitte"}'
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arguments)), max_size=6)))
    ends = [0, *cuts, len(arguments)]
    pieces = [ToolCallDelta(0, None, None, arguments[a:b]) for a, b in pairwise(ends)]
    provider = ScriptedProvider([[ToolCallDelta(0, "c1", "look_up", ""), *pieces, Finished("tool_calls", None)]])
    assert asyncio.run(ask(Gateway(provider))).tool_calls == (ToolCall("c1", "look_up", arguments),)


async def test_calls_without_ids_get_ids_of_their_own() -> None:
    pieces = [ToolCallDelta(0, None, "book", "{}"), ToolCallDelta(1, "", "book", "{}"), Finished("tool_calls", None)]
    first, second = (await ask(Gateway(ScriptedProvider([pieces])))).tool_calls
    assert first.id and second.id and first.id != second.id


async def test_what_comes_after_the_end_is_nobodys() -> None:
    parts = [*says("Yes."), TextDelta(" And no."), ToolCallDelta(0, "c1", "book", "{}"), Finished("tool_calls", None)]
    completion = await ask(Gateway(ScriptedProvider([parts])))
    assert (completion.text, completion.finish, completion.tool_calls) == ("Yes.", Finish.stop, ())


async def test_a_failure_after_the_end_is_nobodys_either() -> None:
    completion = await ask(Gateway(ScriptedProvider([[*says("Yes."), DOWN]])))
    assert (completion.text, completion.finish) == ("Yes.", Finish.stop)


async def test_a_failure_before_the_first_word_is_tried_once_more() -> None:
    provider = ScriptedProvider([[DOWN], says("Yes.")])
    assert (await ask(Gateway(provider, budget=QUICK))).text == "Yes."
    assert len(provider.requests) == 2


async def test_a_failure_after_the_first_word_is_not_tried_again_here() -> None:
    provider = ScriptedProvider([[TextDelta("We "), DOWN]])
    fallback = built_in()
    completion = await ask(Gateway(provider, fallback=fallback, budget=QUICK))
    assert (completion.finish, completion.degraded) == (Finish.unavailable, False)
    assert (len(provider.requests), len(fallback.requests)) == (1, 0)


async def test_after_two_tries_the_fallback_answers() -> None:
    provider = ScriptedProvider([[DOWN], [DOWN]])
    completion = await ask(Gateway(provider, fallback=built_in(), budget=QUICK))
    assert (completion.text, completion.degraded) == ("I can take a note.", True)
    assert len(provider.requests) == 2


@pytest.mark.parametrize("finish", [Finish.out_of_credit, Finish.bad_request, Finish.timeout])
async def test_what_will_not_change_is_not_tried_again(finish: Finish) -> None:
    provider = ScriptedProvider([[ProviderFault(finish, "no")]])
    assert (await ask(Gateway(provider, fallback=built_in(), budget=QUICK))).degraded
    assert len(provider.requests) == 1


async def test_a_talk_that_is_too_long_goes_back_to_the_caller_to_be_trimmed() -> None:
    provider = ScriptedProvider([[ProviderFault(Finish.context_too_long, "HTTP 400")]])
    completion = await ask(Gateway(provider, fallback=built_in(), budget=QUICK))
    assert (completion.finish, completion.degraded) == (Finish.context_too_long, False)


async def test_the_provider_is_waited_for_as_long_as_it_asks_where_that_fits() -> None:
    busy = ProviderFault(Finish.rate_limited, "HTTP 429", retryable=True, retry_after_s=0.08)
    provider = ScriptedProvider([[busy], says("Yes.")])
    began = asyncio.get_running_loop().time()
    assert (await ask(Gateway(provider, budget=QUICK))).text == "Yes."
    assert asyncio.get_running_loop().time() - began >= 0.08


async def test_the_provider_is_not_waited_for_where_that_does_not_fit() -> None:
    busy = ProviderFault(Finish.rate_limited, "HTTP 429", retryable=True, retry_after_s=121)
    provider = ScriptedProvider([[busy]])
    assert (await ask(Gateway(provider, budget=QUICK))).finish is Finish.rate_limited


@pytest.mark.parametrize(
    "error", [KeyError("choices"), RecursionError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "")]
)
async def test_an_error_nobody_foresaw_is_garbage(error: Exception) -> None:
    completion = await ask(Gateway(ScriptedProvider([[error]] * 2), budget=QUICK))
    assert (completion.finish, completion.detail) == (Finish.garbage, type(error).__name__)


async def test_a_fallback_that_fails_too_is_a_completion_like_any_other() -> None:
    provider, fallback = ScriptedProvider([[DOWN], [DOWN]]), ScriptedProvider([[KeyError("x")]])
    completion = await ask(Gateway(provider, fallback=fallback, budget=QUICK))
    assert (completion.finish, completion.degraded) == (Finish.garbage, True)


async def test_the_rest_of_a_turn_can_be_left_to_the_fallback() -> None:
    provider = ScriptedProvider([])
    assert (await ask(Gateway(provider, fallback=built_in()), fallback_only=True)).degraded
    assert provider.requests == []


async def test_without_a_fallback_the_provider_is_asked_all_the_same() -> None:
    assert (await ask(Gateway(ScriptedProvider([says("Yes.")])), fallback_only=True)).text == "Yes."


async def test_a_provider_may_be_slow_as_long_as_it_goes_on() -> None:
    provider = SlowProvider(*[TextDelta("x")] * 5, Finished("stop", None), pause_s=0.05)
    assert (await ask(Gateway(provider, budget=QUICK))).text == "xxxxx"


async def test_a_stall_ends_the_message() -> None:
    provider = SlowProvider(TextDelta("We "), TextDelta("are"), pause_s=0.15)
    completion = await ask(Gateway(provider, budget=QUICK))
    assert (completion.finish, completion.text) == (Finish.timeout, "We ")


async def test_no_answer_outlives_the_turn_and_the_fallback_keeps_its_share() -> None:
    budget = replace(QUICK, reserve_s=0.3)
    gateway = Gateway(SlowProvider(*[TextDelta("")] * 100, pause_s=0.05), fallback=built_in(), budget=budget)
    loop = asyncio.get_running_loop()
    began = loop.time()
    completion = await ask(gateway)
    assert completion.degraded
    assert budget.turn_s - budget.reserve_s <= loop.time() - began < budget.turn_s


async def test_a_provider_that_never_waits_meets_the_end_of_the_turn_too() -> None:
    budget = replace(QUICK, turn_s=0.1)
    assert (await ask(Gateway(TirelessProvider(), budget=budget))).finish is Finish.timeout


async def test_a_listener_may_take_its_time() -> None:
    gateway = Gateway(ScriptedProvider([says("a", "b", "c")]), budget=QUICK)
    heard = []
    async for part in gateway.stream(question(), deadline=gateway.deadline()):
        heard.append(part)
        if part in {"a", "b"}:
            await asyncio.sleep(QUICK.between_chunks_s * 1.5)
    assert heard[:3] == ["a", "b", "c"]


async def test_a_provider_that_hangs_while_closing_is_left_behind() -> None:
    provider = SlowProvider(*says("Yes."), pause_s=0, hangs_on_close=True)
    gateway = Gateway(provider, budget=replace(QUICK, turn_s=2))
    assert (await asyncio.wait_for(ask(gateway), 1)).text == "Yes."


async def test_a_deadline_that_has_passed_asks_the_fallback_only() -> None:
    clock = FixedClock()
    provider, fallback = ScriptedProvider([]), built_in()
    gateway = Gateway(provider, fallback=fallback, clock=clock, budget=QUICK)
    assert (await gateway.complete(question(), deadline=clock.now - 5)).degraded
    assert provider.requests == []
    assert not gateway.breaker.is_open


async def test_a_deadline_that_has_passed_without_a_fallback_is_a_timeout() -> None:
    clock = FixedClock()
    gateway = Gateway(ScriptedProvider([]), clock=clock)
    completion = await gateway.complete(question(), deadline=clock.now - 5)
    assert (completion.finish, completion.detail) == (Finish.timeout, "no time left")


async def test_cancellation_passes_through() -> None:
    gateway = Gateway(SlowProvider(TextDelta("x"), pause_s=10), fallback=built_in())
    task = asyncio.create_task(ask(gateway))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_both_tries_are_paid_for() -> None:
    cut = [Usage(7, 1, 0)]
    completion = await ask(Gateway(ScriptedProvider([cut, [Usage(7, 2, 5), *says("Yes.")]]), budget=QUICK))
    assert completion.usage == Usage(14, 3, 5)


# --- the breaker ---------------------------------------------------------------------------------------------------


def failing(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_five_failures_within_half_a_minute_open_the_breaker() -> None:
    clock = FixedClock()
    breaker = Breaker(clock=clock)
    failing(breaker, 4)
    assert breaker.allows()
    clock.now += 29
    breaker.failed()
    assert not breaker.allows()


def test_failures_far_apart_do_not() -> None:
    clock = FixedClock()
    breaker = Breaker(clock=clock)
    for _ in range(40):
        breaker.failed()
        clock.now += 7.6
        assert not breaker.is_open


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(clock=FixedClock())
    failing(breaker, 4)
    breaker.succeeded()
    failing(breaker, 4)
    assert not breaker.is_open


def test_an_open_breaker_lets_one_probe_through_every_quarter_minute() -> None:
    clock = FixedClock()
    breaker = Breaker(clock=clock)
    failing(breaker, 5)
    asked = []
    for second in range(46):
        clock.now = 1000.0 + second
        asked += [second for _ in range(20) if breaker.allows()]
    assert asked == [15, 30, 45]


def test_a_probe_that_succeeds_closes_it() -> None:
    clock = FixedClock()
    breaker = Breaker(clock=clock)
    failing(breaker, 5)
    clock.now += 15
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows() and breaker.allows()


def test_a_probe_that_fails_leaves_it_open() -> None:
    clock = FixedClock()
    breaker = Breaker(clock=clock)
    failing(breaker, 5)
    clock.now += 15
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += 15
    assert breaker.allows()


@given(st.lists(st.tuples(st.floats(0, 20), st.sampled_from(["ask", "good", "bad"])), max_size=60))
def test_an_open_breaker_never_asks_twice_within_a_probes_time(steps: list[tuple[float, str]]) -> None:
    clock = FixedClock(0)
    breaker = Breaker(clock=clock)
    last_probe: float | None = None
    for wait, what in steps:
        clock.now += wait
        if what == "good":
            breaker.succeeded()
            last_probe = None
        elif what == "bad":
            breaker.failed()
        elif breaker.is_open and breaker.allows():
            assert last_probe is None or clock.now - last_probe >= 15
            last_probe = clock.now


async def test_with_the_breaker_open_the_fallback_answers_and_nobody_is_asked() -> None:
    clock = FixedClock()
    provider = ScriptedProvider([[DOWN]] * 6 + [says("Back.")])
    gateway = Gateway(provider, fallback=built_in(), budget=QUICK, clock=clock)
    for _ in range(3):
        assert (await ask(gateway)).degraded
    assert gateway.breaker.is_open
    assert len(provider.requests) == 5  # the sixth try was no longer made
    assert (await ask(gateway)).degraded
    assert len(provider.requests) == 5
    clock.now += 15
    assert (await ask(gateway)).degraded  # the probe fails
    clock.now += 15
    assert (await ask(gateway)).text == "Back."
    assert not gateway.breaker.is_open


async def test_with_the_breaker_open_and_no_fallback_the_answer_says_so_at_once() -> None:
    gateway = Gateway(ScriptedProvider([[DOWN]] * 5), budget=QUICK)
    for _ in range(3):
        await ask(gateway)
    completion = await ask(gateway)
    assert (completion.finish, completion.detail) == (Finish.unavailable, "the breaker is open")


@pytest.mark.parametrize("parts", [says("cut", reason="length"), says("", reason="content_filter"), says("")])
async def test_trouble_with_one_talk_does_not_open_the_breaker(parts: list[Part]) -> None:
    gateway = Gateway(ScriptedProvider([parts] * 9), budget=QUICK)
    for _ in range(9):
        await ask(gateway)
    assert not gateway.breaker.is_open


async def test_messages_that_break_the_rules_do_open_the_breaker() -> None:
    gateway = Gateway(ScriptedProvider([asks_for()] * 5), budget=QUICK)
    for _ in range(5):
        await ask(gateway)
    assert gateway.breaker.is_open


async def test_a_request_of_ours_that_is_wrong_does_not_open_the_breaker() -> None:
    gateway = Gateway(ScriptedProvider([[ProviderFault(Finish.bad_request, "HTTP 400")]] * 9), budget=QUICK)
    for _ in range(9):
        await ask(gateway)
    assert not gateway.breaker.is_open


async def test_cancelled_turns_do_not_open_the_breaker() -> None:
    gateway = Gateway(SlowProvider(TextDelta("x"), pause_s=10))
    for _ in range(6):
        task = asyncio.create_task(ask(gateway))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert not gateway.breaker.is_open
