"""The tables around handoffs: drafts and their wordings, the reps' sessions, and what the console hears."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from store.metadata import CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.types import Instant, Line, Words, json_type

ID = Line(40)
_PLAIN = dict(NOT_PERSONAL)
_LEADS_TO = dict(IDENTIFIER)
_WORDS = dict(CONTENT)

drafts = Table(
    "drafts",
    metadata,
    Column("id", ID, primary_key=True, info=_LEADS_TO),
    Column("handoff_id", ID, ForeignKey("handoffs.id"), nullable=False, index=True, info=_LEADS_TO),
    Column("conversation_id", ID, ForeignKey("conversations.id"), nullable=False, index=True, info=_LEADS_TO),
    Column("state", ID, nullable=False, info=_PLAIN),
    Column("rev", Integer, nullable=False, info=_PLAIN),
    Column("up_to_seq", Integer, nullable=False, info=_PLAIN),
    Column("attempts", Integer, nullable=False, info=_PLAIN),
    Column("due_at", Instant(), nullable=False, index=True, info=_PLAIN),
    Column("message_id", ID, nullable=True, info=_LEADS_TO),
    Column("decided_by", ID, nullable=True, info=_PLAIN),
    Column("decided_at", Instant(), nullable=True, info=_PLAIN),
    Column("reason", Line(500), nullable=False, info=_WORDS),
    Column("created_at", Instant(), nullable=False, info=_PLAIN),
)

draft_revisions = Table(
    "draft_revisions",
    metadata,
    Column("draft_id", ID, ForeignKey("drafts.id"), primary_key=True, info=_LEADS_TO),
    Column("rev", Integer, primary_key=True, autoincrement=False, info=_PLAIN),
    Column("conversation_id", ID, ForeignKey("conversations.id"), nullable=False, index=True, info=_LEADS_TO),
    Column("text", Words, nullable=False, info=_WORDS),
    Column("author", ID, nullable=False, info=_PLAIN),
    Column("author_id", ID, nullable=True, info=_PLAIN),
    Column("author_name", Line(200), nullable=False, info=_PLAIN),
    Column("model", Line(120), nullable=False, info=_PLAIN),
    Column("at", Instant(), nullable=False, info=_PLAIN),
)

rep_sessions = Table(
    "rep_sessions",
    metadata,
    Column("id", ID, primary_key=True, info=_PLAIN),
    Column("token_hash", Line(64), nullable=False, unique=True, info=_PLAIN),
    Column("rep_id", ID, ForeignKey("reps.id"), nullable=False, index=True, info=_PLAIN),
    Column("password_mark", Line(64), nullable=False, info=_PLAIN),
    Column("created_at", Instant(), nullable=False, info=_PLAIN),
    Column("seen_at", Instant(), nullable=False, info=_PLAIN),
    Column("expires_at", Instant(), nullable=False, index=True, info=_PLAIN),
    Column("ended_at", Instant(), nullable=True, info=_PLAIN),
)

# What happened to handoffs, for the console's stream. Ids only: the words stay where they are.
team_events = Table(
    "team_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False, info=_PLAIN),
    Column("type", ID, nullable=False, info=_PLAIN),
    Column("conversation_id", ID, nullable=True, index=True, info=_LEADS_TO),
    Column("data", json_type(), nullable=False, info=_LEADS_TO),
    Column("at", Instant(), nullable=False, index=True, info=_PLAIN),
)

# One row, id 1. Whoever adds an event counts it up first, as the last thing before the commit, so that the numbers
# come in the order of the commits and nobody who resumes behind one misses another.
team_counter = Table(
    "team_counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, info=_PLAIN),
    Column("last", Integer, nullable=False, info=_PLAIN),
)
