"""Nearest passages by vector: what an index is, and the one that lives in memory."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from store.relevance import Near


class IndexBroken(Exception):
    """The folder cannot be used: damaged, deleted, locked, full, or Chroma is not to be had on this machine."""


class VectorIndex(Protocol):
    """Vectors that can be asked for the nearest."""

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[Near]:
        """The passages with the largest dot product, largest first. Raises IndexBroken."""

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """The stored vectors of some passages, in order. Raises IndexBroken."""

    def close(self) -> None:
        """Let go of files; may be called twice."""


class MemoryVectors:
    """All vectors in one array; exact, and up to some ten thousand passages quicker than any index."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[Near]:
        """The passages with the largest dot product, largest first."""
        likeness = self._vectors @ vector
        best = np.argsort(-likeness, kind="stable")[:limit]
        return [Near(int(number), float(likeness[number])) for number in best]

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """The stored vectors of some passages, in order."""
        return self._vectors[list(numbers)]

    def close(self) -> None:
        """Nothing to let go of."""
