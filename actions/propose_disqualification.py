"""The agent thinks this is not a buyer: proposed with a reason and their words; a person decides (GDPR art. 22)."""

from actions.propose_handoff import propose_handoff
from leads.evidence import prove
from leads.handoff import Handoff, HandoffReason
from leads.identity import ConversationId
from leads.stage import ReasonCode
from playbook.book import Playbook
from store.unit import UnitOfWork

_NOT_SALES = {ReasonCode.SUPPORT_REQUEST: HandoffReason.SUPPORT_REQUEST}


async def propose_disqualification(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, reason: ReasonCode, quote: str
) -> Handoff:
    """Propose to disqualify, with the reason code and the visitor's words. A support request goes to support instead.

    Nothing about the lead changes until a rep agrees; proposing the same again adds nothing. Raises QuoteNotFound,
    QuoteNotAboutThem.
    """
    evidence = prove(quote, await uow.conversations.said_by_visitor(conversation_id), telling=True)
    standing = await uow.handoffs.open_of(conversation_id)
    if standing is not None and standing.proposed is reason:
        return standing
    kind = _NOT_SALES.get(reason, HandoffReason.REVIEW_DISQUALIFICATION)
    note = f"Proposed: disqualify as {reason.value}. They wrote: “{evidence.quote}”"
    return await propose_handoff(uow, book, conversation_id, reason=kind, note=note, proposed=reason)
