"""What reports read: when each lead reached what, in one narrow row, kept by the database itself; and what leads cost.

A report over a million leads has two seconds, so sums are kept by the day (`report_sums`; hour -1 is the whole day, -2
the month that begins with it; those of everybody are kept by the hour too) and added up. Beside the sums of days and
months stand the waits in working time with the mark of the calendar they were counted by. Triggers write milestones and
note the days whose sums are out of date in `report_stale`: no writer (an act, an import, a merge) can forget to, and a
report counts those days lead by lead.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    event,
    text,
)

from store.columns import CODE, ID, col, some
from store.metadata import FIGURE, IDENTIFIER, NOT_PERSONAL, ROWS_STAY, metadata
from store.report_triggers import statements
from store.types import Instant, Line, json_type

STAGES = ("iql", "mql", "sal", "sql", "opportunity", "customer")
"""In their order: who reaches one has reached all before it."""
ENDS = ("disqualified", "recycled", "lost")
CLOCKS = ("created", *STAGES, "pql", *ENDS, "answered", "agent")


def _seconds(name: str, *, nullable: bool = True) -> Column[int]:
    return col(f"{name}_s", BigInteger, FIGURE if nullable else NOT_PERSONAL, nullable=nullable)


milestones = Table(
    "milestones",
    metadata,
    col("lead_id", ID, IDENTIFIER, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    col("person_id", ID, IDENTIFIER),
    col("source", Line(80)),
    col("campaign", Line(120), nullable=True),
    col("context", CODE, nullable=True),
    col("owner_id", ID, nullable=True),
    col("outcome", CODE),
    col("reason_code", CODE, nullable=True),
    col("is_test", Boolean, server_default=text("false")),
    col("cycle_no", Integer),
    col("score", BigInteger, FIGURE, server_default="0"),
    _seconds("created", nullable=False),
    *(_seconds(name) for name in CLOCKS[1:]),
    _seconds("chat"),  # when the first chat began, once an erasure has taken it away; until then it says so itself
    Index("ix_milestones_created_s", "created_s"),
    Index("ix_milestones_person_id", "person_id"),
    some("ix_milestones_tests", "lead_id", where="is_test"),
    some("ix_milestones_later_cycles", "created_s", where="cycle_no > 1"),
    info=dict(ROWS_STAY),
)

report_sums = Table(
    "report_sums",
    metadata,
    col("day", Integer, primary_key=True, autoincrement=False),
    col("hour", Integer, primary_key=True, autoincrement=False),
    col("part", CODE, primary_key=True),
    col("value", Line(120), primary_key=True),
    col("sums", json_type()),
    col("calendar", CODE, nullable=True),
    col("waits", json_type(), nullable=True),
    some("ix_report_sums_calendar", "calendar", where="part = '' AND hour = -1"),
)

report_stale = Table(
    "report_stale",
    metadata,
    col("id", Integer, primary_key=True),
    col("day", Integer, index=True),
)

campaign_costs = Table(
    "campaign_costs",
    metadata,
    col("id", ID, primary_key=True),
    col("source", Line(80)),
    col("campaign", Line(120), nullable=True),
    col("first_day", Date, index=True),
    col("last_day", Date),
    col("amount", Numeric(14, 2)),
    col("currency", Line(3)),
    col("created_at", Instant()),
)


def _with_triggers(_metadata: MetaData, connection: Connection, *, tables: Collection[Table], **_options: Any) -> None:
    """The triggers come with the tables, wherever these are made without revisions (tests)."""
    if milestones in tables:
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)


event.listen(metadata, "after_create", _with_triggers)
