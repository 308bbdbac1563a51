"""What must leave the house, and requests that were answered already."""

from sqlalchemy import Index, Integer, Table

from store.columns import CODE, ID, col
from store.metadata import CONTENT, IDENTIFIER, ROWS_STAY, metadata
from store.types import Instant, Line, json_type

outbox = Table(
    "outbox",
    metadata,
    col("id", ID, primary_key=True),
    col("kind", CODE),
    col("key", Line(200), IDENTIFIER, unique=True),
    col("lead_id", ID, IDENTIFIER, nullable=True, index=True),
    col("payload", json_type(), CONTENT),
    col("state", CODE),
    col("attempts", Integer),
    col("due_at", Instant()),
    col("created_at", Instant()),
    col("sent_at", Instant(), nullable=True),
    col("error", Line(300), CONTENT, nullable=True),
    Index("ix_outbox_due", "state", "due_at"),
)

idempotent_requests = Table(
    "idempotent_requests",
    metadata,
    col("key", Line(300), IDENTIFIER, primary_key=True),
    col("request_hash", Line(64), CONTENT),
    col("lead_id", ID, IDENTIFIER, nullable=True),
    col("status", Integer),
    col("created_at", Instant()),
    info=dict(ROWS_STAY),  # a request that comes again after an erasure must find that it was answered
)
