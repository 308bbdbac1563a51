"""Privacy: proof of consent, an append-only ledger of it, suppressed addresses, receipts of erasures, legal holds."""

from alembic import op
from sqlalchemy import Boolean, Column, Index, UniqueConstraint, text

from store.migrations.columns import document, instant, key, long, ref, short

revision = "0014"
down_revision = "0013"

_SAID = (
    "id, purpose, granted, text_version, source, at, basis, channel, locale, expires_at, pending, given_by, confirms, "
    "confirm_hash, confirm_until, submission_id, conversation_id, message_id, ip, user_agent"
)
_PERMITTED = "EXISTS (SELECT 1 FROM erasure_permits WHERE person_id = OLD.person_id)"
_MERGED = "EXISTS (SELECT 1 FROM people WHERE id = OLD.person_id AND merged_into_id = NEW.person_id)"
_NO_CHANGE = "consents are append-only: a word on consent is never changed"
_NO_DELETE = "consents are append-only: a word on consent goes only with the erasure of its person"
_NO_MOVE = "consents are append-only: a word moves only to the person its own was merged into"


def upgrade() -> None:
    """Add columns to consents and people, five tables, and the triggers of both dialects."""
    op.add_column("people", instant("erased_at", nullable=True))
    _consents()
    op.create_table(
        "consent_texts",
        key(),
        short("purpose"),
        short("version"),
        short("locale", 35),
        short("fingerprint", 64),
        long("wording"),
        instant("since"),
        UniqueConstraint("purpose", "version", "locale", "fingerprint", name="uq_consent_texts_once"),
    )
    _suppressions()
    op.create_table(
        "erasures",
        key(),
        short("person_id", index=True),
        instant("at", index=True),
        short("why"),
        short("request_id", nullable=True),
        document("counts"),
    )
    op.create_table("erasure_permits", key("person_id"))
    op.create_table(
        "legal_holds",
        ref("people", "person_id", primary_key=True),
        short("reason", 200),
        short("by", 200),
        instant("at"),
    )
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgres():
        op.execute(text(statement))


def _consents() -> None:
    op.add_column("consents", short("basis", server_default="express"))
    op.add_column("consents", short("channel", nullable=True))
    op.add_column("consents", short("locale", 35, nullable=True))
    op.add_column("consents", instant("expires_at", nullable=True))
    op.add_column("consents", Column("pending", Boolean, nullable=False, server_default=text("false")))
    op.add_column("consents", short("given_by", server_default="person"))
    op.add_column("consents", short("confirms", nullable=True))
    op.add_column("consents", short("confirm_hash", 64, nullable=True))
    op.add_column("consents", instant("confirm_until", nullable=True))
    for name in ("submission_id", "conversation_id", "message_id"):
        op.add_column("consents", short(name, nullable=True))
    op.add_column("consents", short("ip", 45, nullable=True))
    op.add_column("consents", short("user_agent", 300, nullable=True))
    op.create_index("ix_consents_confirm_hash", "consents", ["confirm_hash"])


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        key(),
        short("hash", 64),
        short("kind"),
        short("scope"),
        short("reason"),
        short("sequence", 80, server_default=""),
        short("source", 80),
        instant("at", index=True),
        instant("lifted_at", nullable=True),
        short("lifted_by", 200, nullable=True),
        short("lifted_why", 200, nullable=True),
        Index("ix_suppressions_hash", "hash"),
        Index(
            "uq_suppressions_standing",
            "hash",
            "reason",
            "scope",
            "sequence",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    op.create_table("suppression_keys", key(), short("fingerprint", 64), instant("since"))


def _sqlite() -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER consents_unchanged BEFORE UPDATE OF {_SAID} ON consents"
        f" BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END",
        f"CREATE TRIGGER consents_at_home BEFORE UPDATE OF person_id ON consents WHEN NOT {_MERGED}"
        f" BEGIN SELECT RAISE(ABORT, '{_NO_MOVE}'); END",
        f"CREATE TRIGGER consents_kept BEFORE DELETE ON consents WHEN NOT {_PERMITTED}"
        f" BEGIN SELECT RAISE(ABORT, '{_NO_DELETE}'); END",
    )


def _postgres() -> tuple[str, ...]:
    return (
        "CREATE OR REPLACE FUNCTION opener_consents() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN"
        f" IF TG_NAME = 'consents_unchanged' THEN RAISE EXCEPTION '{_NO_CHANGE}' USING ERRCODE = 'restrict_violation';"
        f" ELSIF TG_NAME = 'consents_at_home' THEN IF {_MERGED} THEN RETURN NEW; END IF;"
        f" RAISE EXCEPTION '{_NO_MOVE}' USING ERRCODE = 'restrict_violation';"
        f" ELSE IF {_PERMITTED} THEN RETURN OLD; END IF;"
        f" RAISE EXCEPTION '{_NO_DELETE}' USING ERRCODE = 'restrict_violation'; END IF; END $body$",
        f"CREATE TRIGGER consents_unchanged BEFORE UPDATE OF {_SAID} ON consents"
        " FOR EACH ROW EXECUTE FUNCTION opener_consents()",
        "CREATE TRIGGER consents_at_home BEFORE UPDATE OF person_id ON consents"
        " FOR EACH ROW EXECUTE FUNCTION opener_consents()",
        "CREATE TRIGGER consents_kept BEFORE DELETE ON consents FOR EACH ROW EXECUTE FUNCTION opener_consents()",
    )
