"""What programs send and get about privacy: consent with its proof, the suppression list, receipts, the audit log."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from api.shapes import Code, Email
from leads.consent import Basis, ConsentChannel, Giver, Purpose
from leads.suppression import SuppressionReason, SuppressionScope

Reason = Annotated[str, Meta(min_length=1, max_length=200)]


class ProofShown(Struct):
    """Where a word on consent can be looked up."""

    text: str | None
    submission_id: str | None
    conversation_id: str | None
    message_id: str | None
    ip: str | None
    user_agent: str | None


class ConsentLine(Struct):
    """One line of the append-only ledger; `text` of the proof is what was shown."""

    id: str
    person_id: str
    purpose: str
    granted: bool
    basis: str
    channel: str | None
    pending: bool
    confirms: str | None
    given_by: str
    text_version: str
    locale: str | None
    source: str
    at: datetime
    expires_at: datetime | None
    proof: ProofShown


class ConsentList(Struct):
    """A page of the ledger, newest first."""

    items: list[ConsentLine]
    next_cursor: str | None


class ConsentWord(Struct, forbid_unknown_fields=True):
    """A word on consent that you took: for the person of `person_id` or of `email`, who must be known.

    `text` is what was shown, if it is not the playbook's. `given_by` says whose word it is; only `person` can lift a
    suppression. With `double_opt_in` a yes counts once the person opens `confirm_url`, which you send them;
    nobody who acts for a rep may ask for that.
    """

    purpose: Purpose
    granted: bool
    text_version: Annotated[str, Meta(min_length=1, max_length=40)]
    source: Annotated[str, Meta(min_length=1, max_length=80)]
    person_id: Code | None = None
    email: Email | None = None
    text: Annotated[str, Meta(max_length=4000)] | None = None
    basis: Basis = Basis.EXPRESS
    channel: ConsentChannel | None = None
    given_by: Giver = Giver.PERSON
    locale: Annotated[str, Meta(max_length=35)] | None = None
    at: datetime | None = None
    expires_at: datetime | None = None
    submission_id: Code | None = None
    ip: Annotated[str, Meta(max_length=45)] | None = None
    user_agent: Annotated[str, Meta(max_length=300)] | None = None
    double_opt_in: bool = False


class ConsentKept(Struct):
    """The word as it was kept; `confirm_url` is told once, only its hash is stored."""

    id: str
    person_id: str
    pending: bool
    confirm_url: str | None = None
    confirm_until: datetime | None = None


class SuppressionShown(Struct):
    """An entry of the suppression list. Whose address it is, only somebody who has the address can find out."""

    id: str
    kind: str
    scope: str
    reason: str
    sequence: str | None
    source: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_why: str | None


class SuppressionList(Struct):
    """A page of the list, newest first."""

    items: list[SuppressionShown]
    next_cursor: str | None


class SuppressionBody(Struct, forbid_unknown_fields=True):
    """An address or a number that shall get nothing. `scope` is that of the reason unless told."""

    reason: SuppressionReason
    email: Email | None = None
    phone: Annotated[str, Meta(max_length=60)] | None = None
    scope: SuppressionScope | None = None
    sequence: Code | None = None
    source: Annotated[str, Meta(min_length=1, max_length=80)] = "api"


class LookUpBody(Struct, forbid_unknown_fields=True):
    """Addresses to look up: in a body, because addresses in a URL end in logs."""

    emails: Annotated[list[Email], Meta(min_length=1, max_length=1000)]


class LookedUp(Struct):
    """What stands against each of the addresses; one that is free is missing."""

    found: dict[str, SuppressionShown]


class ReceiptShown(Struct):
    """The proof of an erasure, without personal data: rows deleted and rows emptied, by table."""

    id: str
    person_id: str
    at: datetime
    why: str
    request_id: str | None
    deleted: dict[str, int]
    emptied: dict[str, int]


class ReceiptList(Struct):
    """A page of receipts, newest first."""

    items: list[ReceiptShown]
    next_cursor: str | None


class HoldBody(Struct, forbid_unknown_fields=True):
    """Why the law asks to keep this record."""

    reason: Reason


class HoldShown(Struct):
    """A legal hold."""

    person_id: str
    reason: str
    by: str
    at: datetime


class RetentionShown(Struct):
    """What the next daily round would erase; `people` are the first hundred."""

    idle: int
    people: list[str]
    traces: dict[str, int]
    held: int
    known_before: datetime
    anonymous_before: datetime
    traces_before: datetime


class AuditLine(Struct):
    """One act of somebody: a person of the team, a program, the agent, the rules."""

    id: str
    at: datetime
    actor: dict[str, str | None]
    act: str
    subject: str
    subject_id: str | None
    detail: dict[str, Any]


class AuditList(Struct):
    """A page of the log, newest first."""

    items: list[AuditLine]
    next_cursor: str | None
