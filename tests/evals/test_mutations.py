"""An exam that cannot fail is a defect: each of these breaks turns it red.

The lists are kept beside the product (`mutations_*.py`). Whoever adds a rule or a tool adds the break that shows that
the exam minds it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import cache

import pytest

import agent.prompts
from agent.tools import TOOLS as CATALOGUE
from evals.catalogue import Entry, read_cases
from evals.checks import judge
from evals.modes import KEYLESS, Mode
from evals.result import Result
from evals.run import Sitting, sit_once, sittings
from evals.trace import Trace
from evals.twins import same_for_twins
from evals.world import LiveModel, Worlds, open_worlds
from tests.evals.exam import case_of
from tests.evals.mutation import Mutation, broken
from tests.evals.mutations_actions import ACTIONS
from tests.evals.mutations_checks import CHECKS_BLIND, CHECKS_MAD, SAT, house_made
from tests.evals.mutations_guards import GUARDS
from tests.evals.mutations_interviewer import INTERVIEWER
from tests.evals.mutations_prompts import ANSWERS, INSTRUCTIONS
from tests.evals.mutations_rules import RULES
from tests.evals.mutations_tools import TOOLS
from tests.evals.test_checks import BREAKS
from tests.evals.test_recorded import QUICK, Sayer

MUTATIONS = (*RULES, *TOOLS, *GUARDS, *ACTIONS, *INTERVIEWER)
TALK = """
about: A buyer says what they need and asks what is known of them.
clock: 2026-11-23T10:00:00+01:00
models: [built-in]
visitor: ["We throw away two pallets a week, that has to stop", "What do you know about me?"]
must: {stage: lead}
"""
LINES = """[
  [{call: {qualify_bant: {factor: need, value: pallets, status: stated, quote: We throw away two pallets a week}}},
   {say: Noted. How many people plan with you?}],
  [{call: {read_lead_context: {}}}, {say: That you throw away two pallets a week.}],
]"""


@pytest.fixture(scope="module")
def exam() -> Iterator[tuple[asyncio.Runner, Worlds]]:
    """The exam, open for as long as this file runs; its live model knows `LINES`."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        worlds = runner.run(stack.enter_async_context(open_worlds(LiveModel(lambda: Sayer(LINES), QUICK))))
        yield runner, worlds
        runner.run(stack.aclose())


@cache
def every_case() -> list[Entry]:
    """The catalogue, read once: reading it takes longer than a case."""
    return read_cases()


def sat(exam: tuple[asyncio.Runner, Worlds], wanted: tuple[str, ...]) -> list[Result]:
    """The runs of these cases and no others, without their twins."""
    runner, worlds = exam
    planned = sittings([entry for entry in every_case() if entry.name in wanted], KEYLESS)
    assert {sitting.entry.name for sitting in planned} == set(wanted)
    return same_for_twins([runner.run(sit_once(worlds, sitting)) for sitting in planned])


def failing(exam: tuple[asyncio.Runner, Worlds], wanted: tuple[str, ...]) -> list[str]:
    """The names of the runs that fail."""
    return [f"{r.name} ({r.model})" for r in sat(exam, wanted) if not r.passed]


def test_what_is_to_be_broken_works_as_it_is(exam: tuple[asyncio.Runner, Worlds]) -> None:
    assert failing(exam, tuple(sorted({name for mutation in MUTATIONS for name in mutation.cases}))) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.why)
def test_what_is_broken_on_purpose_turns_the_exam_red(exam: tuple[asyncio.Runner, Worlds], mutation: Mutation) -> None:
    with broken(mutation):
        assert failing(exam, mutation.cases), f"nobody minds that {mutation.why}"


def test_every_tool_is_broken_once() -> None:
    rooms = {mutation.function.__module__.rpartition(".")[2] for mutation in TOOLS}
    assert rooms == {tool.name for tool in CATALOGUE}


# --- what a model is shown


@contextmanager
def shown_otherwise(mutation: Mutation) -> Iterator[None]:
    """The product with this mutation in it; templates that were read before are read again."""
    agent.prompts._environment.cache_clear()
    with broken(mutation):
        yield
    agent.prompts._environment.cache_clear()


@pytest.fixture(scope="module")
def recorded(exam: tuple[asyncio.Runner, Worlds]) -> list[Entry]:
    """One talk recorded here, and every recording that is kept with the cases."""
    runner, worlds = exam
    case = case_of(TALK)
    live = runner.run(sit_once(worlds, Sitting(Entry("tests", "talk", case), Mode.LIVE)))
    assert live.passed, live.failures
    return [Entry("tests", "talk", case, live.tape), *(entry for entry in every_case() if entry.tape)]


def missed(exam: tuple[asyncio.Runner, Worlds], recorded: list[Entry]) -> list[str]:
    """The recordings that are shown something else than they were."""
    runner, worlds = exam
    played = [runner.run(sit_once(worlds, Sitting(entry, Mode.REPLAY))) for entry in recorded]
    return [r.name for r in played if any("shows the model something else" in v.explanation for v in r.failures)]


def test_recordings_play_as_they_were_made(exam: tuple[asyncio.Runner, Worlds], recorded: list[Entry]) -> None:
    assert missed(exam, recorded) == []


@pytest.mark.parametrize("mutation", INSTRUCTIONS, ids=lambda m: m.why)
def test_other_instructions_are_a_miss_in_every_recording(
    exam: tuple[asyncio.Runner, Worlds], recorded: list[Entry], mutation: Mutation
) -> None:
    with shown_otherwise(mutation):
        assert missed(exam, recorded) == [entry.name for entry in recorded], mutation.why


@pytest.mark.parametrize("mutation", ANSWERS, ids=lambda m: m.why)
def test_another_answer_of_a_tool_is_a_miss_where_it_was_called(
    exam: tuple[asyncio.Runner, Worlds], recorded: list[Entry], mutation: Mutation
) -> None:
    with shown_otherwise(mutation):
        assert "tests/talk" in missed(exam, recorded), mutation.why


# --- the checks themselves


@pytest.fixture(scope="module")
def traces(exam: tuple[asyncio.Runner, Worlds]) -> list[tuple[Entry, Trace]]:
    """The runs that are judged again and again."""
    entries = {entry.name: entry for entry in every_case()}
    return [(entries[result.name], result.trace) for result in sat(exam, SAT)]


def complaints(traces: list[tuple[Entry, Trace]]) -> list[str]:
    """What is found wrong with them."""
    return [v.check for entry, trace in traces for v in judge(entry.case, trace) if not v.passed]


def test_nothing_is_wrong_with_the_runs_that_are_judged(traces: list[tuple[Entry, Trace]]) -> None:
    assert complaints(traces) == []


@pytest.mark.parametrize("mutation", (*CHECKS_BLIND, *CHECKS_MAD), ids=lambda m: m.why)
def test_a_check_that_cannot_fail_or_hold_is_seen(traces: list[tuple[Entry, Trace]], mutation: Mutation) -> None:
    with broken(mutation):
        assert complaints(traces), f"nobody minds that {mutation.why}"


@pytest.mark.parametrize("check", sorted({check for check, _ in BREAKS}))
def test_a_promise_of_the_house_that_never_holds_is_seen(traces: list[tuple[Entry, Trace]], check: str) -> None:
    with broken(house_made(False, check)):
        assert f"must.{check}" in complaints(traces)
