"""The guard between model and house: refusals become sentences, faults become a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import Field

from agent.copy import Words, words
from agent.guard import SENTENCES, LeadToolbox, specs_for
from agent.provider import ToolCall
from agent.tool import Arguments, Findings, Scope, Told, Tool
from agent.tool_calls import ToolFault, ToolMode
from agent.tools import TOOLS
from leads import refusal
from leads.refusal import LeadRefusal
from tests.agent.conftest import Pages, Script, Stage
from tests.agent.turns import asks_for

Staged = Callable[..., Any]


def every_refusal(kind: type[LeadRefusal] = LeadRefusal) -> list[type[LeadRefusal]]:
    """The whole tree."""
    return [kind, *(deeper for sub in kind.__subclasses__() for deeper in every_refusal(sub))]


def test_every_refusal_has_a_sentence_for_the_model() -> None:
    ours = {kind for kind in every_refusal() if kind.__module__ == refusal.__name__}
    assert set(SENTENCES) == ours
    assert all(sentence.endswith(".") and len(sentence) < 90 for sentence in SENTENCES.values())


def test_a_sentence_says_nothing_about_how_the_house_works() -> None:
    for sentence in SENTENCES.values():
        assert not {"sql", "row", "exception", "database", "id"} & set(sentence.lower().rstrip(".").split())


class Anything(Arguments):
    """One text."""

    text: str = Field(default="", max_length=10)


def a_tool(raises: BaseException, name: str = "hand_off") -> Tool:
    """A tool that raises, under a name of the catalogue."""

    async def run(_scope: Scope, _arguments: Anything) -> Told:
        raise raises

    return Tool(name, "A tool that fails.", ToolMode.WRITE, Anything, run)


def box_of(stage: Stage, *tools: Tool) -> LeadToolbox:
    """The toolbox of a visitor, with the test's tools in place of the catalogue when some are given."""
    scope = Scope(stage.workspace, stage.id, Pages(), Findings())
    return LeadToolbox(scope, specs_for(stage.workspace.book), tools=tools or TOOLS)


async def test_each_refusal_reaches_the_model_as_two_sentences(staged: Staged) -> None:
    async with staged(Script()) as stage:
        for kind in every_refusal():
            result = await box_of(stage, a_tool(kind("The rule says no."))).run(ToolCall("c1", "hand_off", "{}"))
            assert (result.ok, result.fault) == (False, None)
            assert result.text == f"The rule says no. {SENTENCES[kind]}"


async def test_our_own_error_is_told_to_nobody(staged: Staged, logged: list[Any]) -> None:
    async with staged(Script()) as stage:
        box = box_of(stage, a_tool(RuntimeError("the secret path /srv/opener")))
        result = await box.run(ToolCall("c1", "hand_off", '{"text":"x"}'))
    assert (result.ok, result.fault) == (False, ToolFault.tool_failed)
    assert result.text == "This failed on our side."
    assert [line["kind"] for line in logged if line["event"] == "tool.failed"] == ["RuntimeError"]


async def test_a_tool_that_fails_ends_the_turn_with_fixed_words_and_a_person(staged: Staged) -> None:
    class Broken(Pages):
        async def search(self, query: str, *, limit: int = 4) -> list[Any]:
            raise RuntimeError("the secret path /srv/opener")

    script = Script([asks_for(ToolCall("c1", "search_knowledge", '{"query":"price"}'))])
    async with staged(script, pages=Broken()) as stage:
        told = await stage.hears("Hello")
    assert told.text == words(Words.NEEDS_PERSON, "en")
    assert told.handoff is not None
    assert "secret" not in json.dumps([e.data for e in told.events])


async def test_wrong_arguments_are_explained_in_at_most_three_points(staged: Staged) -> None:
    async with staged(Script()) as stage:
        box = box_of(stage)
        arguments = json.dumps({"factor": "mood", "status": "sure", "a": 1, "b": 2, "value": "x" * 5000})
        result = await box.run(ToolCall("c1", "qualify_bant", arguments))
    assert result.fault is ToolFault.bad_arguments
    assert result.text.count(";") == 2
    assert len(result.text) < 500


@pytest.mark.parametrize(
    "arguments",
    [
        '{"reason":"complaint","note":"' + "x" * 501 + '"}',
        '{"reason":"agent_fault","note":"x"}',
        '{"reason":["complaint"],"note":"x"}',
        '{"reason":"complaint","note":null}',
        '{"reason":"complaint","note":{"$ne":1}}',
        '{"reason":"complaint","note":"x","note2":"y"}',
        "null",
        '"complaint"',
        "[" * 2000 + "]" * 2000,
        '{"reason":"complaint","note":"\\ud800"}',
    ],
)
async def test_arguments_of_the_wrong_shape_run_nothing(staged: Staged, arguments: str) -> None:
    async with staged(Script()) as stage:
        result = await box_of(stage).run(ToolCall("c1", "hand_off", arguments))
        told = await stage.look()
    assert (result.ok, result.fault) == (False, ToolFault.bad_arguments)
    assert told.handoff is None
