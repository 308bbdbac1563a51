"""Tables of what comes after qualification: opportunities and their changes, tasks, verdicts, wishes to enrol.

Every column says what kind of personal data it holds (see metadata.py).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, Table, UniqueConstraint

from store.metadata import CONTENT, FIGURE, IDENTIFIER, NOT_PERSONAL, ROWS_STAY, metadata
from store.types import Amount, Instant, Line, Words

ID = Line(40)
CODE = Line(40)


def _col(name: str, kind: Any, info: Mapping[str, str] = NOT_PERSONAL, *args: Any, **options: Any) -> Column[Any]:
    options.setdefault("nullable", False)
    return Column(name, kind, *args, info=dict(info), **options)


def _to(table: str, name: str, **options: Any) -> Column[Any]:
    return _col(name, ID, IDENTIFIER, ForeignKey(f"{table}.id"), **options)


opportunities = Table(
    "opportunities",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", unique=True),  # converting twice is converting once
    _to("people", "person_id", index=True),
    _to("companies", "company_id", nullable=True),
    _col("name", Line(200), CONTENT),
    _col("amount", Amount()),
    _col("currency", Line(3)),
    _col("close_date", Date),
    _col("quote_url", Words, CONTENT, nullable=True),
    _col("stage", Line(60)),
    _col("state", CODE),
    _col("reason_code", CODE, nullable=True),
    _col("note", Words, CONTENT),
    _col("owner_id", ID, nullable=True, index=True),
    _col("reopened", Integer),
    _col("created_at", Instant(), index=True),
    _col("updated_at", Instant()),
    _col("stage_entered_at", Instant()),
    _col("closed_at", Instant(), nullable=True, index=True),
    info=dict(ROWS_STAY),
)

opportunity_changes = Table(
    "opportunity_changes",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("opportunities", "opportunity_id", index=True),
    _to("leads", "lead_id", index=True),
    _col("what", CODE),
    _col("before", Line(80)),
    _col("after", Line(80)),
    _col("actor", CODE),
    _col("actor_id", ID, nullable=True),
    _col("actor_name", Line(200)),
    _col("reason_code", CODE, nullable=True),
    _col("at", Instant()),
    info=dict(ROWS_STAY),
)

tasks = Table(
    "tasks",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _col("owner_id", ID, nullable=True, index=True),
    _col("kind", CODE),
    _col("title", Line(300), CONTENT),
    _col("key", Line(200), IDENTIFIER, nullable=True, unique=True),
    _col("due_at", Instant(), index=True),
    _col("done_at", Instant(), nullable=True),
    _col("reminded_at", Instant(), nullable=True),
    _col("created_at", Instant()),
    info=dict(ROWS_STAY),
)

enrollment_wishes = Table(
    "enrollment_wishes",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id"),
    _col("cycle_no", Integer),
    _col("track", CODE),
    _col("sequence_key", Line(60), nullable=True),
    _col("rule", Line(60)),
    _col("why", Line(300)),
    _col("at", Instant()),
    _col("taken_at", Instant(), nullable=True),
    UniqueConstraint("lead_id", "cycle_no", "track", name="uq_enrollment_wishes_once"),
    Index("ix_enrollment_wishes_waiting", "taken_at", "at"),
)

lead_verdicts = Table(
    "lead_verdicts",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _col("verdict", CODE),
    _col("reason_code", CODE, nullable=True),
    _col("stage", CODE),
    _col("score_total", Float, FIGURE),
    _col("score_fit", Float, FIGURE),
    _col("score_version", Integer),
    _col("ready", Boolean),
    _col("actor", CODE),
    _col("actor_id", ID, nullable=True),
    _col("at", Instant(), index=True),
    info=dict(ROWS_STAY),
)
