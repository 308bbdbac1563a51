"""What must leave the house, who may come in, and which requests were answered before."""

from alembic import op
from sqlalchemy import Index

from store.migrations.columns import document, flag, instant, key, number, short

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of the front door."""
    op.create_table(
        "outbox",
        key(),
        short("kind"),
        short("key", 200, unique=True),
        short("lead_id", nullable=True, index=True),
        document("payload"),
        short("state"),
        number("attempts"),
        instant("due_at"),
        instant("created_at"),
        instant("sent_at", nullable=True),
        short("error", 300, nullable=True),
        Index("ix_outbox_due", "state", "due_at"),
    )
    _keys()


def _keys() -> None:
    op.create_table(
        "api_keys",
        key(),
        short("name", 120),
        short("secret_hash", 64, unique=True),
        document("scopes"),
        instant("created_at"),
        instant("revoked_at", nullable=True),
    )
    op.create_table(
        "widget_keys",
        key("key", 64),
        short("name", 120),
        document("origins"),
        flag("active"),
        instant("created_at"),
    )
    op.create_table(
        "idempotent_requests",
        key("key", 300),
        short("request_hash", 64),
        short("lead_id", nullable=True),
        number("status"),
        instant("created_at"),
    )
