"""The lead showed a sign of interest, or of the opposite: keep it in the ledger and score again."""

from types import MappingProxyType

from actions.choose_track import choose_track
from actions.rescore_lead import rescore_lead
from leads.conversation import Conversation
from leads.evidence import Evidence, prove
from leads.identity import ConversationId, LeadId
from leads.lead import Lead
from leads.nurture import Occasion, concerns
from leads.refusal import SignalUnknown
from leads.signal import SAID, Activity
from playbook.book import Playbook
from store.unit import UnitOfWork


async def note_reported_signal(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, signal: str, quote: str
) -> Evidence:
    """Keep a signal the agent heard. It counts once a conversation and cycle, and rests on a quote; rules give points.

    Raises SignalUnknown, QuoteNotFound, QuoteNotAboutThem.
    """
    definition = book.signal(signal)
    if definition is None:
        known = ", ".join(s.name for s in book.signals)
        raise SignalUnknown(f"There is no signal called '{signal[:40]}'. Known: {known}.")
    conversation = await uow.conversations.get(conversation_id)
    evidence = prove(quote, await uow.conversations.said_by_visitor(conversation_id), telling=True)
    activity = Activity(
        type=SAID + definition.name,
        occurred_at=evidence.at,
        received_at=uow.now,
        source=conversation.channel.value,
        dedup_key=f"{SAID}{definition.name}:{conversation_id}{await _cycle(uow, conversation)}",
        properties=MappingProxyType({"conversation": conversation_id}),
        evidence=evidence,
    )
    await note_activity(uow, book, conversation.lead_id, activity)
    return evidence


async def _cycle(uow: UnitOfWork, conversation: Conversation) -> str:
    """What tells a cycle that began within this conversation from the first one; nothing for that."""
    lead = await uow.leads.get(conversation.lead_id)
    return f":{lead.id}" if lead.created_at > conversation.opened_at else ""


async def note_activity(uow: UnitOfWork, book: Playbook, lead_id: LeadId, activity: Activity) -> Lead:
    """Append an activity and score again; one with a known dedup key, or of somebody erased, changes nothing.

    What comes late for a lead that was merged is the other lead's. The lead is held while it is added to.
    """
    lead = await uow.leads.survivor(lead_id, lock=True)
    if await uow.privacy.is_erased_lead(lead.id):
        return lead
    if not await uow.ledger.add_activity(lead.id, activity, id=uow.new_id("act")):
        return lead
    scored = await rescore_lead(uow, book, lead.id, why=activity.type, news=activity)
    if concerns(book.nurture, activity.type):
        return await choose_track(uow, book, scored, occasion=Occasion.ACTIVITY)
    return scored
