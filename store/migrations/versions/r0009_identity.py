"""Who is who: many addresses a person, merges with their record, and suggested duplicates."""

from alembic import op
from sqlalchemy import Boolean, Column, Float, Index, UniqueConstraint

from store.migrations.columns import document, instant, key, only_one, ref, short

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add four tables and the way from a merged lead to the other; take along what is known already."""
    op.create_table(
        "contact_points",
        key(),
        ref("people", "person_id", index=True),
        short("kind"),
        short("raw", 320),
        short("normalised", 320),
        instant("verified_at", nullable=True),
        short("deliverability", server_default="unknown"),
        Column("is_primary", Boolean, nullable=False),
        UniqueConstraint("person_id", "kind", "normalised", name="uq_contact_points_once"),
        Index("ix_contact_points_normalised", "kind", "normalised"),
        only_one("uq_contact_points_email", "normalised", where="kind = 'email'"),
    )
    op.create_table(
        "merge_records",
        key(),
        ref("people", "person_id", index=True),
        ref("people", "merged_person_id", index=True),
        short("lead_id", nullable=True),
        short("merged_lead_id", nullable=True),
        short("actor"),
        short("actor_id", nullable=True),
        short("actor_name", 200),
        short("why", 200),
        document("moved"),
        document("left_out"),
        instant("at"),
    )
    op.create_table("match_keys", key("key", 120), ref("people", "person_id", primary_key=True, index=True))
    op.create_table(
        "duplicates",
        key(),
        ref("people", "person_id"),
        ref("people", "other_person_id", index=True),
        Column("score", Float, nullable=False),
        document("reasons"),
        short("state"),
        instant("found_at"),
        instant("decided_at", nullable=True),
        short("decided_by", 200, nullable=True),
        UniqueConstraint("person_id", "other_person_id", name="uq_duplicates_pair"),
        Index("ix_duplicates_state", "state", "score"),
    )
    op.add_column("leads", short("merged_into_id", nullable=True))
    op.create_index("ix_leads_merged_into_id", "leads", ["merged_into_id"])
    op.create_index("ix_people_merged_into_id", "people", ["merged_into_id"])
    _take_along()


ROLES = (
    "info sales support admin office contact hello team help billing accounts marketing postmaster webmaster "
    "noreply no-reply abuse jobs careers press privacy security kontakt"
).split()


def _take_along() -> None:
    desk = " OR ".join(f"email_key LIKE '{role}@%'" for role in ROLES)
    email = f"CASE WHEN {desk} THEN 'role_email' ELSE 'email' END"
    for kind, raw, normalised in ((email, "email", "email_key"), ("'phone'", "phone", "phone")):
        op.execute(
            "INSERT INTO contact_points (id, person_id, kind, raw, normalised, deliverability, is_primary) "
            f"SELECT 'cp{raw[0]}' || substr(id, 4), id, {kind}, {raw}, {normalised}, 'unknown', true "
            f"FROM people WHERE {raw} IS NOT NULL AND {normalised} IS NOT NULL"
        )
    op.execute(
        "UPDATE leads SET merged_into_id = (SELECT substr(max(c.why), 13) FROM stage_changes c "
        "WHERE c.lead_id = leads.id AND c.after = 'merged' AND c.why LIKE 'merged into %') WHERE outcome = 'merged'"
    )
