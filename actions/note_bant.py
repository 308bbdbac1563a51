"""The lead said something about budget, authority, need or timeline: keep it with the words it rests on."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from actions.rescore_lead import rescore_lead
from leads.bant import AssertedBy, Bant, Claim, Factor, FactorStatus, FactorView, assess
from leads.conversation import Conversation
from leads.evidence import prove
from leads.identity import ConversationId, MessageId
from leads.refusal import ValueMissing
from playbook.book import Playbook
from store.unit import UnitOfWork

MAX_VALUE = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement as it was reported: factor, short value, whether they declined to say, and their words."""

    factor: Factor
    value: str
    quote: str
    refused: bool = False
    corrects: bool = False


async def note_bant(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, heard: Heard, *, by: AssertedBy = AssertedBy.AGENT
) -> FactorView:
    """Record one statement and return what now holds for its factor. Saying it again changes nothing.

    Raises QuoteNotFound, QuoteNotAboutThem, ValueMissing.
    """
    conversation = await uow.conversations.get(conversation_id)
    said = await uow.conversations.said_by_visitor(conversation_id)
    evidence = prove(heard.quote, said, telling=True)
    value = " ".join(heard.value.split())[:MAX_VALUE]
    if not value and not heard.refused:
        raise ValueMissing(f"Say in a few words what they said about {heard.factor.value}.")
    status = FactorStatus.REFUSED if heard.refused else FactorStatus.STATED
    claim = Claim(heard.factor, value or "rather not say", status, evidence, by, uow.now, heard.corrects)
    claims = await uow.ledger.claims(conversation.lead_id)
    if await uow.ledger.add_claim(conversation.lead_id, claim, id=uow.new_id("clm")):
        claims.append(claim)
        why = f"said something about {heard.factor.value}"
        await rescore_lead(uow, book, conversation.lead_id, why=why, claims=claims)
    return _visible(conversation, {s.message_id for s in said}, claims)[heard.factor]


async def bant_of(uow: UnitOfWork, conversation: Conversation, said: Set[MessageId]) -> Bant:
    """BANT as this conversation may see it: everything when the person is verified, else only what was said in it.

    `said` are the visitor's messages of this conversation.
    """
    return _visible(conversation, said, await uow.ledger.claims(conversation.lead_id))


def _visible(conversation: Conversation, said: Set[MessageId], claims: Sequence[Claim]) -> Bant:
    return assess(claims if conversation.verified else [c for c in claims if c.evidence.message_id in said])
