"""How the interviewer talks about times: it remembers the day, names the closest, and asks one thing at a time."""

import pytest

from evals.modes import Mode
from evals.trace import Trace
from tests.evals.exam import case_of, run

CASE = """
about: A visitor who is on record talks about the time of a meeting.
clock: 2026-11-23T10:00:00+01:00
models: [built-in]
lead: {email: kim@bakery.example.com, name: Kim Arden, verified: true}
visitor: [Hello]
must: {replies: 1}
"""


def talk(*said: object) -> Trace:
    """The visitor's steps with the built-in model."""
    [trace] = run(case_of(CASE, visitor=str(list(said))), mode=Mode.BUILT_IN)
    assert not trace.faults
    return trace


def booked(trace: Trace) -> str:
    return ", ".join(m.start.strftime("%a %H:%M") for m in trace.end.meetings if m.state == "confirmed") or "nothing"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (("Can you book an appointment on Wednesday?", "At 11, please", "Sounds good to me"), "Wed 11:00"),
        (("Please schedule a visit at 11 on Wednesday", "No, make it Thursday", "That is fine"), "Thu 11:00"),
        (("I need an appointment for Wednesday at 11", "Great. Where is your office?"), "Wed 11:00"),
        (("An appointment at 9, please", "No, on Wednesday. Is 11 am free?", "That works for me"), "Wed 11:00"),
        (("Something on Wednesday, try 11:00", "Yes, that is it"), "Wed 11:00"),
        (("I need an appointment for Wednesday at 11", "Great, but can we do Thursday at 11?", "Yes"), "Thu 11:00"),
        (("I need an appointment for Wednesday at 11", "That does not work. More until Friday?"), "nothing"),
        (("Make it for 11:00 on Wednesday, if that is possible, you all", "That sound great. Who?"), "Wed 11:00"),
        (("I need an appointment for Wednesday at 11", "Please try it"), "Wed 11:00"),
        (("We have to be live by Wednesday. Can you book a call at 11?", "That's perfect"), "Tue 11:00"),
    ],
)  # fmt: skip
def test_the_day_and_the_hour_come_together_over_several_messages(said: tuple[str, ...], wanted: str) -> None:
    assert booked(talk(*said)) == wanted


def test_the_closest_time_is_named_where_theirs_is_not_free() -> None:
    trace = talk("Can you book an appointment on Wednesday at 11:07?", "Yes, please")
    assert "That time is not free. The closest is Wed 25 November, 11:00" in trace.replies[0]
    assert booked(trace) == "Wed 11:00"


def test_a_time_that_was_lost_is_replaced_by_the_closest() -> None:
    trace = talk("An appointment on Wednesday at 11, please", {"taken_meanwhile": 2}, "Yes", "That would work")
    assert "just been taken" in trace.replies[1]
    assert "The closest is Wed 25 November" in trace.replies[1]
    assert booked(trace).startswith("Wed 1")


def test_a_yes_to_what_is_booked_moves_nothing() -> None:
    trace = talk("An appointment on Wednesday at 11, please", "Yes, do it", "Yes, please do")
    assert [use.name for use in trace.turns[2].tools] == []
    assert trace.end.meetings[0].moved == 0


def test_a_colleague_is_not_offered_in_the_same_breath_as_a_time() -> None:
    trace = talk("Do you have a branch on Mars? And can you book an appointment on Wednesday at 11?")
    assert trace.replies[0].count("?") == 1


def test_the_times_of_a_day_are_spread_over_it() -> None:
    trace = talk("Can you book an appointment on Wednesday?")
    offered = trace.turns[0].tools[-1].result
    assert len({line.split(", ")[1][:2] for line in offered.splitlines() if line.startswith("- ")}) == 3
