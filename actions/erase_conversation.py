"""A visitor wants to be forgotten: the conversation and all it left behind go, at once and for good (GDPR art. 17).

The privacy rule: an unverified visitor can only erase what is theirs. What was said here goes; the person goes too when
they came into being with this conversation. Of a known person, whose address the visitor merely typed, nothing is
touched.
"""

from actions.cancel_meeting import cancel_meeting
from actions.erase_person import VISITOR, Erased, forget, receipt_for
from actions.rescore_lead import rescore_lead
from leads.actor import Actor
from leads.conversation import Conversation
from leads.identity import ConversationId
from leads.refusal import NotKnown, OnHold
from leads.signal import ActorKind
from playbook.book import Playbook
from store.erasure import Counts, erase_conversation_rows, own_of
from store.unit import UnitOfWork

BY_VISITOR = Actor(ActorKind.HUMAN, name="visitor")
"""The person themself, in the chat."""


async def erase_conversation(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, request_id: str | None = None
) -> Erased | None:
    """Erase messages, events, claims, activities and, for an unverified visitor, the person; None when all is gone.

    A meeting that lies ahead is cancelled first; of it the address stays until the cancellation has been sent.
    Raises OnHold.
    """
    try:
        own = await own_of(uow, await uow.conversations.get(conversation_id), lock=True)
        conversation = await uow.conversations.get(conversation_id)  # as it is now that nobody else works on it
    except NotKnown:
        return None
    if own and await uow.privacy.held(own) is not None:
        raise OnHold("This cannot be erased just now. Please write to us.")
    await _cancel_meetings(uow, book, conversation)
    lead = await uow.leads.get(conversation.lead_id)
    counts = await erase_conversation_rows(uow, conversation)
    if lead.person_id not in own:
        await rescore_lead(uow, book, lead.id, why="a conversation was erased")
    uow.touched.add(conversation_id)
    if own:
        return await forget(uow, book, own, actor=BY_VISITOR, why=VISITOR, request_id=request_id, before=counts)
    return await _proof(uow, conversation, counts, request_id)


async def _cancel_meetings(uow: UnitOfWork, book: Playbook, conversation: Conversation) -> None:
    """Those of earlier cycles too: the conversation may have gone on into another one."""
    for lead in await uow.leads.of_person(conversation.person_id):
        for meeting in await uow.meetings.of_lead(lead.id):
            if meeting.conversation_id == conversation.id and meeting.open and meeting.start > uow.now:
                await cancel_meeting(uow, book, meeting)


async def _proof(uow: UnitOfWork, conversation: Conversation, counts: Counts, request_id: str | None) -> Erased:
    """The words of one conversation went; its person stays as they were."""
    receipt = receipt_for(uow, conversation.person_id, counts, why=VISITOR, request_id=request_id)
    await uow.privacy.add_receipt(receipt)
    await uow.note_act(BY_VISITOR, "conversation.erased", "person", conversation.person_id, receipt=receipt.id)
    return Erased(receipt)
