"""Waits in working time are kept by the day, and what the reports of promises and of the agent count is found sooner.

Days that were counted before carry no calendar's mark, so that the worker counts them again.
"""

from alembic import op
from sqlalchemy import text

from store.migrations.columns import optional_document, short

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add two columns and two indexes, and let two that are there hold all that is asked of their rows."""
    op.add_column("report_sums", short("calendar", nullable=True))
    op.add_column("report_sums", optional_document("waits"))
    counted = text("part = '' AND hour = -1")
    op.create_index(
        "ix_report_sums_calendar", "report_sums", ["calendar"], sqlite_where=counted, postgresql_where=counted
    )
    tests = text("is_test")
    op.create_index("ix_milestones_tests", "milestones", ["lead_id"], sqlite_where=tests, postgresql_where=tests)
    op.drop_index("ix_tool_calls_turn_id", "tool_calls")
    op.create_index("ix_tool_calls_turn_id", "tool_calls", ["turn_id", "ok"])
    op.drop_index("ix_clocks_due_at", "clocks")
    op.create_index("ix_clocks_due_at", "clocks", ["due_at", "kind", "stopped_at", "lead_id"])
