"""What reports read: when each lead reached what, in one narrow row, kept by the database itself; and what leads cost.

A report over a million leads has two seconds, so sums are kept by the day (`report_sums`; hour -1 is the whole day, -2
the month that begins with it; those of everybody are kept by the hour too) and added up. Triggers write milestones and
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

from store.metadata import FIGURE, IDENTIFIER, NOT_PERSONAL, ROWS_STAY, metadata
from store.report_triggers import statements
from store.types import Instant, Line, json_type

STAGES = ("iql", "mql", "sal", "sql", "opportunity", "customer")
"""In their order: who reaches one has reached all before it."""
ENDS = ("disqualified", "recycled", "lost")
CLOCKS = ("created", *STAGES, "pql", *ENDS, "answered", "agent")


def _seconds(name: str, *, nullable: bool = True) -> Column[int]:
    return Column(f"{name}_s", BigInteger, nullable=nullable, info=dict(FIGURE if nullable else NOT_PERSONAL))


milestones = Table(
    "milestones",
    metadata,
    Column("lead_id", Line(40), ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True, info=dict(IDENTIFIER)),
    Column("person_id", Line(40), nullable=False, info=dict(IDENTIFIER)),
    Column("source", Line(80), nullable=False, info=dict(NOT_PERSONAL)),
    Column("campaign", Line(120), nullable=True, info=dict(NOT_PERSONAL)),
    Column("context", Line(40), nullable=True, info=dict(NOT_PERSONAL)),
    Column("owner_id", Line(40), nullable=True, info=dict(NOT_PERSONAL)),
    Column("outcome", Line(40), nullable=False, info=dict(NOT_PERSONAL)),
    Column("reason_code", Line(40), nullable=True, info=dict(NOT_PERSONAL)),
    Column("is_test", Boolean, nullable=False, server_default=text("false"), info=dict(NOT_PERSONAL)),
    Column("cycle_no", Integer, nullable=False, info=dict(NOT_PERSONAL)),
    Column("score", BigInteger, nullable=False, server_default="0", info=dict(FIGURE)),
    _seconds("created", nullable=False),
    *(_seconds(name) for name in CLOCKS[1:]),
    _seconds("chat"),  # when the first chat began, once an erasure has taken it away; until then it says so itself
    Index("ix_milestones_created_s", "created_s"),
    Index("ix_milestones_person_id", "person_id"),
    Index(
        "ix_milestones_later_cycles",
        "created_s",
        sqlite_where=text("cycle_no > 1"),
        postgresql_where=text("cycle_no > 1"),
    ),
    info=dict(ROWS_STAY),
)

report_sums = Table(
    "report_sums",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False, info=dict(NOT_PERSONAL)),
    Column("hour", Integer, primary_key=True, autoincrement=False, info=dict(NOT_PERSONAL)),
    Column("part", Line(40), primary_key=True, info=dict(NOT_PERSONAL)),
    Column("value", Line(120), primary_key=True, info=dict(NOT_PERSONAL)),
    Column("sums", json_type(), nullable=False, info=dict(NOT_PERSONAL)),
)

report_stale = Table(
    "report_stale",
    metadata,
    Column("id", Integer, primary_key=True, info=dict(NOT_PERSONAL)),
    Column("day", Integer, nullable=False, index=True, info=dict(NOT_PERSONAL)),
)

campaign_costs = Table(
    "campaign_costs",
    metadata,
    Column("id", Line(40), primary_key=True, info=dict(NOT_PERSONAL)),
    Column("source", Line(80), nullable=False, info=dict(NOT_PERSONAL)),
    Column("campaign", Line(120), nullable=True, info=dict(NOT_PERSONAL)),
    Column("first_day", Date, nullable=False, index=True, info=dict(NOT_PERSONAL)),
    Column("last_day", Date, nullable=False, info=dict(NOT_PERSONAL)),
    Column("amount", Numeric(14, 2), nullable=False, info=dict(NOT_PERSONAL)),
    Column("currency", Line(3), nullable=False, info=dict(NOT_PERSONAL)),
    Column("created_at", Instant(), nullable=False, info=dict(NOT_PERSONAL)),
)


def _with_triggers(_metadata: MetaData, connection: Connection, *, tables: Collection[Table], **_options: Any) -> None:
    """The triggers come with the tables, wherever these are made without revisions (tests)."""
    if milestones in tables:
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)


event.listen(metadata, "after_create", _with_triggers)
