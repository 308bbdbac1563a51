from __future__ import annotations

from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.record_consent import opt_out, record_consent
from actions.workspace import Workspace
from leads.consent import Purpose, is_granted
from leads.conversation import Conversation
from tests.builders import MONDAY, StandingClock, a_conversation


async def say(workspace: Workspace, conversation: Conversation, *, granted: bool) -> None:
    async with workspace.unit() as uow:
        await record_consent(uow, conversation.id, purpose=Purpose.MARKETING, granted=granted, text_version="2026-01")


async def may_we(workspace: Workspace, conversation: Conversation, purpose: Purpose = Purpose.MARKETING) -> bool:
    async with workspace.reading() as uow:
        person = (await uow.conversations.get(conversation.id)).person_id
        return is_granted(await uow.ledger.consents(person), purpose)


async def test_a_word_on_consent_is_kept_with_its_text_and_shown(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    assert not await may_we(workspace, conversation)
    await say(workspace, conversation, granted=True)
    assert await may_we(workspace, conversation)
    async with workspace.reading() as uow:
        kept = (await uow.ledger.consents(conversation.person_id))[-1]
        event = (await uow.conversations.events_after(conversation.id, 0))[-1]
    assert (kept.purpose, kept.granted, kept.text_version, kept.source, kept.at) == (
        Purpose.MARKETING,
        True,
        "2026-01",
        "widget",
        MONDAY,
    )
    assert (event.type, event.data) == ("consent.recorded", {"purpose": "marketing", "granted": True})


async def test_opting_out_takes_back_what_was_granted_and_leaves_the_chat_alone(
    workspace: Workspace, clock: StandingClock
) -> None:
    conversation = await a_conversation(workspace)
    await say(workspace, conversation, granted=True)
    clock.forward(minutes=1)
    async with workspace.unit() as uow:
        await opt_out(uow, conversation.id, source="chat")
    assert not await may_we(workspace, conversation)
    assert await may_we(workspace, conversation, Purpose.CHAT)
    async with workspace.reading() as uow:
        assert len(await uow.ledger.consents(conversation.person_id)) == 3  # nothing is ever deleted


async def test_a_yes_and_an_opt_out_in_the_same_instant_is_an_opt_out(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace)
    async with workspace.unit() as uow:
        await opt_out(uow, conversation.id, source="chat")
    await say(workspace, conversation, granted=True)
    assert not await may_we(workspace, conversation)


async def test_an_opt_out_goes_along_when_a_visitor_turns_out_to_be_somebody_we_know(
    workspace: Workspace, clock: StandingClock
) -> None:
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    await say(workspace, known, granted=True)
    clock.forward(minutes=1)
    visitor = await a_conversation(workspace, says="lee@example.com wants no more mail")
    async with workspace.unit() as uow:
        await opt_out(uow, visitor.id, source="chat")
        await note_contact(uow, workspace.book, visitor.id, [ContactNote(ContactKind.EMAIL, "lee@example.com", "")])
    assert not await may_we(workspace, known)
