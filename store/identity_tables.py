"""The tables of who is who: ways to reach a person, records that were made one, and pairs that may be one.

`match_keys` holds coarse keys of what is known of a person (a number's end, how a name sounds), so that look-alikes are
found without comparing everybody with everybody.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Table, UniqueConstraint, text

from store.metadata import CONTACT, CONTENT, IDENTIFIER, NOT_PERSONAL, metadata
from store.tables import CODE, ID
from store.types import Instant, Line, json_type


def _col(name: str, kind: Any, info: Mapping[str, str] = NOT_PERSONAL, *args: Any, **options: Any) -> Column[Any]:
    options.setdefault("nullable", False)
    return Column(name, kind, *args, info=dict(info), **options)


def _person(name: str = "person_id", **options: Any) -> Column[Any]:
    return _col(name, ID, IDENTIFIER, ForeignKey("people.id"), **options)


contact_points = Table(
    "contact_points",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _person(index=True),
    _col("kind", CODE),
    _col("raw", Line(320), CONTACT),
    _col("normalised", Line(320), CONTACT),
    _col("verified_at", Instant(), nullable=True),
    _col("deliverability", CODE, server_default="unknown"),
    _col("is_primary", Boolean),
    UniqueConstraint("person_id", "kind", "normalised", name="uq_contact_points_once"),
    Index("ix_contact_points_normalised", "kind", "normalised"),
    Index(
        "uq_contact_points_email",
        "normalised",
        unique=True,
        sqlite_where=text("kind = 'email'"),
        postgresql_where=text("kind = 'email'"),
    ),
)

merge_records = Table(
    "merge_records",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _person(index=True),
    _person("merged_person_id", index=True),
    _col("lead_id", ID, IDENTIFIER, nullable=True),
    _col("merged_lead_id", ID, IDENTIFIER, nullable=True),
    _col("actor", CODE),
    _col("actor_id", ID, nullable=True),
    _col("actor_name", Line(200)),
    _col("why", Line(200)),
    _col("moved", json_type()),
    _col("left_out", json_type(), CONTACT),
    _col("at", Instant()),
)

match_keys = Table(
    "match_keys",
    metadata,
    _col("key", Line(120), CONTACT, primary_key=True),
    _person(primary_key=True, index=True),
)

duplicates = Table(
    "duplicates",
    metadata,
    _col("id", ID, IDENTIFIER, primary_key=True),
    _person(),
    _person("other_person_id", index=True),
    _col("score", Float),
    _col("reasons", json_type(), CONTENT),
    _col("state", CODE),
    _col("found_at", Instant()),
    _col("decided_at", Instant(), nullable=True),
    _col("decided_by", Line(200), nullable=True),
    UniqueConstraint("person_id", "other_person_id", name="uq_duplicates_pair"),
    Index("ix_duplicates_state", "state", "score"),
)
