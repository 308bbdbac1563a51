"""Answering owed turns: bursts, restarts, a person on the line, take-overs, and every ending a provider can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.receive_message import receive_message
from actions.take_turn import LEASE, take_turn
from agent.copy import Words, words
from agent.finish import Copy, Finish, copy_for
from agent.provider import Finished, Part, ProviderFault, Request, Role, TextDelta, ToolCall, ToolCallDelta, Usage
from leads.conversation import AuthorKind
from leads.handoff import HandoffReason
from leads.identity import RepId, TurnId
from tests.agent.conftest import PRICES, Pages, Script, Stage
from tests.agent.turns import asks_for, says

Staged = Callable[..., Any]
HELLO = says("Hello. ", "How can ", "I help?")


def visitor_words(request: Request) -> list[str]:
    """What the model was shown of the visitor's new words."""
    return [m.text for m in request.messages if m.role is Role.user]


async def test_what_was_streamed_is_what_is_stored(staged: Staged) -> None:
    script = Script([says("Tidewell plans ", "food production. It ", "takes four weeks.\n\nWhat do ", "you make?")])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    assert told.text == "Tidewell plans food production. It takes four weeks.\n\nWhat do you make?"
    assert told.streamed == told.text
    assert [e.type for e in told.live[:2]] == ["typing", "message.started"]
    completed = [e for e in told.events if e.type == "message.completed"]
    assert [e.data["text"] for e in completed] == [told.text]
    assert {e.data["id"] for e in told.live if "id" in e.data} == {completed[0].data["id"]}


async def test_a_sentence_is_on_the_screen_before_the_model_has_finished(staged: Staged) -> None:
    script = Script([[TextDelta("First. "), TextDelta("Second"), TextDelta(" one."), Finished("stop", None)]])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    assert [e.data["t"] for e in told.live if e.type == "message.delta"] == ["First. ", "Second one."]


async def test_a_burst_is_one_turn(staged: Staged) -> None:
    script = Script([HELLO])
    async with staged(script) as stage:
        told = await stage.hears("Hi", "we make jam", "and lose orders")
        assert [m.author for m in await stage.messages()] == [*[AuthorKind.VISITOR] * 3, AuthorKind.AGENT]
    assert visitor_words(script.requests[0]) == ["Hi", "we make jam", "and lose orders"]
    assert told.record.outcome == "answered"


async def test_who_writes_on_before_the_first_word_gets_one_answer_to_all_of_it(staged: Staged) -> None:
    script = Script([says("About jam. "), says("About jam and bread.")])
    async with staged(script) as stage:
        script.before[0] = lambda: stage.says("and bread")
        told = await stage.hears("We make jam")
    assert visitor_words(script.requests[1]) == ["We make jam", "and bread"]
    assert told.text == "About jam and bread."
    assert len([e for e in told.events if e.type == "message.completed"]) == 1
    assert "About jam. " not in [e.data.get("t") for e in told.live]


class Interrupted:
    """Says two sentences; between them the visitor writes on. The next request gets a short answer."""

    name = "interrupted"

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.requests = 0

    async def stream(self, request: Request) -> Any:
        """The first answer is interrupted once its first sentence is out."""
        self.requests += 1
        if self.requests == 1:
            assert self.stage is not None
            yield TextDelta("About jam. And ")
            await self.stage.says("and bread")
            yield TextDelta("more of it.")
        else:
            yield TextDelta("About bread.")
        yield Finished("stop", None)


async def test_who_writes_on_after_the_first_word_is_answered_in_a_second_turn(staged: Staged) -> None:
    provider = Interrupted()
    async with staged(provider) as stage:
        provider.stage = stage
        await stage.hears("We make jam")
        said = [(m.author, m.text) for m in await stage.messages()]
    assert said == [
        (AuthorKind.VISITOR, "We make jam"),
        (AuthorKind.VISITOR, "and bread"),
        (AuthorKind.AGENT, "About jam. And more of it."),
        (AuthorKind.AGENT, "About bread."),
    ]
    assert provider.requests == 2


async def test_a_visitor_who_never_stops_is_answered_all_the_same(staged: Staged) -> None:
    script = Script([says("One."), says("Two."), says("Three."), says("Four.")])
    async with staged(script) as stage:
        for n in range(3):
            script.before[n] = lambda n=n: stage.says(f"more {n}")
        told = await stage.hears("Hi")
        texts = [m.text for m in await stage.messages() if m.author is AuthorKind.AGENT]
    assert texts == ["Three.", "Four."]  # after two restarts the third answer stands, and what came later gets its own
    assert told.record.outcome == "answered"


async def rep_takes_the_line(stage: Stage) -> None:
    """A rep sits down at the keyboard."""
    async with stage.workspace.unit() as uow:
        reps = await uow.access.reps()
        conversation = await uow.conversations.get(stage.id, lock=True)
        until = uow.now + timedelta(minutes=10)
        await uow.conversations.save(replace(conversation, rep_id=RepId(reps[0].id), rep_until=until))


async def test_the_agent_is_silent_when_a_person_takes_the_line_while_it_thinks(staged: Staged) -> None:
    note = ToolCall(
        "c1", "qualify_bant", '{"factor":"need","value":"lost orders","status":"stated","quote":"lose orders"}'
    )
    script = Script([asks_for(note), says("We can help. Really.")])
    async with staged(script) as stage:
        script.before[1] = lambda: rep_takes_the_line(stage)
        told = await stage.hears("We lose orders")
        assert [m.author for m in await stage.messages()] == [AuthorKind.VISITOR]
    assert told.streamed == ""
    assert told.record.outcome == "left_to_person"
    assert [c.name for c in told.calls] == ["qualify_bant"]  # what was noted before stays, and stays on record


async def test_nobody_thinks_while_a_person_has_the_line(staged: Staged) -> None:
    async with staged(Script()) as stage:
        turn_id = await stage.says("Hi")
        await rep_takes_the_line(stage)
        told = await stage.answered(turn_id)
    assert (told.text, told.record.outcome) == ("", "left_to_person")


async def test_an_attempt_that_was_taken_over_stores_nothing(staged: Staged) -> None:
    script = Script([says("From the first."), says("From the second.")])
    async with staged(script) as stage:
        second: list[Any] = []

        async def another_process_takes_over() -> None:
            stage.clock.forward(seconds=LEASE.total_seconds() + 1)
            second.append(await stage.answered(turn_id, take_over=True))

        script.before[0] = another_process_takes_over
        turn_id = await stage.says("Hi")
        await stage.agent.answer(turn_id)
        texts = [m.text for m in await stage.messages() if m.author is AuthorKind.AGENT]
    assert texts == ["From the second."]


async def test_a_turn_that_somebody_holds_is_left_alone(staged: Staged) -> None:
    async with staged(Script()) as stage:
        turn_id = await stage.says("Hi")
        async with stage.workspace.unit() as uow:
            assert await take_turn(uow, turn_id) is not None
        told = await stage.answered(turn_id)
        assert told.text == ""
        assert (await stage.answered(TurnId("turn_unknown"))).text == ""


async def test_the_same_message_sent_twice_is_answered_once(staged: Staged) -> None:
    script = Script([HELLO])
    async with staged(script) as stage:
        for _ in range(2):
            async with stage.workspace.unit() as uow:
                received = await receive_message(uow, stage.id, text="Hi", client_id="c1")
        await stage.answered(received.turn_id)
        await stage.answered(received.turn_id)
        assert len(await stage.messages()) == 2


ENDINGS: dict[Finish, list[Part | Exception]] = {
    Finish.length: [TextDelta("Long and "), Finished("length", None)],
    Finish.content_filter: [TextDelta("Half. A "), Finished("content_filter", None)],
    Finish.refusal: [Finished("stop", "I will not.")],
    Finish.empty: [Finished("stop", None)],
    Finish.cut_off: [TextDelta("Half an answer. And")],
    Finish.garbage: [TextDelta("Well. So"), Finished("banana", None)],
    Finish.timeout: [ProviderFault(Finish.timeout, "slow")],
    Finish.unavailable: [ProviderFault(Finish.unavailable, "down")],
    Finish.rate_limited: [ProviderFault(Finish.rate_limited, "busy")],
    Finish.out_of_credit: [ProviderFault(Finish.out_of_credit, "no money")],
    Finish.context_too_long: [ProviderFault(Finish.context_too_long, "long")],
    Finish.bad_request: [ProviderFault(Finish.bad_request, "odd")],
}


class Always:
    """A provider that ends every message the same way."""

    name = "always"

    def __init__(self, parts: list[Part | Exception]) -> None:
        self._parts = parts

    async def stream(self, request: Request) -> Any:
        """The same parts again."""
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            yield part


ONE_OF_EACH_COPY = (Finish.refusal, Finish.length, Finish.unavailable)
IN_LANGUAGES = [(f, "en") for f in ENDINGS] + [(f, lang) for f in ONE_OF_EACH_COPY for lang in ("de", "fr", "es", "xx")]


@pytest.mark.parametrize(("finish", "language"), IN_LANGUAGES)
async def test_every_bad_ending_has_words_and_a_person(staged: Staged, finish: Finish, language: str) -> None:
    said = {"de": "Guten Tag, was kostet das bei Ihnen?", "fr": "Bonjour, combien coûte votre logiciel ?"}
    said |= {"es": "Hola, ¿cuánto cuesta su programa?", "en": "Hello, what do you cost?", "xx": "Hello, any price?"}
    async with staged(Always(ENDINGS[finish])) as stage:
        told = await stage.hears(said[language])
    assert told.text == words(Words(copy_for(finish).value), language)
    assert told.streamed == told.text
    assert told.handoff is not None
    assert told.handoff.reason is HandoffReason.AGENT_FAULT
    assert told.record.outcome in {"declined", "handed_over_by_fault"}
    assert [m.kind for m in told.outbox] == ["notice"]


def test_the_table_of_bad_endings_is_complete() -> None:
    assert set(ENDINGS) == set(Finish) - {Finish.stop, Finish.tool_calls}
    assert {copy_for(f) for f in ONE_OF_EACH_COPY} == {copy_for(f) for f in ENDINGS} == set(Copy)


async def test_words_that_broke_off_are_taken_back_from_the_screen(staged: Staged) -> None:
    script = Script([[TextDelta("Half an answer. And")], says("A whole answer.")])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    assert "message.snapshot" in [e.type for e in told.live]
    assert told.streamed == told.text == "A whole answer."


@pytest.mark.parametrize(
    "arguments", ['{"query": ', "[]", "nonsense", '{"query": 5}', '{"query": "x", "lead_id": "l"}']
)
async def test_malformed_arguments_are_told_once_and_then_a_person_is_asked(staged: Staged, arguments: str) -> None:
    bad = ToolCall("c1", "search_knowledge", arguments)
    script = Script([asks_for(bad), asks_for(replace(bad, id="c2", arguments=arguments + " ")), HELLO][:2])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    answer = [m for m in script.requests[1].messages if m.role is Role.tool]
    assert "arguments" in answer[0].text
    assert told.text == words(Words.NEEDS_PERSON, "en")
    assert told.handoff is not None


async def test_one_malformed_call_is_forgiven(staged: Staged) -> None:
    script = Script([asks_for(ToolCall("c1", "search_knowledge", "{")), says("I am not sure what you mean.")])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    assert told.text == "I am not sure what you mean."
    assert told.handoff is None
    assert [(c.name, c.ok) for c in told.calls] == [("search_knowledge", False)]


async def test_a_tool_of_a_message_that_did_not_finish_never_runs(staged: Staged) -> None:
    call = ToolCallDelta(0, "c1", "hand_off", '{"reason":"complaint","note":"x"}')
    script = Script([[call], [call], says("Fine.")])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    assert told.calls == []
    assert told.handoff is None
    assert told.text == "Fine."


async def test_a_model_that_never_stops_asking_for_tools_comes_to_an_end(staged: Staged) -> None:
    def again(request: Request) -> list[Part]:
        n = len(script.requests)
        return asks_for(ToolCall(f"c{n}", "search_knowledge", f'{{"query":"thing {n}"}}'))

    script = Script([again] * 6 + [says("I know enough.")])
    async with staged(script, pages=Pages([PRICES])) as stage:
        told = await stage.hears("Hi")
    assert told.text == "I know enough."
    assert script.requests[-1].tools == ()


async def test_the_fallback_answers_when_the_provider_fails_and_it_is_on_record(staged: Staged) -> None:
    down = Always([ProviderFault(Finish.unavailable, "down")])
    script = Script([HELLO], name="understudy")
    async with staged(down, fallback=script) as stage:
        told = await stage.hears("Hi")
    assert script.read_to_the_end
    assert told.text == "Hello. How can I help?"
    assert (told.record.outcome, told.record.model) == ("answered_degraded", "understudy")
    assert told.handoff is None


async def test_what_a_turn_cost_is_kept(staged: Staged) -> None:
    first = [*asks_for(ToolCall("c1", "read_lead_context", "")), Usage(900, 20, 0)]
    script = Script([first, [*HELLO, Usage(1000, 30, 850)]])
    async with staged(script) as stage:
        told = await stage.hears("Hi")
    assert (told.record.input_tokens, told.record.output_tokens, told.record.cached_tokens) == (1900, 50, 850)
    assert told.record.model == "scripted"
    assert told.record.prompt == "chat"
    assert told.record.prompt_fingerprint == stage.agent.prompt.fingerprint


async def test_a_failure_outside_the_tools_ends_the_same_way(staged: Staged) -> None:
    script = Script([HELLO])
    async with staged(script) as stage:
        guard = stage.agent.leaks

        class Torn:
            def __getattr__(self, name: str) -> Any:
                if script.requests and not told_already:
                    told_already.append(name)
                    raise RuntimeError("torn")
                return getattr(guard, name)

        told_already: list[str] = []
        stage.agent.leaks = Torn()
        told = await stage.hears("Hi")
        async with stage.workspace.reading() as uow:
            assert await uow.turns.open_of(stage.id) is None
    assert told.text == words(Words.NEEDS_PERSON, "en")
    assert (told.record.outcome, told.record.failed) == ("failed", True)
    assert told.handoff is not None
