"""The team, times offered, meetings with their five-minute buckets, and requests for a person."""

from alembic import op
from sqlalchemy import Column, DateTime, String, UniqueConstraint

from store.migrations.columns import document, flag, instant, key, long, number, only_one, ref, short

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of meeting a person."""
    _reps_and_offers()
    _meetings()
    _handoffs()


def _reps_and_offers() -> None:
    op.create_table(
        "reps",
        key(),
        short("email", 320, unique=True),
        short("name", 200),
        short("password_hash", 300, nullable=True),
        flag("active"),
        instant("created_at"),
    )
    op.create_table(
        "offers",
        key("slot_id"),
        ref("conversations", "conversation_id", index=True),
        short("meeting_type"),
        instant("start"),
        instant("end"),
        document("host_ids"),
        instant("offered_at"),
        number("offered_seq"),
    )


def _meetings() -> None:
    op.create_table(
        "meetings",
        key(),
        ref("leads", "lead_id", index=True),
        ref("conversations", "conversation_id", nullable=True),
        short("slot_id", nullable=True),
        ref("reps", "host_id", index=True),
        short("meeting_type"),
        short("title", 200),
        instant("start", index=True),
        instant("end"),
        short("zone", 64),
        short("attendee_email", 320),
        short("attendee_name", 200, nullable=True),
        short("state"),
        number("sequence"),
        short("token", 64, unique=True),
        instant("booked_at"),
        UniqueConstraint("conversation_id", "slot_id", name="uq_meetings_once"),
        only_one("uq_meetings_open_per_lead", "lead_id", where="state = 'confirmed'"),
    )
    op.create_table(
        "meeting_buckets",
        Column("host_id", String(40), primary_key=True),
        Column("bucket", DateTime(timezone=True), primary_key=True),
        short("meeting_id", index=True),  # no foreign key: the time is claimed before the meeting exists
    )


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        key(),
        ref("leads", "lead_id", index=True),
        ref("conversations", "conversation_id"),
        short("reason"),
        long("note"),
        short("state"),
        short("queue"),
        short("owner_id", nullable=True),
        short("meeting_id", nullable=True),
        short("promised_next_step", 300, nullable=True),
        instant("due_at"),
        instant("created_at"),
        only_one("uq_handoffs_open", "conversation_id", where="state in ('open', 'claimed')"),
    )
