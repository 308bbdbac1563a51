"""The tables of privacy: words on consent, the texts they were about, suppressed addresses, receipts of erasures,
holds; and the triggers that keep the ledger of consent append-only on both databases.

A word on consent never changes. It moves only with a merge, to the person its own was merged into, and goes only with
an erasure: the erasing transaction writes the person's id into `erasure_permits` and takes it out again before it
commits, so that nobody else ever sees a permit.
"""

from typing import Any

from sqlalchemy import DDL, Boolean, Index, Table, UniqueConstraint, event, text

from store.columns import CODE, ID, col, only_one, ref
from store.metadata import CONTACT, CONTENT, IDENTIFIER, NOT_EXPORTED, ROWS_KEPT, metadata
from store.types import Instant, Line, Words, json_type

consents = Table(
    "consents",
    metadata,
    col("id", ID, IDENTIFIER, primary_key=True),
    ref("people", "person_id", index=True),
    col("purpose", CODE, CONTENT),
    col("granted", Boolean, CONTENT),
    col("text_version", Line(40)),
    col("source", Line(80)),
    col("at", Instant()),
    col("basis", CODE, server_default="express"),
    col("channel", CODE, nullable=True),
    col("locale", Line(35), nullable=True),
    col("expires_at", Instant(), nullable=True),
    col("pending", Boolean, server_default=text("false")),
    col("given_by", CODE, server_default="person"),
    col("confirms", ID, IDENTIFIER, nullable=True),
    col("confirm_hash", Line(64), NOT_EXPORTED, nullable=True),
    col("confirm_until", Instant(), nullable=True),
    col("submission_id", ID, IDENTIFIER, nullable=True),
    col("conversation_id", ID, IDENTIFIER, nullable=True),
    col("message_id", ID, IDENTIFIER, nullable=True),
    col("ip", Line(45), CONTACT, nullable=True),
    col("user_agent", Line(300), CONTENT, nullable=True),
    Index("ix_consents_confirm_hash", "confirm_hash"),
    info={"by": ("person_id",)},  # where a word was said may be erased; the word stays the person's
)

consent_texts = Table(
    "consent_texts",
    metadata,
    col("id", ID, primary_key=True),
    col("purpose", CODE),
    col("version", Line(40)),
    col("locale", Line(35)),
    col("fingerprint", Line(64)),
    col("wording", Words),
    col("since", Instant()),
    UniqueConstraint("purpose", "version", "locale", "fingerprint", name="uq_consent_texts_once"),
    info={"not_personal": "what was shown, not who saw it"},
)

suppressions = Table(
    "suppressions",
    metadata,
    col("id", ID, primary_key=True),
    col("hash", Line(64), IDENTIFIER),
    col("kind", CODE),
    col("scope", CODE),
    col("reason", CODE),
    col("sequence", Line(80), server_default=""),
    col("source", Line(80)),
    col("at", Instant(), index=True),
    col("lifted_at", Instant(), nullable=True),
    col("lifted_by", Line(200), nullable=True),
    col("lifted_why", Line(200), nullable=True),
    Index("ix_suppressions_hash", "hash"),
    only_one("uq_suppressions_standing", "hash", "reason", "scope", "sequence", where="lifted_at IS NULL"),
    info=dict(ROWS_KEPT),
)

# One row, id "key": which key the hashes were made with, so that another one is noticed before it does harm.
suppression_keys = Table(
    "suppression_keys",
    metadata,
    col("id", ID, primary_key=True),
    col("fingerprint", Line(64)),
    col("since", Instant()),
)

erasures = Table(
    "erasures",
    metadata,
    col("id", ID, primary_key=True),
    col("person_id", ID, IDENTIFIER, index=True),
    col("at", Instant(), index=True),
    col("why", CODE),
    col("request_id", ID, nullable=True),
    col("counts", json_type()),
    info=dict(ROWS_KEPT),
)

erasure_permits = Table(
    "erasure_permits",
    metadata,
    col("person_id", ID, IDENTIFIER, primary_key=True),
    info=dict(ROWS_KEPT),
)

legal_holds = Table(
    "legal_holds",
    metadata,
    ref("people", "person_id", primary_key=True),
    col("reason", Line(200), CONTENT),
    col("by", Line(200)),
    col("at", Instant()),
)

_SAID = (
    "id, purpose, granted, text_version, source, at, basis, channel, locale, expires_at, pending, given_by, confirms, "
    "confirm_hash, confirm_until, submission_id, conversation_id, message_id, ip, user_agent"
)
_PERMITTED = "EXISTS (SELECT 1 FROM erasure_permits WHERE person_id = OLD.person_id)"
_MERGED = "EXISTS (SELECT 1 FROM people WHERE id = OLD.person_id AND merged_into_id = NEW.person_id)"
_NO_CHANGE = "consents are append-only: a word on consent is never changed"
_NO_DELETE = "consents are append-only: a word on consent goes only with the erasure of its person"
_NO_MOVE = "consents are append-only: a word moves only to the person its own was merged into"

SQLITE = (
    f"CREATE TRIGGER consents_unchanged BEFORE UPDATE OF {_SAID} ON consents"
    f" BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END",
    f"CREATE TRIGGER consents_at_home BEFORE UPDATE OF person_id ON consents WHEN NOT {_MERGED}"
    f" BEGIN SELECT RAISE(ABORT, '{_NO_MOVE}'); END",
    f"CREATE TRIGGER consents_kept BEFORE DELETE ON consents WHEN NOT {_PERMITTED}"
    f" BEGIN SELECT RAISE(ABORT, '{_NO_DELETE}'); END",
)
POSTGRES = (
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

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRES)):
    for _statement in _statements:
        _made: Any = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(consents, "after_create", _made.execute_if(dialect=_dialect))
