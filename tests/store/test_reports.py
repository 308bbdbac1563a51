"""What reports add up: kept by the day, and the same as counting lead by lead, whatever came since."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from leads.actor import BY_RULE
from leads.conversation import AuthorKind
from leads.funnel import Cohort
from leads.hours import WeeklyHours
from leads.identity import LeadId
from leads.stage import Change, Dimension, Outcome, Standing
from leads.tally import PARTS
from store.engine import Database, transaction
from store.report_sums import Counted, Detail, Stretch, stretch_of
from store.unit import UnitOfWork
from tests.builders import MONDAY, working_week
from tests.store.locks import somebody_waits
from tests.store.records import a_lead, a_person, act, later, said, stored

HOURS = working_week()
MONTH = stretch_of(MONDAY, MONDAY + timedelta(days=30))


async def fill(database: Database, *, count: int = 60, seed: int = 5) -> None:
    """Leads over two months with whatever may happen to a lead."""
    chance = random.Random(seed)
    async with act(database) as uow:
        for number in range(count):
            await one_more(uow, f"lead_{seed}_{number}", chance)


async def one_more(uow: UnitOfWork, id: str, chance: random.Random) -> None:
    at = MONDAY + timedelta(seconds=chance.randrange(60 * 86400))
    await uow.people.add(a_person(f"per_{id}"))
    known: dict[str, Any] = {"source": chance.choice(["website", "ads", "list"]), "created_at": at, "updated_at": at}
    known["campaign"] = chance.choice([None, "spring", "autumn"])
    known["first_response_at"] = chance.choice([None, at + timedelta(minutes=chance.randrange(300))])
    known["is_test"] = chance.random() < 0.1
    await uow.leads.add(a_lead(id, f"per_{id}", **known))
    for stage in ("iql", "mql", "sal", "sql", "opportunity", "customer")[: chance.randrange(7)]:
        at += timedelta(seconds=chance.randrange(40 * 86400))
        await uow.leads.record(LeadId(id), Change("lead", stage, BY_RULE, "test"), id=uow.new_id("stg"), at=at)
    if chance.random() < 0.2:
        change = Change("open", "disqualified", BY_RULE, "test", Dimension.OUTCOME)
        await uow.leads.record(LeadId(id), change, id=uow.new_id("stg"), at=at)


async def sums(database: Database, stretch: Stretch, part: str | None, *, now: datetime) -> dict[Any, Any]:
    async with act(database) as uow:
        [found] = await uow.reports.counted([stretch], part, mature_before=now)
    return {value: (counted.sums.plain(), counted.mature) for value, counted in found.items()}


@pytest.mark.parametrize("part", [None, *PARTS])
async def test_sums_that_were_kept_are_those_of_counting_lead_by_lead(database: Database, part: str | None) -> None:
    await fill(database)
    stretches = [
        MONTH,
        Stretch(MONTH.start_s + 1234, MONTH.end_s - 4321),
        Stretch(MONTH.start_s + 3600 * 5, MONTH.start_s + 3600 * 30),
    ]
    now = later(days=12, hours=7)
    raw = [await sums(database, stretch, part, now=now) for stretch in stretches]
    async with act(database) as uow:
        while await uow.reports.refresh(HOURS, most_days=7):
            pass
    assert [await sums(database, stretch, part, now=now) for stretch in stretches] == raw
    assert raw[0]


@pytest.mark.parametrize("part", [None, *PARTS])
async def test_sums_read_in_less_detail_count_the_same(database: Database, part: str | None) -> None:
    await fill(database)
    await refreshed(database)
    whole, mature = stretch_of(MONDAY, MONDAY + timedelta(days=60)), later(days=50)
    async with act(database) as uow:
        [every] = await uow.reports.counted([whole], part, mature_before=mature)
        [counts] = await uow.reports.counted([whole], part, mature_before=mature, detail=Detail.COUNTS)
        [answers] = await uow.reports.counted([whole], part, mature_before=mature, detail=Detail.ANSWERS)
    assert {value: cohort(one) for value, one in counts.items()} == {v: cohort(one) for v, one in every.items()}
    assert {value: one.sums.reasons for value, one in counts.items()} == {v: c.sums.reasons for v, c in every.items()}
    for clock in ("answered", "agent"):
        waited = {value: one.sums.durations("created", clock) for value, one in answers.items()}
        assert {v: (d.ended, d.open, d.quantile(0.5)) for v, d in waited.items()} == {
            v: (d.ended, d.open, d.quantile(0.5))
            for v, d in ((v, one.sums.durations("created", clock)) for v, one in every.items())
        }
    assert sum(cohort(one).leads for one in counts.values()) > 40


def cohort(counted: Counted) -> Cohort:
    return counted.sums.cohort(timedelta(days=90), mature=counted.mature)


async def waits(database: Database, stretch: Stretch, part: str | None, hours: WeeklyHours) -> dict[Any, Counter[int]]:
    async with act(database) as uow:
        return await waits_in(uow, stretch, part, hours)


@pytest.mark.parametrize("part", [None, *PARTS])
async def test_working_waits_that_were_kept_are_those_of_counting_lead_by_lead(
    database: Database, part: str | None
) -> None:
    await fill(database)
    stretches = [
        stretch_of(MONDAY - timedelta(days=90), MONDAY + timedelta(days=90)),
        Stretch(MONTH.start_s + 1234, MONTH.end_s - 4321),
    ]
    late = working_week(opens=time(12), closes=time(20))
    raw = {hours: [await waits(database, s, part, hours) for s in stretches] for hours in (HOURS, late)}
    async with act(database) as uow:
        while await uow.reports.refresh(HOURS, most_days=7):
            pass
        assert not await uow.reports.is_behind(HOURS)
    assert [await waits(database, s, part, HOURS) for s in stretches] == raw[HOURS]
    assert [await waits(database, s, part, late) for s in stretches] == raw[late]
    assert raw[late] != raw[HOURS] and sum(waited.total() for waited in raw[HOURS][0].values()) > 20


async def test_when_the_hours_change_every_day_is_counted_again(database: Database) -> None:
    await fill(database)
    await refreshed(database)
    late = working_week(opens=time(12), closes=time(20))
    raw = await waits(database, MONTH, "source", late)
    passes = 0
    async with act(database) as uow:
        assert await uow.reports.is_behind(late)
        while await uow.reports.refresh(late, most_days=11):  # some days are of the old hours, some of the new
            assert await waits_in(uow, MONTH, "source", late) == raw
            passes += 1
        assert not await uow.reports.is_behind(late)
        assert await waits_in(uow, MONTH, "source", late) == raw
    assert passes > 2


async def waits_in(uow: UnitOfWork, stretch: Stretch, part: str | None, hours: WeeklyHours) -> dict[Any, Counter[int]]:
    found = await uow.reports.waits(stretch, part, hours=hours, until=later(days=200))
    return {value: waited for value, waited in found.items() if waited}


async def test_what_changes_after_the_sums_were_kept_is_seen_at_once(database: Database) -> None:
    await fill(database, count=5)
    async with act(database) as uow:
        while await uow.reports.refresh(HOURS):
            pass
    before = await sums(database, MONTH, None, now=MONDAY)
    async with act(database) as uow:
        await uow.people.add(a_person("per_new"))
        lead = await uow.leads.add(a_lead("lead_new", "per_new"))
        await uow.leads.record(lead.id, Change("lead", "mql", BY_RULE, "test"), id="stg_new", at=later(hours=1))
        await uow.leads.save(replace(lead, first_response_at=later(minutes=3)))
    after = await sums(database, MONTH, None, now=MONDAY)
    assert after[None][0]["leads"] == before[None][0]["leads"] + 1
    assert after[None][0]["reached"]["mql"] == before[None][0]["reached"].get("mql", 0) + 1
    assert after[None][0]["worked"] == before[None][0]["worked"] + 1


async def test_a_stage_keeps_its_first_time_and_a_reopened_deal_is_not_lost(
    database: Database,
) -> None:
    async with act(database) as uow:
        await uow.people.add(a_person())
        lead = await uow.leads.add(a_lead(standing=Standing()))
        for hours in (1, 5):
            change = Change("lead", "mql", BY_RULE, "test")
            await uow.leads.record(lead.id, change, id=uow.new_id("stg"), at=later(hours=hours))
        for outcome in (Outcome.LOST, Outcome.OPEN):
            change = Change("open", outcome.value, BY_RULE, "test", Dimension.OUTCOME)
            await uow.leads.record(lead.id, change, id=uow.new_id("stg"), at=later(hours=6))
    found = (await sums(database, MONTH, None, now=MONDAY))[None][0]
    assert found["lengths"]["created_mql"] == [(3600, 1)]
    assert found["reached"].get("lost", 0) == 0


async def test_the_agents_first_words_count_as_its_answer(database: Database) -> None:
    await stored(database)
    async with act(database, now=later(seconds=9)) as uow:
        await said(uow, "Hello", by=AuthorKind.AGENT)
    async with act(database, now=later(seconds=99)) as uow:
        await said(uow, "Still there?", by=AuthorKind.AGENT)
    found = (await sums(database, MONTH, None, now=MONDAY))[None][0]
    assert found["lengths"]["created_agent"] == [(10, 1)]


async def test_a_second_cycle_is_a_lead_and_no_second_person(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(a_person())
        await uow.leads.add(a_lead(standing=Standing(outcome=Outcome.LOST)))
        await uow.leads.add(a_lead("lead_2", cycle_no=2, created_at=later(days=2)))
        assert await uow.reports.repeats(MONTH) == 1


@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_news_that_is_committed_while_its_day_is_counted_is_not_forgotten(database: Database) -> None:
    async with act(database) as uow:
        leads = [a_lead(f"lead_{n}", f"per_{n}") for n in range(2)]
        for lead in leads:
            await uow.people.add(a_person(lead.person_id))
            await uow.leads.add(lead)
    await refreshed(database)
    answered = [replace(lead, first_response_at=later(minutes=3)) for lead in leads]
    async with transaction(database) as holder:
        await holder.execute(text("SELECT * FROM report_sums FOR UPDATE"))
        async with act(database) as slow:
            await slow.leads.save(answered[0])  # it has the lower number, and is committed after the higher one
            async with act(database) as quick:
                await quick.leads.save(answered[1])
            counting = asyncio.create_task(refreshed(database))
            await somebody_waits(database)
    await counting
    assert (await sums(database, MONTH, None, now=later(days=40)))[None][0]["worked"] == 2


async def refreshed(database: Database) -> None:
    async with act(database) as uow:
        while await uow.reports.refresh(HOURS):
            pass
