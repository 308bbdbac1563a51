"""Somebody came in and is looked up: once in so many days, blanks filled, their own word kept, scored again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy.event import listens_for

from actions.capture_lead import Capture, Captured, capture_lead
from actions.enrich_person import ask_again
from actions.workspace import Workspace
from channels.enrich import AskLater, Found, LookedUp, Nothing, Subject
from leads.lead import Company, Person
from tests.builders import StandingClock, a_workspace
from tests.store.conftest import database_url, kind, templates
from worker.enrich import Lookups

__all__ = ["database_url", "kind", "templates"]

KIM = Capture("website", email="kim.ito@bakery.example.com", name="Kim Ito")


class Told:
    """A source that answers what it was told to, in order; the last answer stays."""

    def __init__(self, *answers: LookedUp) -> None:
        self.answers = list(answers)
        self.asked: list[Subject] = []

    @property
    def name(self) -> str:
        return "told"

    async def look_up(self, subject: Subject) -> LookedUp:
        self.asked.append(subject)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def close(self) -> None:
        """Nothing is held."""


def found(person: dict[str, Any] | None = None, company: dict[str, Any] | None = None) -> Found:
    return Found("told", MappingProxyType(person or {}), MappingProxyType(company or {}))


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def workspace(database_url: str, tmp_path: Path, clock: StandingClock) -> AsyncIterator[Workspace]:
    async with a_workspace(tmp_path, url=database_url, clock=clock) as opened:
        yield opened


async def captured(workspace: Workspace, told: Capture = KIM) -> Captured:
    async with workspace.unit() as uow:
        return await capture_lead(uow, workspace.book, told)


async def records(workspace: Workspace, lead: Captured) -> tuple[Person, Company]:
    async with workspace.reading() as uow:
        now = await uow.leads.get(lead.lead.id)
        company = await uow.people.company(now.company_id)
        assert company is not None
        return await uow.people.get(now.person_id), company


async def test_blanks_are_filled_and_the_lead_is_scored_again(workspace: Workspace) -> None:
    lead = await captured(workspace)
    source = Told(found({"job_title": "Head of IT"}, {"employees": "120", "country": "Deutschland", "logo": "x"}))
    await Lookups(workspace, (source,), 90).look_up(lead.lead.id)
    person, company = await records(workspace, lead)
    assert (person.title, person.seniority) == ("Head of IT", "director")
    assert (company.employees, company.size_band, company.country) == (120, "51-200", "DE")
    assert source.asked == [Subject("kim.ito@bakery.example.com", "bakery.example.com")]
    async with workspace.reading() as uow:
        assert (await uow.leads.get(lead.lead.id)).score.fit == lead.lead.score.fit + 20
        said = {e.fact.field.value: e for e in await uow.enrichments.of(person.id, company.id)}
    assert (said["company.country"].fact.source, said["company.country"].fact.at) == ("told", workspace.clock())
    assert said["company.country"].used


async def test_their_own_word_stays_and_the_other_is_seen(workspace: Workspace, clock: StandingClock) -> None:
    lead = await captured(workspace, Capture("website", email="kim@bakery.example.com", title="Buyer"))
    await Lookups(workspace, (Told(found({"title": "Chief Baker", "country": "France"})),), 90).look_up(lead.lead.id)
    person, company = await records(workspace, lead)
    assert (person.title, person.seniority, person.country) == ("Buyer", "individual", "FR")
    async with workspace.reading() as uow:
        said = {e.fact.field.value: (e.fact.value, e.used) for e in await uow.enrichments.of(person.id, company.id)}
    assert said == {"person.title": ("Chief Baker", False), "person.country": ("FR", True)}


async def test_a_look_up_that_tells_more_asks_the_database_no_more_often(workspace: Workspace) -> None:
    asked: list[int] = [0]

    @listens_for(workspace.database.sync_engine, "before_cursor_execute")
    def count(*_: object) -> None:
        asked[-1] += 1

    little = found({"title": "Head of IT"}, {"industry": "Food"})
    more = found({"title": "Head of IT", "country": "FR"}, {"industry": "Food", "employees": "120", "country": "FR"})
    addresses = [f"kim@bakery-{n}.example.com" for n in range(2)]
    leads = [await captured(workspace, Capture("website", email=email, name="Kim Ito")) for email in addresses]
    for lead, told in zip(leads, (little, more), strict=True):
        asked.append(0)
        await Lookups(workspace, (Told(told),), 90).look_up(lead.lead.id)
    assert asked[1] == asked[2]


async def test_a_newer_look_up_replaces_what_an_older_one_gave(workspace: Workspace, clock: StandingClock) -> None:
    lead = await captured(workspace)
    lookups = Lookups(workspace, (Told(found({}, {"industry": "Food"}), found({}, {"industry": "Bakeries"})),), 90)
    await lookups.look_up(lead.lead.id)
    clock.forward(days=91)
    async with workspace.unit() as uow:
        await ask_again(uow, lead.lead.id)
    await lookups.look_up(lead.lead.id)
    assert (await records(workspace, lead))[1].industry == "Bakeries"


async def test_nobody_is_looked_up_twice_in_so_many_days(workspace: Workspace, clock: StandingClock) -> None:
    lead = await captured(workspace)
    source = Told(Nothing())
    lookups = Lookups(workspace, (source,), 90)
    for days in (0, 30, 59):
        clock.forward(days=days)
        async with workspace.unit() as uow:
            await ask_again(uow, lead.lead.id)
        await lookups.look_up(lead.lead.id)
    assert len(source.asked) == 1
    clock.forward(days=2)
    await lookups.look_up(lead.lead.id)
    assert len(source.asked) == 2


async def test_a_colleague_is_looked_up_without_their_company(workspace: Workspace) -> None:
    source = Told(found({}, {"industry": "Food"}))
    lookups = Lookups(workspace, (source,), 90)
    for name in ("kim", "lee"):
        lead = await captured(workspace, Capture("website", email=f"{name}@bakery.example.com"))
        await lookups.look_up(lead.lead.id)
    assert [subject.domain for subject in source.asked] == ["bakery.example.com", None]


async def test_a_private_address_tells_no_company(workspace: Workspace) -> None:
    source = Told(Nothing())
    lead = await captured(workspace, Capture("website", email="kim@gmail.com"))
    await Lookups(workspace, (source,), 90).look_up(lead.lead.id)
    assert source.asked == [Subject("kim@gmail.com", None)]


async def test_a_source_that_cannot_answer_is_asked_again_later(workspace: Workspace, clock: StandingClock) -> None:
    lead = await captured(workspace)
    source = Told(AskLater("http 429", timedelta(hours=2)), found({"title": "Buyer"}))
    lookups = Lookups(workspace, (source,), 90)
    await lookups.look_up(lead.lead.id)
    async with workspace.reading() as uow:
        assert await uow.enrichments.due(uow.now + timedelta(minutes=119), limit=9) == []
        assert await uow.enrichments.due(uow.now + timedelta(hours=2), limit=9) == [lead.lead.id]
    clock.forward(hours=2)
    await lookups.look_up(lead.lead.id)
    assert (await records(workspace, lead))[0].title == "Buyer"
    async with workspace.reading() as uow:
        assert await uow.enrichments.due(uow.now + timedelta(days=999), limit=9) == []


async def test_a_source_that_never_answers_is_left_in_peace(workspace: Workspace, clock: StandingClock) -> None:
    lead = await captured(workspace)
    source = Told(AskLater("http 503"))
    lookups = Lookups(workspace, (source,), 90)
    for _ in range(9):
        async with workspace.reading() as uow:
            due = await uow.enrichments.due(uow.now, limit=9)
        if due:
            await lookups.look_up(lead.lead.id)
        clock.forward(days=2)
    assert len(source.asked) == 5


async def test_every_lead_that_came_in_gets_one_job(workspace: Workspace) -> None:
    lead = await captured(workspace)
    put: list[tuple[str, str]] = []

    async def enqueue(_: object, job: str, key: str, *args: object) -> None:
        put.append((job, key))

    workspace.enqueue = enqueue
    lookups = Lookups(workspace, (Told(Nothing()),), 90)
    for _ in range(3):
        await lookups.leave_due()
    assert [job for job, _ in put] == ["enrich"]
    assert put[0][1].startswith(lead.lead.id)
