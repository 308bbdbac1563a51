"""The tables of what comes in from elsewhere: what other systems call somebody, files on their way in, enrichment."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from store.metadata import CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.types import Instant, Line, json_type


def _col(name: str, kind: Any, info: Mapping[str, str] = NOT_PERSONAL, *args: Any, **options: Any) -> Column[Any]:
    options.setdefault("nullable", False)
    return Column(name, kind, *args, info=dict(info), **options)


external_ids = Table(
    "external_ids",
    metadata,
    _col("source", Line(80), primary_key=True),
    _col("key", Line(200), IDENTIFIER, primary_key=True),
    _col("person_id", Line(40), IDENTIFIER, ForeignKey("people.id"), index=True),
    _col("created_at", Instant()),
)
"""What another system calls a person; how somebody without an address is found again."""

import_files = Table(
    "import_files",
    metadata,
    _col("run_id", Line(40), NOT_PERSONAL, ForeignKey("runs.id"), primary_key=True),
    _col("name", Line(200)),
    _col("body", LargeBinary, CONTENT),
    _col("plan", json_type()),
    _col("created_at", Instant(), index=True),
)
"""A file that waits to be brought in, as it was sent; it is deleted when its run ends."""

enrichments = Table(
    "enrichments",
    metadata,
    _col("id", Line(40), primary_key=True),
    _col("person_id", Line(40), IDENTIFIER, ForeignKey("people.id"), nullable=True),
    _col("company_id", Line(40), NOT_PERSONAL, ForeignKey("companies.id"), nullable=True),
    _col("field", Line(40)),
    _col("value", Line(200), CONTENT),
    _col("source", Line(80)),
    _col("used", Integer),
    _col("at", Instant()),
    UniqueConstraint("person_id", "field", "source", name="uq_enrichments_person"),
    UniqueConstraint("company_id", "field", "source", name="uq_enrichments_company"),
)
"""What somebody else says of a person or a company: the newest word of each source on each field."""

enrichment_asks = Table(
    "enrichment_asks",
    metadata,
    _col("lead_id", Line(40), IDENTIFIER, ForeignKey("leads.id"), primary_key=True),
    _col("due_at", Instant(), NOT_PERSONAL, nullable=True),
    _col("asked_at", Instant(), NOT_PERSONAL, nullable=True),
    _col("attempts", Integer),
    _col("outcome", Line(40), NOT_PERSONAL, nullable=True),
    Index("ix_enrichment_asks_due_at", "due_at"),
)
"""When a lead's person and company are to be looked up, and when they last were."""
