"""An exam that cannot fail is a defect: each of these breaks turns it red.

The list is kept beside the product. Whoever adds a rule or a tool adds the break that shows that the exam minds it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

import actions.book_meeting
import actions.hear_visitor
import actions.note_bant
import agent.leaks
import agent.say_do
import agent.tools.book_meeting
import agent.tools.search_knowledge
import leads.bant
import leads.evidence
import leads.slots
from evals.case import KEYLESS
from evals.catalogue import chosen, read_cases
from evals.result import Result
from evals.run import sit_once, sittings
from evals.twins import same_for_twins
from evals.world import Worlds, open_worlds
from tests.evals.mutation import Mutation, broken

RULES = (
    Mutation(
        "a model may put words into a buyer's mouth",
        leads.evidence.prove,
        'raise QuoteNotFound("Those words are not',
        'return Evidence(said[-1].message_id, quote, said[-1].at)\n    raise QuoteNotFound("Those words are not',
        ("bant/a_quote_they_never_said",),
    ),
    Mutation(
        "a correction is forgotten, and the first word stands",
        leads.bant.assess,
        "sorted(claims, key=lambda c: (c.at, c.evidence.at, c.evidence.message_id))",
        "sorted(claims, key=lambda c: (c.at, c.evidence.at, c.evidence.message_id), reverse=True)",
        ("bant",),
    ),
    Mutation(
        "times are offered that begin at once",
        leads.slots.free_slots,
        "now + timedelta(minutes=meeting.notice_minutes)",
        "now",
        ("booking",),
    ),
    Mutation(
        "a second booking is a second meeting",
        actions.book_meeting.book_meeting,
        "if standing is not None:",
        "if False:",
        ("booking/moved_to_thursday",),
    ),
)
GUARDS = (
    Mutation(
        "what no tool did may be said",
        agent.say_do.check,
        "return Unsupported(found, sentence) if found else None",
        "return None",
        ("promises",),
    ),
    Mutation(
        "the instructions may be recited",
        agent.leaks.LeakGuard.leaks,
        "return not self._recited.isdisjoint(_windows(spoken)) or _hides_text(sentence)",
        "return False",
        ("boundaries/model_recites_its_instructions",),
    ),
)
MUTATIONS = (*RULES, *GUARDS)


@pytest.fixture(scope="module")
def exam() -> Iterator[tuple[asyncio.Runner, Worlds]]:
    """The exam, open for as long as this file runs."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        worlds = runner.run(stack.enter_async_context(open_worlds()))
        yield runner, worlds
        runner.run(stack.aclose())


def failing(exam: tuple[asyncio.Runner, Worlds], wanted: tuple[str, ...]) -> list[str]:
    """The names of the runs that fail."""
    runner, worlds = exam
    planned = sittings(chosen(read_cases(), wanted), KEYLESS)
    assert planned
    results: list[Result] = [runner.run(sit_once(worlds, sitting)) for sitting in planned]
    return [f"{r.name} ({r.model})" for r in same_for_twins(results) if not r.passed]


def test_what_is_to_be_broken_works_as_it_is(exam: tuple[asyncio.Runner, Worlds]) -> None:
    assert failing(exam, tuple(sorted({name for mutation in MUTATIONS for name in mutation.cases}))) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.why)
def test_what_is_broken_on_purpose_turns_the_exam_red(exam: tuple[asyncio.Runner, Worlds], mutation: Mutation) -> None:
    with broken(mutation):
        assert failing(exam, mutation.cases), f"nobody minds that {mutation.why}"
