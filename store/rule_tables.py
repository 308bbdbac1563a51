"""How the company decides: versions of rules, who did what, and long runs."""

from sqlalchemy import Integer, Table, UniqueConstraint

from store.columns import CODE, ID, col, only_one
from store.metadata import CONTENT, IDENTIFIER, ROWS_KEPT, metadata
from store.types import Instant, Line, json_type

rule_sets = Table(
    "rule_sets",
    metadata,
    col("id", ID, primary_key=True),
    col("kind", CODE),
    col("version", Integer),
    col("state", CODE),
    col("content", json_type()),
    col("comment", Line(400)),
    col("author", Line(200)),
    col("created_at", Instant()),
    col("published_at", Instant(), nullable=True),
    col("fingerprint", Line(64), server_default=""),
    col("base", Line(64), nullable=True),
    UniqueConstraint("kind", "version", name="uq_rule_sets_version"),
    only_one("uq_rule_sets_published", "kind", where="state = 'published'"),
)

audit = Table(
    "audit",
    metadata,
    col("id", ID, primary_key=True),
    col("at", Instant(), index=True),
    col("actor", CODE),
    col("actor_id", ID, nullable=True),
    col("actor_name", Line(200)),
    col("act", Line(80)),
    col("subject", Line(40)),
    col("subject_id", ID, IDENTIFIER, nullable=True, index=True),
    col("detail", json_type()),
    info=dict(ROWS_KEPT),
)

runs = Table(
    "runs",
    metadata,
    col("id", ID, primary_key=True),
    col("kind", CODE),
    col("state", CODE),
    col("done", Integer),
    col("total", Integer, nullable=True),
    col("result", json_type(), CONTENT),  # an import's faults name rows
    col("error", Line(400), CONTENT, nullable=True),
    col("started_at", Instant()),
    col("finished_at", Instant(), nullable=True),
)
