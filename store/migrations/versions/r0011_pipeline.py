"""Opportunities, tasks, verdicts on leads, and wishes to enrol somebody in a sequence."""

from alembic import op
from sqlalchemy import Column, Float, Index, UniqueConstraint

from store.migrations.columns import amount, day, flag, instant, key, long, number, ref, short

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add five tables, and an index by which resting leads are found."""
    op.create_index("ix_leads_follow_up_on", "leads", ["follow_up_on"])
    _opportunities()
    op.create_table(
        "tasks",
        key(),
        ref("leads", "lead_id", index=True),
        short("owner_id", nullable=True, index=True),
        short("kind"),
        short("title", 300),
        short("key", 200, nullable=True, unique=True),
        instant("due_at", index=True),
        instant("done_at", nullable=True),
        instant("reminded_at", nullable=True),
        instant("created_at"),
    )
    op.create_table(
        "enrollment_wishes",
        key(),
        ref("leads", "lead_id"),
        number("cycle_no"),
        short("track"),
        short("sequence_key", 60, nullable=True),
        short("rule", 60),
        short("why", 300),
        instant("at"),
        instant("taken_at", nullable=True),
        UniqueConstraint("lead_id", "cycle_no", "track", name="uq_enrollment_wishes_once"),
        Index("ix_enrollment_wishes_waiting", "taken_at", "at"),
    )
    op.create_table(
        "lead_verdicts",
        key(),
        ref("leads", "lead_id", index=True),
        short("verdict"),
        short("reason_code", nullable=True),
        short("stage"),
        Column("score_total", Float, nullable=False),
        Column("score_fit", Float, nullable=False),
        number("score_version"),
        flag("ready"),
        short("actor"),
        short("actor_id", nullable=True),
        instant("at", index=True),
    )


def _opportunities() -> None:
    op.create_table(
        "opportunities",
        key(),
        ref("leads", "lead_id", unique=True),
        ref("people", "person_id", index=True),
        ref("companies", "company_id", nullable=True),
        short("name", 200),
        amount("amount"),
        short("currency", 3),
        day("close_date"),
        long("quote_url", nullable=True),
        short("stage", 60),
        short("state"),
        short("reason_code", nullable=True),
        long("note"),
        short("owner_id", nullable=True, index=True),
        number("reopened"),
        instant("created_at", index=True),
        instant("updated_at"),
        instant("stage_entered_at"),
        instant("closed_at", nullable=True, index=True),
    )
    op.create_table(
        "opportunity_changes",
        key(),
        ref("opportunities", "opportunity_id", index=True),
        ref("leads", "lead_id", index=True),
        short("what"),
        short("before", 80),
        short("after", 80),
        short("actor"),
        short("actor_id", nullable=True),
        short("actor_name", 200),
        short("reason_code", nullable=True),
        instant("at"),
    )
