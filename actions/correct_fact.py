"""A visitor sees what we noted about them and puts it right: their correction is a message like any other.

It is kept as words of theirs in the conversation, so that the corrected fact rests on a quote as all facts do. No
answer is owed for it.
"""

from dataclasses import replace
from enum import StrEnum

from actions.note_bant import MAX_VALUE, Heard, note_bant
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.read_context import Context, read_context
from leads.bant import AssertedBy, Factor
from leads.conversation import AuthorKind, ChatMessage, Conversation, readable
from leads.identity import ConversationId, MessageId
from leads.lead import Person
from leads.refusal import ConversationClosed, MessageTooLong, NotKnown
from leads.seniority import with_title
from playbook.book import Playbook
from store.erasure import own_of
from store.unit import UnitOfWork


class Fact(StrEnum):
    """What can be put right: who they are, and the four factors."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    TITLE = "title"
    BUDGET = "budget"
    AUTHORITY = "authority"
    NEED = "need"
    TIMELINE = "timeline"


_FACTORS = frozenset(factor.value for factor in Factor)


async def correct_fact(
    uow: UnitOfWork, book: Playbook, conversation_id: ConversationId, *, fact: Fact, value: str
) -> Context:
    """Replace one noted fact and return what now holds; the earlier value stays in the ledger as superseded.

    Raises NotKnown (nothing was noted), ConversationClosed, MessageEmpty, MessageTooLong, ContactInvalid,
    QuoteNotAboutThem (the value is an order to the software).
    """
    wanted = " ".join(readable(value).split())
    if len(wanted) > MAX_VALUE:
        raise MessageTooLong(f"A fact can be at most {MAX_VALUE} characters; this one has {len(wanted)}.")
    context = await read_context(uow, conversation_id)
    if context.conversation.closed_at is not None:
        raise ConversationClosed("This conversation is closed, and takes no more corrections.")
    if not _is_noted(context, fact):
        raise NotKnown(f"Nothing is noted about your {fact.value}, so there is nothing to correct.")
    await _say(uow, context.conversation, f"Correction: {fact.value}: {wanted}")
    if fact.value in _FACTORS:
        heard = Heard(Factor(fact.value), wanted, wanted, corrects=True)
        await note_bant(uow, book, conversation_id, heard, by=AssertedBy.VISITOR)
    else:
        kind = ContactKind(fact.value)
        [note] = await note_contact(uow, book, conversation_id, [ContactNote(kind, wanted, wanted)])
        await _rewrite_own(uow, context.conversation, note)
    return await read_context(uow, conversation_id)


def _is_noted(context: Context, fact: Fact) -> bool:
    if fact.value in _FACTORS:
        return context.bant[Factor(fact.value)].value is not None
    return context.detail(ContactKind(fact.value)) is not None


async def _say(uow: UnitOfWork, conversation: Conversation, text: str) -> None:
    message_id = MessageId(uow.new_id("msg"))
    author = {"kind": AuthorKind.VISITOR.value, "name": ""}
    data = {"id": message_id, "author": author, "text": text}
    seq = await uow.conversations.append_event(conversation.id, "message.created", data, uow.now)
    message = ChatMessage(message_id, conversation.id, seq, AuthorKind.VISITOR, "", text, uow.now)
    await uow.conversations.add_message(message)


async def _rewrite_own(uow: UnitOfWork, conversation: Conversation, note: ContactNote) -> None:
    """The record of a person who came into being with this conversation takes the new value; any other only blanks."""
    if conversation.person_id not in await own_of(uow, conversation):
        return
    person = await uow.people.get(conversation.person_id, lock=True)
    if note.kind is ContactKind.EMAIL and await uow.people.by_email(note.value) is not None:
        return  # the address of somebody we know: a word does not make two records one
    await uow.people.save(_rewritten(person, note))


def _rewritten(person: Person, note: ContactNote) -> Person:
    match note.kind:
        case ContactKind.NAME:
            return replace(person, name=note.value)
        case ContactKind.TITLE:
            return with_title(person, note.value)
        case ContactKind.PHONE:
            return replace(person, phone=note.value)
        case ContactKind.EMAIL:
            return replace(person, email=note.value)
        case ContactKind.COMPANY:
            return person
