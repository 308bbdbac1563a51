"""Capture by forms: forms, and what came through their hooks."""

from alembic import op
from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint

from store.migrations.columns import document, flag, instant, key, number, ref, short

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "forms",
        key(),
        short("provider"),
        short("token", 80, unique=True),
        short("name", 120),
        short("source", 80),
        short("context", nullable=True),
        short("campaign", 120, nullable=True),
        document("field_map"),
        document("consent_map"),
        document("fixed"),
        short("honeypot", 200, nullable=True),
        document("secrets"),
        short("access_token", 1000, nullable=True),
        flag("active"),
        instant("created_at", index=True),
        instant("updated_at"),
        instant("deleted_at", nullable=True),
    )
    op.create_table(
        "submissions",
        key(),
        ref("forms", "form_id"),
        short("event_key", 200, nullable=True),
        short("content_key", 80, nullable=True),
        short("person_id", nullable=True, index=True),
        short("lead_id", nullable=True, index=True),
        short("email_key", 320, nullable=True),
        short("ip", 64, nullable=True),
        Column("raw", LargeBinary, nullable=True),
        Column("fetched", LargeBinary, nullable=True),
        short("content_type", 200),
        document("headers"),
        short("trust"),
        short("verdict"),
        short("reason", 300, nullable=True),
        number("repeats"),
        number("attempts"),
        flag("released"),
        instant("received_at"),
        instant("due_at", nullable=True, index=True),
        instant("worked_at", nullable=True),
        UniqueConstraint("form_id", "event_key", name="uq_submissions_event"),
        UniqueConstraint("form_id", "content_key", name="uq_submissions_content"),
        Index("ix_submissions_form", "form_id", "received_at"),
        Index("ix_submissions_email", "email_key", "received_at"),
        Index("ix_submissions_ip", "ip", "received_at"),
    )
