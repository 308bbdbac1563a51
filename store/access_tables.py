"""Who may come in: the team and its sessions, keys of programs and of sites."""

from sqlalchemy import Boolean, Table

from store.columns import ID, col, ref
from store.metadata import NOT_PERSONAL, metadata
from store.types import Instant, Line, json_type

reps = Table(
    "reps",
    metadata,
    col("id", ID, primary_key=True),
    col("email", Line(320), unique=True),
    col("name", Line(200)),
    col("password_hash", Line(300), nullable=True),
    col("active", Boolean),
    col("created_at", Instant()),
)

rep_sessions = Table(
    "rep_sessions",
    metadata,
    col("id", ID, primary_key=True),
    col("token_hash", Line(64), unique=True),
    ref("reps", "rep_id", NOT_PERSONAL, index=True),
    col("password_mark", Line(64)),
    col("created_at", Instant()),
    col("seen_at", Instant()),
    col("expires_at", Instant(), index=True),
    col("ended_at", Instant(), nullable=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    col("id", ID, primary_key=True),
    col("name", Line(120)),
    col("secret_hash", Line(64), unique=True),
    col("scopes", json_type()),
    col("created_at", Instant()),
    col("revoked_at", Instant(), nullable=True),
    col("rep_id", ID, nullable=True),
)

widget_keys = Table(
    "widget_keys",
    metadata,
    col("key", Line(64), primary_key=True),
    col("name", Line(120)),
    col("origins", json_type()),
    col("active", Boolean),
    col("created_at", Instant()),
)
