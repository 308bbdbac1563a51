"""Routing: assignments with their trace, turns in pools, leave, leads that wait, clocks and rungs, first touches."""

from alembic import op
from sqlalchemy import Column, Date, Index, text

from store.migrations.columns import document, instant, key, number, ref, short

revision = "0012"
down_revision = "0011"

_CURRENT = "state in ('queued', 'offered', 'accepted', 'sent')"
_RUNNING = "stopped_at is null"


def upgrade() -> None:
    """Seven tables; nothing that was there changes."""
    _assignments()
    _clocks()
    op.create_table(
        "pool_seats",
        short("pool", primary_key=True),
        short("rep_id", primary_key=True),
        number("credit"),
        instant("last_at", nullable=True),
    )
    op.create_table(
        "absences",
        key("rep_id"),
        Column("first", Date, nullable=False),
        Column("last", Date, nullable=False),
        short("delegate_id", nullable=True),
        instant("created_at"),
    )
    op.create_table(
        "route_waits",
        ref("leads", "lead_id", primary_key=True),
        instant("until", index=True),
        short("why", 200),
        number("held"),
        instant("done_at", nullable=True),
    )
    op.create_table(
        "first_touches",
        ref("leads", "lead_id", primary_key=True),
        short("actor", primary_key=True),
        short("actor_id", nullable=True),
        instant("at"),
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        key(),
        ref("leads", "lead_id", index=True),
        instant("at"),
        short("state"),
        short("rep_id", nullable=True),
        short("queue", nullable=True),
        short("destination", nullable=True),
        short("pool", nullable=True),
        short("rule", 80),
        short("why", 300),
        short("actor"),
        short("actor_id", nullable=True),
        short("actor_name", 200),
        document("steps"),
        document("moved"),
        instant("credit_back_at", nullable=True),
        instant("ended_at", nullable=True),
        short("reason", nullable=True),
        Index("ix_assignments_rep_at", "rep_id", "at"),
        Index(
            "uq_assignments_current",
            "lead_id",
            unique=True,
            sqlite_where=text(_CURRENT),
            postgresql_where=text(_CURRENT),
        ),
    )


def _clocks() -> None:
    op.create_table(
        "clocks",
        key(),
        ref("leads", "lead_id", index=True),
        short("kind"),
        short("rep_id", nullable=True),
        short("handoff_id", nullable=True),
        short("calendar", 320),
        instant("started_at"),
        number("business_s"),
        document("pauses"),
        instant("paused_since", nullable=True),
        instant("due_at", nullable=True, index=True),
        instant("stopped_at", nullable=True),
        instant("breached_at", nullable=True),
        short("next_rung", nullable=True),
        instant("rung_at", nullable=True, index=True),
        Index(
            "uq_clocks_running",
            "lead_id",
            "kind",
            unique=True,
            sqlite_where=text(_RUNNING),
            postgresql_where=text(_RUNNING),
        ),
    )
    op.create_table(
        "clock_rungs", ref("clocks", "clock_id", primary_key=True), short("rung", primary_key=True), instant("at")
    )
