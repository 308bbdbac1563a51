"""Every kind of check fails when its expectation is wrong: an exam that cannot fail is a defect."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from evals.case import Case
from evals.catalogue import read_cases
from evals.checks import CHECKS, findings, judge
from evals.expectation import Expectation, Prohibition
from evals.house_checks import house_findings
from evals.tags import KINDS, ErrorTag, Severity
from evals.trace import Detail, Trace, TurnTrace
from evals.verdict import Weight
from leads.bant import Factor
from tests.evals.exam import case_of, run

RIGHT_AND_WRONG = [
    ("bant", "{need: {status: stated}}", "{need: {status: confirmed}}"),
    ("bant", "{need: {value_contains: pallets}}", "{need: {value_contains: kettles}}"),
    ("bant", "{need: {quote: two pallets a week}}", "{need: {quote: three pallets a week}}"),
    ("bant", "{need: {met: true}}", "{need: {met: false}}"),
    ("bant", "{need: {status: [stated]}}", "{need: {superseded: pallets}}"),
    ("bant", "{budget: {status: unknown}}", "{budget: {status: [stated, refused]}}"),
    ("stage", "mql", "[lead, iql]"),
    ("status", "meeting_scheduled", "nurture"),
    ("outcome", "open", "disqualified"),
    ("score", "{min: 20}", "{min: 99}"),
    ("score", "{max: 90}", "{max: 1}"),
    ("meeting", "{booked: true}", "{booked: false}"),
    ("meeting", "{start: 2026-11-24T08:30}", "{start: 2026-11-24T09:30}"),
    ("meeting", "{zone: Europe/Berlin}", "{zone: Europe/Lisbon}"),
    ("meeting", "{count: 1}", "{count: 2}"),
    ("meeting", "{moved: 0}", "{moved: 1}"),
    ("meeting", "{kind: demo}", "{kind: intro}"),
    ("meeting", "{host: Jonas Brandt}", "{host: Ana Ferreira}"),
    ("meeting", "{invited: kim@bakery.example.com}", "{invited: tim@bakery.example.com}"),
    ("handoff", "{reason: meeting_booked}", "{reason: none}"),
    ("handoff", "{reason: [complaint, meeting_booked]}", "{reason: complaint}"),
    ("handoff", "{note_contains: meeting}", "{note_contains: complaint}"),
    ("handoff", "{due: 2026-11-23T14:00}", "{due: 2026-11-23T15:00}"),
    ("consent", "{chat: granted}", "{chat: withdrawn}"),
    ("consent", "{marketing: unsaid}", "{marketing: granted}"),
    ("contact", "{email: kim@bakery.example.com}", "{email: tim@bakery.example.com}"),
    ("contact", "{email: kim@bakery.example.com}", "{name: Kim}"),
    ("signals", "asked_demo", "urgent"),
    ("outbox", "{invitation: 1}", "{invitation: 2}"),
    ("routed", "{owner: Ana Ferreira}", "{owner: Jonas Brandt}"),
    ("routed", "{owner: Ana Ferreira}", "{queue: sales}"),
    ("routed", "{owner: Ana Ferreira}", "{nobody: true}"),
    ("suppressed", "false", "true"),
    ("cost", "{requests: 7}", "{requests: 6}"),
    ("cost", "{tool_calls: 7}", "{tool_calls: 6}"),
    ("cost", "{input_tokens: 99999}", "{input_tokens: 9999}"),
    ("cost", "{output_tokens: 7}", "{output_tokens: 6}"),
    ("guard_events", "[say_do.booking]", "[say_do.price]"),
    ("tools_used", "[book_meeting, find_slots]", "[book_meeting, hand_off]"),
    ("tools_refused", "[qualify_bant]", "[book_meeting]"),
    ("tools_never", "[hand_off]", "[book_meeting]"),
    ("said", "[{any: [booked, nothing]}]", "[{any: [cancelled]}]"),
    ("said", "[{turn: 3, all: [booked]}]", "[{turn: 2, all: [booked]}]"),
    ("said", "[{all: [shelf life]}]", "[{all: [shelf life, cancelled]}]"),
    ("never_said", "[cancelled]", "[suits you]"),
    ("never_said", "[booked already]", "[meeting_id]"),  # of the outbox
    ("cites", "[shelf]", "[pricing]"),
    ("never_asks", "[timeline]", "[budget]"),
    ("questions_per_reply", "1", "0"),
    ("asks_at_most", "1", ""),
    ("replies", "3", "2"),
    ("answered_by", "[{turn: 1, model: scripted}]", "[{turn: 1, model: built-in}]"),
    ("answered_by", "[{turn: 1, model: scripted}]", "[{turn: 4, model: scripted}]"),
]
ONLY_IN_MUST = set(Expectation.model_fields) - set(Prohibition.model_fields)


@pytest.fixture(scope="module")
def trace() -> Trace:
    [made] = run(case_of())
    assert made.faults == ()
    return made


def failures(case: Case, trace: Trace) -> list[str]:
    return [v.check for v in judge(case, trace) if not v.passed and v.weight is Weight.MUST]


def test_the_case_itself_passes(trace: Trace) -> None:
    assert failures(case_of(), trace) == []


@pytest.mark.parametrize(("key", "right", "wrong"), RIGHT_AND_WRONG)
def test_a_right_expectation_holds_and_a_wrong_one_fails(trace: Trace, key: str, right: str, wrong: str) -> None:
    assert failures(case_of(must=f"{{{key}: {right}}}"), trace) == []
    if wrong:
        failed = failures(case_of(must=f"{{{key}: {wrong}}}"), trace)
        assert failed
        assert all(check.startswith(f"must.{key}") for check in failed)


@pytest.mark.parametrize(("key", "right", "wrong"), RIGHT_AND_WRONG)
def test_what_holds_fails_where_it_is_forbidden(trace: Trace, key: str, right: str, wrong: str) -> None:
    if key in ONLY_IN_MUST or not wrong:
        return
    failed = failures(case_of(must_not=f"{{{key}: {right}}}", must=""), trace)
    assert failed
    assert all(check.startswith(f"must_not.{key}") for check in failed)


def test_what_is_forbidden_and_does_not_hold_passes(trace: Trace) -> None:
    assert failures(case_of(must_not="{stage: customer, tools_used: [hand_off], cites: pricing}", must=""), trace) == []


def test_a_broken_should_is_told_and_fails_nothing(trace: Trace) -> None:
    case = case_of(should="{replies: 7}")
    told = [v for v in judge(case, trace) if not v.passed]
    assert [(v.check, v.weight) for v in told] == [("should.replies", Weight.SHOULD)]
    assert "wanted 7; found 3" in told[0].explanation


def test_a_follow_up_is_checked_by_its_day(trace: Trace) -> None:
    resting = replace(trace, end=replace(trace.end, follow_up_on=case_of().clock.date()))
    assert failures(case_of(must="{follow_up_on: 2026-11-23}"), resting) == []
    assert failures(case_of(must="{follow_up_on: 2026-11-24}"), resting) == ["must.follow_up_on"]
    assert failures(case_of(must="{follow_up_on: 2026-11-23}"), trace) == ["must.follow_up_on"]


def test_asking_for_one_thing_again_and_again_is_counted(trace: Trace) -> None:
    asked = tuple(replace(turn, asked=(Factor.BUDGET,), askable=(Factor.BUDGET,)) for turn in trace.turns)
    nagging = replace(trace, turns=asked)
    assert failures(case_of(must="{asks_at_most: 3}"), nagging) == []
    assert failures(case_of(must="{asks_at_most: 2}"), nagging) == ["must.asks_at_most"]


def test_seconds_are_judged_where_they_were_measured(trace: Trace) -> None:
    case = case_of(must="{cost: {seconds_per_answer: 2}}")
    assert list(findings(case.must, trace)) == []
    slow = replace(trace, turns=tuple(replace(turn, seconds=float(turn.number)) for turn in trace.turns))
    assert failures(case, slow) == ["must.cost.seconds_per_answer"]
    assert failures(case_of(must="{cost: {seconds_per_answer: 3}}"), slow) == []


def test_every_check_has_a_tag_and_a_severity() -> None:
    house = {check for check, _ in BREAKS if check.startswith("house.")}
    comparing = {"house.same_each_time", "house.same_for_twins"}
    house |= comparing | {"judge"}
    assert set(KINDS) == set(CHECKS) | house
    assert {kind.tag for kind in KINDS.values()} == set(ErrorTag)


def test_a_mistake_that_reaches_somebody_is_critical(trace: Trace) -> None:
    case = case_of(must="{meeting: {count: 0}, never_said: [suits you], replies: 9}")
    kinds = {v.check: (v.severity, v.tag) for v in judge(case, trace) if not v.passed}
    assert kinds == {
        "must.meeting.count": (Severity.CRITICAL, ErrorTag.WRONG_ACTION),
        "must.never_said": (Severity.CRITICAL, ErrorTag.REVEALED),
        "must.replies": (Severity.MINOR, ErrorTag.UNANSWERED),
    }


def test_a_canary_passes_when_exactly_the_named_checks_fail(trace: Trace) -> None:
    both = "{replies: 9, never_said: [suits you]}"
    assert failures(case_of(must=both, fails="[must.replies, must.never_said]"), trace) == []
    assert failures(case_of(must=both, fails="[must.replies]"), trace) == ["must.never_said"]
    sound = case_of(must="{replies: 3}", fails="[must.replies]")
    assert failures(sound, trace) == ["must.replies"]
    misspelt = case_of(must="{replies: 3}", fails="[must.replys]")
    assert failures(misspelt, trace) == ["must.house.replay"]


def test_a_canary_of_the_exam_shows_for_every_check_that_it_can_fail() -> None:
    shown = {name.split(".", 1)[1].split(".")[0] for e in read_cases() for name in e.case.fails}
    assert shown == set(CHECKS)


def test_every_key_of_an_expectation_has_its_check_and_its_mutation() -> None:
    assert set(CHECKS) == set(Expectation.model_fields)
    assert {key for key, _, _ in RIGHT_AND_WRONG} | {"follow_up_on"} == set(CHECKS)


def test_every_finding_says_what_was_wanted_and_found(trace: Trace) -> None:
    for key, right, _ in RIGHT_AND_WRONG:
        for finding in findings(case_of(must=f"{{{key}: {right}}}").must, trace):
            assert finding.wanted, key
            assert finding.found, key


# --- what holds for every conversation


def with_turn(trace: Trace, number: int, change: Callable[[TurnTrace], TurnTrace]) -> Trace:
    turns = tuple(change(turn) if turn.number == number else turn for turn in trace.turns)
    return replace(trace, turns=turns)


def broken(trace: Trace) -> set[str]:
    return {finding.check for finding in house_findings(trace) if not finding.holds}


BREAKS: list[tuple[str, Callable[[Trace], Trace]]] = [
    ("house.replay", lambda t: replace(t, faults=("the script ran out",))),
    ("house.answered", lambda t: with_turn(t, 1, lambda turn: replace(turn, reply=""))),
    ("house.answered", lambda t: with_turn(t, 1, lambda turn: replace(turn, outcome="failed"))),
    ("house.quotes", lambda t: with_turn(t, 1, lambda turn: replace(turn, visitor=("Something else.",)))),
    ("house.score_lines", lambda t: replace(t, end=replace(t.end, score=replace(t.end.score, total=99.0)))),
    ("house.score_lines", lambda t: replace(t, end=replace(t.end, score=replace(t.end.score, kept=1.0)))),
    ("house.one_meeting", lambda t: replace(t, end=replace(t.end, meetings=t.end.meetings * 2))),
    (
        "house.offered_times",
        lambda t: replace(t, end=replace(t.end, meetings=(replace(t.end.meetings[0], offered=False),))),
    ),
    ("house.says_booked", lambda t: with_turn(t, 1, lambda turn: replace(turn, shown="Done, you're booked."))),
    ("house.inside", lambda t: with_turn(t, 2, lambda turn: replace(turn, reply="I called find_slots for you."))),
    ("house.inside", lambda t: with_turn(t, 2, lambda turn: replace(turn, shown="Take slot_00002."))),
    ("house.asks_known", lambda t: with_turn(t, 2, lambda turn: replace(turn, asked=(Factor.NEED,)))),
    (
        "house.own_words",
        lambda t: replace(t, model="built-in", end=replace(t.end, guard_events=(Detail("leak", "x"),))),
    ),
    ("questions_per_reply", lambda t: with_turn(t, 2, lambda turn: replace(turn, reply="This? Or that?"))),
]


@pytest.mark.parametrize(("check", "break_it"), BREAKS)
def test_a_broken_promise_of_the_house_is_seen(trace: Trace, check: str, break_it: Callable[[Trace], Trace]) -> None:
    assert broken(trace) == set()
    assert broken(break_it(trace)) == {check}


def test_every_promise_of_the_house_has_been_broken_once(trace: Trace) -> None:
    assert {finding.check for finding in house_findings(trace)} == {check for check, _ in BREAKS}
