"""Handoffs, drafts and their wordings, and what the console hears of them."""

from sqlalchemy import Integer, Table

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTENT, IDENTIFIER, metadata
from store.types import Instant, Line, Words, json_type

handoffs = Table(
    "handoffs",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    ref("conversations", "conversation_id"),
    col("reason", CODE),
    col("note", Words, CONTENT),
    col("state", CODE),
    col("queue", CODE),
    col("owner_id", ID, nullable=True),
    col("meeting_id", ID, IDENTIFIER, nullable=True),
    col("promised_next_step", Line(300), CONTENT, nullable=True),
    col("due_at", Instant()),
    col("created_at", Instant()),
    col("lease_until", Instant(), nullable=True, index=True),
    col("claimed_at", Instant(), nullable=True),
    col("decided_at", Instant(), nullable=True),
    col("proposed_code", CODE, nullable=True),
    col("decided_by", ID, nullable=True),
    col("reason_code", CODE, nullable=True),
    col("decision_note", Words, CONTENT, server_default=""),
    only_one("uq_handoffs_open", "conversation_id", where="state in ('open', 'claimed')"),
)

drafts = Table(
    "drafts",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("handoffs", "handoff_id", index=True),
    ref("conversations", "conversation_id", index=True),
    col("state", CODE),
    col("rev", Integer),
    col("up_to_seq", Integer),
    col("attempts", Integer),
    col("due_at", Instant(), index=True),
    col("message_id", ID, IDENTIFIER, nullable=True),
    col("decided_by", ID, nullable=True),
    col("decided_at", Instant(), nullable=True),
    col("reason", Line(500), CONTENT),
    col("created_at", Instant()),
)

draft_revisions = Table(
    "draft_revisions",
    metadata,
    ref("drafts", "draft_id", primary_key=True),
    col("rev", Integer, primary_key=True, autoincrement=False),
    ref("conversations", "conversation_id", index=True),
    col("text", Words, CONTENT),
    col("author", CODE),
    col("author_id", ID, nullable=True),
    col("author_name", Line(200)),
    col("model", Line(120)),
    col("at", Instant()),
)

# What happened to handoffs, for the console's stream. Ids only: the words stay where they are.
team_events = Table(
    "team_events",
    metadata,
    col("seq", Integer, primary_key=True, autoincrement=False),
    col("type", CODE),
    col("conversation_id", ID, IDENTIFIER, nullable=True, index=True),
    col("data", json_type(), IDENTIFIER),
    col("at", Instant(), index=True),
)

# One row, id 1. Whoever adds an event counts it up first, as the last thing before the commit, so that the numbers
# come in the order of the commits and nobody who resumes behind one misses another.
team_counter = Table(
    "team_counter",
    metadata,
    col("id", Integer, primary_key=True, autoincrement=False),
    col("last", Integer),
)
