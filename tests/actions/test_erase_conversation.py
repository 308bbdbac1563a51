"""Being forgotten, as an act (the words that are left are searched for in tests/api/test_me.py, on both databases)."""

from __future__ import annotations

from actions.erase_conversation import erase_conversation
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.workspace import Workspace
from leads.conversation import Conversation
from leads.stage import Outcome
from tests.builders import a_conversation


async def erase(workspace: Workspace, conversation: Conversation) -> bool:
    async with workspace.unit() as uow:
        return await erase_conversation(uow, workspace.book, conversation.id) is not None


async def test_it_is_done_once_and_asking_again_is_no_fault(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Forget me.")
    assert await erase(workspace, conversation) is True
    assert await erase(workspace, conversation) is False
    async with workspace.reading() as uow:
        assert await uow.conversations.messages(conversation.id) == []
        assert await uow.conversations.events_after(conversation.id, 0) == []
        lead = await uow.leads.get(conversation.lead_id)
    assert (lead.standing.outcome, lead.score.total) == (Outcome.DISQUALIFIED, 0.0)


async def test_another_conversation_of_the_same_person_stays(workspace: Workspace) -> None:
    first = await a_conversation(workspace, says="I am kim@example.com.")
    second = await a_conversation(workspace, says="It is me again, kim@example.com.")
    for conversation in (first, second):
        async with workspace.unit() as uow:
            note = ContactNote(ContactKind.EMAIL, "kim@example.com", "kim@example.com")
            await note_contact(uow, workspace.book, conversation.id, [note])
    assert await erase(workspace, first)
    async with workspace.reading() as uow:
        kept = await uow.conversations.get(second.id)
        person = await uow.people.get(kept.person_id)
        assert person.email == "kim@example.com"
        assert len(await uow.conversations.messages(second.id)) == 1


async def test_a_verified_person_stays_a_person(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Forget this.", verified=True, email="ana@example.com")
    assert await erase(workspace, conversation)
    async with workspace.reading() as uow:
        assert await uow.people.by_email("ana@example.com") is not None
        assert (await uow.leads.get(conversation.lead_id)).standing.outcome is Outcome.OPEN
