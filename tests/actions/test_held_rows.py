"""Acts on one lead wait for each other: none writes back what it had read before another changed it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from actions.attach_company import attach_company
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.edit_lead import LeadEdit, edit_lead
from actions.enrich_person import enrich_person
from actions.import_leads import import_leads
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.note_guest import note_guest
from actions.note_response import note_response
from actions.workspace import Workspace
from leads.actor import BY_AGENT, Actor
from leads.conversation import Conversation
from leads.enrichment import Fact, Field
from leads.firm import Firm
from leads.identity import RepId
from leads.import_row import ImportRow
from leads.signal import ActorKind
from leads.sla import ClockKind, stopped
from store.unit import UnitOfWork
from tests.actions.routed import a_request, rep_named, rules_of, use
from tests.builders import ANA, MONDAY, a_conversation
from tests.store.locks import somebody_waits

ADDRESS = "kim.ito@bakery.example.com"
Act = Callable[[UnitOfWork, Workspace, Conversation], Awaitable[object]]


def captures(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> Awaitable[object]:
    told = Capture("website", email=ADDRESS, company="Harbour Bakery", context=CaptureContext.NEWSLETTER)
    return capture_lead(uow, workspace.book, told)


def notes_company(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> Awaitable[object]:
    company = ContactNote(ContactKind.COMPANY, "Harbour Bakery", "Harbour Bakery")
    return note_contact(uow, workspace.book, talk.id, [company])


def notes_guest(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> Awaitable[object]:
    return note_guest(uow, workspace.book, talk.id, email=ADDRESS, name="Kim Ito")


@pytest.mark.parametrize("act", [captures, notes_company, notes_guest])
async def test_what_is_told_while_a_lead_is_given_to_somebody_takes_it_from_nobody(
    workspace: Workspace, act: Act
) -> None:
    talk = await a_conversation(workspace, verified=True, email=ADDRESS, says="I am with Harbour Bakery")

    async def tell() -> None:
        async with workspace.unit() as uow:
            await act(uow, workspace, talk)

    async with workspace.unit() as uow:
        lead = await uow.leads.get(talk.lead_id, lock=True)
        telling = asyncio.create_task(tell())
        await asyncio.sleep(0.1)  # as far as it comes while the row is held
        await uow.leads.save(replace(lead, owner=RepId("rep_busy")))
    await telling
    async with workspace.reading() as uow:
        assert (await uow.leads.get(talk.lead_id)).owner == "rep_busy"


async def edits(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    edit = LeadEdit(person={"title": "Head of Baking"}, company={"industry": "bakeries"})
    return await edit_lead(uow, workspace.book, talk.lead_id, edit, actor=Actor(ActorKind.REP, name="Ana"))


async def notes_title(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    title = ContactNote(ContactKind.TITLE, "Head of Baking", "Head of Baking")
    return await note_contact(uow, workspace.book, talk.id, [title])


async def enriches(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    facts = [
        Fact(Field.PERSON_TITLE, "Head of Baking", "table", MONDAY),
        Fact(Field.COMPANY_INDUSTRY, "bakeries", "table", MONDAY),
    ]
    return await enrich_person(uow, workspace.book, talk.lead_id, facts)


async def comes_from_a_program(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    firm = Firm(industry="bakeries")
    told = Capture("crm", external_id="42", title="Head of Baking", firm=firm, context=CaptureContext.LIST)
    return await capture_lead(uow, workspace.book, told)


async def comes_in_a_list(uow: UnitOfWork, workspace: Workspace, talk: Conversation) -> object:
    row = ImportRow(2, "row_2", "list", email=ADDRESS, company="Harbour Bakery", title="Head of Baking")
    return await import_leads(uow, workspace.book, [row])


@pytest.mark.parametrize("act", [edits, notes_title, enriches, comes_from_a_program, comes_in_a_list])
async def test_what_is_told_while_somebody_else_writes_to_the_person_and_the_company_undoes_nothing(
    workspace: Workspace, act: Act
) -> None:
    talk = await a_conversation(workspace, verified=True, email=ADDRESS, says="I am Head of Baking")
    async with workspace.unit() as uow:
        await capture_lead(uow, workspace.book, Capture("crm", email=ADDRESS, external_id="42"))
        lead = await attach_company(uow, talk.lead_id, name="Harbour Bakery", email=None)
        assert lead.company_id is not None

    async def tell() -> None:
        async with workspace.unit() as uow:
            await act(uow, workspace, talk)

    async with workspace.unit() as uow:
        person = await uow.people.get(talk.person_id, lock=True)
        company = await uow.people.company(lead.company_id, lock=True)
        assert company is not None
        telling = asyncio.create_task(tell())
        if workspace.database.dialect.name == "postgresql":
            await somebody_waits(workspace.database)
        await uow.people.save(replace(person, country="JP"))
        await uow.people.save_company(replace(company, employees=40))
    await telling
    async with workspace.reading() as uow:
        person, company = await uow.people.get(talk.person_id), await uow.people.company(lead.company_id)
        assert company is not None
    assert (person.country, person.title, company.employees) == ("JP", "Head of Baking", 40)
    assert company.industry == (None if act in {notes_title, comes_in_a_list} else "bakeries")


@pytest.mark.parametrize("who", [ActorKind.REP, ActorKind.AGENT])
async def test_an_answer_and_the_ladder_never_wait_for_each_other(workspace: Workspace, who: ActorKind) -> None:
    use(workspace, rules_of())
    lead, ana = await a_request(workspace), await rep_named(workspace, ANA)
    actor = Actor(who, ana, "Ana") if who is ActorKind.REP else BY_AGENT

    async def answer() -> None:
        async with workspace.unit() as uow:
            await note_response(uow, lead.id, actor=actor, at=MONDAY)

    async with workspace.unit() as uow:
        await uow.leads.get(lead.id, lock=True)
        answering = asyncio.create_task(answer())
        await asyncio.sleep(0.1)  # as far as it comes while the row is held
        for clock in await uow.clocks.running(lead.id):
            if clock.kind is ClockKind.FIRST_RESPONSE:
                assert await uow.clocks.get(clock.id, lock=True)
                await uow.clocks.save(stopped(clock, at=MONDAY))
    await answering
