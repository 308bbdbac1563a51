"""People, companies, leads, and the ledger of what a lead did, said and agreed to."""

from alembic import op
from sqlalchemy import Column, Float, UniqueConstraint

from store.migrations.columns import document, flag, instant, key, long, number, only_one, ref, short

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables every other one leads back to."""
    _people()
    _leads()
    _ledger()


def _people() -> None:
    op.create_table(
        "people",
        key(),
        short("email", 320, nullable=True),
        short("email_key", 320, nullable=True, unique=True),
        short("phone", 32, nullable=True),
        short("name", 200, nullable=True),
        short("title", 200, nullable=True),
        short("language", 12, nullable=True),
        short("zone", 64, nullable=True),
        short("country", 2, nullable=True),
        short("merged_into_id", nullable=True),
        instant("created_at"),
    )
    op.create_table(
        "companies",
        key(),
        short("name", 200),
        short("name_key", 200, index=True),
        short("domain", 253, nullable=True, index=True),
        short("size_band", 20, nullable=True),
        short("industry", 80, nullable=True),
        short("region", 80, nullable=True),
    )
    op.create_table(
        "consents",
        key(),
        ref("people", "person_id", index=True),
        short("purpose"),
        flag("granted"),
        short("text_version"),
        short("source", 80),
        instant("at"),
    )


def _leads() -> None:
    op.create_table(
        "leads",
        key(),
        ref("people", "person_id", index=True),
        ref("companies", "company_id", nullable=True),
        number("cycle_no"),
        short("stage", index=True),
        short("status"),
        short("outcome"),
        short("reason_code", nullable=True),
        short("source", 80),
        short("campaign", 120, nullable=True),
        short("context", nullable=True),
        short("owner_id", nullable=True),
        short("queue", nullable=True),
        *[Column(f"score_{part}", Float, nullable=False) for part in ("total", "fit", "engagement", "negative")],
        short("score_grade", 2),
        number("score_version"),
        instant("stage_entered_at", nullable=True),
        instant("follow_up_on", nullable=True),
        document("fields"),
        instant("created_at", index=True),
        instant("updated_at"),
        only_one("uq_leads_open_cycle", "person_id", where="outcome = 'open'"),
    )
    op.create_table(
        "stage_changes",
        key(),
        ref("leads", "lead_id", index=True),
        short("before"),
        short("after"),
        short("actor"),
        short("why", 200),
        instant("at"),
    )


def _ledger() -> None:
    op.create_table(
        "activities",
        key(),
        ref("leads", "lead_id", index=True),
        short("type", 80),
        short("actor"),
        short("source", 80),
        short("dedup_key", 200, nullable=True, unique=True),
        document("properties"),
        short("message_id", nullable=True),
        long("quote", nullable=True),
        instant("occurred_at"),
        instant("received_at"),
    )
    op.create_table(
        "bant_claims",
        key(),
        ref("leads", "lead_id", index=True),
        short("factor"),
        short("value", 400),
        short("value_key", 400),
        short("status"),
        short("message_id"),
        long("quote"),
        instant("said_at"),
        short("asserted_by"),
        flag("corrects"),
        instant("at"),
        UniqueConstraint("lead_id", "factor", "value_key", "message_id", name="uq_bant_claims_once"),
    )
