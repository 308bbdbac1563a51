"""A visitor says how an answer was: kept in the ledger beside everything else they did."""

from enum import StrEnum
from types import MappingProxyType

from actions.note_signal import note_activity
from leads.conversation import AuthorKind
from leads.identity import ConversationId, MessageId
from leads.lead import Lead
from leads.refusal import NotKnown
from leads.signal import Activity
from playbook.book import Playbook
from store.unit import UnitOfWork


class Feedback(StrEnum):
    """A thumb."""

    UP = "up"
    DOWN = "down"


async def give_feedback(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, message_id: MessageId, value: Feedback
) -> Lead:
    """Keep the visitor's word on one answer of this conversation. Raises NotKnown when it is no answer of ours."""
    messages = await uow.conversations.messages(conversation_id)
    answers = {m.id for m in messages if m.author in {AuthorKind.AGENT, AuthorKind.REP}}
    if message_id not in answers:
        raise NotKnown("There is no answer of that id in this conversation.")
    conversation = await uow.conversations.get(conversation_id)
    properties = {"message": message_id, "value": value.value, "conversation": conversation_id}
    activity = Activity(
        type=f"feedback.{value.value}",
        occurred_at=uow.now,
        received_at=uow.now,
        source=conversation.channel.value,
        dedup_key=f"feedback:{message_id}:{uow.now.isoformat()}",
        properties=MappingProxyType(properties),
    )
    return await note_activity(uow, book, conversation.lead_id, activity)
