"""Which passages answer, and whether any does: rank fusion, and a floor below which we say we do not know.

The floor's numbers are a logistic regression over 3,800 askings: 150 questions people had asked, put to 53 libraries
of 10 to 350 pages, with and without the page that answers. They take no absolute cosine: how alike two passages of
different pages are is measured in the library itself, so that the same floor holds for any embedder.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.lexical import Overlap

FLOOR = 0.5
"""A passage answers from this score on.

At it 84 % of the questions a library answers find their page, and 14 % of those it does not answer find one all the
same; 21 % in a library of hundreds of pages, whose subjects come close to anything.
"""

_FUSION = 60  # k of reciprocal rank fusion (Cormack, Clarke & Buettcher, SIGIR 2009)
_SAMPLE = 256  # passages compared with one another to learn what "alike" means here


@dataclass(frozen=True, slots=True)
class Scale:
    """What a dot product means here: between passages of different pages, `usual` is the median, `alike` the 95th
    percentile."""

    usual: float
    alike: float

    def of(self, likeness: float) -> float:
        """0 for the usual, 1 for as alike as different pages hardly ever are; no upper end."""
        return max(0.0, (likeness - self.usual) / max(self.alike - self.usual, 1e-3))


@dataclass(frozen=True, slots=True)
class Near:
    """A passage near a question: its number and the dot product."""

    number: int
    likeness: float


def scale_of(vectors: NDArray[np.float32], pages: Sequence[str]) -> Scale | None:
    """The scale of a library, from its passages' vectors and their pages; None when there is nothing to compare.

    A library of one page is measured by its own passages.
    """
    step = math.ceil(len(pages) / _SAMPLE) if pages else 1
    sample, page = vectors[::step], np.array(pages[::step])
    apart = page[:, np.newaxis] != page[np.newaxis]
    if not apart.any():
        apart = ~np.eye(len(page), dtype=bool)
    between = (sample @ sample.T)[apart]
    if not between.size:
        return None
    usual, alike = np.quantile(between, [0.5, 0.95])
    return Scale(float(usual), float(alike))


def fused(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Several rankings as one, best first, by reciprocal rank."""
    score: Counter[int] = Counter()
    for ranking in rankings:
        for rank, number in enumerate(ranking, 1):
            score[number] += 1 / (_FUSION + rank)  # type: ignore[assignment]  # a Counter of floats adds just as well
    return sorted(score, key=lambda number: (-score[number], number))


@dataclass(frozen=True, slots=True)
class Question:
    """A question as far as the floor looks at it: how many different terms, asked of how many passages."""

    terms: int
    passages: int

    def by_words(self, overlap: Overlap, number: int) -> float:
        """How sure we are that a passage answers, 0..1, from shared words alone."""
        share = float(overlap.score[number]) / overlap.ceiling if overlap.ceiling else 0.0
        return _logistic(-7.8 + 12.5 * math.sqrt(share) + 1.3 * math.log1p(self.terms) - 0.1 * self._size)

    def by_both(self, overlap: Overlap, number: int, likeness: float, scale: Scale) -> float:
        """How sure we are that a passage answers, 0..1, from likeness and shared words."""
        near = 3.4 * math.log1p(scale.of(likeness)) + 3.4 * float(overlap.coverage[number])
        return _logistic(-4.1 + near + 0.6 * math.log1p(self.terms) - 0.22 * self._size)

    @property
    def _size(self) -> float:
        return math.log(max(self.passages, 1))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
