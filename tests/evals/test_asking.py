"""What a reply asks for is heard from the playbook's wordings and from plain questions, not from statements."""

import pytest

from evals.asking import asked_factors, questions_in
from leads.bant import Factor

OURS = {Factor.BUDGET: ("Which sum would be easy to justify on your side?",)}


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("Thank you. Which sum would be easy to justify on your side?", (Factor.BUDGET,)),
        ("Do you have a budget in mind?", (Factor.BUDGET,)),
        ("By when would you like it to be running?", (Factor.TIMELINE,)),
        ("When do you need it live?", (Factor.TIMELINE,)),
        ("Who besides you takes part in the decision?", (Factor.AUTHORITY,)),
        ("What goes wrong in a typical week?", (Factor.NEED,)),
        ("What is your budget, and who decides?", (Factor.BUDGET, Factor.AUTHORITY)),
        ("Your budget is noted. Who signs it off?", (Factor.AUTHORITY,)),
        ("Your budget is noted.", ()),
        ("Which one suits you?", ()),
        ("Shall I ask a colleague to answer that?", ()),
    ],
)
def test_a_reply_asks_for(reply: str, asked: tuple[Factor, ...]) -> None:
    assert asked_factors(reply, OURS) == asked


def test_questions_are_counted_also_in_quotes_and_brackets() -> None:
    assert len(questions_in('You asked "why?" Fine. (Is that so?) And when?')) == 3
    assert questions_in("No question. None at all!") == []
