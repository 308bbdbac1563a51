"""The company's knowledge: pages, their passages, and the fingerprint of the whole."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, UniqueConstraint

from store.migrations.columns import instant, key, long, number, short

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of knowledge."""
    op.create_table(
        "knowledge_documents",
        key(),
        long("slug", unique=True),
        long("title"),
        long("url", nullable=True),
        long("body"),
        short("content_hash", 64),
        long("source"),
        instant("updated_at"),
    )
    op.create_table(
        "knowledge_passages",
        key(),
        Column("document_id", String(40), ForeignKey("knowledge_documents.id", ondelete="CASCADE"), nullable=False),
        number("position"),
        long("heading"),
        long("text"),
        UniqueConstraint("document_id", "position"),
    )
    op.create_table(
        "knowledge_state",
        Column("id", Integer, primary_key=True, autoincrement=False),
        short("version", 64),
    )
