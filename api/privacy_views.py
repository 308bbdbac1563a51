"""Privacy as outside programs see it: read from the unit of work, put into shapes."""

from api.privacy_shapes import (
    AuditLine,
    ConsentLine,
    HoldShown,
    ProofShown,
    ReceiptShown,
    SuppressionShown,
)
from store.audit import AuditEntry
from store.ledger import RecordedConsent
from store.privacy import LegalHold, Receipt
from store.suppressions import ListedSuppression
from store.unit import UnitOfWork


async def consent_line(uow: UnitOfWork, recorded: RecordedConsent) -> ConsentLine:
    """One line of the ledger with the text that was shown."""
    event, proof = recorded.event, recorded.event.proof
    wording = await uow.privacy.wording(event.purpose, event.text_version, at=event.at)
    return ConsentLine(
        id=event.id,
        person_id=recorded.person_id,
        purpose=event.purpose.value,
        granted=event.granted,
        basis=event.basis.value,
        channel=event.channel.value if event.channel else None,
        pending=event.pending,
        confirms=event.confirms,
        given_by=event.given_by.value,
        text_version=event.text_version,
        locale=event.locale,
        source=event.source,
        at=event.at,
        expires_at=event.expires_at,
        proof=ProofShown(
            text=wording.text if wording else None,
            submission_id=proof.submission_id,
            conversation_id=proof.conversation_id,
            message_id=proof.message_id,
            ip=proof.ip,
            user_agent=proof.user_agent,
        ),
    )


def suppression_shown(listed: ListedSuppression) -> SuppressionShown:
    """An entry of the list."""
    entry = listed.suppression
    return SuppressionShown(
        id=entry.id,
        kind=entry.kind.value,
        scope=entry.scope.value,
        reason=entry.reason.value,
        sequence=entry.sequence,
        source=entry.source,
        at=entry.at,
        lifted_at=listed.lifted_at,
        lifted_by=listed.lifted_by,
        lifted_why=listed.lifted_why,
    )


def receipt_shown(receipt: Receipt) -> ReceiptShown:
    """The proof of an erasure."""
    return ReceiptShown(
        id=receipt.id,
        person_id=receipt.person_id,
        at=receipt.at,
        why=receipt.why,
        request_id=receipt.request_id,
        deleted=dict(receipt.deleted),
        emptied=dict(receipt.emptied),
    )


def hold_shown(hold: LegalHold) -> HoldShown:
    """A legal hold."""
    return HoldShown(hold.person_id, hold.reason, hold.by, hold.at)


def audit_line(entry: AuditEntry) -> AuditLine:
    """One act."""
    actor = {"kind": entry.actor.kind.value, "id": entry.actor.id, "name": entry.actor.name}
    return AuditLine(entry.id, entry.at, actor, entry.act, entry.subject, entry.subject_id, entry.detail)
