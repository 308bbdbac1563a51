"""Conversations: threads, messages, events as rows, turns and what their tools were asked."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint

from store.migrations.columns import document, flag, instant, key, long, number, only_one, ref, short

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of talking."""
    _threads()
    _turns()


def _threads() -> None:
    op.create_table(
        "conversations",
        key(),
        ref("leads", "lead_id", index=True),
        ref("people", "person_id", index=True),
        short("channel"),
        flag("verified"),
        short("widget_key", 64, nullable=True),
        number("last_seq"),
        number("visitor_seq"),
        instant("opened_at"),
        instant("closed_at", nullable=True),
        short("rep_id", nullable=True),
        instant("rep_until", nullable=True),
        short("language", 12, nullable=True),
        short("zone", 64, nullable=True),
        document("page"),
    )
    op.create_table(
        "messages",
        key(),
        ref("conversations", "conversation_id"),
        number("seq"),
        short("author"),
        short("author_name", 120),
        long("text"),
        short("client_id", 80, nullable=True),
        document("citations"),
        short("turn_id", nullable=True),
        instant("at"),
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_id"),
    )
    op.create_table(
        "events",
        Column("conversation_id", String(40), ForeignKey("conversations.id"), primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        short("type"),
        document("data"),
        instant("at"),
    )
    op.create_table(
        "guard_events",
        key(),
        ref("conversations", "conversation_id", index=True),
        short("kind"),
        short("detail", 400),
        instant("at"),
    )


def _turns() -> None:
    op.create_table(
        "turns",
        key(),
        ref("conversations", "conversation_id", index=True),
        short("status"),
        number("up_to_seq"),
        number("attempt"),
        instant("lease_until", nullable=True),
        short("outcome", nullable=True),
        short("model", 120, nullable=True),
        short("prompt", 80, nullable=True),
        short("prompt_fingerprint", 64, nullable=True),
        number("input_tokens", nullable=True),
        number("output_tokens", nullable=True),
        number("cached_tokens", nullable=True),
        instant("created_at"),
        instant("finished_at", nullable=True),
        only_one("uq_turns_open", "conversation_id", where="status in ('waiting', 'running')"),
        Index("ix_turns_lease", "status", "lease_until"),
    )
    op.create_table(
        "tool_calls",
        key(),
        ref("turns", "turn_id", index=True),
        number("attempt"),
        number("position"),
        short("call_id", 120),
        short("name", 64),
        long("arguments"),
        long("result"),
        flag("ok"),
        instant("at"),
    )
