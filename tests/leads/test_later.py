from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.later import morning_of, named_quarter, quarter_begins
from leads.refusal import ValueMissing

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        ("Not a good time, contact me in Q3", 3),
        ("maybe q 1 2027", 1),
        ("in the second quarter", 2),
        ("in Q3, so July", None),
        ("calendar Q3", None),
        ("in July", None),
        ("a quarter to five", None),
        ("we have 3 lines", None),
    ],
)
def test_a_quarter_alone_names_no_date(text: str, quarter: int | None) -> None:
    assert named_quarter(text) == quarter


@pytest.mark.parametrize(
    ("quarter", "year_starts", "begins"),
    [(3, 1, date(2026, 7, 1)), (1, 1, date(2027, 1, 1)), (3, 4, date(2026, 10, 1)), (4, 4, date(2027, 1, 1))],
)
def test_a_quarter_begins_by_the_year_it_belongs_to(quarter: int, year_starts: int, begins: date) -> None:
    assert quarter_begins(quarter, year_starts=year_starts, after=NOW.date()) == begins


@given(st.integers(1, 4), st.integers(1, 12), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_it_is_always_ahead_and_within_a_year(quarter: int, year_starts: int, after: date) -> None:
    begins = quarter_begins(quarter, year_starts=year_starts, after=after)
    assert 0 < (begins - after).days <= 366


def test_today_is_now_and_another_day_its_morning() -> None:
    assert morning_of(NOW.date(), now=NOW) == NOW
    assert morning_of(date(2026, 3, 3), now=NOW) == datetime(2026, 3, 3, 9, tzinfo=UTC)
    for wrong in (date(2026, 3, 1), date(2030, 1, 1)):
        with pytest.raises(ValueMissing):
            morning_of(wrong, now=NOW)
