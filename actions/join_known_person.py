"""An anonymous visitor names an address we know: their conversation joins that person, write-only.

What they said is added to the known person's open lead. Nothing of that person's record becomes visible in the
conversation, because a typed address proves nothing (`Conversation.verified` stays as it was). For the same reason only
refusals are taken along, and a person with a meeting ahead is left alone: the visitor then books as anybody would.
"""

from actions.merge_people import merge_people
from leads.actor import BY_RULE
from leads.conversation import Conversation
from leads.lead import Person
from playbook.book import Playbook
from store.unit import UnitOfWork


async def join_known_person(
    uow: UnitOfWork, book: Playbook, conversation: Conversation, email: str, *, name: str | None = None
) -> Conversation:
    """Move the conversation to the person of this address, if there is another one; returns it as it now stands.

    Behind a role address (info@) it is the person of that `name`; somebody of another name stays who they are.
    """
    current = await uow.people.get(conversation.person_id)
    known = await uow.people.by_email(email, name=name or current.name)
    if known is None or known.id == conversation.person_id:
        return conversation
    if current.email:  # somebody with an address of their own has typed another: two people, never merged by a word
        return conversation
    home = await uow.leads.open_of(known.id)
    if home is not None and await uow.meetings.open_of(home.id) is not None:
        return conversation  # a lead has one open meeting: joining would let a booking tell that there is one
    why = "typed a known address"
    await merge_people(uow, book, conversation.person_id, known.id, actor=BY_RULE, why=why, proved=False)
    return await uow.conversations.get(conversation.id)


def only_claimed(conversation: Conversation, person: Person) -> bool:
    """Whether the visitor merely typed this person's address, so that nothing of the person's record may change.

    That is so in an unverified conversation whose person did not come into being with it: an unverified visitor's own
    person is made in the instant the conversation opens (`store.erasure.own_of` tells them apart the same way).
    """
    return not conversation.verified and person.created_at != conversation.opened_at


async def address_is_free(uow: UnitOfWork, person: Person, email: str, *, name: str | None = None) -> bool:
    """Whether the address may go into this person's record: nobody else (of their name, for a desk's) has it."""
    holder = await uow.people.by_email(email, name=person.name or name)
    return holder is None or holder.id == person.id
