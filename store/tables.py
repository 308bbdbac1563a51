"""All tables but the knowledge ones. Every column says what kind of personal data it holds (see metadata.py)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, UniqueConstraint, text

from store.metadata import (
    CONTACT,
    CONTENT,
    FIGURE,
    IDENTIFIER,
    NOT_EXPORTED,
    NOT_PERSONAL,
    ROWS_KEPT,
    ROWS_STAY,
    metadata,
)
from store.types import Instant, Line, Words, json_type

ID = Line(40)
CODE = Line(40)


def _col(name: str, kind: Any, info: Mapping[str, str] = NOT_PERSONAL, *args: Any, **options: Any) -> Column[Any]:
    options.setdefault("nullable", False)
    return Column(name, kind, *args, info=dict(info), **options)


def _to(table: str, name: str, **options: Any) -> Column[Any]:
    return _col(name, ID, IDENTIFIER, ForeignKey(f"{table}.id"), **options)


people = Table(
    "people",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _col("email", Line(320), CONTACT, nullable=True),
    _col("email_key", Line(320), CONTACT, nullable=True, unique=True),
    _col("phone", Line(32), CONTACT, nullable=True),
    _col("name", Line(200), CONTACT, nullable=True),
    _col("title", Line(200), CONTACT, nullable=True),
    _col("language", Line(12), CONTACT, nullable=True),
    _col("zone", Line(64), CONTACT, nullable=True),
    _col("country", Line(2), CONTACT, nullable=True),
    _col("merged_into_id", ID, IDENTIFIER, nullable=True, index=True),
    _col("created_at", Instant()),
    _col("seniority", CODE, CONTACT, nullable=True),
    _col("department", CODE, CONTACT, nullable=True),
    _col("region", Line(80), CONTACT, nullable=True),
    _col("erased_at", Instant(), nullable=True),
    info=dict(ROWS_STAY),
)

companies = Table(
    "companies",
    metadata,
    _col("id", ID, primary_key=True),
    _col("name", Line(200)),
    _col("name_key", Line(200), index=True),
    _col("domain", Line(253), nullable=True, index=True),
    _col("size_band", Line(20), nullable=True),
    _col("industry", Line(80), nullable=True),
    _col("region", Line(80), nullable=True),
    _col("country", Line(2), nullable=True),
    _col("employees", Integer, nullable=True),
    _col("revenue_band", Line(40), nullable=True),
    _col("account_type", CODE, nullable=True),
    _col("owner_id", ID, nullable=True),
)

leads = Table(
    "leads",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("people", "person_id", index=True),
    _to("companies", "company_id", nullable=True),
    _col("cycle_no", Integer),
    _col("stage", CODE, index=True),
    _col("status", CODE),
    _col("outcome", CODE),
    _col("reason_code", CODE, nullable=True),
    _col("source", Line(80)),
    _col("campaign", Line(120), nullable=True),
    _col("context", CODE, nullable=True),
    _col("owner_id", ID, nullable=True),
    _col("queue", CODE, nullable=True),
    _col("score_total", Float, FIGURE),
    _col("score_fit", Float, FIGURE),
    _col("score_engagement", Float, FIGURE),
    _col("score_negative", Float, FIGURE),
    _col("score_grade", Line(2), FIGURE),
    _col("score_version", Integer),
    _col("stage_entered_at", Instant(), nullable=True),
    _col("follow_up_on", Instant(), nullable=True, index=True),
    _col("fields", json_type(), CONTENT),
    _col("created_at", Instant(), index=True),
    _col("updated_at", Instant()),
    _col("is_test", Boolean, server_default=text("false")),
    _col("ready", Boolean, server_default=text("false")),
    _col("rescore_at", Instant(), nullable=True, index=True),
    _col("first_response_at", Instant(), nullable=True),
    _col("accepted_at", Instant(), nullable=True),
    _col("closed_at", Instant(), nullable=True),
    _col("track", CODE, nullable=True),
    _col("destination", CODE, nullable=True),
    _col("opportunity_id", ID, IDENTIFIER, nullable=True),
    _col("merged_into_id", ID, IDENTIFIER, nullable=True, index=True),
    _col("scored_at", Instant(), nullable=True),
    Index(
        "uq_leads_open_cycle",
        "person_id",
        unique=True,
        sqlite_where=text("outcome = 'open'"),
        postgresql_where=text("outcome = 'open'"),
    ),
    info=dict(ROWS_STAY),
)

activities = Table(
    "activities",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _col("type", Line(80)),
    _col("actor", CODE),
    _col("source", Line(80)),
    _col("dedup_key", Line(200), IDENTIFIER, nullable=True, unique=True),
    _col("properties", json_type(), CONTENT),
    _col("message_id", ID, IDENTIFIER, nullable=True),
    _col("quote", Words, CONTENT, nullable=True),
    _col("occurred_at", Instant()),
    _col("received_at", Instant()),
)

bant_claims = Table(
    "bant_claims",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _col("factor", CODE),
    _col("value", Line(400), CONTENT),
    _col("value_key", Line(400), CONTENT),
    _col("status", CODE),
    _col("message_id", ID, IDENTIFIER),
    _col("quote", Words, CONTENT),
    _col("said_at", Instant()),
    _col("asserted_by", CODE),
    _col("corrects", Boolean),
    _col("at", Instant()),
    UniqueConstraint("lead_id", "factor", "value_key", "message_id", name="uq_bant_claims_once"),
)

stage_changes = Table(
    "stage_changes",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _col("before", CODE),
    _col("after", CODE),
    _col("actor", CODE),
    _col("why", Line(200), CONTENT),  # a rule's name, or what a rep wrote
    _col("at", Instant(), index=True),
    _col("dimension", CODE, server_default="stage"),
    _col("actor_id", ID, nullable=True),
    _col("actor_name", Line(200), nullable=True),
    _col("reason_code", CODE, nullable=True),
    info=dict(ROWS_STAY),
)

consents = Table(
    "consents",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("people", "person_id", index=True),
    _col("purpose", CODE, CONTENT),
    _col("granted", Boolean, CONTENT),
    _col("text_version", Line(40)),
    _col("source", Line(80)),
    _col("at", Instant()),
    _col("basis", CODE, server_default="express"),
    _col("channel", CODE, nullable=True),
    _col("locale", Line(35), nullable=True),
    _col("expires_at", Instant(), nullable=True),
    _col("pending", Boolean, server_default=text("false")),
    _col("given_by", CODE, server_default="person"),
    _col("confirms", ID, IDENTIFIER, nullable=True),
    _col("confirm_hash", Line(64), NOT_EXPORTED, nullable=True),
    _col("confirm_until", Instant(), nullable=True),
    _col("submission_id", ID, IDENTIFIER, nullable=True),
    _col("conversation_id", ID, IDENTIFIER, nullable=True),
    _col("message_id", ID, IDENTIFIER, nullable=True),
    _col("ip", Line(45), CONTACT, nullable=True),
    _col("user_agent", Line(300), CONTENT, nullable=True),
    Index("ix_consents_confirm_hash", "confirm_hash"),
    info={"by": ("person_id",)},  # where a word was said may be erased; the word stays the person's
)

conversations = Table(
    "conversations",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _to("people", "person_id", index=True),
    _col("channel", CODE),
    _col("verified", Boolean),
    _col("widget_key", Line(64), nullable=True),
    _col("last_seq", Integer),
    _col("visitor_seq", Integer),
    _col("opened_at", Instant(), index=True),
    _col("closed_at", Instant(), nullable=True),
    _col("rep_id", ID, nullable=True),
    _col("rep_until", Instant(), nullable=True, index=True),
    _col("language", Line(12), CONTENT, nullable=True),
    _col("zone", Line(64), CONTENT, nullable=True),
    _col("page", json_type(), CONTENT),
)

messages = Table(
    "messages",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("conversations", "conversation_id"),
    _col("seq", Integer),
    _col("author", CODE),
    _col("author_name", Line(120), CONTACT),
    _col("text", Words, CONTENT),
    _col("client_id", Line(80), IDENTIFIER, nullable=True),
    _col("citations", json_type()),
    _col("turn_id", ID, IDENTIFIER, nullable=True),
    _col("at", Instant()),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

events = Table(
    "events",
    metadata,
    _col("conversation_id", ID, IDENTIFIER, ForeignKey("conversations.id"), primary_key=True),
    _col("seq", Integer, primary_key=True, autoincrement=False),
    _col("type", CODE),
    _col("data", json_type(), CONTENT),
    _col("at", Instant()),
)

turns = Table(
    "turns",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("conversations", "conversation_id", index=True),
    _col("status", CODE),
    _col("up_to_seq", Integer),
    _col("attempt", Integer),
    _col("lease_until", Instant(), nullable=True),
    _col("outcome", CODE, nullable=True),
    _col("model", Line(120), nullable=True),
    _col("prompt", Line(80), nullable=True),
    _col("prompt_fingerprint", Line(64), nullable=True),
    _col("input_tokens", Integer, nullable=True),
    _col("output_tokens", Integer, nullable=True),
    _col("cached_tokens", Integer, nullable=True),
    _col("created_at", Instant()),
    _col("finished_at", Instant(), nullable=True),
    Index(
        "uq_turns_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("status in ('waiting', 'running')"),
        postgresql_where=text("status in ('waiting', 'running')"),
    ),
    Index("ix_turns_lease", "status", "lease_until"),
)

tool_calls = Table(
    "tool_calls",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("turns", "turn_id", index=True),
    _col("attempt", Integer),
    _col("position", Integer),
    _col("call_id", Line(120)),
    _col("name", Line(64)),
    _col("arguments", Words, CONTENT),
    _col("result", Words, CONTENT),
    _col("ok", Boolean),
    _col("at", Instant()),
)

guard_events = Table(
    "guard_events",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("conversations", "conversation_id", index=True),
    _col("kind", CODE),
    _col("detail", Line(400), CONTENT),
    _col("at", Instant()),
)

reps = Table(
    "reps",
    metadata,
    _col("id", ID, primary_key=True),
    _col("email", Line(320), unique=True),
    _col("name", Line(200)),
    _col("password_hash", Line(300), nullable=True),
    _col("active", Boolean),
    _col("created_at", Instant()),
)

offers = Table(
    "offers",
    metadata,
    _col("slot_id", ID, IDENTIFIER, primary_key=True),
    _to("conversations", "conversation_id", index=True),
    _col("meeting_type", CODE),
    _col("start", Instant()),
    _col("end", Instant()),
    _col("host_ids", json_type()),
    _col("offered_at", Instant()),
    _col("offered_seq", Integer),
)

meetings = Table(
    "meetings",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _to("conversations", "conversation_id", nullable=True),
    _col("slot_id", ID, IDENTIFIER, nullable=True),
    _col("host_id", ID, NOT_PERSONAL, ForeignKey("reps.id"), index=True),
    _col("meeting_type", CODE),
    _col("title", Line(200)),
    _col("start", Instant(), index=True),  # when a host's time was taken: a figure once nobody hangs on it
    _col("end", Instant()),
    _col("zone", Line(64), CONTENT),
    _col("attendee_email", Line(320), CONTACT),
    _col("attendee_name", Line(200), CONTACT, nullable=True),
    _col("state", CODE),
    _col("sequence", Integer),
    _col("token", Line(64), IDENTIFIER, unique=True),
    _col("booked_at", Instant()),
    UniqueConstraint("conversation_id", "slot_id", name="uq_meetings_once"),
    Index(
        "uq_meetings_open_per_lead",
        "lead_id",
        unique=True,
        sqlite_where=text("state = 'confirmed'"),
        postgresql_where=text("state = 'confirmed'"),
    ),
    info=dict(ROWS_STAY),
)

meeting_buckets = Table(
    "meeting_buckets",
    metadata,
    _col("host_id", ID, primary_key=True),
    _col("bucket", Instant(), primary_key=True),
    _col("meeting_id", ID, IDENTIFIER, index=True),  # no foreign key: the time is claimed before the meeting exists
)

handoffs = Table(
    "handoffs",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _to("leads", "lead_id", index=True),
    _to("conversations", "conversation_id"),
    _col("reason", CODE),
    _col("note", Words, CONTENT),
    _col("state", CODE),
    _col("queue", CODE),
    _col("owner_id", ID, nullable=True),
    _col("meeting_id", ID, IDENTIFIER, nullable=True),
    _col("promised_next_step", Line(300), CONTENT, nullable=True),
    _col("due_at", Instant()),
    _col("created_at", Instant()),
    _col("lease_until", Instant(), nullable=True, index=True),
    _col("claimed_at", Instant(), nullable=True),
    _col("decided_at", Instant(), nullable=True),
    _col("proposed_code", CODE, nullable=True),
    _col("decided_by", ID, nullable=True),
    _col("reason_code", CODE, nullable=True),
    _col("decision_note", Words, CONTENT, server_default=""),
    Index(
        "uq_handoffs_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("state in ('open', 'claimed')"),
        postgresql_where=text("state in ('open', 'claimed')"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    _col("id", ID, primary_key=True),
    _col("kind", CODE),
    _col("key", Line(200), IDENTIFIER, unique=True),
    _col("lead_id", ID, IDENTIFIER, nullable=True, index=True),
    _col("payload", json_type(), CONTENT),
    _col("state", CODE),
    _col("attempts", Integer),
    _col("due_at", Instant()),
    _col("created_at", Instant()),
    _col("sent_at", Instant(), nullable=True),
    _col("error", Line(300), CONTENT, nullable=True),
    Index("ix_outbox_due", "state", "due_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _col("id", ID, primary_key=True),
    _col("name", Line(120)),
    _col("secret_hash", Line(64), unique=True),
    _col("scopes", json_type()),
    _col("created_at", Instant()),
    _col("revoked_at", Instant(), nullable=True),
    _col("rep_id", ID, nullable=True),
)

widget_keys = Table(
    "widget_keys",
    metadata,
    _col("key", Line(64), primary_key=True),
    _col("name", Line(120)),
    _col("origins", json_type()),
    _col("active", Boolean),
    _col("created_at", Instant()),
)

idempotent_requests = Table(
    "idempotent_requests",
    metadata,
    _col("key", Line(300), IDENTIFIER, primary_key=True),
    _col("request_hash", Line(64), CONTENT),
    _col("lead_id", ID, IDENTIFIER, nullable=True),
    _col("status", Integer),
    _col("created_at", Instant()),
    info=dict(ROWS_STAY),  # a request that comes again after an erasure must find that it was answered
)

rule_sets = Table(
    "rule_sets",
    metadata,
    _col("id", ID, primary_key=True),
    _col("kind", CODE),
    _col("version", Integer),
    _col("state", CODE),
    _col("content", json_type()),
    _col("comment", Line(400)),
    _col("author", Line(200)),
    _col("created_at", Instant()),
    _col("published_at", Instant(), nullable=True),
    _col("fingerprint", Line(64), server_default=""),
    _col("base", Line(64), nullable=True),
    UniqueConstraint("kind", "version", name="uq_rule_sets_version"),
    Index(
        "uq_rule_sets_published",
        "kind",
        unique=True,
        sqlite_where=text("state = 'published'"),
        postgresql_where=text("state = 'published'"),
    ),
)

audit = Table(
    "audit",
    metadata,
    _col("id", ID, primary_key=True),
    _col("at", Instant(), index=True),
    _col("actor", CODE),
    _col("actor_id", ID, nullable=True),
    _col("actor_name", Line(200)),
    _col("act", Line(80)),
    _col("subject", Line(40)),
    _col("subject_id", ID, IDENTIFIER, nullable=True, index=True),
    _col("detail", json_type()),
    info=dict(ROWS_KEPT),
)

runs = Table(
    "runs",
    metadata,
    _col("id", ID, primary_key=True),
    _col("kind", CODE),
    _col("state", CODE),
    _col("done", Integer),
    _col("total", Integer, nullable=True),
    _col("result", json_type(), CONTENT),  # an import's faults name rows
    _col("error", Line(400), CONTENT, nullable=True),
    _col("started_at", Instant()),
    _col("finished_at", Instant(), nullable=True),
)
