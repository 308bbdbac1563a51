"""Strangers' words in our lines: one line stays one line, and short."""

from hypothesis import given
from hypothesis import strategies as st

from channels.lines import one_line, some_lines


@given(text=st.text(max_size=400), most=st.integers(1, 100))
def test_a_line_is_one_line_and_fits(text: str, most: int) -> None:
    line = one_line(text, most=most)
    assert len(line.splitlines()) <= 1
    assert len(line) <= most
    assert line == line.strip()


@given(text=st.text(max_size=400))
def test_some_lines_hold_no_controls_but_line_ends(text: str) -> None:
    kept = some_lines(text, most=200)
    assert len(kept) <= 200
    assert all(char == "\n" or char.isprintable() or ord(char) >= 160 for char in kept)


def test_words_of_every_script_stay_as_they_are() -> None:
    for name in ("Zoë O’Rourke", "李小龍", "محمد", "Ａｎａ", "নীলা", "👩‍🔬 Ada"):
        assert one_line(name) == name
