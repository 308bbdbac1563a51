"""The tables of the company's knowledge: pages, their passages, and the fingerprint of the whole.

No person's data belongs here: what is written down in these tables is copied into the vector index, which cannot
forget a single row (it is only ever thrown away whole).
"""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from store.metadata import NOT_PERSONAL, metadata
from store.types import Instant

_INFO = dict(NOT_PERSONAL)

knowledge_documents = Table(
    "knowledge_documents",
    metadata,
    Column("id", String(40), primary_key=True, info=_INFO),
    Column("slug", Text, nullable=False, unique=True, info=_INFO),
    Column("title", Text, nullable=False, info=_INFO),
    Column("url", Text, nullable=True, info=_INFO),
    Column("body", Text, nullable=False, info=_INFO),
    Column("content_hash", String(64), nullable=False, info=_INFO),
    Column("source", Text, nullable=False, info=_INFO),
    Column("updated_at", Instant(), nullable=False, info=_INFO),
)

knowledge_passages = Table(
    "knowledge_passages",
    metadata,
    Column("id", String(40), primary_key=True, info=_INFO),
    Column(
        "document_id",
        String(40),
        ForeignKey("knowledge_documents.id", ondelete="CASCADE"),
        nullable=False,
        info=_INFO,
    ),
    Column("position", Integer, nullable=False, info=_INFO),
    Column("heading", Text, nullable=False, info=_INFO),
    Column("text", Text, nullable=False, info=_INFO),
    UniqueConstraint("document_id", "position"),
)

# One row, id 1. Whoever changes the knowledge locks it first; whoever searches compares it with what was indexed.
knowledge_state = Table(
    "knowledge_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, info=_INFO),
    Column("version", String(64), nullable=False, info=_INFO),
)
