"""Finding by likeness: who makes the vectors of a library, where they are kept, and how they are asked."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import structlog

from store.chroma import Opened, VectorFolder
from store.embedders import Embedder, OfflineEmbedder
from store.relevance import Near, Scale, scale_of
from store.vectors import IndexBroken, MemoryVectors, VectorIndex

INDEX_FORMAT = "1"
"""Changes when indexes on disk are to be made anew."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vectors of one version of the library, and the embedder that made them."""

    embedder: Embedder
    index: VectorIndex
    scale: Scale | None

    async def nearest(self, question: str, limit: int) -> list[Near]:
        """The passages most like a question. Raises EmbeddingUnavailable, IndexBroken."""
        vector = (await self.embedder.embed([question], "query"))[0]
        if not np.isfinite(vector).all() or not vector.any():
            return []
        return await asyncio.to_thread(self.index.nearest, vector, limit)


class Indexer:
    """Makes the vectors of a library and keeps them on disk when this process may, else in memory."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Nothing is touched yet."""
        self._folder = VectorFolder(folder)
        self._embedder = embedder

    async def make(self, library_version: str, texts: Sequence[str], pages: Sequence[str]) -> Meaning:
        """The vectors of these passages (and the page of each), opened or made anew. Raises EmbeddingUnavailable."""
        if not texts:
            await self._clear()
            return Meaning(self._embedder, MemoryVectors(np.zeros((0, self._embedder.dimensions), np.float32)), None)
        embedder = self._embedder
        if isinstance(embedder, OfflineEmbedder):
            embedder = await asyncio.to_thread(embedder.learned_from, texts)
        version = _index_version(library_version, embedder)
        try:
            opened = await self._on_disk(version, embedder, texts, pages)
        except IndexBroken as error:
            log.warning("knowledge.kept_in_memory", error=str(error))
            opened = None
        if opened is None:
            vectors = await embedder.embed(texts, "passage")
            return Meaning(embedder, MemoryVectors(vectors), scale_of(vectors, pages))
        return Meaning(embedder, opened.index, opened.scale)

    async def close(self) -> None:
        """Let go of the folder, after whatever is being written there."""
        await asyncio.to_thread(self._folder.close)

    async def _clear(self) -> None:
        """Of an empty library nothing is kept."""
        with suppress(IndexBroken, OSError):
            if await asyncio.to_thread(self._folder.own):
                await asyncio.to_thread(self._folder.sweep, "")

    async def _on_disk(
        self, version: str, embedder: Embedder, texts: Sequence[str], pages: Sequence[str]
    ) -> Opened | None:
        """None while another process has the folder. Raises IndexBroken, EmbeddingUnavailable."""
        if not await asyncio.to_thread(self._folder.own):
            return None
        opened = await asyncio.to_thread(self._folder.open, version, len(texts))
        if opened is None or not await _fits(embedder, opened, texts):
            vectors = await embedder.embed(texts, "passage")
            opened = await asyncio.to_thread(self._folder.build, version, vectors, scale_of(vectors, pages))
        with suppress(OSError):  # what is left over goes the next time
            await asyncio.to_thread(self._folder.sweep, opened.name)
        return opened


async def _fits(embedder: Embedder, opened: Opened, texts: Sequence[str]) -> bool:
    """Whether stored vectors live in the space this embedder makes today.

    One that learns from the text may turn its axes on another machine; the first passages' vectors tell. Others are
    known by name, and asking them costs money.
    """
    if not isinstance(embedder, OfflineEmbedder):
        return True
    probes = range(min(8, len(texts)))
    stored = await asyncio.to_thread(opened.index.vectors, probes)
    fresh = await embedder.embed([texts[number] for number in probes], "passage")
    return np.allclose(stored, fresh, atol=1e-3)


def _index_version(library_version: str, embedder: Embedder) -> str:
    parts = (INDEX_FORMAT, library_version, embedder.name, str(embedder.dimensions))
    return sha256("\x00".join(parts).encode()).hexdigest()[:32]
