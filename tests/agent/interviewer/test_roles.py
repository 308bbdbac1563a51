"""Who decides and who signs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.interviewer.expecting import Expecting
from agent.interviewer.hearing import ClaimStatus, HeardClaim, hear
from leads.bant import Factor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def authority(*messages: str, expecting: Expecting | None = None) -> HeardClaim | None:
    claims = hear(messages, now=NOW, zone=BERLIN, expecting=expecting).claims
    return next((c for c in claims if c.factor is Factor.AUTHORITY), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I sign off on tools myself", "decision_maker"),
        ("I make the final decision", "decision_maker"),
        ("it's my call", "decision_maker"),
        ("I own the budget for this", "decision_maker"),
        ("I'm the owner", "decision_maker; role: owner"),
        ("I am the founder and CEO", "decision_maker; role: founder"),
        ("my boss decides", "influencer; decision maker: boss"),
        ("our CFO signs everything", "influencer; decision maker: CFO"),
        ("my CFO Ana has the final say", "influencer; decision maker: Ana (CFO)"),
        ("Our head of finance approves purchases", "influencer; decision maker: head of finance"),
        ("the board has to approve it", "influencer; decision maker: board"),
        ("it needs approval from our managing director", "influencer; decision maker: managing director"),
        ("I'd have to run this by my manager", "influencer; decision maker: manager"),
        ("I need to convince the higher-ups", "influencer; decision maker: higher-ups"),
        ("this is decided by procurement", "influencer; decision maker: procurement"),
        ("just researching for my manager", "researcher; decision maker: manager"),
        ("I'm collecting options for our COO", "researcher; decision maker: COO"),
        ("my boss asked me to look around", "researcher; decision maker: boss"),
        ("not my call", "influencer"),
        ("I'm not the decision maker", "influencer"),
        ("we decide together as a team", "shared; decided together"),
        ("I decide together with our CFO", "shared; with CFO"),
        ("I can approve up to 20k myself", "decision_maker; limit: up to 20000"),
        ("Ich entscheide das selbst", "decision_maker"),
        ("c'est moi qui décide", "decision_maker"),
    ],
)
def test_authority_is_heard(text: str, value: str) -> None:
    claim = authority(text)
    assert claim is not None
    assert claim.value == value
    assert claim.quote in text


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("me", "decision_maker"),
        ("Just me", "decision_maker"),
        ("I do", "decision_maker"),
        ("my boss", "influencer; decision maker: boss"),
        ("Ana, our CFO", "influencer; decision maker: Ana (CFO)"),
        ("me and the board", "shared; with board"),
    ],
)
def test_a_short_answer_counts_when_authority_was_asked(answer: str, value: str) -> None:
    claim = authority(answer, expecting=Expecting.AUTHORITY)
    assert claim is not None
    assert claim.value == value


@pytest.mark.parametrize(
    "text",
    [
        "who signs the contract?",
        "does your CEO decide on discounts?",
        "if my boss decides to go on, we will call",
        "I'm head of ops",
        "I have a budget to stick to",
        "my manager is on holiday",
        "we will discuss it in the team before we decide",
        "your sales manager called me yesterday",
        "our customers decide what they book",
        "me",
    ],
)
def test_no_authority_is_made_up(text: str) -> None:
    assert authority(text) is None


def test_a_refusal_and_a_blank_are_told_apart() -> None:
    refused = authority("rather not say", expecting=Expecting.AUTHORITY)
    unknown = authority("I'm not sure who signs", expecting=Expecting.AUTHORITY)
    assert refused is not None and refused.status is ClaimStatus.REFUSED
    assert unknown is not None and unknown.status is ClaimStatus.UNKNOWN_TO_THEM


def test_a_job_title_is_noted_without_becoming_authority() -> None:
    assert hear(["Hi, I'm head of operations at a lab"], now=NOW, zone=BERLIN).title == "head of operations"


def test_signing_oneself_below_a_limit_and_the_board_above_it_is_shared() -> None:
    claim = authority("I can approve up to 20k myself, above that it goes to the board")
    assert claim is not None
    assert claim.value.startswith("shared; with board")
