"""The human stretch: what a colleague said on the line, as the agent gets to know it."""

from __future__ import annotations

from leads.conversation import AuthorKind, ChatMessage
from leads.identity import ConversationId, MessageId
from leads.stretch import MOST_LINES, Stretch, summary
from tests.builders import MONDAY


def said(seq: int, text: str, by: AuthorKind = AuthorKind.REP) -> ChatMessage:
    return ChatMessage(MessageId(f"msg_{seq}"), ConversationId("conv_1"), seq, by, "", text, MONDAY)


def test_only_what_was_said_on_the_line_counts() -> None:
    talk = [
        said(1, "Before.", AuthorKind.AGENT),
        said(3, "Hello, I’ll send the offer by Friday. It is 900 EUR."),
        said(4, "Thanks", AuthorKind.VISITOR),
        said(5, "What is your deadline?"),
        said(7, "Afterwards."),
    ]
    told = summary(Stretch("Ana", 2, MONDAY, to_seq=6, ended_at=MONDAY), talk)
    assert told.said == ("Hello, I'll send the offer by Friday.", "It is 900 EUR.", "What is your deadline?")
    assert told.promised == ("Hello, I'll send the offer by Friday.",)
    assert told.figures == ("It is 900 EUR.",)
    assert told.asked == ("What is your deadline?",)
    assert told.visitor_wrote == 1


def test_promises_are_heard_in_other_languages_too() -> None:
    talk = [said(2, "Ich schicke Ihnen das Angebot bis Freitag. Wir bieten 10 % an.\nJe vous envoie le contrat demain")]
    told = summary(Stretch("Ana", 1, MONDAY), talk)
    assert len(told.promised) == 3 and told.ended_at is None


def test_a_long_stretch_keeps_its_newest_lines() -> None:
    told = summary(Stretch("Ana", 1, MONDAY), [said(n, f"Line {n}. " + "x" * 2000) for n in range(2, 30)])
    assert len(told.said) == MOST_LINES and all(len(line) <= 300 for line in told.said)
