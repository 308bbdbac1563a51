"""A rep no longer holds a conversation: the screen is told, and the agent may speak again."""

from dataclasses import replace

from leads.conversation import Conversation
from store.unit import UnitOfWork


async def end_line(uow: UnitOfWork, conversation: Conversation) -> Conversation:
    """The conversation without a rep on the line; nothing when there was none. Its row must be locked."""
    if conversation.rep_id is None:
        return conversation
    rep = await uow.access.rep(conversation.rep_id)
    name = rep.name if rep else ""
    await uow.conversations.append_event(conversation.id, "handoff.ended", {"rep": {"name": name}}, uow.now)
    freed = replace(conversation, rep_id=None, rep_until=None)
    await uow.conversations.save(freed)
    uow.tell_team("line.ended", conversation_id=conversation.id, rep_id=conversation.rep_id)
    return freed
