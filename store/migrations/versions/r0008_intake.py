"""What comes in from elsewhere: other systems' ids, files on their way in, enrichment with source and date."""

from alembic import op
from sqlalchemy import Column, ForeignKey, LargeBinary, String, UniqueConstraint

from store.migrations.columns import document, instant, key, number, ref, short

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add four tables."""
    op.create_table(
        "external_ids",
        Column("source", String(80), primary_key=True),
        Column("key", String(200), primary_key=True),
        ref("people", "person_id", index=True),
        instant("created_at"),
    )
    op.create_table(
        "import_files",
        Column("run_id", String(40), ForeignKey("runs.id"), primary_key=True),
        short("name", 200),
        Column("body", LargeBinary, nullable=False),
        document("plan"),
        instant("created_at", index=True),
    )
    op.create_table(
        "enrichments",
        key(),
        ref("people", "person_id", nullable=True),
        ref("companies", "company_id", nullable=True),
        short("field"),
        short("value", 200),
        short("source", 80),
        number("used"),
        instant("at"),
        UniqueConstraint("person_id", "field", "source", name="uq_enrichments_person"),
        UniqueConstraint("company_id", "field", "source", name="uq_enrichments_company"),
    )
    op.create_table(
        "enrichment_asks",
        Column("lead_id", String(40), ForeignKey("leads.id"), primary_key=True),
        instant("due_at", nullable=True, index=True),
        instant("asked_at", nullable=True),
        number("attempts"),
        short("outcome", nullable=True),
    )
