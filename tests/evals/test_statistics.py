"""Rates with their intervals, pass^k, and the test for luck, against values worked out by hand or published."""

from math import isclose

import pytest

from evals.statistics import by_luck, pass_hat, share


@pytest.mark.parametrize(
    ("passed", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (1, 2, 0.0945, 0.9055), (0, 0, 0, 1)],
)
def test_a_share_has_wilsons_interval(passed: int, of: int, low: float, high: float) -> None:
    found = share(passed, of)
    assert isclose(found.low, low, abs_tol=5e-5)
    assert isclose(found.high, high, abs_tol=5e-5)
    assert found.low <= found.rate <= found.high


def test_more_runs_make_a_share_surer() -> None:
    few, many = share(8, 10), share(800, 1000)
    assert many.high - many.low < (few.high - few.low) / 5


def test_pass_hat_k_asks_that_all_of_k_trials_pass() -> None:
    passes = [(4, 4), (2, 4), (0, 4)]
    assert isclose(pass_hat(passes, 1), (1 + 0.5 + 0) / 3)
    assert isclose(pass_hat(passes, 2), (1 + 1 / 6 + 0) / 3)
    assert isclose(pass_hat(passes, 4), 1 / 3)


@pytest.mark.parametrize("passes", [[], [(1, 1), (2, 2)]])
def test_pass_hat_k_needs_k_trials_of_every_case(passes: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="2 trials"):
        pass_hat(passes, 2)


@pytest.mark.parametrize(
    ("better", "worse", "luck"), [(0, 0, 1), (1, 0, 1), (6, 0, 0.03125), (0, 6, 0.03125), (5, 5, 1), (9, 1, 0.021484)]
)
def test_a_lopsided_change_is_hardly_luck(better: int, worse: int, luck: float) -> None:
    assert isclose(by_luck(better, worse), luck, abs_tol=1e-6)
