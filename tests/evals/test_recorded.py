"""Recording and replay: the same answers word for word, and a loud miss when the model is shown something else."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from agent.finish import Finish
from agent.gateway import Budget
from agent.provider import Part, Provider, Request
from evals.case import Case
from evals.catalogue import Entry, Place
from evals.commands import Options, record_cases, run_cases
from evals.modes import Mode
from evals.recorded import RecordedModel, RecordingModel
from evals.result import Result
from evals.run import Sitting, sit
from evals.scripted import ScriptedModel
from evals.tape import Tape, read_tape, write_tape
from evals.world import LiveModel
from playbook.fault import Fault
from tests.evals.exam import case_of
from tests.evals.test_run import write

QUICK = replace(Budget(), retry_pause_s=0)
STEADY = """
about: A buyer says what they need and where they are.
clock: 2026-11-23T10:00:00+01:00
models: [built-in]
visitor: ["We throw away two pallets a week, that has to stop", "I'm kim@bakery.example.com"]
must: {contact: {email: kim@bakery.example.com}}
"""
SCRIPT = """[
  [{call: {qualify_bant: {factor: need, value: pallets, status: stated, quote: We throw away two pallets a week}}},
   {say: Noted. How many people plan with you?}],
  [{fail: cut_off, after: 'Thank '}, {call: {note_contact: {email: kim@bakery.example.com}}}, {say: Thank you.}],
]"""


class Sayer:
    """A live model that knows its lines: it moves on by itself when the visitor has said something new."""

    name = "sayer:1"

    def __init__(self, script: str = SCRIPT) -> None:
        self._script = ScriptedModel(case_of(script=script).script)
        self._said: list[str] = []

    async def stream(self, request: Request) -> AsyncIterator[Part]:
        said = [m.text for m in request.messages if m.role.value == "user" and "[" not in m.text[:1]]
        if said != self._said:
            self._said = said
            self._script.lines.begin_turn()
        async for part in self._script.stream(request):
            yield part


def a_sayer() -> Provider:
    return Sayer()


def sat(case: Case, mode: Mode, *, tape: Tape | None = None) -> Result:
    live = LiveModel(a_sayer, QUICK) if mode is Mode.LIVE else None
    [result] = asyncio.run(sit([Sitting(Entry("tests", "steady", case, tape), mode)], live=live))
    return result


@pytest.fixture(scope="module")
def recorded() -> Result:
    return sat(case_of(STEADY), Mode.LIVE)


def test_a_live_run_is_recorded_and_replays_the_same(recorded: Result, tmp_path: Path) -> None:
    assert recorded.passed, recorded.failures
    assert recorded.tape is not None
    write_tape(recorded.tape, tmp_path / "steady.json")
    tape = read_tape(tmp_path / "steady.json")
    assert tape == recorded.tape
    assert isinstance(tape, Tape)
    replayed = sat(case_of(STEADY), Mode.REPLAY, tape=tape)
    assert replayed.passed, replayed.failures
    assert replayed.trace.replies == recorded.trace.replies == ["Noted. How many people plan with you?", "Thank you."]
    assert replayed.trace.end == recorded.trace.end
    assert [t.requests for t in replayed.trace.turns] == [t.requests for t in recorded.trace.turns] == [2, 3]
    assert [t.input_tokens for t in replayed.trace.turns] == [t.input_tokens for t in recorded.trace.turns]
    assert {turn.model for turn in replayed.trace.turns} == {"sayer:1"}
    assert all(turn.seconds is not None for turn in recorded.trace.turns)
    assert all(turn.seconds is None for turn in replayed.trace.turns)


def test_a_text_stands_on_the_tape_once(recorded: Result) -> None:
    assert recorded.tape is not None
    shown = [key for exchange in recorded.tape.exchanges for key in exchange.shown]
    assert len(set(shown)) == len(recorded.tape.texts) < len(shown)


def test_a_changed_prompt_is_a_loud_miss_that_tells_the_difference(recorded: Result) -> None:
    rules = "{company.yaml: {agent: {book_when_known: 1}}}"
    missed = sat(case_of(STEADY, playbook=rules), Mode.REPLAY, tape=recorded.tape)
    assert not missed.passed
    [miss] = [v for v in missed.failures if v.check == "must.house.replay"]
    assert "shows the model something else" in miss.explanation
    assert "opener eval record tests/steady" in miss.explanation
    assert "\n-" in miss.explanation
    assert "\n+" in miss.explanation


def test_a_change_that_is_meant_is_recorded_anew_with_the_old_answers(recorded: Result, tmp_path: Path) -> None:
    assert recorded.tape is not None
    cases, tapes = tmp_path / "cases", tmp_path / "tapes"
    write(cases, "tests/steady", f"{STEADY}playbook: {{company.yaml: {{agent: {{book_when_known: 1}}}}}}\n")
    write_tape(recorded.tape, tapes / "tests" / "steady.json")
    quiet, options = Console(quiet=True), Options(models=("replay",), jobs=1)
    assert not run_cases([], options, console=quiet, place=Place(cases, tapes))
    assert record_cases([], live=None, console=quiet, place=Place(cases, tapes))
    assert run_cases([], options, console=quiet, place=Place(cases, tapes))
    anew = read_tape(tapes / "tests" / "steady.json")
    assert isinstance(anew, Tape)
    assert [e.answer for e in anew.exchanges] == [e.answer for e in recorded.tape.exchanges]
    assert anew.texts != recorded.tape.texts


def test_twins_and_personas_are_not_recorded_because_nobody_would_replay_them(tmp_path: Path) -> None:
    cases, tapes = tmp_path / "cases", tmp_path / "tapes"
    write(cases, "tests/steady", f"{STEADY}twins: {{other: {{replace: {{kim@bakery: kwame@bakery}}}}}}\n")
    lines = STEADY[STEADY.index("visitor:") : STEADY.index("must:")]
    persona = STEADY.replace(lines, "persona: {who: Kim, wants: x, leaves_when: y}\n")
    write(cases, "tests/played", persona)
    live = LiveModel(a_sayer, QUICK)
    assert record_cases([], live=live, console=Console(quiet=True), place=Place(cases, tapes))
    assert [path.name for path in tapes.rglob("*.json")] == ["steady.json"]


def test_where_nothing_was_recorded_no_answers_can_be_kept(tmp_path: Path) -> None:
    write(tmp_path, "tests/steady", STEADY)
    told = Console(record=True, width=200, file=io.StringIO())
    assert not record_cases([], live=None, console=told, place=Place(tmp_path, tmp_path / "none"))
    assert "none was recorded before" in told.export_text()


def test_another_word_of_the_visitor_is_a_miss_too(recorded: Result) -> None:
    other = case_of(STEADY, visitor="['We throw away two pallets a week, it has to stop', I'm kim@bakery.example.com]")
    assert "it has to stop" in str(sat(other, Mode.REPLAY, tape=recorded.tape).failures)


def test_an_answer_too_many_or_too_few_fails(recorded: Result) -> None:
    assert recorded.tape is not None
    cut = replace(recorded.tape, exchanges=recorded.tape.exchanges[:-1])
    assert "no line left" in str(sat(case_of(STEADY), Mode.REPLAY, tape=cut).failures)
    shorter = case_of(STEADY, visitor="['We throw away two pallets a week, that has to stop']", must="{replies: 1}")
    assert "lines for 1 more turn" in str(sat(shorter, Mode.REPLAY, tape=recorded.tape).failures)


async def test_a_failure_of_the_provider_is_recorded_and_fails_again() -> None:
    model = RecordingModel(ScriptedModel(case_of(script="[[{fail: rate_limited}]]").script))
    model.begin_turn()
    model._inner.lines.begin_turn()  # type: ignore[attr-defined]
    request = Request((), (), 10)
    with pytest.raises(Exception, match="rate_limited"):
        [part async for part in model.stream(request)]
    tape = model.tape("tests/limited")
    assert tape.exchanges[0].answer.fault is Finish.rate_limited
    again = RecordedModel(tape)
    again.lines.begin_turn()
    with pytest.raises(Exception, match="rate_limited"):
        [part async for part in again.stream(request)]
    again.lines.end()
    assert again.lines.faults == []


@pytest.mark.parametrize("text", ["", "{}", '{"case": 1}', "\xff", '{"case":"a","model":"b","exchanges":[],"text":{}}'])
def test_a_file_that_is_no_recording_is_a_fault_and_not_a_crash(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("latin-1"))
    assert isinstance(read_tape(path), Fault)


def test_a_recording_that_lost_a_text_is_a_fault(recorded: Result, tmp_path: Path) -> None:
    assert recorded.tape is not None
    key = next(iter(recorded.tape.texts))
    texts = {k: v for k, v in recorded.tape.texts.items() if k != key}
    write_tape(replace(recorded.tape, texts=texts), tmp_path / "cut.json")
    assert key in str(read_tape(tmp_path / "cut.json"))
