"""The tables of capture by forms: the forms we were told of, and everything that came through their hooks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from store.metadata import CONTACT, CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.types import Instant, Line, json_type

_ID = Line(40)
_CODE = Line(40)


def _col(name: str, kind: Any, info: Mapping[str, str] = NOT_PERSONAL, *args: Any, **options: Any) -> Column[Any]:
    options.setdefault("nullable", False)
    return Column(name, kind, *args, info=dict(info), **options)


forms = Table(
    "forms",
    metadata,
    _col("id", _ID, primary_key=True),
    _col("provider", _CODE),
    _col("token", Line(80), unique=True),
    _col("name", Line(120)),
    _col("source", Line(80)),
    _col("context", _CODE, nullable=True),
    _col("campaign", Line(120), nullable=True),
    _col("field_map", json_type()),
    _col("consent_map", json_type()),
    _col("fixed", json_type()),
    _col("honeypot", Line(200), nullable=True),
    _col("secrets", json_type()),
    _col("access_token", Line(1000), nullable=True),
    _col("active", Boolean),
    _col("created_at", Instant(), index=True),
    _col("updated_at", Instant()),
    _col("deleted_at", Instant(), nullable=True),
)

# `event_key` is the provider's own name of a submission, for good. `content_key` is a digest of what was answered; it
# is given free after ten minutes, so that the same answers later are a submission of their own.
submissions = Table(
    "submissions",
    metadata,
    _col("id", _ID, IDENTIFIER, primary_key=True),
    _col("form_id", _ID, NOT_PERSONAL, ForeignKey("forms.id")),
    _col("event_key", Line(200), IDENTIFIER, nullable=True),
    _col("content_key", Line(80), IDENTIFIER, nullable=True),
    _col("person_id", _ID, IDENTIFIER, nullable=True, index=True),
    _col("lead_id", _ID, IDENTIFIER, nullable=True, index=True),
    _col("email_key", Line(320), CONTACT, nullable=True),
    _col("ip", Line(64), CONTACT, nullable=True),
    _col("raw", LargeBinary, CONTENT, nullable=True),
    _col("fetched", LargeBinary, CONTENT, nullable=True),
    _col("content_type", Line(200)),
    _col("headers", json_type(), CONTENT),
    _col("trust", _CODE),
    _col("verdict", _CODE),
    _col("reason", Line(300), nullable=True),
    _col("repeats", Integer),
    _col("attempts", Integer),
    _col("released", Boolean),
    _col("received_at", Instant()),
    _col("due_at", Instant(), nullable=True, index=True),
    _col("worked_at", Instant(), nullable=True),
    UniqueConstraint("form_id", "event_key", name="uq_submissions_event"),
    UniqueConstraint("form_id", "content_key", name="uq_submissions_content"),
    Index("ix_submissions_form", "form_id", "received_at"),
    Index("ix_submissions_email", "email_key", "received_at"),
    Index("ix_submissions_ip", "ip", "received_at"),
)
