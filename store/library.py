"""The library: knowledge as rows. What is written here is the truth; every index is made from it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from store.knowledge_tables import knowledge_documents, knowledge_passages, knowledge_state
from store.passages import CUT_FORMAT, Document, Piece

EMPTY = ""
"""The version of a library nobody has written in yet."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with the page it comes from. Its id stays while the page's slug, its heading and its text stay."""

    id: str
    slug: str
    title: str
    url: str | None
    heading: str
    text: str

    @property
    def in_context(self) -> str:
        """What is indexed: the text under its page's title and its headings."""
        return f"{self.title}\n{self.heading}\n{self.text}"


def fingerprint(document: Document) -> str:
    """Tells whether a page, or the way it would be cut, has changed."""
    parts = (CUT_FORMAT, document.title, document.url or "", document.source, document.body)
    return sha256("\x00".join(parts).encode()).hexdigest()


class Library:
    """The pages and passages, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def version(self, *, lock: bool = False) -> str:
        """The fingerprint of all pages; `lock` makes other writers wait until this transaction ends."""
        query = select(knowledge_state.c.version).where(knowledge_state.c.id == 1)
        return (await self._db.execute(query.with_for_update() if lock else query)).scalar() or EMPTY

    async def begin_change(self) -> None:
        """Make other writers wait, so that the version is of all pages and not of those one of us can see."""
        dialect_insert = pg_insert if self._db.dialect.name == "postgresql" else sqlite_insert
        first = dialect_insert(knowledge_state).values(id=1, version=EMPTY).on_conflict_do_nothing()
        await self._db.execute(first)
        await self.version(lock=True)

    async def end_change(self) -> None:
        """Note the version of what is now written."""
        query = select(knowledge_documents.c.slug, knowledge_documents.c.content_hash)
        pages = sorted((row.slug, row.content_hash) for row in await self._db.execute(query))
        version = sha256(repr(pages).encode()).hexdigest() if pages else EMPTY
        await self._db.execute(update(knowledge_state).where(knowledge_state.c.id == 1).values(version=version))

    async def fingerprints(self) -> Mapping[str, str]:
        """Every page's fingerprint by slug."""
        query = select(knowledge_documents.c.slug, knowledge_documents.c.content_hash)
        return {row.slug: row.content_hash for row in await self._db.execute(query)}

    async def documents(self) -> list[Document]:
        """Every page, by slug."""
        rows = await self._db.execute(select(knowledge_documents).order_by(knowledge_documents.c.slug))
        return [Document(row.slug, row.title, row.url, row.body, row.source, row.updated_at) for row in rows]

    async def passages(self) -> list[StoredPassage]:
        """Every passage, page by page in reading order."""
        pages = knowledge_documents.c
        query = (
            select(
                knowledge_passages.c.id, pages.slug, pages.title, pages.url, knowledge_passages.c.heading,
                knowledge_passages.c.text,
            )
            .join_from(knowledge_passages, knowledge_documents)
            .order_by(pages.id, knowledge_passages.c.position)
        )  # fmt: skip
        return [StoredPassage(*row) for row in await self._db.execute(query)]

    async def put(self, document: Document, pieces: Sequence[Piece], *, now: datetime) -> None:
        """Write a page and its passages, over what stood under its slug."""
        await self.remove([document.slug])
        page_id = _page_id(document.slug)
        await self._db.execute(
            insert(knowledge_documents).values(
                id=page_id,
                slug=document.slug,
                title=document.title,
                url=document.url,
                body=document.body,
                content_hash=fingerprint(document),
                source=document.source,
                updated_at=now,
            )
        )
        rows = [
            {"id": id, "document_id": page_id, "position": position, "heading": piece.heading, "text": piece.text}
            for position, (id, piece) in enumerate(zip(_ids(document.slug, pieces), pieces, strict=True))
        ]
        if rows:
            await self._db.execute(insert(knowledge_passages), rows)

    async def remove(self, slugs: Collection[str]) -> int:
        """Take pages and their passages away; says how many pages there were."""
        ids = [_page_id(slug) for slug in slugs]
        await self._db.execute(delete(knowledge_passages).where(knowledge_passages.c.document_id.in_(ids)))
        gone = await self._db.execute(delete(knowledge_documents).where(knowledge_documents.c.id.in_(ids)))
        return int(gone.rowcount)


def _page_id(slug: str) -> str:
    return f"kd_{sha256(slug.encode()).hexdigest()[:32]}"


def _ids(slug: str, pieces: Sequence[Piece]) -> list[str]:
    seen: Counter[Piece] = Counter()
    ids = []
    for piece in pieces:
        spelled = "\x00".join((slug, piece.heading, piece.text, str(seen[piece])))
        seen[piece] += 1
        ids.append(f"kp_{sha256(spelled.encode()).hexdigest()[:32]}")
    return ids
