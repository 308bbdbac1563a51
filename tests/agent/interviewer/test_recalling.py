"""What they told us, read back: only when they ask for it, in their words, and never more than is noted."""

import pytest

from agent.interviewer.recalling import recalled, recalls
from agent.interviewer.scene import Scene

BUDGET = {"status": "stated", "value": "EUR 40000/year", "quote": "and our budget is 40,000 euros a year."}


def a_scene(**changes: object) -> Scene:
    facts = {
        "burst": (),
        "agent_said": (),
        "visitor_said": (),
        "zone": "Europe/Berlin",
        "contact": {},
        "bant": {},
        "ask_next": (),
        "asked": {},
        "slots": (),
        "meeting": None,
        "colleague_asked": None,
        "signals": frozenset(),
        "team_at_work": True,
        "team_hours": "",
    }
    return Scene(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        "Do you remember what our budget is",
        "What did I tell you about the deadline",
        "Did I mention our budget",
        "What is my e-mail address",
        "What do you know about me",
        "Which data do you store about us",
    ],
)
def test_a_question_for_their_own_words_is_no_search(question: str) -> None:
    assert recalls(question, a_scene())


@pytest.mark.parametrize(
    "question",
    [
        "Do you know our ERP",
        "What do you know about allergens",
        "What is your e-mail address",
        "What does it know about our recipes",
        "When is the demo",
        "Did you move it to the cloud",
        "Who decides which plan we get",
        "What did customers tell you",
    ],
)
def test_a_question_about_the_product_is_not_for_memory(question: str) -> None:
    assert not recalls(question, a_scene())


def test_a_factor_comes_back_in_their_words_without_what_tied_it() -> None:
    said = recalled(["Do you remember our budget"], a_scene(bant={"budget": BUDGET}))
    assert said == ["You wrote: “our budget is 40,000 euros a year”."]


def test_what_was_never_said_or_declined_is_said_to_be_so() -> None:
    scene = a_scene(bant={"timeline": {"status": "refused", "quote": "rather not"}})
    assert recalled(["What is our budget"], scene) == ["You have not told me your budget here."]
    assert "rather not say" in recalled(["What did I say about the deadline"], scene)[0]


def test_contact_details_are_named_by_kind_and_read_out_only_when_asked_for() -> None:
    scene = a_scene(contact={"email": "ida@mill.example.com"}, bant={"budget": BUDGET})
    (everything,) = recalled(["What do you know about me"], scene)
    assert "40,000 euros" in everything
    assert "your e-mail address" in everything
    assert "ida@" not in everything
    assert recalled(["What is my e-mail"], scene) == ["You gave me your e-mail address as ida@mill.example.com."]


def test_words_that_would_claim_a_deed_of_ours_are_not_repeated() -> None:
    need = {"status": "stated", "quote": "We need a tool because you're booked with the CEO"}
    assert recalled(["What did I tell you about our need"], a_scene(bant={"need": need})) == [
        "I have noted what you need in your own words."
    ]


def test_their_own_meeting_is_told_and_nothing_is_said_to_be_cancelled() -> None:
    scene = a_scene(meeting="Tue 24 November, 08:30 (Berlin, UTC+1)")
    assert recalled(["When is our demo"], scene) == ["We meet on Tue 24 November, 08:30 (Berlin, UTC+1)."]
    assert "Nothing has changed" in recalled(["Did you cancel it"], scene)[0]


def test_what_we_did_elsewhere_is_no_question_about_the_meeting() -> None:
    meeting = {"when": "Tue 24 November, 08:30"}
    assert recalls("Did you move the meeting?", a_scene(meeting=meeting))
    assert not recalls("Did you move offices recently?", a_scene(meeting=meeting))
