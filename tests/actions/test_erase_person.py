"""Erasing beside others who do something about the same person at the same time."""

from __future__ import annotations

import asyncio

import pytest

from actions.erase_person import Erased, erase_person
from actions.workspace import Workspace
from leads.actor import Actor
from leads.lead import Person
from leads.refusal import OnHold
from leads.signal import ActorKind
from store.privacy import LegalHold
from tests.store.locks import somebody_waits
from tests.store.records import PERSON, a_lead, a_person

ANA = Actor(ActorKind.REP, name="Ana")


async def known(workspace: Workspace) -> Person:
    async with workspace.unit() as uow:
        person = await uow.people.add(a_person(email="kim@bakery.example.com"))
        await uow.leads.add(a_lead())
    return person


async def erased(workspace: Workspace) -> Erased:
    async with workspace.unit() as uow:
        return await erase_person(uow, workspace.book, PERSON, actor=ANA)


async def test_two_who_erase_somebody_at_once_get_one_receipt(workspace: Workspace) -> None:
    await known(workspace)
    both = await asyncio.gather(*(erased(workspace) for _ in range(4)))
    assert len({one.receipt.id for one in both}) == 1
    assert both[0].receipt.deleted


@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_hold_that_comes_just_before_an_erasure_keeps_the_record(workspace: Workspace) -> None:
    await known(workspace)
    async with workspace.unit() as uow:
        await uow.privacy.hold(LegalHold(PERSON, "a dispute", "Ana", uow.now))
        erasing = asyncio.create_task(erased(workspace))
        await somebody_waits(workspace.database)
    with pytest.raises(OnHold):
        await erasing
    async with workspace.reading() as uow:
        assert (await uow.people.get(PERSON)).email == "kim@bakery.example.com"
