"""A visitor filled in a form by hand (the booking form): keep who they are as told, and find out whether we know them.

Unlike `note_contact` there is no sentence to quote: the field itself is the visitor's own word.
"""

from types import MappingProxyType

from actions.attach_company import attach_company
from actions.join_known_person import address_is_free, join_known_person, only_claimed
from actions.note_contact import CONTACT_NOTED, ContactKind
from actions.read_contact import email_address
from actions.rescore_lead import rescore_lead
from actions.suppress import follow_refusal
from leads.conversation import Conversation
from leads.identity import ConversationId
from leads.lead import filled
from leads.signal import Activity
from playbook.book import Playbook
from store.unit import UnitOfWork


async def note_guest(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, email: str, name: str | None
) -> Conversation:
    """Keep address and name of the form and return the conversation as it now stands. Raises ContactInvalid.

    Nothing of a known person's record is changed or becomes visible to somebody who merely typed the address.
    """
    address = email_address(email)
    told = {ContactKind.EMAIL: address, ContactKind.NAME: " ".join((name or "").split())[:200]}
    conversation = await uow.conversations.get(conversation_id, lock=True)
    for kind, value in told.items():
        if value:
            await uow.ledger.add_activity(
                conversation.lead_id, _told(uow, conversation, kind, value), id=uow.new_id("act")
            )
    conversation = await join_known_person(uow, book, conversation, address, name=told[ContactKind.NAME] or None)
    person = await uow.people.get(conversation.person_id, lock=True)
    if not only_claimed(conversation, person):
        name = told[ContactKind.NAME] or None
        free = await address_is_free(uow, person, address, name=name)
        known = await uow.people.save(filled(person, email=address if free else None, name=name))
        await follow_refusal(uow, known)
        await attach_company(uow, conversation.lead_id, name=None, email=address)
    await rescore_lead(uow, book, conversation.lead_id, why="said who they are")
    return conversation


def _told(uow: UnitOfWork, conversation: Conversation, kind: ContactKind, value: str) -> Activity:
    return Activity(
        type=CONTACT_NOTED,
        occurred_at=uow.now,
        received_at=uow.now,
        source="form",
        dedup_key=f"{CONTACT_NOTED}:{conversation.id}:{kind.value}:{value}:form"[:200],
        properties=MappingProxyType({"kind": kind.value, "value": value, "conversation": conversation.id}),
    )
