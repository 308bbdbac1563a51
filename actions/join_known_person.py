"""An anonymous visitor names an address we know: their conversation joins that person, write-only.

What they said is added to the known person's open lead. Nothing of that person's record becomes visible in the
conversation, because a typed address proves nothing (`Conversation.verified` stays as it was). For the same reason only
refusals are taken along, and a person with a meeting ahead is left alone: the visitor then books as anybody would.
"""

from dataclasses import replace

from actions.keep_consent import keep_consent
from actions.move_lead import move_lead
from leads.actor import BY_RULE
from leads.conversation import Conversation
from leads.identity import PersonId
from leads.lead import Lead, Person
from leads.stage import Outcome, WorkStatus
from store.unit import UnitOfWork


async def join_known_person(uow: UnitOfWork, conversation: Conversation, email: str) -> Conversation:
    """Move the conversation to the person of this address, if there is another one; returns it as it now stands."""
    known = await uow.people.by_email(email)
    if known is None or known.id == conversation.person_id:
        return conversation
    current = await uow.people.get(conversation.person_id)
    if current.email:  # somebody with an address of their own has typed another: two people, never merged by a word
        return conversation
    home = await uow.leads.open_of(known.id)
    if home is not None and await uow.meetings.open_of(home.id) is not None:
        return conversation  # a lead has one open meeting: joining would let a booking tell that there is one
    visiting = await uow.leads.get(conversation.lead_id, lock=True)
    if home is None:
        cycle = await uow.leads.cycles_of(known.id) + 1
        await uow.leads.save(replace(visiting, person_id=known.id, cycle_no=cycle, updated_at=uow.now))
        home = visiting
    else:
        await _merge(uow, visiting, home)
    await _repeat_refusals(uow, conversation.person_id, known.id)
    await uow.people.merge_into(conversation.person_id, known.id)
    moved = replace(conversation, person_id=known.id, lead_id=home.id)
    await uow.conversations.save(moved)
    return moved


def only_claimed(conversation: Conversation, person: Person) -> bool:
    """Whether the visitor merely typed this person's address, so that nothing of the person's record may change.

    That is so in an unverified conversation whose person did not come into being with it: an unverified visitor's own
    person is made in the instant the conversation opens (`store.erasure.own_of` tells them apart the same way).
    """
    return not conversation.verified and person.created_at != conversation.opened_at


async def address_is_free(uow: UnitOfWork, person: Person, email: str) -> bool:
    """Whether the address may go into this person's record: nobody else has it."""
    holder = await uow.people.by_email(email)
    return holder is None or holder.id == person.id


async def _repeat_refusals(uow: UnitOfWork, visitor: PersonId, known: PersonId) -> None:
    """Every no of the visitor counts for the known person from now on; what the visitor granted stays behind."""
    for said in await uow.ledger.consents(visitor):
        if not said.granted:
            await keep_consent(uow, None, known, replace(said, at=uow.now))


async def _merge(uow: UnitOfWork, visiting: Lead, home: Lead) -> None:
    """Everything of the visiting lead becomes the home lead's; the visiting one stays as a tombstone."""
    await uow.leads.move_everything(visiting.id, home.id)
    closed = replace(visiting.standing, outcome=Outcome.MERGED, status=WorkStatus.CLOSED)
    await move_lead(uow, visiting, closed, actor=BY_RULE, why=f"merged into {home.id}")
