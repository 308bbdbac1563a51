"""Cutting a stream into sentences."""

from hypothesis import given
from hypothesis import strategies as st

from agent.sentences import SentenceCutter, split


def test_sentences_come_out_as_soon_as_something_follows_them() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("The Team plan costs") == []
    assert cutter.feed(" EUR 49. It") == ["The Team plan costs EUR 49. "]
    assert cutter.rest() == "It"


def test_an_abbreviation_or_a_decimal_does_not_end_a_sentence() -> None:
    assert split("We connect to ERPs, e.g. SAP. It costs 3.5 hours. Yes.") == [
        "We connect to ERPs, e.g. SAP. ",
        "It costs 3.5 hours. ",
        "Yes.",
    ]


def test_a_citation_stays_with_its_sentence() -> None:
    assert split("It is EU hosted. [1] Anything else?")[0] in {"It is EU hosted. [1] ", "It is EU hosted. "}
    assert split("It is EU hosted [1]. Anything else?") == ["It is EU hosted [1]. ", "Anything else?"]


def test_a_text_without_any_end_is_cut_at_a_blank() -> None:
    pieces = split("word " * 400)
    assert len(pieces) > 2
    assert all(len(p) <= 600 for p in pieces)


@given(st.text(max_size=400), st.integers(1, 7))
def test_nothing_is_lost_however_the_stream_is_cut(text: str, step: int) -> None:
    cutter = SentenceCutter()
    out = [s for i in range(0, len(text), step) for s in cutter.feed(text[i : i + step])]
    assert "".join(out) + cutter.rest() == text
