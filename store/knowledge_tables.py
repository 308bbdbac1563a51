"""The tables of the company's knowledge: pages, their passages, and the fingerprint of the whole.

No person's data belongs here: what is written down in these tables is copied into the vector index, which cannot
forget a single row (it is only ever thrown away whole).
"""

from sqlalchemy import ForeignKey, Integer, String, Table, Text, UniqueConstraint

from store.columns import col
from store.metadata import NOT_PERSONAL, metadata
from store.types import Instant

knowledge_documents = Table(
    "knowledge_documents",
    metadata,
    col("id", String(40), primary_key=True),
    col("slug", Text, unique=True),
    col("title", Text),
    col("url", Text, nullable=True),
    col("body", Text),
    col("content_hash", String(64)),
    col("source", Text),
    col("updated_at", Instant()),
)

knowledge_passages = Table(
    "knowledge_passages",
    metadata,
    col("id", String(40), primary_key=True),
    col("document_id", String(40), NOT_PERSONAL, ForeignKey("knowledge_documents.id", ondelete="CASCADE")),
    col("position", Integer),
    col("heading", Text),
    col("text", Text),
    UniqueConstraint("document_id", "position"),
)

# One row, id 1. Whoever changes the knowledge locks it first; whoever searches compares it with what was indexed.
knowledge_state = Table(
    "knowledge_state",
    metadata,
    col("id", Integer, primary_key=True, autoincrement=False),
    col("version", String(64)),
)
