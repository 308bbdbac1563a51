"""A person says yes or no to a purpose; a no to everything also takes back what was granted.

The source of a word names the conversation it was said in: "widget:conv_…".
"""

from actions.join_known_person import only_claimed
from actions.keep_consent import keep_consent
from leads.consent import ConsentEvent, Proof, Purpose
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
    """Append one word on consent, with the version of the text that was shown, and confirm it on the screen.

    Who merely typed somebody's address can refuse in their name but not agree: such a yes is confirmed and not kept.
    """
    conversation = await uow.conversations.get(conversation_id, lock=True)
    person = await uow.people.get(conversation.person_id)
    if not granted or not only_claimed(conversation, person):
        source, language = source_in(conversation_id, source), conversation.language
        proof = Proof(conversation_id=conversation_id)
        event = ConsentEvent(purpose, granted, text_version[:40], source, uow.now, locale=language, proof=proof)
        await keep_consent(uow, None, person.id, event, may_lift=conversation.verified)
    data = {"purpose": purpose.value, "granted": granted}
    await uow.conversations.append_event(conversation_id, "consent.recorded", data, uow.now)
    return conversation


def source_in(conversation_id: ConversationId, source: str) -> str:
    """How the ledger names where a word was said; at most 80 characters, and the conversation is always whole."""
    return f"{source[: 79 - len(conversation_id)]}:{conversation_id}"


async def opt_out(uow: UnitOfWork, conversation_id: ConversationId, *, source: str) -> Conversation:
    """The person wants no more mail: withdraw marketing consent, whatever was granted before.

    Said again in the same conversation, with no yes in between, it is the same word.
    """
    conversation = await uow.conversations.get(conversation_id, lock=True)
    words = [c for c in await uow.ledger.consents(conversation.person_id) if c.purpose is Purpose.MARKETING]
    if words and not words[-1].granted and words[-1].source == source_in(conversation_id, source):
        return conversation
    return await record_consent(
        uow, conversation_id, purpose=Purpose.MARKETING, granted=False, text_version="-", source=source
    )
