"""Tables of what comes after qualification: opportunities and their changes, tasks, verdicts, wishes to enrol."""

from sqlalchemy import Boolean, Date, Float, Index, Integer, Table, UniqueConstraint

from store.columns import CODE, ID, col, ref
from store.metadata import CONTENT, FIGURE, IDENTIFIER, ROWS_STAY, metadata
from store.types import Amount, Instant, Line, Words

opportunities = Table(
    "opportunities",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", unique=True),  # converting twice is converting once
    ref("people", "person_id", index=True),
    ref("companies", "company_id", nullable=True),
    col("name", Line(200), CONTENT),
    col("amount", Amount()),
    col("currency", Line(3)),
    col("close_date", Date),
    col("quote_url", Words, CONTENT, nullable=True),
    col("stage", Line(60)),
    col("state", CODE),
    col("reason_code", CODE, nullable=True),
    col("note", Words, CONTENT),
    col("owner_id", ID, nullable=True, index=True),
    col("reopened", Integer),
    col("created_at", Instant(), index=True),
    col("updated_at", Instant()),
    col("stage_entered_at", Instant()),
    col("closed_at", Instant(), nullable=True, index=True),
    info=dict(ROWS_STAY),
)

opportunity_changes = Table(
    "opportunity_changes",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("opportunities", "opportunity_id", index=True),
    ref("leads", "lead_id", index=True),
    col("what", CODE),
    col("before", Line(80)),
    col("after", Line(80)),
    col("actor", CODE),
    col("actor_id", ID, nullable=True),
    col("actor_name", Line(200)),
    col("reason_code", CODE, nullable=True),
    col("at", Instant()),
    info=dict(ROWS_STAY),
)

tasks = Table(
    "tasks",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("owner_id", ID, nullable=True, index=True),
    col("kind", CODE),
    col("title", Line(300), CONTENT),
    col("key", Line(200), IDENTIFIER, nullable=True, unique=True),
    col("due_at", Instant(), index=True),
    col("done_at", Instant(), nullable=True),
    col("reminded_at", Instant(), nullable=True),
    col("created_at", Instant()),
    info=dict(ROWS_STAY),
)

enrollment_wishes = Table(
    "enrollment_wishes",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id"),
    col("cycle_no", Integer),
    col("track", CODE),
    col("sequence_key", Line(60), nullable=True),
    col("rule", Line(60)),
    col("why", Line(300)),
    col("at", Instant()),
    col("taken_at", Instant(), nullable=True),
    UniqueConstraint("lead_id", "cycle_no", "track", name="uq_enrollment_wishes_once"),
    Index("ix_enrollment_wishes_waiting", "taken_at", "at"),
)

lead_verdicts = Table(
    "lead_verdicts",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("verdict", CODE),
    col("reason_code", CODE, nullable=True),
    col("stage", CODE),
    col("score_total", Float, FIGURE),
    col("score_fit", Float, FIGURE),
    col("score_version", Integer),
    col("ready", Boolean),
    col("actor", CODE),
    col("actor_id", ID, nullable=True),
    col("at", Instant(), index=True),
    info=dict(ROWS_STAY),
)
