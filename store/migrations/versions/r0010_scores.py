"""Scores that can be replayed: when a lead was scored, what tells rules apart, and which lines were crossed."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, Integer, String

from store.migrations.columns import instant, number, short

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add three columns and a table."""
    op.add_column("leads", instant("scored_at", nullable=True))
    op.add_column("rule_sets", short("fingerprint", 64, server_default=""))
    op.add_column("rule_sets", short("base", 64, nullable=True))
    op.create_table(
        "threshold_firings",
        Column("lead_id", String(40), ForeignKey("leads.id"), primary_key=True),
        Column("cycle_no", Integer, primary_key=True, autoincrement=False),
        Column("threshold_id", String(80), primary_key=True),
        instant("at", index=True),
        number("rules_version"),
        Column("total", Float, nullable=False),
    )
