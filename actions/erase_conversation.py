"""A visitor wants to be forgotten: the conversation and all it left behind go, at once and for good (GDPR art. 17)."""

from actions.cancel_meeting import cancel_meeting
from actions.rescore_lead import rescore_lead
from leads.identity import ConversationId
from leads.refusal import NotKnown
from playbook.book import Playbook
from store.erasure import erase_own, erase_words, own_of
from store.unit import UnitOfWork


async def erase_conversation(uow: UnitOfWork, book: Playbook, conversation_id: ConversationId) -> bool:
    """Erase messages, events, claims, activities and, for an unverified visitor, the person; False when all is gone.

    A meeting that lies ahead is cancelled first; of it the address stays until the cancellation has been sent. Of a
    known person, whose address an unverified visitor merely typed, nothing is touched but what was said here.
    """
    try:
        conversation = await uow.conversations.get(conversation_id, lock=True)
    except NotKnown:
        return False
    for meeting in await uow.meetings.of_lead(conversation.lead_id):
        if meeting.conversation_id == conversation_id and meeting.open and meeting.start > uow.now:
            await cancel_meeting(uow, book, meeting)
    own = await own_of(uow, conversation)
    await erase_words(uow, conversation)
    await erase_own(uow, own)
    if conversation.lead_id not in own.leads:
        await rescore_lead(uow, book, conversation.lead_id, why="a conversation was erased")
    uow.touched.add(conversation_id)
    return True
