"""What is stored becomes cases: a rep's decision a draft without the person's words, a conversation one that passes."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from actions.decide_handoff import accept_handoff, return_handoff
from evals.case import Case
from evals.catalogue import Entry, read_case
from evals.checks import judge
from evals.from_conversation import record
from evals.harvest import harvest
from evals.modes import Mode
from evals.replay import _Run, replay
from evals.run import sittings
from evals.world import World, open_worlds
from leads.actor import Actor
from leads.draft import DraftState, Revision
from leads.handoff import Handoff
from leads.refusal import WrongMove
from leads.signal import ActorKind
from leads.stage import ReasonCode
from tests.evals.exam import case_of

LINES = [
    "Hi, I'm Wilhelmina Tarrant from Gossamer Pies, wilhelmina@gossamer-pies.net, 212-736-5000",
    "We throw away two pallets of rhubarb a week, that has to stop",
    "Our budget is 40,000 euros a year and I decide that alone",
    "Can I talk to a person about it, please?",
]
TALK = """
about: A buyer tells of pallets and asks for a person.
clock: 2026-11-23T10:00:00+01:00
models: [built-in]
visitor: []
must: {replies: 4}
"""


@dataclass(slots=True)
class Held:
    """A world in which a conversation was held."""

    world: World
    run: _Run
    handoff: Handoff | None


@asynccontextmanager
async def a_talk(lines: list[str]) -> AsyncIterator[Held]:
    case = case_of(TALK, visitor=str(lines))
    entry = Entry("tests", "talk", case)
    async with open_worlds() as worlds, worlds.fresh(entry, Mode.BUILT_IN) as world:
        run = _Run(world, entry, Mode.BUILT_IN)
        await run.through()
        async with world.workspace.reading() as uow:
            yield Held(world, run, await uow.handoffs.open_of(run.conversation_id))


async def decided(held: Held, decide: Callable[..., object], **how: object) -> str:
    assert held.handoff is not None
    workspace = held.world.workspace
    async with workspace.unit() as uow:
        rep = (await uow.access.reps())[0]
        actor = Actor(ActorKind.REP, rep.id, rep.name)
        await decide(uow, workspace.book, held.handoff.id, actor=actor, note="Wilhelmina is a dear", **how)  # type: ignore[misc]
    async with workspace.reading() as uow:
        return await harvest(uow, workspace.book, held.handoff.id)


async def suggested(held: Held, first: str, last: str) -> None:
    """The agent's suggestion, and what a rep sent instead."""
    assert held.handoff is not None
    async with held.world.workspace.unit() as uow:
        ordered = await uow.drafts.of_handoff(held.handoff.id)
        assert ordered is not None
        draft = replace(ordered, state=DraftState.SENT, rev=2)
        await uow.drafts.save(draft)
        await uow.drafts.add_revision(draft, Revision(1, first, Actor(ActorKind.AGENT), uow.now, model="built-in"))
        await uow.drafts.add_revision(draft, Revision(2, last, Actor(ActorKind.REP), uow.now))


def read(text: str) -> Case:
    case = read_case(text, file="harvested.yaml")
    assert isinstance(case, Case), case
    return case


def holds_no_word_of(text: str, *said: str) -> None:
    """No three words in a row, no name, address or number of a person."""
    folded = " ".join(re.findall(r"\w+", text.casefold()))
    for line in said:
        words = re.findall(r"\w+", line.casefold())
        for at in range(len(words) - 2):
            assert " ".join(words[at : at + 3]) not in folded
    for detail in ("wilhelmina", "tarrant", "gossamer", "736", "rhubarb", "pallets", "dear", "40,000", "40000"):
        assert detail not in text.casefold()


async def test_an_accepted_handoff_becomes_a_draft_without_a_word_of_the_person() -> None:
    async with a_talk(LINES) as held:
        await suggested(
            held,
            "The plan costs €490 a month and I guarantee that it works. A colleague has been asked.",
            "Thank you, Wilhelmina. How many plants do you run?",
        )
        text = await decided(held, accept_handoff)
    holds_no_word_of(text, *LINES, "Thank you, Wilhelmina. How many plants do you run?")
    case = read(text)
    assert case.draft[1].startswith("stated need")
    assert "8 words" not in case.draft[0]
    assert "gives an e-mail address; gives a phone number; gives their name" in case.draft[0]
    assert [str(reason) for reason in case.must.handoff.reason or ()] == ["asked_for_person"]  # type: ignore[union-attr]
    assert case.must.score is not None
    assert case.must.stage is not None
    changed = " ".join(issue for issue in case.issues if "changed the suggested reply" in issue)
    assert changed, case.issues
    assert "took out" in changed
    assert "a price" in changed
    assert "asked 1 question more" in changed
    assert sittings([Entry("tests", "draft", case)], list(Mode)) == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (ReasonCode.STUDENT, "must:\n"),
        (ReasonCode.NO_BUDGET, "budget:\n      met: false"),
        (ReasonCode.NOT_NOW, "timeline:\n      met: false"),
    ],
)
async def test_a_returned_handoff_says_what_was_not_so(code: ReasonCode, told: str) -> None:
    async with a_talk(LINES) as held:
        text = await decided(held, return_handoff, reason=code)
    holds_no_word_of(text, *LINES)
    assert told in text
    case = read(text)
    wanted = "review_disqualification" if code is ReasonCode.STUDENT else "asked_for_person"
    assert [str(reason) for reason in case.must.handoff.reason or ()] == [wanted]  # type: ignore[union-attr]


async def test_what_nobody_has_decided_is_not_harvested() -> None:
    async with a_talk(LINES) as held, held.world.workspace.reading() as uow:
        assert held.handoff is not None
        with pytest.raises(WrongMove):
            await harvest(uow, held.world.workspace.book, held.handoff.id)


async def test_a_stored_conversation_becomes_a_case_that_passes_at_once() -> None:
    lines = [LINES[0], LINES[1], "Can you book an appointment on Wednesday at 11?", "Yes, please"]
    async with a_talk(lines) as held, held.world.workspace.reading() as uow, open_worlds() as worlds:
        text = await record(worlds, uow, held.world.workspace.book, held.run.conversation_id)
        for detail in ("wilhelmina", "tarrant", "gossamer", "736"):
            assert detail not in text.casefold()
        case = read(text)
        assert not any("Not so in the replay" in issue for issue in case.issues), case.issues
        assert case.must.meeting is not None and case.must.meeting.booked
        trace = (await replay(worlds, Entry("recorded", "talk", case), Mode.SCRIPTED)).trace
    assert [v for v in judge(case, trace) if not v.passed] == []


async def test_a_conversation_without_an_answer_cannot_be_recorded() -> None:
    async with a_talk(["Hello"]) as held, open_worlds() as worlds:
        workspace = held.world.workspace
        async with workspace.unit() as uow:
            from actions.open_conversation import Arrival, open_conversation

            silent = await open_conversation(uow, workspace.book, Arrival())
        async with workspace.reading() as uow:
            with pytest.raises(WrongMove):
                await record(worlds, uow, workspace.book, silent.id)
