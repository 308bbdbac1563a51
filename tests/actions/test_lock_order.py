"""Whoever erases or cancels takes rows in the order of everybody else, so that no two wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from actions.book_meeting import Guest, book_meeting
from actions.cancel_meeting import cancel_meeting
from actions.disqualify_lead import disqualify_lead
from actions.erase_conversation import erase_conversation
from actions.erase_person import erase_person
from actions.keep_consent import keep_consent
from actions.offer_slots import offer_slots
from actions.workspace import Workspace
from leads.actor import Actor
from leads.consent import ConsentEvent, Purpose
from leads.conversation import Conversation
from leads.identity import ConversationId
from leads.meeting import MeetingState
from leads.signal import ActorKind
from leads.stage import ReasonCode
from store.unit import UnitOfWork
from tests.builders import MONDAY, a_conversation
from tests.store.locks import somebody_waits

PAUL = Actor(ActorKind.REP, name="Paul")
Act = Callable[[UnitOfWork, Workspace, Conversation], Awaitable[object]]


async def a_booked_talk(workspace: Workspace) -> Conversation:
    talk = await a_conversation(workspace, says="Monday, please.")
    async with workspace.unit() as uow:
        slot = (await offer_slots(uow, workspace.book, talk.id)).offers[0].slot_id
        guest = Guest("kim@bakery.example.com", "Kim", "Europe/Berlin")
        await book_meeting(uow, workspace.book, talk.id, slot, guest, clicked=True)
    return talk


async def erases_person(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    return await erase_person(uow, workspace.book, talk.person_id, actor=PAUL)


async def erases_talk(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    return await erase_conversation(uow, workspace.book, talk.id)


async def cancels(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    meeting = await uow.meetings.open_of(talk.lead_id)
    assert meeting is not None
    return await cancel_meeting(uow, workspace.book, meeting)


async def disqualifies(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    return await disqualify_lead(
        uow, workspace.book, talk.lead_id, actor=PAUL, reason=ReasonCode.NO_NEED, cancel_meetings=True
    )


async def begun(workspace: Workspace, act: Act, talk: Conversation) -> asyncio.Task[object]:
    """The act under way, as far as it comes beside what we hold. SQLite lets it begin when we are done."""

    async def run() -> object:
        async with workspace.unit() as uow:
            return await act(uow, workspace, talk)

    acting = asyncio.create_task(run())
    if workspace.database.dialect.name == "postgresql":
        await somebody_waits(workspace.database)
    return acting


@pytest.mark.parametrize("act", [erases_person, erases_talk, cancels, disqualifies])
async def test_who_holds_the_conversation_may_go_on_to_the_person_the_lead_and_the_meeting(
    workspace: Workspace, act: Act
) -> None:
    talk = await a_booked_talk(workspace)

    async with workspace.unit() as uow:
        await uow.conversations.get(talk.id, lock=True)
        acting = await begun(workspace, act, talk)
        await uow.people.lock([talk.person_id])
        await uow.leads.get(talk.lead_id, lock=True)
        meeting = await uow.meetings.open_of(talk.lead_id)
        assert meeting is not None
        await uow.meetings.save(meeting)
    await acting
    async with workspace.reading() as uow:
        assert (await uow.meetings.get(meeting.id)).state is MeetingState.CANCELLED


@pytest.mark.parametrize("act", [erases_person, erases_talk])
async def test_who_holds_the_person_may_go_on_to_the_lead(workspace: Workspace, act: Act) -> None:
    talk = await a_booked_talk(workspace)

    async with workspace.unit() as uow:
        await uow.people.lock([talk.person_id])
        acting = await begun(workspace, act, talk)
        await uow.leads.get(talk.lead_id, lock=True)
    await acting
    async with workspace.reading() as uow:
        assert await uow.privacy.erased_at(talk.person_id) is not None


@pytest.mark.parametrize("act", [erases_person, erases_talk])
async def test_who_holds_the_lead_may_store_what_hangs_on_the_person(workspace: Workspace, act: Act) -> None:
    talk = await a_booked_talk(workspace)

    async with workspace.unit() as uow:
        await uow.leads.get(talk.lead_id, lock=True)
        acting = await begun(workspace, act, talk)
        await keep_consent(uow, None, talk.person_id, ConsentEvent(Purpose.MARKETING, True, "v1", "test", MONDAY))
    await acting
    async with workspace.reading() as uow:
        assert await uow.privacy.erased_at(talk.person_id) is not None
        assert await uow.ledger.consents(talk.person_id) == []


async def test_a_talk_that_begins_while_somebody_is_erased_is_erased_with_them(workspace: Workspace) -> None:
    talk = await a_booked_talk(workspace)
    async with workspace.unit() as uow:
        await uow.people.lock([talk.person_id])
        acting = await begun(workspace, erases_person, talk)
        other = replace(talk, id=ConversationId("conv_other"))
        await uow.conversations.add(other, widget_key=None, extra={})
    await acting
    async with workspace.reading() as uow:
        assert await uow.conversations.of_lead(talk.lead_id) == []
