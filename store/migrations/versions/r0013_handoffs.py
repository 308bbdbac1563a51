"""Handoffs under a lease, drafts in revisions, sessions of reps, and what the console hears."""

from alembic import op

from store.migrations.columns import document, instant, key, long, number, ref, short

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add columns to handoffs, and five tables."""
    for name in ("lease_until", "claimed_at", "decided_at"):
        op.add_column("handoffs", instant(name, nullable=True))
    for name in ("proposed_code", "decided_by", "reason_code"):
        op.add_column("handoffs", short(name, nullable=True))
    op.add_column("handoffs", long("decision_note", server_default=""))
    op.create_index("ix_handoffs_lease_until", "handoffs", ["lease_until"])
    op.create_index("ix_conversations_rep_until", "conversations", ["rep_until"])
    _drafts()
    op.create_table(
        "rep_sessions",
        key(),
        short("token_hash", 64, unique=True),
        ref("reps", "rep_id", index=True),
        short("password_mark", 64),
        instant("created_at"),
        instant("seen_at"),
        instant("expires_at", index=True),
        instant("ended_at", nullable=True),
    )
    op.create_table(
        "team_events",
        number("seq", primary_key=True, autoincrement=False),
        short("type"),
        short("conversation_id", nullable=True, index=True),
        document("data"),
        instant("at", index=True),
    )
    op.create_table(
        "team_counter",
        number("id", primary_key=True, autoincrement=False),
        number("last"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        key(),
        ref("handoffs", "handoff_id", index=True),
        ref("conversations", "conversation_id", index=True),
        short("state"),
        number("rev"),
        number("up_to_seq"),
        number("attempts"),
        instant("due_at", index=True),
        short("message_id", nullable=True),
        short("decided_by", nullable=True),
        instant("decided_at", nullable=True),
        short("reason", 500),
        instant("created_at"),
    )
    op.create_table(
        "draft_revisions",
        ref("drafts", "draft_id", primary_key=True),
        number("rev", primary_key=True, autoincrement=False),
        ref("conversations", "conversation_id", index=True),
        long("text"),
        short("author"),
        short("author_id", nullable=True),
        short("author_name", 200),
        short("model", 120),
        instant("at"),
    )
