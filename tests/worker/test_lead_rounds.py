"""The rounds of lead management: reminders by mail and once, dates that come, leads that fall silent."""

from __future__ import annotations

import pytest

from actions.add_task import add_task
from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.finish_task import finish_task
from actions.recycle_lead import recycle_lead
from actions.workspace import Workspace
from leads.actor import BY_RULE
from leads.lead import Lead
from leads.task import Task, TaskKind
from store.outbox import OutboxState
from tests.builders import ANA, StandingClock
from tests.worker.night_shift import Shift
from worker.jobs import JobEngine
from worker.rounds import Rounds


@pytest.fixture
def shift(workspace: Workspace) -> Shift:
    return Shift(workspace)


@pytest.fixture
def rounds(workspace: Workspace) -> Rounds:
    return Rounds(workspace, JobEngine("sqlite+aiosqlite:///unused.db"))


async def a_lead(workspace: Workspace, name: str = "Kim Ito") -> Lead:
    async with workspace.unit() as uow:
        told = Capture("list", email="kim@bakery.example.com", name=name, context=CaptureContext.LIST)
        return (await capture_lead(uow, workspace.book, told)).lead


async def a_task(workspace: Workspace, lead: Lead, *, owned: bool = True) -> Task:
    async with workspace.unit() as uow:
        rep = await uow.access.rep_by_email(ANA)
        assert rep is not None
        return await add_task(
            uow,
            lead,
            kind=TaskKind.CALL,
            title="Call about prices",
            due_at=uow.now,
            actor=BY_RULE,
            owner=rep.id if owned else None,
        )


async def test_a_task_that_is_due_is_mailed_to_its_owner_once(shift: Shift, rounds: Rounds) -> None:
    lead = await a_lead(shift.workspace)
    await a_task(shift.workspace, lead)
    assert [await rounds.reminders(), await rounds.reminders()] == [True, False]
    await shift.deliver_due()
    [mail] = shift.mail.given
    assert (mail.to.address, mail.subject) == (ANA, "Task: Call about prices · Kim Ito (Bakery)")
    assert f"/console/leads/{lead.id}" in mail.text


async def test_a_task_nobody_owns_is_mailed_to_the_company(shift: Shift, rounds: Rounds) -> None:
    await a_task(shift.workspace, await a_lead(shift.workspace), owned=False)
    await rounds.reminders()
    await shift.deliver_due()
    assert [mail.to.address for mail in shift.mail.given] == ["hello@tidewell.example.com"]


async def test_a_task_done_meanwhile_is_not_mailed(shift: Shift, rounds: Rounds) -> None:
    task = await a_task(shift.workspace, await a_lead(shift.workspace))
    await rounds.reminders()
    async with shift.workspace.unit() as uow:
        await finish_task(uow, task.id, actor=BY_RULE)
    await shift.deliver_due()
    assert shift.mail.given == []
    assert OutboxState.WAITING not in await shift.states("task_reminder")


async def test_a_name_cannot_write_lines_of_its_own_into_a_reminder(shift: Shift, rounds: Rounds) -> None:
    lead = await a_lead(shift.workspace, name="Kim\nBcc: all@example.com")
    await a_task(shift.workspace, lead)
    await rounds.reminders()
    await shift.deliver_due()
    assert "\n" not in shift.mail.given[0].subject


async def test_dates_and_silence_are_found_by_the_clock(
    workspace: Workspace, rounds: Rounds, clock: StandingClock
) -> None:
    lead = await a_lead(workspace)
    assert [await rounds.dates(), await rounds.silence()] == [False, False]
    clock.forward(days=15)
    assert [await rounds.silence(), await rounds.silence()] == [True, False]
    async with workspace.unit() as uow:
        await recycle_lead(uow, workspace.book, lead.id, actor=BY_RULE, until=uow.now.date())
    assert [await rounds.dates(), await rounds.dates()] == [True, False]
    async with workspace.reading() as uow:
        again = await uow.leads.open_of(lead.person_id)
    assert again is not None
    assert again.cycle_no == 2
