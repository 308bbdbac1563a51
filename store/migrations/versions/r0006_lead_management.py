"""What lead management needs of everybody: three dimensions, versions of rules, an audit, and long runs."""

from alembic import op
from sqlalchemy import Boolean, Column, UniqueConstraint, text

from store.migrations.columns import document, instant, key, number, only_one, short

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add columns to what there is, and three tables."""
    _columns()
    op.create_table(
        "rule_sets",
        key(),
        short("kind"),
        number("version"),
        short("state"),
        document("content"),
        short("comment", 400),
        short("author", 200),
        instant("created_at"),
        instant("published_at", nullable=True),
        UniqueConstraint("kind", "version", name="uq_rule_sets_version"),
        only_one("uq_rule_sets_published", "kind", where="state = 'published'"),
    )
    op.create_table(
        "audit",
        key(),
        instant("at", index=True),
        short("actor"),
        short("actor_id", nullable=True),
        short("actor_name", 200),
        short("act", 80),
        short("subject"),
        short("subject_id", nullable=True, index=True),
        document("detail"),
    )
    op.create_table(
        "runs",
        key(),
        short("kind"),
        short("state"),
        number("done"),
        number("total", nullable=True),
        document("result"),
        short("error", 400, nullable=True),
        instant("started_at"),
        instant("finished_at", nullable=True),
    )


def _columns() -> None:
    for name in ("seniority", "department"):
        op.add_column("people", short(name, nullable=True))
    op.add_column("people", short("region", 80, nullable=True))
    op.add_column("companies", short("country", 2, nullable=True))
    op.add_column("companies", number("employees", nullable=True))
    op.add_column("companies", short("revenue_band", 40, nullable=True))
    for name in ("account_type", "owner_id"):
        op.add_column("companies", short(name, nullable=True))
    for name in ("is_test", "ready"):
        op.add_column("leads", Column(name, Boolean, nullable=False, server_default=text("false")))
    for name in ("rescore_at", "first_response_at", "accepted_at", "closed_at"):
        op.add_column("leads", instant(name, nullable=True))
    op.create_index("ix_leads_rescore_at", "leads", ["rescore_at"])
    for name in ("track", "destination", "opportunity_id"):
        op.add_column("leads", short(name, nullable=True))
    op.add_column("stage_changes", short("dimension", server_default="stage"))
    op.add_column("stage_changes", short("actor_id", nullable=True))
    op.add_column("stage_changes", short("actor_name", 200, nullable=True))
    op.add_column("stage_changes", short("reason_code", nullable=True))
    op.create_index("ix_stage_changes_at", "stage_changes", ["at"])
    op.add_column("api_keys", short("rep_id", nullable=True))
