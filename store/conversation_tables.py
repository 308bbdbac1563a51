"""Conversations: messages, the events a browser follows, answers in the making, and what the guard held back."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, Table, UniqueConstraint

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTACT, CONTENT, IDENTIFIER, metadata
from store.types import Instant, Line, Words, json_type

conversations = Table(
    "conversations",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    ref("people", "person_id", index=True),
    col("channel", CODE),
    col("verified", Boolean),
    col("widget_key", Line(64), nullable=True),
    col("last_seq", Integer),
    col("visitor_seq", Integer),
    col("opened_at", Instant(), index=True),
    col("closed_at", Instant(), nullable=True),
    col("rep_id", ID, nullable=True),
    col("rep_until", Instant(), nullable=True, index=True),
    col("language", Line(12), CONTENT, nullable=True),
    col("zone", Line(64), CONTENT, nullable=True),
    col("page", json_type(), CONTENT),
)

messages = Table(
    "messages",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("conversations", "conversation_id"),
    col("seq", Integer),
    col("author", CODE),
    col("author_name", Line(120), CONTACT),
    col("text", Words, CONTENT),
    col("client_id", Line(80), IDENTIFIER, nullable=True),
    col("citations", json_type()),
    col("turn_id", ID, IDENTIFIER, nullable=True),
    col("at", Instant()),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

events = Table(
    "events",
    metadata,
    col("conversation_id", ID, IDENTIFIER, ForeignKey("conversations.id"), primary_key=True),
    col("seq", Integer, primary_key=True, autoincrement=False),
    col("type", CODE),
    col("data", json_type(), CONTENT),
    col("at", Instant()),
)

turns = Table(
    "turns",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("conversations", "conversation_id", index=True),
    col("status", CODE),
    col("up_to_seq", Integer),
    col("attempt", Integer),
    col("lease_until", Instant(), nullable=True),
    col("outcome", CODE, nullable=True),
    col("model", Line(120), nullable=True),
    col("prompt", Line(80), nullable=True),
    col("prompt_fingerprint", Line(64), nullable=True),
    col("input_tokens", Integer, nullable=True),
    col("output_tokens", Integer, nullable=True),
    col("cached_tokens", Integer, nullable=True),
    col("created_at", Instant()),
    col("finished_at", Instant(), nullable=True),
    only_one("uq_turns_open", "conversation_id", where="status in ('waiting', 'running')"),
    Index("ix_turns_lease", "status", "lease_until"),
)

tool_calls = Table(
    "tool_calls",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("turns", "turn_id"),
    col("attempt", Integer),
    col("position", Integer),
    col("call_id", Line(120)),
    col("name", Line(64)),
    col("arguments", Words, CONTENT),
    col("result", Words, CONTENT),
    col("ok", Boolean),
    col("at", Instant()),
    Index("ix_tool_calls_turn_id", "turn_id", "ok"),  # reports count both without reading what was said
)

guard_events = Table(
    "guard_events",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("conversations", "conversation_id", index=True),
    col("kind", CODE),
    col("detail", Line(400), CONTENT),
    col("at", Instant()),
)
