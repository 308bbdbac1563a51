from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.consent import ConsentEvent, Purpose, is_granted

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = st.lists(st.tuples(st.sampled_from(Purpose), st.booleans()), max_size=8).map(
    lambda drawn: [word(purpose, granted, n) for n, (purpose, granted) in enumerate(drawn)]
)


def word(purpose: Purpose, granted: bool, minute: int) -> ConsentEvent:
    return ConsentEvent(purpose, granted, "2026-01", "widget", AT + timedelta(minutes=minute))


def test_no_word_is_a_no() -> None:
    assert not any(is_granted([], purpose) for purpose in Purpose)


@given(WORDS, st.sampled_from(Purpose), st.booleans(), st.randoms(use_true_random=False))
def test_the_newest_word_counts_in_whatever_order_they_are_kept(
    words: list[ConsentEvent], purpose: Purpose, granted: bool, random: object
) -> None:
    kept = [*words, word(purpose, granted, 99)]
    random.shuffle(kept)  # type: ignore[attr-defined]
    assert is_granted(kept, purpose) is granted


@given(WORDS, st.sampled_from(Purpose))
def test_a_word_on_one_purpose_says_nothing_on_another(words: list[ConsentEvent], purpose: Purpose) -> None:
    others = [w for w in words if w.purpose is not purpose]
    assert not is_granted(others, purpose)


def test_a_yes_and_a_no_at_the_same_instant_is_a_no() -> None:
    yes, no = word(Purpose.MARKETING, True, 0), word(Purpose.MARKETING, False, 0)
    assert not is_granted([yes, no], Purpose.MARKETING)
    assert not is_granted([no, yes], Purpose.MARKETING)
