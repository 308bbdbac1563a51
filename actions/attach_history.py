"""A visitor who chatted without a name signs in on the site: what they said before becomes theirs, once.

Only what nobody else stands behind: a browser in which somebody else signed in, or gave another address, is a shared
one, and there a second identity splits and never merges (domain.md §8 case 13).
"""

from actions.join_known_person import only_claimed
from actions.merge_people import merge_people
from leads.actor import BY_RULE
from leads.conversation import Conversation
from leads.identity import ConversationId
from leads.refusal import CannotMerge, NotKnown
from playbook.book import Playbook
from store.unit import UnitOfWork


async def attach_history(uow: UnitOfWork, book: Playbook, earlier_id: ConversationId, proved: Conversation) -> bool:
    """Give the anonymous conversation's history to the person who has just proved who they are; whether that was done.

    The person's record stays as it is: name, number and consent that were typed before the proof prove nothing.
    """
    try:
        earlier = await uow.conversations.get(earlier_id)
    except NotKnown:
        return False
    visitor = await uow.people.get(earlier.person_id)
    if earlier.verified or visitor.email or only_claimed(earlier, visitor) or visitor.id == proved.person_id:
        return False
    if await uow.conversations.of_lead(earlier.lead_id) != [earlier]:
        return False
    try:
        await merge_people(
            uow, book, visitor.id, proved.person_id, actor=BY_RULE, why="signed in on the site", proved=False
        )
    except CannotMerge:
        return False
    return True
