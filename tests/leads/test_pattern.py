"""Patterns of rules: what could take long is refused before it runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.pattern import LONGEST_TEXT, BadPattern, found, pattern_fault
from tests.cpu import least_cpu_s


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^(vp|head) of\b", "Head of Planning", True),
        (r"^(vp|head) of\b", "Deputy head of planning", False),
        (r"@(mail|post)\.example\.com$", "kim@post.example.com", True),
        (r"[0-9]{2,4} lines", "we run 12 lines", True),
        (r"bulk.*order", "a BULK and quick order", True),
        ("x", "y" * LONGEST_TEXT + "x", False),  # only the beginning is looked at
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, text: str, expected: bool) -> None:
    assert pattern_fault(pattern) == ""
    assert found(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "x" * 201, "(", "[a", "a**", "(?<name>x)", "(a)\\1", "(?=a)", "(?<!a)b", "(?s)a", "(?i:a)"),
        *("(a+)+", "(a|a)*", "(a*)*b", "(?:a?){9}", "a*b*c*d*", "a?" * 30, "(x+x+)+y", "(?>a)", "(?P<n>a)(?P=n)"),
    ],
)
def test_what_could_take_long_or_is_no_pattern_is_refused_with_a_reason(pattern: str) -> None:
    assert pattern_fault(pattern)
    with pytest.raises(BadPattern):
        found(pattern, "aaaaaaaaaaaaaaaa")


@given(st.text(alphabet="ab.*+?|()[]^${}0,1\\d", max_size=40), st.text(alphabet="ab01", max_size=400))
def test_nothing_that_is_written_breaks_and_nothing_allowed_takes_long(pattern: str, text: str) -> None:
    if pattern_fault(pattern):
        return
    assert least_cpu_s(lambda: found(pattern, text), times=1) < 2
