"""Problems and wishes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.interviewer.expecting import Expecting
from agent.interviewer.hearing import ClaimStatus, HeardClaim, hear
from leads.bant import Factor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def need(*messages: str, expecting: Expecting | None = None) -> HeardClaim | None:
    claims = hear(messages, now=NOW, zone=BERLIN, expecting=expecting).claims
    return next((c for c in claims if c.factor is Factor.NEED), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "We lose orders because two people book the same machine",
            "problem: lose orders because two people book the same machine",
        ),
        ("we struggle with double bookings", "problem: struggle with double bookings"),
        ("Honestly, spreadsheets are killing us", "problem: spreadsheets are killing us"),
        ("our planning is a complete mess", "problem: our planning is a complete mess"),
        ("nobody knows who has the van", "problem: nobody knows who has the van"),
        ("we spend two days a week on rota planning", "problem: spend two days a week on rota planning"),
        ("We're looking for a way to share lab equipment", "needs: a way to share lab equipment"),
        ("we need a booking tool for 12 rooms", "needs: a booking tool for 12 rooms"),
        ("I'd like to automate our shift planning", "needs: automate our shift planning"),
        ("we want to replace our whiteboard", "needs: replace our whiteboard"),
        (
            "Wir verlieren Aufträge wegen doppelter Buchungen",
            "problem: Wir verlieren Aufträge wegen doppelter Buchungen",
        ),
    ],
)
def test_a_need_is_heard_in_their_words(text: str, value: str) -> None:
    claim = need(text)
    assert claim is not None
    assert claim.value == value
    assert claim.quote in text


@pytest.mark.parametrize(
    "text",
    [
        "Our shared equipment is double-booked all the time",
        "We keep missing deadlines",
        "our current tool doesn't scale",
        "the biggest problem is that handovers get lost",
        "we can't keep track of our vehicles",
        "We throw away cream every week",
        "Our cheese gets too old because nobody plans backwards",
        "Necesitamos una herramienta para reservas",
        "Nous cherchons un outil de planification",
        "Abbiamo bisogno di uno strumento per le prenotazioni",
    ],
)
def test_a_need_is_heard(text: str) -> None:
    assert need(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I need to talk to my team first",
        "we want a demo",
        "I need a price",
        "we need it by June",
        "I'm looking for a job",
        "can you help with double bookings?",
        "you need to lower your price",
        "we don't have a problem with bookings",
        "our competitors struggle with churn",
        "if we lost orders we would look at it",
        "your website is a mess",
        "I'm worried it will take forever to implement",
        "looking forward to the call",
        "this bot is slow",
        "it's a mess",
        "I can't log in, this is a nightmare and we are existing customers",
        "we help companies that struggle with planning, we sell SEO services",
    ],
)
def test_no_need_is_made_up(text: str) -> None:
    assert need(text) is None


@pytest.mark.parametrize("answer", ["double bookings mostly", "Too many no-shows", "shift planning for 40 nurses"])
def test_a_short_answer_counts_when_the_need_was_asked(answer: str) -> None:
    claim = need(answer, expecting=Expecting.NEED)
    assert claim is not None
    assert claim.value == f"problem: {answer}"


@pytest.mark.parametrize(
    "answer",
    [
        "yes",
        "what do you mean?",
        "can I talk to a person?",
        "nothing really",
        "book a demo",
        "Sorry, typo, it's tom@brewery.example.com",
        "A friend of mine at another dairy paid 60k for such a tool.",
        "So Current at 990 a month",
    ],
)
def test_what_does_not_answer_the_question_is_no_need(answer: str) -> None:
    assert need(answer, expecting=Expecting.NEED) is None


def test_a_refusal_of_the_need_is_kept() -> None:
    claim = need("I'd rather not say", expecting=Expecting.NEED)
    assert claim is not None
    assert claim.status is ClaimStatus.REFUSED


def test_the_most_telling_of_several_needs_is_taken() -> None:
    claim = need("we need something better. We lose bookings because the calendar on the wall is never up to date")
    assert claim is not None
    assert "calendar on the wall" in claim.value
