"""The turn: what is run, what is said again, when it ends. The model here is scripted and may do anything."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.finish import Copy, Finish
from agent.gateway import Budget, Completion, Gateway
from agent.loop import MAX_ROUNDS, Outcome, Regenerate, TurnResult, drop_older_half, run_turn
from agent.provider import Finished, Message, Part, ProviderFault, Role, TextDelta, ToolCall, ToolCallDelta, Usage
from agent.tool_calls import MAX_CALLS, ToolFault
from tests.agent.turns import Ear, EchoTools, ScriptedProvider, asks_for, says

QUICK = Budget(first_byte_s=1, between_chunks_s=1, turn_s=3, after_finish_s=0.1, reserve_s=0.5, retry_pause_s=0)
TALK = [Message(Role.system, "You help."), Message(Role.user, "Are you open?")]


def look(id: str = "c1", query: str = "price") -> ToolCall:
    return ToolCall(id, "look_up", f'{{"query": "{query}"}}')


def book(id: str = "c2", slot: str = "s1") -> ToolCall:
    return ToolCall(id, "book", f'{{"slot": "{slot}"}}')


class Turn:
    """A scripted turn and everything it left behind."""

    def __init__(
        self, *answers: Sequence[Part | Exception], fallback: Sequence[Sequence[Part | Exception]] = ()
    ) -> None:
        self.provider = ScriptedProvider(answers)
        self.fallback = ScriptedProvider(fallback)
        self.gateway = Gateway(self.provider, fallback=self.fallback if fallback else None, budget=QUICK)
        self.tools = EchoTools()
        self.ear = Ear()

    async def play(self, messages: Sequence[Message] = TALK) -> TurnResult:
        return await run_turn(
            self.gateway,
            messages=messages,
            tools=self.tools,
            deadline=self.gateway.deadline(),
            listener=self.ear,
        )

    @property
    def ran(self) -> list[str]:
        return [call.id for call in self.tools.ran]

    def request(self, number: int) -> tuple[Message, ...]:
        return self.provider.requests[number].messages


async def test_a_plain_answer_is_one_request() -> None:
    turn = Turn([TextDelta("Yes, "), TextDelta("we are."), Usage(9, 3, 2), Finished("stop", None)])
    result = await turn.play()
    assert result == TurnResult(
        outcome=Outcome.answered,
        text="Yes, we are.",
        copy=None,
        usage=Usage(9, 3, 2),
        tool_results=(),
        provider_name="scripted",
        degraded=False,
        rounds=0,
        finish=Finish.stop,
        detail="",
    )
    assert turn.ear.said == "Yes, we are."
    assert turn.request(0) == tuple(TALK)


async def test_tools_run_and_the_model_is_told() -> None:
    turn = Turn([Usage(1, 1, 0), *asks_for(look())], [Usage(2, 2, 1), *says("30 a month.")])
    result = await turn.play()
    assert (result.text, result.rounds, result.usage) == ("30 a month.", 1, Usage(3, 3, 1))
    asked, told = turn.request(1)[2:]
    assert asked == Message(Role.assistant, "", (look(),))
    assert told == Message(Role.tool, "look_up has run", tool_call_id="c1", name="look_up")
    assert [r.call_id for r in result.tool_results] == [r.call_id for r in turn.ear.tool_results] == ["c1"]


@pytest.mark.parametrize("reason", [None, "stop", "length", "content_filter", "eos"])
async def test_no_tool_runs_out_of_a_message_that_did_not_finish_with_tool_calls(reason: str | None) -> None:
    turn = Turn(*[asks_for(look(), book(), reason=reason)] * 6)
    result = await turn.play()
    assert turn.ran == []
    assert result.copy is not None
    assert result.text == ""


async def test_the_same_wish_under_another_id_is_answered_and_not_run_again() -> None:
    again = ToolCall("c9", "book", '{ "slot" : "s1" }')
    turn = Turn(asks_for(book("c2"), again), asks_for(book("c10")), says("Booked."))
    result = await turn.play()
    assert turn.ran == ["c2"]
    assert [m.tool_call_id for m in turn.request(2) if m.role is Role.tool] == ["c2", "c9", "c10"]
    assert {m.text for m in turn.request(2) if m.role is Role.tool} == {"book has run"}
    assert len(result.tool_results) == 1


async def test_the_order_of_keys_does_not_make_another_wish() -> None:
    one, two = ToolCall("c1", "book", '{"a": 1, "b": 2}'), ToolCall("c2", "book", '{"b": 2, "a": 1}')
    turn = Turn(asks_for(one, two), says("Done."))
    await turn.play()
    assert turn.ran == ["c1"]


async def test_an_id_that_comes_again_is_answered_with_what_it_came_to() -> None:
    turn = Turn(asks_for(book("c1", "s1")), asks_for(book("c1", "s2")), says("Booked."))
    await turn.play()
    assert [call.arguments for call in turn.tools.ran] == ['{"slot": "s1"}']


async def test_a_message_with_one_id_twice_is_repeated_to_the_model_with_it_once() -> None:
    pieces = [ToolCallDelta(0, "c1", "book", '{"slot": "s1"}'), ToolCallDelta(1, "c1", "book", '{"slot": "s2"}')]
    turn = Turn([*pieces, Finished("tool_calls", None)], says("Booked."))
    await turn.play()
    asked, *told = turn.request(1)[2:]
    assert asked.tool_calls == (book("c1", "s1"),)
    assert len(told) == 1


async def test_reads_run_together_and_writes_one_after_the_other() -> None:
    turn = Turn(
        asks_for(look("r1", "a"), look("r2", "b"), book("w1", "a"), book("w2", "b"), look("r3", "c")), says("Done.")
    )
    turn.tools = EchoTools(pause_s=0.01)
    await turn.play()
    assert turn.tools.log[:4] in (["+r1", "+r2", "-r1", "-r2"], ["+r1", "+r2", "-r2", "-r1"])
    assert turn.tools.log[4:] == ["+w1", "-w1", "+w2", "-w2", "+r3", "-r3"]
    assert [m.tool_call_id for m in turn.request(1) if m.role is Role.tool] == ["r1", "r2", "w1", "w2", "r3"]


async def test_the_tools_end_after_six_rounds_and_the_model_must_answer() -> None:
    rounds = [asks_for(look(f"c{n}", str(n))) for n in range(MAX_ROUNDS)]
    turn = Turn(*rounds, says("All I know."))
    result = await turn.play()
    assert (result.outcome, result.text, result.rounds) == (Outcome.answered, "All I know.", MAX_ROUNDS)
    assert turn.provider.requests[-2].tools
    assert turn.provider.requests[-1].tools == ()
    assert turn.request(MAX_ROUNDS)[-1].role is Role.system


async def test_a_model_that_asks_for_tools_it_no_longer_has_is_relieved() -> None:
    turn = Turn(*[asks_for(look(f"c{n}", str(n))) for n in range(MAX_ROUNDS + 1)])
    result = await turn.play()
    assert (result.outcome, result.copy) == (Outcome.handed_over_by_fault, Copy.needs_person)
    assert len(turn.ran) == MAX_ROUNDS


async def test_no_turn_runs_more_than_twelve_calls() -> None:
    calls = [look(f"c{n}", str(n)) for n in range(40)]
    turn = Turn(asks_for(*calls), says("Enough."))
    result = await turn.play()
    assert len(turn.ran) == MAX_CALLS
    assert turn.provider.requests[1].tools == ()
    refused = [r for r in result.tool_results if r.fault is ToolFault.over_limit]
    assert len(refused) == 40 - MAX_CALLS
    assert sum(m.role is Role.tool for m in turn.request(1)) == 40  # every call gets its answer, or the wire is broken


async def test_an_unknown_tool_is_explained_once_and_then_handed_over() -> None:
    turn = Turn(asks_for(ToolCall("c1", "drop", "{}")), asks_for(ToolCall("c2", "wipe", "{}")))
    result = await turn.play()
    assert (result.outcome, result.copy) == (Outcome.handed_over_by_fault, Copy.needs_person)
    assert turn.request(1)[-1].text == "There is no tool of that name. The tools are: book, look_up."
    assert turn.ran == []


@pytest.mark.parametrize(
    "arguments", ['{"slot": ', "[1]", "null", '"s1"', "{slot: 1}", "\ud800", "{" * 5000, '{"a":NaN}']
)
async def test_arguments_that_are_no_json_object_are_explained_once(arguments: str) -> None:
    turn = Turn(asks_for(ToolCall("c1", "book", arguments)), asks_for(book("c2")), says("Booked."))
    result = await turn.play()
    assert (result.outcome, turn.ran) == (Outcome.answered, ["c2"])
    assert "not a JSON object" in turn.request(1)[-1].text


async def test_no_text_at_all_stands_for_no_arguments() -> None:
    turn = Turn(asks_for(ToolCall("c1", "look_up", "")), says("Yes."))
    await turn.play()
    assert turn.ran == ["c1"]


async def test_arguments_the_tool_itself_refuses_count_as_the_same_mistake() -> None:
    turn = Turn(asks_for(book("c1", "a")), asks_for(book("c2", "b")))
    turn.tools = EchoTools(faults={"book": ToolFault.bad_arguments})
    assert (await turn.play()).outcome is Outcome.handed_over_by_fault


async def test_an_error_of_ours_inside_a_tool_ends_the_turn() -> None:
    turn = Turn(asks_for(book()))
    turn.tools = EchoTools(faults={"book": ToolFault.tool_failed})
    result = await turn.play()
    assert (result.outcome, result.copy, result.tool_results[0].fault) == (
        Outcome.handed_over_by_fault,
        Copy.needs_person,
        ToolFault.tool_failed,
    )


async def test_good_calls_of_a_message_run_beside_bad_ones() -> None:
    turn = Turn(asks_for(ToolCall("c1", "drop", "{}"), book("c2")), says("Booked."))
    result = await turn.play()
    assert (result.outcome, turn.ran) == (Outcome.answered, ["c2"])
    assert [r.call_id for r in result.tool_results] == ["c1", "c2"]


async def test_the_listener_may_ask_once_for_other_words() -> None:
    turn = Turn(says("I have booked it."), says("I can book it."))
    turn.ear = Ear(lambda c: Regenerate("Nothing is booked.") if c.text == "I have booked it." else None)
    result = await turn.play()
    assert (result.outcome, result.text, turn.ear.said) == (Outcome.answered, "I can book it.", "I can book it.")
    assert turn.request(1)[-1] == Message(Role.system, "Nothing is booked.")


async def test_tools_may_still_run_after_the_listener_objected() -> None:
    turn = Turn(says("I have booked it."), asks_for(book()), says("Now it is booked."))
    turn.ear = Ear(lambda c: Regenerate("Nothing is booked.") if c.text == "I have booked it." else None)
    result = await turn.play()
    assert (result.outcome, turn.ran) == (Outcome.answered, ["c2"])


async def test_a_second_objection_ends_the_turn() -> None:
    turn = Turn(says("I have booked it."), says("It is booked, really."))
    turn.ear = Ear(lambda c: Regenerate("Nothing is booked."))
    result = await turn.play()
    assert (result.outcome, result.copy, len(turn.provider.requests)) == (Outcome.handed_over_by_check, None, 2)


async def test_a_broken_message_is_void_and_asked_for_again() -> None:
    turn = Turn([TextDelta("We are op")], says("We are open."))
    result = await turn.play()
    assert (result.text, turn.ear.said) == ("We are open.", "We are open.")
    assert turn.ear.endings == [Finish.cut_off, Finish.stop]
    assert turn.request(0) == turn.request(1)


async def test_a_message_that_breaks_twice_is_left_to_the_fallback() -> None:
    turn = Turn([TextDelta("We")], [TextDelta("We")], fallback=[says("Noted.")])
    result = await turn.play()
    assert (result.text, result.degraded) == ("Noted.", True)


async def test_after_the_fallback_has_taken_over_the_provider_rests_for_the_turn() -> None:
    down = ProviderFault(Finish.out_of_credit, "HTTP 429")
    turn = Turn([down], fallback=[asks_for(look()), says("Noted.")])
    result = await turn.play()
    assert (result.text, result.degraded, turn.ran) == ("Noted.", True, ["c1"])
    assert len(turn.provider.requests) == 1


async def test_a_provider_that_fails_in_mid_turn_leaves_its_tools_results_to_the_fallback() -> None:
    down = ProviderFault(Finish.out_of_credit, "HTTP 429")
    turn = Turn(asks_for(look()), [down], fallback=[says("Noted.")])
    result = await turn.play()
    assert result.text == "Noted."
    assert turn.fallback.requests[0].messages[-1].tool_call_id == "c1"


async def test_a_fallback_that_fails_too_hands_over() -> None:
    turn = Turn([KeyError("x")], [KeyError("x")], fallback=[[KeyError("y")]])
    result = await turn.play()
    assert (result.outcome, result.copy) == (Outcome.handed_over_by_fault, Copy.unavailable)


async def test_a_message_that_is_too_long_is_written_shorter_once() -> None:
    turn = Turn(says("Well, ", reason="length"), says("Yes."))
    assert (await turn.play()).text == "Yes."
    assert "shorter" in turn.request(1)[-1].text
    turn = Turn(says("Well, ", reason="length"), says("Well, ", reason="length"))
    assert (await turn.play()).copy is Copy.needs_person


async def test_a_talk_that_is_too_long_is_trimmed_once() -> None:
    too_long = ProviderFault(Finish.context_too_long, "HTTP 400")
    talk = [Message(Role.system, "s")] + [Message(Role.user, f"{n}") for n in range(10)]
    turn = Turn([too_long], says("Yes."))
    assert (await turn.play(talk)).text == "Yes."
    assert [m.text for m in turn.request(1)] == ["s", "5", "6", "7", "8", "9"]
    turn = Turn([too_long], [too_long], fallback=[says("Noted.")])
    assert (await turn.play(talk)).text == "Noted."


@pytest.mark.parametrize(
    "parts", [says("", reason="content_filter"), [TextDelta(""), Finished("stop", "I cannot help with that.")]]
)
async def test_a_refusal_is_declined_with_fixed_copy_and_not_asked_again(parts: list[Part]) -> None:
    turn = Turn(parts)
    result = await turn.play()
    assert (result.outcome, result.copy, result.text) == (Outcome.declined, Copy.cannot_help, "")


@pytest.mark.parametrize("words", ["", "  \n"])
async def test_no_turn_ends_in_silence(words: str) -> None:
    turn = Turn(says(words), says("Yes."))
    assert (await turn.play()).text == "Yes."
    turn = Turn(says(words), says(words))
    assert (await turn.play()).copy is Copy.unavailable


async def test_what_the_listener_raises_comes_out_and_the_stream_is_closed() -> None:
    class Superseded(Exception):
        pass

    class Interrupting(Ear):
        async def text(self, delta: str) -> None:
            raise Superseded

    turn = Turn(says("Yes.", " No."))
    turn.ear = Interrupting()
    with pytest.raises(Superseded):
        await turn.play()
    assert turn.ear.endings == []


async def test_cancelling_a_turn_cancels_its_tools() -> None:
    turn = Turn(asks_for(look("c1", "a"), look("c2", "b")))
    turn.tools = EchoTools(pause_s=10)
    task = asyncio.create_task(turn.play())
    while len(turn.ran) < 2:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert turn.tools.log == ["+c1", "+c2"]


PARTS = st.lists(
    st.one_of(
        st.builds(TextDelta, st.sampled_from(["", "Yes", "I booked it. "])),
        st.builds(
            ToolCallDelta,
            st.integers(0, 2),
            st.sampled_from([None, "", "c1", "c2"]),
            st.sampled_from([None, "book", "look_up", "drop"]),
            st.sampled_from(["", "{}", '{"slot": "s1"}', "{", "[]"]),
        ),
        st.builds(Usage, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
        st.builds(
            Finished,
            st.sampled_from([None, "stop", "tool_calls", "length", "content_filter", "eos"]),
            st.sampled_from([None, None, None, "no"]),
        ),
        st.sampled_from(
            [
                ProviderFault(Finish.unavailable, "x", retryable=True),
                ProviderFault(Finish.context_too_long, "x"),
                KeyError("x"),
                TimeoutError(),
            ]
        ),
    ),
    max_size=6,
)


@given(
    answers=st.lists(PARTS, min_size=40, max_size=40),
    fallback=st.one_of(st.just([]), st.lists(PARTS, min_size=40, max_size=40)),
    objects=st.booleans(),
)
def test_whatever_a_model_does_a_turn_ends_and_keeps_its_promises(
    answers: list[list[Part | Exception]], fallback: list[list[Part | Exception]], objects: bool
) -> None:
    turn = Turn(*answers, fallback=fallback)
    if objects:
        turn.ear = Ear(lambda c: Regenerate("no") if "booked" in c.text else None)
    completions: list[Completion] = []
    hear = turn.ear._object_to
    turn.ear._object_to = lambda completion: completions.append(completion) or hear(completion)
    result = asyncio.run(turn.play())

    assert (result.text.strip() != "") == (result.copy is None)
    assert (result.outcome in {Outcome.answered, Outcome.handed_over_by_check}) == (result.copy is None)
    assert len(turn.provider.requests) + len(turn.fallback.requests) <= 2 * (MAX_ROUNDS + 8)
    assert len(turn.ran) == len(set(turn.ran)) <= MAX_CALLS
    wished = {call.id for c in completions if c.finish is Finish.tool_calls for call in c.tool_calls}
    assert set(turn.ran) <= wished
    assert result.rounds <= MAX_ROUNDS


@given(st.lists(st.sampled_from("susatA"), max_size=30))
def test_trimming_keeps_system_messages_the_last_question_and_no_orphaned_answer(shape: list[str]) -> None:
    talk: list[Message] = []
    for n, kind in enumerate(shape):
        if kind == "s":
            talk.append(Message(Role.system, f"s{n}"))
        elif kind == "u":
            talk.append(Message(Role.user, f"u{n}"))
        elif kind == "A":
            talk.append(Message(Role.assistant, "", (look(f"c{n}"),)))
            talk.append(Message(Role.tool, "told", tool_call_id=f"c{n}", name="look_up"))
        else:
            talk.append(Message(Role.assistant, f"a{n}"))
    kept = drop_older_half(talk)
    assert [m for m in kept if m.role is Role.system] == [m for m in talk if m.role is Role.system]
    users = [m for m in talk if m.role is Role.user]
    assert not users or users[-1] in kept
    wished = {call.id for m in kept for call in m.tool_calls}
    assert {m.tool_call_id for m in kept if m.role is Role.tool} <= wished
    position = -1
    for message in kept:
        position = talk.index(message, position + 1)
