"""How sure a rate is: reliability over trials, the interval around a share, and whether a change is more than luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

_Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """`passed` of `of`, with its 95 % interval; all between 0 and 1."""

    passed: int
    of: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The share itself; 0 of 0 is 0."""
        return self.passed / self.of if self.of else 0.0


def share(passed: int, of: int) -> Share:
    """A share with Wilson's score interval, which is honest also near 0 and 1 and for few runs (Wilson 1927)."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    rate, z2 = passed / of, _Z * _Z
    middle = (rate + z2 / (2 * of)) / (1 + z2 / of)
    reach = _Z * sqrt(rate * (1 - rate) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = 0.0 if passed == 0 else max(0.0, middle - reach)
    return Share(passed, of, low, 1.0 if passed == of else min(1.0, middle + reach))


def pass_hat(passes: Sequence[tuple[int, int]], k: int) -> float:
    """pass^k: how likely all of k trials of a case pass, over the cases; 0..1 (tau-bench, Yao et al. 2024).

    `passes` holds for each case how many of how many trials passed. Raises ValueError when a case has fewer than k.
    """
    if not passes or any(trials < k for _, trials in passes):
        raise ValueError(f"pass^{k} needs at least one case, and {k} trials of each")
    return sum(comb(passed, k) / comb(trials, k) for passed, trials in passes) / len(passes)


def by_luck(better: int, worse: int) -> float:
    """How likely a change as lopsided is when nothing has changed; 0..1 (McNemar's exact test, two-sided)."""
    changed = better + worse
    if not changed:
        return 1.0
    tail = sum(comb(changed, n) for n in range(min(better, worse) + 1)) / (1 << changed)
    return min(1.0, 2 * tail)
