from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.funnel import Durations, Rate, ScoreLevel, per, ranking_quality, tenths, velocity

LEVELS = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 40), st.integers(0, 40)).map(
        lambda level: ScoreLevel(float(level[0]), level[1], min(level[1], level[2]))
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda level: level.score,
)


def test_a_rate_of_nothing_is_unknown_and_not_zero() -> None:
    assert (Rate(0, 0).value, Rate(0, 0).interval) == (None, None)
    assert Rate(0, 4).value == 0.0


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_an_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """The values of Newcombe, Two-sided confidence intervals for the single proportion, method 3 (1998)."""
    found = Rate(hits, of).interval
    assert found is not None
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_what_has_not_ended_stands_behind_what_has() -> None:
    times = Durations(((10, 3), (60, 1)), open=2)
    assert (times.quantile(0.5), times.quantile(0.6), times.quantile(0.9)) == (10, 60, None)
    assert times.within(60) == Rate(4, 6)
    assert Durations(()).quantile(0.5) is None


def test_money_a_head_needs_money_and_heads() -> None:
    assert per(Decimal("100"), 3) == Decimal("33.33")
    assert per(None, 3) is None
    assert per(Decimal("100"), 0) is None


def test_velocity_is_unknown_without_a_cycle() -> None:
    assert velocity(opportunities=10, win_rate=0.25, average=Decimal("4000"), cycle_days=50) == 200.0
    assert velocity(opportunities=10, win_rate=0.25, average=Decimal("4000"), cycle_days=0) is None


@given(LEVELS)
def test_the_area_under_the_curve_is_the_share_of_pairs_in_the_right_order(levels: list[ScoreLevel]) -> None:
    wins = [level.score for level in levels for _ in range(level.won)]
    others = [level.score for level in levels for _ in range(level.leads - level.won)]
    found = ranking_quality(levels)
    if not wins or not others:
        assert found is None
        return
    better = sum((w > o) + (w == o) / 2 for w in wins for o in others)
    assert found == pytest.approx(better / (len(wins) * len(others)))


@given(LEVELS)
def test_tenths_are_of_one_size_and_lose_nobody(levels: list[ScoreLevel]) -> None:
    parts = tenths(levels)
    assert len(parts) == 10
    assert sum(part.leads for part in parts) == pytest.approx(sum(level.leads for level in levels))
    assert sum(part.won for part in parts) == pytest.approx(sum(level.won for level in levels), abs=1e-6)
    tops = [part.score_to for part in parts]
    assert tops == sorted(tops, reverse=True)
