"""A person says yes or no to a purpose; a no to everything also takes back what was granted."""

from leads.consent import ConsentEvent, Purpose
from leads.conversation import Conversation
from leads.identity import ConversationId
from store.unit import UnitOfWork


async def record_consent(
    uow: UnitOfWork,
    conversation_id: ConversationId,
    *,
    purpose: Purpose,
    granted: bool,
    text_version: str,
    source: str = "widget",
) -> Conversation:
    """Append one word on consent, with the version of the text that was shown, and confirm it on the screen."""
    conversation = await uow.conversations.get(conversation_id, lock=True)
    event = ConsentEvent(purpose, granted, text_version[:40], source, uow.now)
    await uow.ledger.add_consent(conversation.person_id, event, id=uow.new_id("cns"))
    data = {"purpose": purpose.value, "granted": granted}
    await uow.conversations.append_event(conversation_id, "consent.recorded", data, uow.now)
    return conversation


async def opt_out(uow: UnitOfWork, conversation_id: ConversationId, *, source: str) -> Conversation:
    """The person wants no more mail: withdraw marketing consent, whatever was granted before."""
    return await record_consent(
        uow, conversation_id, purpose=Purpose.MARKETING, granted=False, text_version="-", source=source
    )
