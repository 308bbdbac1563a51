"""Text as vectors: what an embedder is, and the one that needs no model, no key and no network.

The offline embedder hashes words, pairs of words and pieces of words (so that typos and inflections meet) into
buckets, weighs them by how much they tell apart in this library, and keeps the directions in which the library's
passages differ most: latent semantic analysis (Deerwester et al. 1990) over the hashing trick (Weinberger et al. 2009).
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from store.lexical import Vocabulary, idf_of, terms

Vectors = NDArray[np.float32]
Kind = Literal["passage", "query"]

DIMENSIONS = 256
_BUCKETS = 8192
_LEARNED_FROM = 1024  # passages; more cost seconds and change nothing we could measure
_PAIR_WEIGHT = 0.5
_PIECE_WEIGHT = 0.5
_PIECE_SIZES = (3, 4)


class EmbeddingUnavailable(Exception):
    """No vectors can be had right now (no line, no quota, a garbled answer). Search goes on by words alone."""


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how alike they are.

    Passages have length 1. A query may be shorter: what the library has no words for is then missing from its length.
    """

    @property
    def name(self) -> str:
        """The space the vectors live in; vectors of another name do not compare."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """One row a text, in order, shape (len(texts), dimensions). Raises EmbeddingUnavailable."""


class OfflineEmbedder:
    """Vectors without a model. As made it knows no library; `learned_from` gives one that does and is better."""

    name = "offline-1"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}
        self._weight_of_unknown = 1.0
        self._vocabulary = Vocabulary(())
        self._directions: Vectors | None = None

    def learned_from(self, texts: Sequence[str]) -> "OfflineEmbedder":
        """One that weighs words by these texts and keeps the directions in which they differ (0.3 s for 500)."""
        learned = OfflineEmbedder()
        holding = Counter(term for text in texts for term in set(terms(text)))
        learned._weights = {term: idf_of(len(texts), count) for term, count in holding.items()}
        learned._vocabulary = Vocabulary(holding)
        learned._weight_of_unknown = idf_of(len(texts), 0)
        sample = texts[:: math.ceil(len(texts) / _LEARNED_FROM)] if texts else []
        learned._directions = _directions(np.stack([learned._spread(text) for text in sample])) if sample else None
        return learned

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """One row a text; many texts are embedded in a thread."""
        if len(texts) == 1:
            return self._rows(texts, kind)
        return await asyncio.to_thread(self._rows, texts, kind)

    def _rows(self, texts: Sequence[str], kind: Kind) -> Vectors:
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for number, text in enumerate(texts):
            rows[number] = self._projected(self._spread(text))
        return _of_length_one(rows) if kind == "passage" or self._directions is None else rows

    def _projected(self, spread: Vectors) -> Vectors:
        if self._directions is None:
            return np.asarray(spread.reshape(-1, DIMENSIONS).sum(axis=0), dtype=np.float32)
        used = np.flatnonzero(spread)
        return np.asarray(spread[used] @ self._directions[used], dtype=np.float32)

    def _spread(self, text: str) -> Vectors:
        """The text's features in their buckets, at length 1 (0 for a text without terms)."""
        spread = np.zeros(_BUCKETS, dtype=np.float32)
        for bucket, weight in self._features([self._meant(term) for term in terms(text)]):
            spread[bucket] += weight
        return np.asarray(_of_length_one(spread[np.newaxis])[0])

    def _features(self, found: Sequence[str]) -> Iterator[tuple[int, float]]:
        for term, count in Counter(found).items():
            weight = count * self._weight(term)
            yield _signed(f"w{term}", weight)
            pieces = _pieces(term)
            share = _PIECE_WEIGHT * weight / math.sqrt(len(pieces) or 1)
            for bucket, sign in pieces:
                yield bucket, sign * share
        for (first, second), count in Counter(pairwise(found)).items():
            weight = count * (self._weight(first) + self._weight(second)) / 2
            yield _signed(f"b{first} {second}", _PAIR_WEIGHT * weight)

    def _meant(self, term: str) -> str:
        return term if term in self._weights else self._vocabulary.meant_by(term) or term

    def _weight(self, term: str) -> float:
        return self._weights.get(term, self._weight_of_unknown)


@lru_cache(maxsize=32_768)
def _pieces(term: str) -> tuple[tuple[int, float], ...]:
    """Buckets and signs of a term's runs of 3 and 4 characters, its edges marked."""
    edged = f"^{term}$"
    return tuple(
        _signed(f"c{edged[start : start + size]}", 1.0)
        for size in _PIECE_SIZES
        for start in range(len(edged) - size + 1)
    )


def _signed(feature: str, weight: float) -> tuple[int, float]:
    hashed = crc32(feature.encode("utf-8", "replace")) * 2_654_435_761 % 2**32
    return (hashed >> 1) % _BUCKETS, weight if hashed & 1 else -weight


def _directions(spread: Vectors) -> Vectors:
    """The right singular vectors of the largest singular values, shape (buckets, DIMENSIONS), zero beyond the rank."""
    values, left = np.linalg.eigh((spread @ spread.T).astype(np.float64))
    kept = [place for place in np.argsort(-values)[:DIMENSIONS] if values[place] > 1e-6]
    directions = np.zeros((_BUCKETS, DIMENSIONS), dtype=np.float32)
    directions[:, : len(kept)] = spread.T @ (left[:, kept] / np.sqrt(values[kept]))
    return directions


def _of_length_one(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
