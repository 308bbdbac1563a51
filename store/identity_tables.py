"""The tables of who is who: ways to reach a person, records that were made one, and pairs that may be one.

`match_keys` holds coarse keys of what is known of a person (a number's end, how a name sounds), so that look-alikes are
found without comparing everybody with everybody.
"""

from sqlalchemy import Boolean, Float, Index, Table, UniqueConstraint

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTACT, CONTENT, IDENTIFIER, metadata
from store.types import Instant, Line, json_type

contact_points = Table(
    "contact_points",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("people", "person_id", index=True),
    col("kind", CODE),
    col("raw", Line(320), CONTACT),
    col("normalised", Line(320), CONTACT),
    col("verified_at", Instant(), nullable=True),
    col("deliverability", CODE, server_default="unknown"),
    col("is_primary", Boolean),
    UniqueConstraint("person_id", "kind", "normalised", name="uq_contact_points_once"),
    Index("ix_contact_points_normalised", "kind", "normalised"),
    only_one("uq_contact_points_email", "normalised", where="kind = 'email'"),
)

merge_records = Table(
    "merge_records",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("people", "person_id", index=True),
    ref("people", "merged_person_id", index=True),
    col("lead_id", ID, IDENTIFIER, nullable=True),
    col("merged_lead_id", ID, IDENTIFIER, nullable=True),
    col("actor", CODE),
    col("actor_id", ID, nullable=True),
    col("actor_name", Line(200)),
    col("why", Line(200)),
    col("moved", json_type()),
    col("left_out", json_type(), CONTACT),
    col("at", Instant()),
)

match_keys = Table(
    "match_keys",
    metadata,
    col("key", Line(120), CONTACT, primary_key=True),
    ref("people", "person_id", primary_key=True, index=True),
)

duplicates = Table(
    "duplicates",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("people", "person_id"),
    ref("people", "other_person_id", index=True),
    col("score", Float),
    col("reasons", json_type(), CONTENT),
    col("state", CODE),
    col("found_at", Instant()),
    col("decided_at", Instant(), nullable=True),
    col("decided_by", Line(200), nullable=True),
    UniqueConstraint("person_id", "other_person_id", name="uq_duplicates_pair"),
    Index("ix_duplicates_state", "state", "score"),
)
