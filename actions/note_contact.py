"""The lead told who they are: fill the blanks of the person, and find out whether we know them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from actions.attach_company import attach_company
from actions.find_duplicates import look_for_duplicates
from actions.join_known_person import address_is_free, join_known_person, only_claimed
from actions.read_contact import email_address, phone_number
from actions.rescore_lead import rescore_lead
from actions.suppress import follow_refusal
from leads.conversation import Conversation
from leads.evidence import Evidence, Said, prove
from leads.identity import ConversationId
from leads.lead import Person
from leads.refusal import ValueMissing
from leads.seniority import with_title
from leads.signal import Activity
from playbook.book import Playbook
from store.unit import UnitOfWork

CONTACT_NOTED = "contact.noted"


class ContactKind(StrEnum):
    """What can be told."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class ContactNote:
    """One detail and the visitor's words for it (the value itself, word for word, when they gave it plainly)."""

    kind: ContactKind
    value: str
    quote: str


async def note_contact(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, notes: Sequence[ContactNote]
) -> list[ContactNote]:
    """Keep contact details of the lead, each proved by their own words, and return them in normal form.

    A later value replaces an earlier one of the same conversation; to a visitor who merely
    typed a known person's address nothing of that record is shown, and nothing of it is changed.
    Raises QuoteNotFound, QuoteNotAboutThem, ContactInvalid, ValueMissing.
    """
    conversation = await uow.conversations.get(conversation_id, lock=True)
    said = await uow.conversations.said_by_visitor(conversation_id)
    read = [_read(note, said, book) for note in notes]
    for note, evidence in read:
        await _keep(uow, conversation, note, evidence)
    email = next((note.value for note, _ in read if note.kind is ContactKind.EMAIL), None)
    name = next((note.value for note, _ in read if note.kind is ContactKind.NAME), None)
    if email is not None:
        conversation = await join_known_person(uow, book, conversation, email, name=name)
    person = await uow.people.get(conversation.person_id, lock=True)
    if not only_claimed(conversation, person):
        free = email is None or await address_is_free(uow, person, email, name=name)
        kept = [note for note, _ in read if free or note.kind is not ContactKind.EMAIL]
        await follow_refusal(uow, await uow.people.save(_told(person, kept, proved=conversation.verified)))
        company = next((note.value for note, _ in read if note.kind is ContactKind.COMPANY), None)
        await attach_company(uow, conversation.lead_id, name=company, email=email)
        await look_for_duplicates(uow, person.id)
    await rescore_lead(uow, book, conversation.lead_id, why="said who they are")
    return [note for note, _ in read]


def _read(note: ContactNote, said: Sequence[Said], book: Playbook) -> tuple[ContactNote, Evidence]:
    value = " ".join(note.value.split())[:200]
    if not value:
        raise ValueMissing(f"What is their {note.kind.value}?")
    evidence = prove(note.quote or value, said)
    prove(value if note.kind is not ContactKind.PHONE else note.quote or value, said)  # the value itself must be theirs
    if note.kind is ContactKind.EMAIL:
        value = email_address(value)
    elif note.kind is ContactKind.PHONE:
        value = phone_number(value, region=book.company.region)
    return replace(note, value=value), evidence


async def _keep(uow: UnitOfWork, conversation: Conversation, note: ContactNote, evidence: Evidence) -> None:
    activity = Activity(
        type=CONTACT_NOTED,
        occurred_at=evidence.at,
        received_at=uow.now,
        source=conversation.channel.value,
        properties=MappingProxyType({"kind": note.kind.value, "value": note.value, "conversation": conversation.id}),
        evidence=evidence,
        dedup_key=f"{CONTACT_NOTED}:{conversation.id}:{note.kind.value}:{note.value}:{evidence.message_id}"[:200],
    )
    await uow.ledger.add_activity(conversation.lead_id, activity, id=uow.new_id("act"))


def _told(person: Person, notes: Sequence[ContactNote], *, proved: bool) -> Person:
    """Blanks are filled; only a person who proved who they are may change what we have."""
    for note in notes:
        match note.kind:
            case ContactKind.NAME if proved or not person.name:
                person = replace(person, name=note.value)
            case ContactKind.TITLE if proved or not person.title:
                person = with_title(person, note.value)
            case ContactKind.PHONE if proved or not person.phone:
                person = replace(person, phone=note.value)
            case ContactKind.EMAIL if not person.email:
                person = replace(person, email=note.value)
    return person
