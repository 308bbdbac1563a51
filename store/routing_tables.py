"""The tables of routing: assignments, turns in pools, leave, leads that wait, clocks and their rungs, first touches."""

from sqlalchemy import Date, Index, Integer, Table

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTENT, IDENTIFIER, ROWS_STAY, metadata
from store.types import Instant, Line, json_type

assignments = Table(
    "assignments",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("at", Instant()),
    col("state", CODE),
    col("rep_id", ID, nullable=True),
    col("queue", CODE, nullable=True),
    col("destination", CODE, nullable=True),
    col("pool", CODE, nullable=True),
    col("rule", Line(80)),
    col("why", Line(300), CONTENT),
    col("actor", CODE),
    col("actor_id", ID, nullable=True),
    col("actor_name", Line(200)),
    col("steps", json_type(), {**CONTENT, "blank": []}),
    col("moved", json_type()),
    col("credit_back_at", Instant(), nullable=True),
    col("ended_at", Instant(), nullable=True),
    col("reason", CODE, nullable=True),
    Index("ix_assignments_rep_at", "rep_id", "at"),
    only_one("uq_assignments_current", "lead_id", where="state in ('queued', 'offered', 'accepted', 'sent')"),
    info=dict(ROWS_STAY),
)

pool_seats = Table(
    "pool_seats",
    metadata,
    col("pool", CODE, primary_key=True),
    col("rep_id", ID, primary_key=True),
    col("credit", Integer),
    col("last_at", Instant(), nullable=True),
)

absences = Table(
    "absences",
    metadata,
    col("rep_id", ID, primary_key=True),
    col("first", Date),
    col("last", Date),
    col("delegate_id", ID, nullable=True),
    col("created_at", Instant()),
)

route_waits = Table(
    "route_waits",
    metadata,
    ref("leads", "lead_id", primary_key=True),
    col("until", Instant(), index=True),
    col("why", Line(200)),
    col("held", Integer),
    col("done_at", Instant(), nullable=True),
)

clocks = Table(
    "clocks",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("kind", CODE),
    col("rep_id", ID, nullable=True),
    col("handoff_id", ID, IDENTIFIER, nullable=True),
    col("calendar", Line(320)),
    col("started_at", Instant()),
    col("business_s", Integer),
    col("pauses", json_type()),
    col("paused_since", Instant(), nullable=True),
    col("due_at", Instant(), nullable=True),
    col("stopped_at", Instant(), nullable=True),
    col("breached_at", Instant(), nullable=True),
    col("next_rung", CODE, nullable=True),
    col("rung_at", Instant(), nullable=True, index=True),
    only_one("uq_clocks_running", "lead_id", "kind", where="stopped_at is null"),
    Index("ix_clocks_due_at", "due_at", "kind", "stopped_at", "lead_id"),  # all that a report counts promises by
    info=dict(ROWS_STAY),
)

clock_rungs = Table(
    "clock_rungs",
    metadata,
    ref("clocks", "clock_id", primary_key=True),
    col("rung", CODE, primary_key=True),
    col("at", Instant()),
)

first_touches = Table(
    "first_touches",
    metadata,
    ref("leads", "lead_id", primary_key=True),
    col("actor", CODE, primary_key=True),
    col("actor_id", ID, nullable=True),
    col("at", Instant()),
)
