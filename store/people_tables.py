"""People, companies and leads, and the ledger of what a lead did and said."""

from sqlalchemy import Boolean, Float, Index, Integer, Table, UniqueConstraint, text

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTACT, CONTENT, FIGURE, IDENTIFIER, ROWS_STAY, metadata
from store.types import Instant, Line, Words, json_type

people = Table(
    "people",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    col("email", Line(320), CONTACT, nullable=True),
    col("email_key", Line(320), CONTACT, nullable=True, unique=True),
    col("phone", Line(32), CONTACT, nullable=True),
    col("name", Line(200), CONTACT, nullable=True),
    col("title", Line(200), CONTACT, nullable=True),
    col("language", Line(12), CONTACT, nullable=True),
    col("zone", Line(64), CONTACT, nullable=True),
    col("country", Line(2), CONTACT, nullable=True),
    col("merged_into_id", ID, IDENTIFIER, nullable=True, index=True),
    col("created_at", Instant()),
    col("seniority", CODE, CONTACT, nullable=True),
    col("department", CODE, CONTACT, nullable=True),
    col("region", Line(80), CONTACT, nullable=True),
    col("erased_at", Instant(), nullable=True),
    info=dict(ROWS_STAY),
)

companies = Table(
    "companies",
    metadata,
    col("id", ID, primary_key=True),
    col("name", Line(200)),
    col("name_key", Line(200), index=True),
    col("domain", Line(253), nullable=True, index=True),
    col("size_band", Line(20), nullable=True),
    col("industry", Line(80), nullable=True),
    col("region", Line(80), nullable=True),
    col("country", Line(2), nullable=True),
    col("employees", Integer, nullable=True),
    col("revenue_band", Line(40), nullable=True),
    col("account_type", CODE, nullable=True),
    col("owner_id", ID, nullable=True),
    col("own_name", Line(200), nullable=True),  # name_key and domain again, while no other company has taken them:
    col("own_domain", Line(253), nullable=True),  # two acts that store the same one at once are told apart by these
    Index("uq_companies_own_name", "own_name", unique=True),
    Index("uq_companies_own_domain", "own_domain", unique=True),
)

leads = Table(
    "leads",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("people", "person_id", index=True),
    ref("companies", "company_id", nullable=True),
    col("cycle_no", Integer),
    col("stage", CODE, index=True),
    col("status", CODE),
    col("outcome", CODE),
    col("reason_code", CODE, nullable=True),
    col("source", Line(80)),
    col("campaign", Line(120), nullable=True),
    col("context", CODE, nullable=True),
    col("owner_id", ID, nullable=True),
    col("queue", CODE, nullable=True),
    col("score_total", Float, FIGURE),
    col("score_fit", Float, FIGURE),
    col("score_engagement", Float, FIGURE),
    col("score_negative", Float, FIGURE),
    col("score_grade", Line(2), FIGURE),
    col("score_version", Integer),
    col("stage_entered_at", Instant(), nullable=True),
    col("follow_up_on", Instant(), nullable=True, index=True),
    col("fields", json_type(), CONTENT),
    col("created_at", Instant(), index=True),
    col("updated_at", Instant()),
    col("is_test", Boolean, server_default=text("false")),
    col("ready", Boolean, server_default=text("false")),
    col("rescore_at", Instant(), nullable=True, index=True),
    col("first_response_at", Instant(), nullable=True),
    col("accepted_at", Instant(), nullable=True),
    col("closed_at", Instant(), nullable=True),
    col("track", CODE, nullable=True),
    col("destination", CODE, nullable=True),
    col("opportunity_id", ID, IDENTIFIER, nullable=True),
    col("merged_into_id", ID, IDENTIFIER, nullable=True, index=True),
    col("scored_at", Instant(), nullable=True),
    only_one("uq_leads_open_cycle", "person_id", where="outcome = 'open'"),
    info=dict(ROWS_STAY),
)

activities = Table(
    "activities",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("type", Line(80)),
    col("actor", CODE),
    col("source", Line(80)),
    col("dedup_key", Line(200), IDENTIFIER, nullable=True, unique=True),
    col("properties", json_type(), CONTENT),
    col("message_id", ID, IDENTIFIER, nullable=True),
    col("quote", Words, CONTENT, nullable=True),
    col("occurred_at", Instant()),
    col("received_at", Instant()),
)

bant_claims = Table(
    "bant_claims",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("factor", CODE),
    col("value", Line(400), CONTENT),
    col("value_key", Line(400), CONTENT),
    col("status", CODE),
    col("message_id", ID, IDENTIFIER),
    col("quote", Words, CONTENT),
    col("said_at", Instant()),
    col("asserted_by", CODE),
    col("corrects", Boolean),
    col("at", Instant()),
    UniqueConstraint("lead_id", "factor", "value_key", "message_id", name="uq_bant_claims_once"),
)

stage_changes = Table(
    "stage_changes",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("leads", "lead_id", index=True),
    col("before", CODE),
    col("after", CODE),
    col("actor", CODE),
    col("why", Line(200), CONTENT),  # a rule's name, or what a rep wrote
    col("at", Instant(), index=True),
    col("dimension", CODE, server_default="stage"),
    col("actor_id", ID, nullable=True),
    col("actor_name", Line(200), nullable=True),
    col("reason_code", CODE, nullable=True),
    info=dict(ROWS_STAY),
)
