"""Being forgotten, as an act (the words that are left are searched for in tests/api/test_me.py, on both databases)."""

from __future__ import annotations

from actions.book_meeting import Guest, book_meeting
from actions.end_cycle import end_cycle
from actions.erase_conversation import erase_conversation
from actions.hear_visitor import hear_visitor
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.offer_slots import offer_slots
from actions.workspace import Workspace
from leads.actor import BY_RULE
from leads.conversation import Conversation
from leads.meeting import MeetingState
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


async def test_what_was_said_before_another_cycle_began_goes_too(workspace: Workspace) -> None:
    talk = await a_conversation(workspace, says="I am Ana, can we meet?", verified=True, email="ana@example.com")
    async with workspace.unit() as uow:
        note = ContactNote(ContactKind.NAME, "Ana", "I am Ana")
        await note_contact(uow, workspace.book, talk.id, [note])
        times = await offer_slots(uow, workspace.book, talk.id)
        guest = Guest("ana@example.com", "Ana", "Europe/Berlin")
        slot = times.offers[0].slot_id
        meeting = await book_meeting(uow, workspace.book, talk.id, slot, guest, clicked=True)
        lead = await uow.leads.get(talk.lead_id, lock=True)
        await end_cycle(uow, lead, outcome=Outcome.RECYCLED, reason=None, actor=BY_RULE, why="test")
        await hear_visitor(uow, workspace.book, talk.id, text="Hello again")
        assert (await uow.conversations.get(talk.id)).lead_id != lead.id
    assert await erase(workspace, talk)
    async with workspace.reading() as uow:
        assert (await uow.meetings.get(meeting.id)).state is MeetingState.CANCELLED
        left = [activity for activity in await uow.ledger.activities(lead.id) if activity.evidence]
    assert left == []
