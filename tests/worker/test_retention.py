"""The nightly round: whose time is over is forgotten, and nobody else."""

from __future__ import annotations

from dataclasses import replace

from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.keep_to_retention import preview_retention
from actions.workspace import Workspace
from leads.identity import PersonId
from leads.stage import Outcome, Stage, WorkStatus
from playbook.book import Keeping
from store.privacy import LegalHold
from tests.builders import StandingClock, a_conversation, a_message
from worker.retention import keep_to_retention


async def somebody(workspace: Workspace, name: str) -> PersonId:
    async with workspace.unit() as uow:
        told = Capture("form", email=f"{name}@example.com", name=name, context=CaptureContext.NEWSLETTER)
        return (await capture_lead(uow, workspace.book, told)).lead.person_id


async def living(workspace: Workspace, *persons: PersonId) -> list[bool]:
    async with workspace.reading() as uow:
        return [await uow.privacy.erased_at(person) is None for person in persons]


async def becomes(workspace: Workspace, person: PersonId, **standing: object) -> None:
    async with workspace.unit() as uow:
        lead = await uow.leads.open_of(person)
        assert lead is not None
        await uow.leads.save(replace(lead, standing=replace(lead.standing, **standing)))  # type: ignore[arg-type]


async def test_only_who_is_idle_long_enough_and_protected_by_nothing_is_erased(
    workspace: Workspace, clock: StandingClock
) -> None:
    names = ("idle", "held", "deal", "customer", "lost")
    idle, held, deal, customer, lost = [await somebody(workspace, name) for name in names]
    await becomes(workspace, deal, stage=Stage.OPPORTUNITY, outcome=Outcome.OPEN)
    await becomes(workspace, customer, stage=Stage.CUSTOMER, outcome=Outcome.WON, status=WorkStatus.CLOSED)
    await becomes(workspace, lost, stage=Stage.OPPORTUNITY, outcome=Outcome.LOST, status=WorkStatus.CLOSED)
    async with workspace.unit() as uow:
        await uow.privacy.hold(LegalHold(held, "court case", "Ana", uow.now))
    clock.forward(days=539)
    fresh = await somebody(workspace, "fresh")
    assert await keep_to_retention(workspace) == 0
    clock.forward(days=2)
    async with workspace.reading() as uow:
        seen = await preview_retention(uow, workspace.book)
    assert (seen.idle, set(seen.people), seen.held) == (2, {idle, lost}, 1)
    assert await keep_to_retention(workspace) == 2
    assert await living(workspace, idle, lost, held, deal, customer, fresh) == [False, False, True, True, True, True]
    async with workspace.reading() as uow:
        receipts = await uow.privacy.receipts(limit=9)
        assert await uow.people.by_email("idle@example.com") is None
    assert {receipt.why for receipt in receipts} == {"retention"}
    assert await keep_to_retention(workspace) == 0


async def test_a_customer_runs_out_too_where_the_playbook_says_so(workspace: Workspace, clock: StandingClock) -> None:
    customer = await somebody(workspace, "customer")
    await becomes(workspace, customer, stage=Stage.CUSTOMER, outcome=Outcome.WON, status=WorkStatus.CLOSED)
    company = replace(workspace.book.company, keeping=Keeping(customers=True))
    workspace.book = replace(workspace.book, company=company)
    clock.forward(days=541)
    assert await keep_to_retention(workspace) == 1


async def test_a_visitor_nobody_knows_goes_earlier_and_one_who_talks_stays(
    workspace: Workspace, clock: StandingClock
) -> None:
    silent = await a_conversation(workspace, says="Hello?")
    talking = await a_conversation(workspace, says="Hello.")
    known = await somebody(workspace, "known")
    clock.forward(days=80)
    await a_message(workspace, talking.id, "Still here.")
    clock.forward(days=11)
    assert await keep_to_retention(workspace) == 1
    assert await living(workspace, silent.person_id, talking.person_id, known) == [False, True, True]


async def test_a_round_that_is_cut_short_goes_on_where_it_was(workspace: Workspace, clock: StandingClock) -> None:
    people = [await somebody(workspace, f"p{n}") for n in range(5)]
    clock.forward(days=600)
    assert await keep_to_retention(workspace, most=2) == 2
    assert await keep_to_retention(workspace) == 3
    assert not any(await living(workspace, *people))


async def test_old_traces_go(workspace: Workspace, clock: StandingClock) -> None:
    async with workspace.unit() as uow:
        await uow.access.remember_request("key-1", "hash", lead_id="lead_x", status=201, at=uow.now)
    clock.forward(days=29)
    await keep_to_retention(workspace)
    async with workspace.reading() as uow:
        assert await uow.access.earlier_request("key-1") is not None
    clock.forward(days=2)
    await keep_to_retention(workspace)
    async with workspace.reading() as uow:
        assert await uow.access.earlier_request("key-1") is None
