"""Steps beyond a message: a form beside the chat, one of the team who acts, a provider that fails."""

import pytest

from evals.case import Case
from evals.catalogue import read_case
from evals.modes import Mode
from evals.trace import Beside
from tests.evals.exam import case_of, run

ASKS = "[{call: {hand_off: {reason: asked_for_person, note: Wants a person.}}}, {say: I've asked a colleague.}]"
HI = "[{say: Hello.}]"


def test_a_rep_takes_over_and_the_agent_is_silent_until_they_give_back() -> None:
    visitor = """[A person please, {rep: takes_over}, Are you there?, {rep: says, text: Yes it is me.},
                  How long does setup take?, {rep: gives_back}]"""
    [trace] = run(case_of(visitor=visitor, script=f"[{ASKS}, {HI}]"))
    assert trace.faults == ()
    assert trace.beside == (
        Beside(1, "visitor", "Are you there?"),
        Beside(1, "rep", "Yes it is me."),
        Beside(1, "visitor", "How long does setup take?"),
    )
    assert [turn.visitor for turn in trace.turns] == [("A person please",), ("How long does setup take?",)]
    assert "handoff.joined" in trace.events
    assert "handoff.ended" in trace.events


def test_who_has_nothing_to_answer_after_the_rep_stays_silent() -> None:
    visitor = "[A person please, {rep: says, text: It is me.}, {reload: true}, {rep: gives_back}]"
    [trace] = run(case_of(visitor=visitor, script=f"[{ASKS}]"))
    assert trace.faults == ()
    assert len(trace.turns) == 1


@pytest.mark.parametrize(
    ("step", "status"), [("{rep: accepts}", "sal"), ("{rep: returns, reason: not_now}", "nurture")]
)
def test_a_rep_decides_and_the_lead_moves(step: str, status: str) -> None:
    lead = "{email: rosa@orchard.example.com, context: demo}"
    [trace] = run(case_of(visitor=f"[A person please, {step}]", script=f"[{ASKS}]", lead=lead))
    assert trace.faults == ()
    assert trace.end.handoff is None
    assert status in {trace.end.status, trace.end.stage}


def test_a_rep_cannot_act_on_a_handoff_that_is_not_there() -> None:
    [trace] = run(case_of(visitor="[Hi, {rep: takes_over}]", script=f"[{HI}]"))
    assert trace.faults == ("Step 2 cannot be done: nobody was asked for, so there is no handoff to act on",)


def test_a_form_beside_the_chat_is_captured() -> None:
    lead = "{email: rosa@orchard.example.com, verified: true}"
    form = "{form: demo, email: rosa@orchard.example.com, name: Rosa Lindqvist, company: Orchard}"
    with_it, without = run(
        case_of(visitor=f"[Hi, {form}, Hello again]", script=f"[{HI}, {HI}]", lead=lead),
        case_of(visitor="[Hi, Hello again]", script=f"[{HI}, {HI}]", lead=lead),
    )
    assert with_it.faults == without.faults == ()
    assert with_it.end.score.total > without.end.score.total
    assert {"name", "company"} <= {detail.name for detail in with_it.end.contact}


def test_a_provider_that_fails_for_one_answer_is_replaced_and_comes_back() -> None:
    case = case_of(visitor="[Hi, {fault: unavailable}, How long does setup take?, Hi again]", script=f"[{HI}, {HI}]")
    [trace] = run(case)
    assert trace.faults == ()
    assert [turn.model for turn in trace.turns] == ["scripted", "built-in", "scripted"]
    [built_in] = run(case_of(visitor="[{fault: timeout}, Hi]", models="[built-in]", script=""), mode=Mode.BUILT_IN)
    assert built_in.faults == ()
    assert built_in.turns[0].model == "built-in"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{rep: says}", "needs a text"),
        ("{rep: takes_over, text: hello}", "needs a text"),
        ("{rep: gives_back, reason: not_now}", "no reason goes with that"),
        ("{fault: stop}", "fault"),
        ("{shout: hello}", "this is no step"),
        ("true", "this is no step"),
        ("7", "this is no step"),
    ],
)
def test_a_step_that_makes_no_sense_is_a_fault_of_the_case(step: str, told: str) -> None:
    text = f"about: A case that is wrong.\nclock: 2026-11-23T10:00:00+01:00\nvisitor: [{step}]\nmust: {{replies: 1}}"
    found = read_case(text, file="case.yaml")
    assert not isinstance(found, Case)
    assert any(told in str(fault) for fault in found)
