"""What a pipeline report counts in the database: periods, chats, test leads, and who touched a lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from leads.attribution import Model
from leads.funnel import Rate
from leads.identity import LeadId, OpportunityId, PersonId, RepId
from leads.opportunity import DealState, Money, Opportunity
from leads.pipeline import DealFigures, deal_figures
from store.conversation_tables import conversations
from store.deal_figures import DIVISIONS
from store.engine import Database, transaction
from store.migrate import upgrade
from store.report_tables import milestones
from store.unit import UnitOfWork
from tests.builders import MONDAY
from tests.store.databases import opened
from tests.store.records import a_lead, a_person, a_thread, act, an_activity, later

APRIL = MONDAY + timedelta(days=30)


async def a_deal(uow: UnitOfWork, id: str, amount: str = "1000", **known: Any) -> Opportunity:
    """A deal of three days after its lead, which came on Monday."""
    person, lead = f"per_{id}", f"lead_{id}"
    chat: datetime | None = known.pop("chat", None)
    await uow.people.add(a_person(person))
    await uow.leads.add(a_lead(lead, person, **{"source": "website", **known.pop("lead", {})}))
    if chat is not None:
        thread = replace(a_thread(f"conv_{id}", lead, person), opened_at=chat)
        await uow.conversations.add(thread, widget_key=None, extra={})
    at = known.pop("created_at", later(days=3))
    deal = Opportunity(
        id=OpportunityId(id),
        lead_id=LeadId(lead),
        person_id=PersonId(person),
        name="Deal",
        value=Money(Decimal(amount), known.pop("currency", "EUR")),
        close_date=APRIL.date(),
        created_at=at,
        updated_at=at,
        stage_entered_at=at,
        **{"stage": "proposal", "owner": RepId("rep_1"), **known},
    )
    assert await uow.opportunities.add(deal)
    return deal


async def won(uow: UnitOfWork, id: str, amount: str, *, days: float, **known: Any) -> Opportunity:
    return await a_deal(uow, id, amount, state=DealState.WON, closed_at=later(days=days), **known)


async def figures(uow: UnitOfWork, part: str = "stage", **known: Any) -> dict[str | None, DealFigures]:
    days = {"start": MONDAY, "end": APRIL} | known
    counted = await uow.deal_reports.counted(part, probabilities={"proposal": 0.5}, **days)
    return deal_figures(counted, await uow.deal_reports.cycles(part, **days))


async def test_open_won_and_lost_are_kept_apart_and_only_open_ones_are_weighted(database: Database) -> None:
    async with act(database) as uow:
        await a_deal(uow, "a", "1000")
        await won(uow, "b", "400", days=10)
        await won(uow, "c", "600", days=20)
        await a_deal(uow, "d", "50", state=DealState.LOST, closed_at=later(days=9))
        await won(uow, "e", "999", days=45)  # closed in another period
        await a_deal(uow, "f", "7", lead={"is_test": True})
        found = (await figures(uow))["proposal"]
    assert (found.open, found.weighted_amount) == (1, Decimal("500.0"))
    assert (found.won, found.won_amount, found.lost) == (2, Decimal("1000"), 1)
    assert found.win_rate == Rate(2, 3)
    assert (found.average_won, found.cycle_days) == (Decimal("500.00"), 15.0)
    assert (found.created, found.created_amount) == (5, Decimal("3049"))
    assert found.velocity_per_day == round(1 * (2 / 3) * 500 / 15, 2)


async def test_the_end_of_a_period_is_not_in_it(database: Database) -> None:
    async with act(database) as uow:
        await won(uow, "a", "1", created_at=MONDAY, days=30)
        first = (await figures(uow))["proposal"]
        second = (await figures(uow, start=APRIL, end=later(days=60)))["proposal"]
        assert await figures(uow, start=later(days=1), end=later(days=30)) == {}
    assert (first.created, first.won, second.created, second.won) == (1, 0, 0, 1)


async def test_an_open_deal_of_another_period_stands_in_the_pipeline_and_is_not_new(database: Database) -> None:
    async with act(database) as uow:
        await a_deal(uow, "a", created_at=later(days=-40), chat=later(days=-41))
        found = (await figures(uow))["proposal"]
    assert (found.open, found.created, found.influenced) == (1, 0, Rate(0, 0))


async def test_a_chat_before_the_lead_is_its_source_and_one_before_the_deal_an_influence(database: Database) -> None:
    async with act(database) as uow:
        await a_deal(uow, "a", chat=MONDAY)
        await a_deal(uow, "b", chat=later(days=1))
        await a_deal(uow, "c", chat=later(days=5))
        await a_deal(uow, "d")
        found = (await figures(uow))["proposal"]
        assert (found.sourced, found.influenced) == (Rate(1, 4), Rate(2, 4))
        await uow._db.execute(delete(conversations))
        for id, chat in (("a", MONDAY), ("b", later(days=1)), ("c", later(days=5))):  # as an erasure leaves them
            kept = update(milestones).where(milestones.c.lead_id == f"lead_{id}")
            await uow._db.execute(kept.values(chat_s=int(chat.timestamp())))
        erased = (await figures(uow))["proposal"]
    assert (erased.sourced, erased.influenced) == (found.sourced, found.influenced)


async def test_the_first_chat_counts_when_it_is_erased_and_a_later_one_is_not(database: Database) -> None:
    async with act(database) as uow:
        await a_deal(uow, "a", chat=later(days=5))
        first = update(milestones).values(chat_s=int(MONDAY.timestamp()))
        await uow._db.execute(first)
        found = (await figures(uow))["proposal"]
    assert (found.sourced, found.influenced) == (Rate(1, 1), Rate(1, 1))


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("stage", {"proposal": 2, "discovery": 1}),
        ("source", {"ads": 1, "website": 2}),
        ("campaign", {"spring": 1, None: 2}),
        ("owner", {"rep_1": 2, None: 1}),
        ("currency", {"EUR": 2, "USD": 1}),
    ],
)
async def test_deals_are_divided(database: Database, part: str, wanted: dict[str | None, int]) -> None:
    async with act(database) as uow:
        await a_deal(uow, "a", lead={"source": "ads", "campaign": "spring"})
        await a_deal(uow, "b", owner=None, stage="discovery")
        await a_deal(uow, "c", currency="USD")
        found = await figures(uow, part)
    assert {value: one.created for value, one in found.items()} == wanted
    assert part in DIVISIONS


async def test_touches_are_what_the_person_did_until_the_deal_or_its_end(database: Database) -> None:
    deeds = [
        an_activity("page.viewed", at=later(days=1), source="web", properties={"utm_source": "google"}),
        an_activity("email.opened", at=later(days=2), source="mail"),  # a machine may have
        an_activity("form.demo", at=later(days=2), source="web", properties={"utm_source": ""}),
        an_activity("chat.started", at=later(days=8), source="chat"),
        an_activity("page.viewed", at=later(days=25), source="web"),
    ]
    async with act(database) as uow:
        deal = await won(uow, "a", "10", days=20)
        await won(uow, "b", "20", days=40)
        for number, deed in enumerate(deeds):
            await uow.ledger.add_activity(deal.lead_id, deed, id=f"act_{number}")
        days = {"start": MONDAY, "end": APRIL}
        (before,) = await uow.deal_reports.won(currency="EUR", **days, model=Model.LINEAR)
        (path,) = await uow.deal_reports.won(currency="EUR", **days, model=Model.FULL_PATH)
    assert [touch.source for touch in sorted(before.journey.touches)] == ["google", "web"]
    assert sorted(path.journey.touches)[-1] == (later(days=8), "chat")
    assert (before.amount, before.source) == (Decimal(10), "website")
    instants = (before.journey.lead_created_at, before.journey.opportunity_at, before.journey.closed_at)
    assert instants == (MONDAY, deal.created_at, later(days=20))


async def test_what_another_hand_has_stored_is_a_touch_too(tmp_path: Path) -> None:
    """No JSON by the standard, and an instant with its zone: SQLite keeps both."""
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/odd.db") as database:
        await upgrade(database)
        async with act(database) as uow:
            deal = await won(uow, "a", "10", days=20)
            for n in range(2):
                await uow.ledger.add_activity(deal.lead_id, an_activity("form.demo", source="web"), id=f"act_{n}")
        async with transaction(database) as connection:
            for n, change in enumerate(("properties = '{\"n\": NaN}'", "occurred_at = '2026-03-02 11:00:00+02:00'")):
                await connection.execute(text(f"UPDATE activities SET {change} WHERE id = 'act_{n}'"))
        async with act(database) as uow:
            (paid,) = await uow.deal_reports.won(currency="EUR", start=MONDAY, end=APRIL, model=Model.LINEAR)
    assert sorted(paid.journey.touches) == [(later(), "web"), (later(), "web")]
