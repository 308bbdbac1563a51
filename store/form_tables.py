"""The tables of capture by forms: the forms we were told of, and everything that came through their hooks."""

from sqlalchemy import Boolean, Index, Integer, LargeBinary, Table, UniqueConstraint

from store.columns import CODE, ID, col, ref
from store.metadata import CONTACT, CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.types import Instant, Line, json_type

forms = Table(
    "forms",
    metadata,
    col("id", ID, primary_key=True),
    col("provider", CODE),
    col("token", Line(80), unique=True),
    col("name", Line(120)),
    col("source", Line(80)),
    col("context", CODE, nullable=True),
    col("campaign", Line(120), nullable=True),
    col("field_map", json_type()),
    col("consent_map", json_type()),
    col("fixed", json_type()),
    col("honeypot", Line(200), nullable=True),
    col("secrets", json_type()),
    col("access_token", Line(1000), nullable=True),
    col("active", Boolean),
    col("created_at", Instant(), index=True),
    col("updated_at", Instant()),
    col("deleted_at", Instant(), nullable=True),
)

# `event_key` is the provider's own name of a submission, for good. `content_key` is a digest of what was answered; it
# is given free after ten minutes, so that the same answers later are a submission of their own.
submissions = Table(
    "submissions",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("forms", "form_id", NOT_PERSONAL),
    col("event_key", Line(200), IDENTIFIER, nullable=True),
    col("content_key", Line(80), IDENTIFIER, nullable=True),
    col("person_id", ID, IDENTIFIER, nullable=True, index=True),
    col("lead_id", ID, IDENTIFIER, nullable=True, index=True),
    col("email_key", Line(320), CONTACT, nullable=True),
    col("ip", Line(64), CONTACT, nullable=True),
    col("raw", LargeBinary, CONTENT, nullable=True),
    col("fetched", LargeBinary, CONTENT, nullable=True),
    col("content_type", Line(200)),
    col("headers", json_type(), CONTENT),
    col("trust", CODE),
    col("verdict", CODE),
    col("reason", Line(300), nullable=True),
    col("repeats", Integer),
    col("attempts", Integer),
    col("released", Boolean),
    col("received_at", Instant()),
    col("due_at", Instant(), nullable=True, index=True),
    col("worked_at", Instant(), nullable=True),
    UniqueConstraint("form_id", "event_key", name="uq_submissions_event"),
    UniqueConstraint("form_id", "content_key", name="uq_submissions_content"),
    Index("ix_submissions_form", "form_id", "received_at"),
    Index("ix_submissions_email", "email_key", "received_at"),
    Index("ix_submissions_ip", "ip", "received_at"),
)
