"""The company's knowledge: written as pages, found as passages, by words and by likeness together.

SQL holds the text and is the truth. The word index lives in memory, the vectors in a Chroma folder; both are made from
SQL and made anew when the text, the embedder or the format changes. Until the vectors are ready, and whenever they
cannot be had, words alone are searched: a search never waits for an index and never fails because of one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from store.embedders import Embedder, EmbeddingUnavailable
from store.ending import end
from store.engine import transaction
from store.extract import best_sentences
from store.lexical import LexicalIndex
from store.library import Library, fingerprint
from store.meaning import Indexer
from store.passages import Document, Piece, cut, read_markdown
from store.relevance import Near
from store.shelf import DEPTH, Passage, Shelf
from store.vectors import IndexBroken

__all__ = ["AddReport", "Document", "Knowledge", "Passage", "best_sentences", "read_markdown"]

LONGEST_QUERY = 8_000  # characters looked at
QUERY_BUDGET_S = 3.0  # for the query's vector; after that words alone decide
RETRY_AFTER_S = 30.0  # after vectors could not be made

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AddReport:
    """What adding pages did, by slug."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


class Knowledge:
    """The pages of the company and how they are found. Lives as long as the process; close it at the end."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        folder: Path,
        embedder: Embedder,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Nothing is read or built yet. `folder` is for the vector index alone; several processes may share it."""
        self._engine = engine
        self._now = now
        self._indexer = Indexer(folder, embedder)
        self._shelf: Shelf | None = None
        self._loading = asyncio.Lock()
        self._building: asyncio.Task[None] | None = None
        self._not_before = 0.0

    async def add(self, documents: Sequence[Document]) -> AddReport:
        """Write pages, by slug; of two with one slug the later counts, and an unchanged page is left alone.

        Never give it what is about a person: an index cannot forget a row, only be thrown away whole.
        """
        pages = {page.slug: page for page in map(_storable, documents)}
        known = await self._fingerprints()
        new = [page for page in pages.values() if known.get(page.slug) != fingerprint(page)]
        pieces = await asyncio.to_thread(_cut_all, new)
        if new:
            async with transaction(self._engine) as connection:
                library = Library(connection)
                await library.begin_change()
                for page, its_pieces in zip(new, pieces, strict=True):
                    await library.put(page, its_pieces, now=self._now())
                await library.end_change()
            await self._follow()
        written = {page.slug for page in new}
        return AddReport(
            added=tuple(slug for slug in pages if slug in written and slug not in known),
            changed=tuple(slug for slug in pages if slug in written and slug in known),
            unchanged=tuple(slug for slug in pages if slug not in written),
        )

    async def remove(self, slug: str) -> bool:
        """Take a page away; False when there is none. The next search does not find it.

        Where this process has indexed it, the old index leaves the disk as soon as the new one stands.
        """
        async with transaction(self._engine) as connection:
            library = Library(connection)
            await library.begin_change()
            gone = await library.remove([_clean(slug)])
            await library.end_change()
        await self._follow()
        return gone > 0

    async def documents(self) -> list[Document]:
        """Every page, by slug."""
        async with transaction(self._engine, read_only=True) as connection:
            return await Library(connection).documents()

    async def search(self, query: str, *, limit: int = 5) -> list[Passage]:
        """The passages nearest to a question, best first; see `Passage.relevant` for whether they answer it.

        Any text may be asked. Only the database being away raises.
        """
        shelf = await self._current()
        question = _clean(query)[:LONGEST_QUERY]
        if not shelf.passages or limit < 1:
            return []
        if shelf.meaning is None:
            self._build_soon(shelf)
        near = await self._nearest(shelf, question) if shelf.meaning else []
        return shelf.ranked(question, near)[:limit]

    async def ready(self) -> bool:
        """Wait until the present text is indexed; False when it is found by words alone for now."""
        while True:
            shelf = await self._current()
            if self._building and not self._building.done():
                await self._building
            elif shelf.meaning or not shelf.passages:
                return True
            elif self._build_soon(shelf) is None:
                return False

    async def close(self) -> None:
        """Let go of the folder; another process may have it then."""
        if self._building:
            await end([self._building])
        self._shelf = None
        await self._indexer.close()

    async def _fingerprints(self) -> dict[str, str]:
        async with transaction(self._engine, read_only=True) as connection:
            return dict(await Library(connection).fingerprints())

    async def _current(self) -> Shelf:
        """The shelf of the version the database has now."""
        shelf = self._shelf
        if shelf and shelf.version == await self._version():
            return shelf
        async with self._loading:
            async with transaction(self._engine, read_only=True) as connection:
                library = Library(connection)
                version = await library.version()
                if self._shelf and self._shelf.version == version:
                    return self._shelf
                passages = tuple(await library.passages())
            words = await asyncio.to_thread(LexicalIndex, [passage.in_context for passage in passages])
            shelf = Shelf(version, passages, words)
            self._put(shelf)
            self._not_before = 0.0
            return shelf

    async def _version(self) -> str:
        async with transaction(self._engine, read_only=True) as connection:
            return await Library(connection).version()

    def _put(self, shelf: Shelf) -> None:
        old, self._shelf = self._shelf, shelf
        if old and old.meaning and old.meaning is not shelf.meaning:
            old.meaning.index.close()

    # --- likeness

    async def _nearest(self, shelf: Shelf, question: str) -> list[Near]:
        """The passages nearest by vector; none when they cannot be had, which then is seen to in the background."""
        assert shelf.meaning is not None
        try:
            async with asyncio.timeout(QUERY_BUDGET_S):
                return await shelf.meaning.nearest(question, min(DEPTH, len(shelf.passages)))
        except (EmbeddingUnavailable, TimeoutError) as error:
            log.warning("knowledge.query_not_embedded", error=type(error).__name__)
        except IndexBroken as error:
            log.warning("knowledge.index_broken", error=str(error))
            if self._shelf is shelf:
                self._put(replace(shelf, meaning=None))
                self._build_soon(replace(shelf, meaning=None))
        return []

    async def _follow(self) -> None:
        """After a change: where this process searches, index it at once, so that what was deleted goes."""
        if self._shelf is not None:
            self._build_soon(await self._current())

    def _build_soon(self, shelf: Shelf) -> asyncio.Task[None] | None:
        """Start making the vectors, unless that is going on; None when it has just failed."""
        now = asyncio.get_running_loop().time()
        if self._building and not self._building.done():
            return self._building
        if now < self._not_before:
            return None
        self._not_before = now + RETRY_AFTER_S
        self._building = asyncio.create_task(self._build(shelf))
        return self._building

    async def _build(self, shelf: Shelf) -> None:
        """Make the vectors of a shelf and put them to use; once more when the text has changed meanwhile."""
        while not await self._built(shelf) and self._shelf is not None and self._shelf.meaning is None:
            shelf = self._shelf

    async def _built(self, shelf: Shelf) -> bool:
        try:
            meaning = await self._indexer.make(
                shelf.version,
                [passage.in_context for passage in shelf.passages],
                [passage.slug for passage in shelf.passages],
            )
        except EmbeddingUnavailable as error:
            log.warning("knowledge.not_embedded", error=str(error), passages=len(shelf.passages))
            return True
        if self._shelf is None or self._shelf.version != shelf.version:
            meaning.index.close()
            return False
        self._put(replace(self._shelf, meaning=meaning))
        self._not_before = 0.0
        log.info("knowledge.indexed", passages=len(shelf.passages), index=type(meaning.index).__name__)
        return True


def _cut_all(documents: Sequence[Document]) -> list[list[Piece]]:
    return [cut(document) for document in documents]


def _storable(document: Document) -> Document:
    return replace(
        document,
        slug=_clean(document.slug),
        title=_clean(document.title),
        body=_clean(document.body),
        url=_clean(document.url) if document.url else None,
        source=_clean(document.source),
    )


def _clean(text: str) -> str:
    """Without what no database takes: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
