"""The rules' own ears: what they bear out, and what they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.ears import Ears
from agent.interviewer.hearing import hear
from leads.bant import Factor
from leads.refusal import NoEvidence

SAID = (
    "I'm Ada Okafor from Bramble Foods, ada@bramble.example.com. Our budget is about 20k euros a year. "
    "I'd rather not say who decides. What does it cost?"
)


def ears(*said: str) -> Ears:
    """What the rules hear of this."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Ears(hear(said or (SAID,), now=now, zone=ZoneInfo("Europe/Berlin"), region="DE"))


def test_a_statement_is_borne_out_in_the_value_and_the_words_that_were_heard() -> None:
    claim = ears().claim(Factor.BUDGET, refused=False)
    assert "20000" in claim.value
    assert claim.quote == "Our budget is about 20k euros a year"


BORNE_OUT: dict[str, Callable[[Ears], Any]] = {
    "signal": lambda e: e.signal("asked_price"),
    "name": lambda e: e.detail("name", "Ada Okafor"),
    "email": lambda e: e.detail("email", "ADA@bramble.example.com"),
    "company": lambda e: e.detail("company", "Bramble Foods"),
}
NOT_HEARD: dict[str, Callable[[Ears], Any]] = {
    "a statement": lambda e: e.claim(Factor.TIMELINE, refused=False),
    "a refusal": lambda e: e.claim(Factor.BUDGET, refused=True),
    "a signal": lambda e: e.signal("asked_demo"),
    "a name": lambda e: e.detail("name", "Jane"),
    "an address": lambda e: e.detail("email", "jane@bramble.example.com"),
    "a detail of another kind": lambda e: e.detail("title", "Ada Okafor"),
    "a student": lambda e: e.not_a_buyer("student"),
    "spam": lambda e: e.not_a_buyer("spam"),
    "later": lambda e: e.later(),
}


@pytest.mark.parametrize("ask", BORNE_OUT.values(), ids=BORNE_OUT)
def test_what_was_said_is_borne_out(ask: Callable[[Ears], Any]) -> None:
    ask(ears())


@pytest.mark.parametrize("ask", NOT_HEARD.values(), ids=NOT_HEARD)
def test_what_was_not_said_is_not(ask: Callable[[Ears], Any]) -> None:
    with pytest.raises(NoEvidence):
        ask(ears())


def test_who_is_no_buyer_and_who_wants_it_later_is_heard() -> None:
    ears("I'm a student writing my thesis").not_a_buyer("student")
    ears("Not now, maybe in March").later()
