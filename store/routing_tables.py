"""The tables of routing: assignments, turns in pools, leave, leads that wait, clocks and their rungs, first touches."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, text

from store.metadata import CONTENT, IDENTIFIER, NOT_PERSONAL, ROWS_STAY, metadata
from store.tables import CODE, ID
from store.types import Instant, Line, json_type

_NONE, _ID, _WORDS = dict(NOT_PERSONAL), dict(IDENTIFIER), dict(CONTENT)

assignments = Table(
    "assignments",
    metadata,
    Column("id", ID, primary_key=True, info=_ID),
    Column("lead_id", ID, ForeignKey("leads.id"), nullable=False, index=True, info=_ID),
    Column("at", Instant(), nullable=False, info=_NONE),
    Column("state", CODE, nullable=False, info=_NONE),
    Column("rep_id", ID, nullable=True, info=_NONE),
    Column("queue", CODE, nullable=True, info=_NONE),
    Column("destination", CODE, nullable=True, info=_NONE),
    Column("pool", CODE, nullable=True, info=_NONE),
    Column("rule", Line(80), nullable=False, info=_NONE),
    Column("why", Line(300), nullable=False, info=_WORDS),
    Column("actor", CODE, nullable=False, info=_NONE),
    Column("actor_id", ID, nullable=True, info=_NONE),
    Column("actor_name", Line(200), nullable=False, info=_NONE),
    Column("steps", json_type(), nullable=False, info={**_WORDS, "blank": []}),
    Column("moved", json_type(), nullable=False, info=_NONE),
    Column("credit_back_at", Instant(), nullable=True, info=_NONE),
    Column("ended_at", Instant(), nullable=True, info=_NONE),
    Column("reason", CODE, nullable=True, info=_NONE),
    Index("ix_assignments_rep_at", "rep_id", "at"),
    Index(
        "uq_assignments_current",
        "lead_id",
        unique=True,
        sqlite_where=text("state in ('queued', 'offered', 'accepted', 'sent')"),
        postgresql_where=text("state in ('queued', 'offered', 'accepted', 'sent')"),
    ),
    info=dict(ROWS_STAY),
)

pool_seats = Table(
    "pool_seats",
    metadata,
    Column("pool", CODE, primary_key=True, info=_NONE),
    Column("rep_id", ID, primary_key=True, info=_NONE),
    Column("credit", Integer, nullable=False, info=_NONE),
    Column("last_at", Instant(), nullable=True, info=_NONE),
)

absences = Table(
    "absences",
    metadata,
    Column("rep_id", ID, primary_key=True, info=_NONE),
    Column("first", Date, nullable=False, info=_NONE),
    Column("last", Date, nullable=False, info=_NONE),
    Column("delegate_id", ID, nullable=True, info=_NONE),
    Column("created_at", Instant(), nullable=False, info=_NONE),
)

route_waits = Table(
    "route_waits",
    metadata,
    Column("lead_id", ID, ForeignKey("leads.id"), primary_key=True, info=_ID),
    Column("until", Instant(), nullable=False, index=True, info=_NONE),
    Column("why", Line(200), nullable=False, info=_NONE),
    Column("held", Integer, nullable=False, info=_NONE),
    Column("done_at", Instant(), nullable=True, info=_NONE),
)

clocks = Table(
    "clocks",
    metadata,
    Column("id", ID, primary_key=True, info=_ID),
    Column("lead_id", ID, ForeignKey("leads.id"), nullable=False, index=True, info=_ID),
    Column("kind", CODE, nullable=False, info=_NONE),
    Column("rep_id", ID, nullable=True, info=_NONE),
    Column("handoff_id", ID, nullable=True, info=_ID),
    Column("calendar", Line(320), nullable=False, info=_NONE),
    Column("started_at", Instant(), nullable=False, info=_NONE),
    Column("business_s", Integer, nullable=False, info=_NONE),
    Column("pauses", json_type(), nullable=False, info=_NONE),
    Column("paused_since", Instant(), nullable=True, info=_NONE),
    Column("due_at", Instant(), nullable=True, index=True, info=_NONE),
    Column("stopped_at", Instant(), nullable=True, info=_NONE),
    Column("breached_at", Instant(), nullable=True, info=_NONE),
    Column("next_rung", CODE, nullable=True, info=_NONE),
    Column("rung_at", Instant(), nullable=True, index=True, info=_NONE),
    Index(
        "uq_clocks_running",
        "lead_id",
        "kind",
        unique=True,
        sqlite_where=text("stopped_at is null"),
        postgresql_where=text("stopped_at is null"),
    ),
    info=dict(ROWS_STAY),
)

clock_rungs = Table(
    "clock_rungs",
    metadata,
    Column("clock_id", ID, ForeignKey("clocks.id"), primary_key=True, info=_ID),
    Column("rung", CODE, primary_key=True, info=_NONE),
    Column("at", Instant(), nullable=False, info=_NONE),
)

first_touches = Table(
    "first_touches",
    metadata,
    Column("lead_id", ID, ForeignKey("leads.id"), primary_key=True, info=_ID),
    Column("actor", CODE, primary_key=True, info=_NONE),
    Column("actor_id", ID, nullable=True, info=_NONE),
    Column("at", Instant(), nullable=False, info=_NONE),
)
