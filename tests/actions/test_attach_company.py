"""Leads of one company that come in at the same moment find one company, however each of them names it."""

from __future__ import annotations

import asyncio

import pytest

from actions.capture_lead import Capture, CaptureContext, Captured, capture_lead
from actions.import_leads import import_leads
from actions.workspace import Workspace
from leads.import_row import ImportRow
from store.outage import COLLISIONS
from tests.store.locks import somebody_waits

BY_NAME = Capture("website", email="kim.ito@gmail.com", company="Harbour", context=CaptureContext.DEMO)
BY_BOTH = Capture("website", email="ana@harbour.example.com", company="HARBOUR", context=CaptureContext.DEMO)
BY_DOMAIN = Capture("website", email="leo@harbour.example.com", context=CaptureContext.DEMO)


async def captured(workspace: Workspace, told: Capture) -> Captured:
    async with workspace.unit() as uow:
        return await capture_lead(uow, workspace.book, told)


async def waits(workspace: Workspace) -> None:
    """On SQLite an act begins when the one before is done."""
    if workspace.database.dialect.name == "postgresql":
        await somebody_waits(workspace.database)


@pytest.mark.parametrize(
    ("first", "second"), [(BY_NAME, BY_BOTH), (BY_BOTH, BY_NAME), (BY_BOTH, BY_DOMAIN), (BY_DOMAIN, BY_BOTH)]
)
async def test_two_leads_of_a_company_at_once_make_one_company(
    workspace: Workspace, first: Capture, second: Capture
) -> None:
    async with workspace.unit() as uow:
        one = await capture_lead(uow, workspace.book, first)
        telling = asyncio.create_task(captured(workspace, second))
        await waits(workspace)
    other = await telling
    async with workspace.reading() as uow:
        company = await uow.people.company(one.lead.company_id)
        assert other.lead.company_id == one.lead.company_id
    assert company is not None
    assert company.domain == "harbour.example.com"


async def test_a_list_that_names_a_company_at_the_moment_a_form_does_is_told_to_come_again(
    workspace: Workspace,
) -> None:
    rows = [ImportRow(2, "row_2", "list", email="leo@harbour.example.com", company="Harbour")]

    async def brought() -> bool:
        try:
            async with workspace.unit() as uow:
                await import_leads(uow, workspace.book, rows)
        except COLLISIONS:
            return False
        return True

    async with workspace.unit() as uow:
        one = await capture_lead(uow, workspace.book, BY_NAME)
        bringing = asyncio.create_task(brought())
        await waits(workspace)
    assert await bringing or await brought()
    async with workspace.reading() as uow:
        leo = await uow.people.by_email("leo@harbour.example.com")
        assert leo is not None
        lead = await uow.leads.open_of(leo.id)
        assert lead is not None
        assert lead.company_id == one.lead.company_id
