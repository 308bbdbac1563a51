"""The tables of what comes in from elsewhere: what other systems call somebody, files on their way in, enrichment."""

from sqlalchemy import Index, Integer, LargeBinary, Table, UniqueConstraint

from store.columns import CODE, ID, col, ref
from store.metadata import CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.types import Instant, Line, json_type

external_ids = Table(
    "external_ids",
    metadata,
    col("source", Line(80), primary_key=True),
    col("key", Line(200), IDENTIFIER, primary_key=True),
    ref("people", "person_id", index=True),
    col("created_at", Instant()),
)
"""What another system calls a person; how somebody without an address is found again."""

import_files = Table(
    "import_files",
    metadata,
    ref("runs", "run_id", NOT_PERSONAL, primary_key=True),
    col("name", Line(200)),
    col("body", LargeBinary, CONTENT),
    col("plan", json_type()),
    col("created_at", Instant(), index=True),
)
"""A file that waits to be brought in, as it was sent; it is deleted when its run ends."""

enrichments = Table(
    "enrichments",
    metadata,
    col("id", ID, primary_key=True),
    ref("people", "person_id", nullable=True),
    ref("companies", "company_id", NOT_PERSONAL, nullable=True),
    col("field", CODE),
    col("value", Line(200), CONTENT),
    col("source", Line(80)),
    col("used", Integer),
    col("at", Instant()),
    UniqueConstraint("person_id", "field", "source", name="uq_enrichments_person"),
    UniqueConstraint("company_id", "field", "source", name="uq_enrichments_company"),
)
"""What somebody else says of a person or a company: the newest word of each source on each field."""

enrichment_asks = Table(
    "enrichment_asks",
    metadata,
    ref("leads", "lead_id", primary_key=True),
    col("due_at", Instant(), nullable=True),
    col("asked_at", Instant(), nullable=True),
    col("attempts", Integer),
    col("outcome", CODE, nullable=True),
    Index("ix_enrichment_asks_due_at", "due_at"),
)
"""When a lead's person and company are to be looked up, and when they last were."""
