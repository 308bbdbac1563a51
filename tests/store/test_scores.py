"""What the figures of many leads rest on comes back as it does for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import text

from leads.bant import assess
from leads.identity import CompanyId, LeadId
from leads.lead import Company, attributes
from leads.signal import ADJUSTED, ActorKind, BareDeed
from leads.stage import ReasonCode, Stage
from store.engine import Database, open_engine, transaction
from store.migrate import upgrade
from tests.store.records import LEAD, a_claim, a_lead, a_person, act, an_activity, later

WHO = a_person(
    email="Lee@Web.de",
    title="Buyer",
    language="pt",
    country="PT",
    region="Norte",
    seniority="head",
    department="supply",
)
FIRM = Company(
    *(CompanyId("com_1"), "Nord", "nord.example.com", "51-200", "food", "Hamburg", "DE", 90, "1-5m", "customer"),
)
WHAT = a_lead(
    company_id=FIRM.id,
    source="fair",
    campaign="spring",
    context="demo",
    fields=MappingProxyType({"lines": 3, "note": "ß", "yes": True}),
)
BARE = a_lead("lead_2", "per_2")


async def kept(database: Database) -> None:
    reason = replace(WHAT.standing, stage=Stage.IQL, reason=next(iter(ReasonCode)))
    async with act(database) as uow:
        await uow.people.add(WHO)
        await uow.people.add(a_person("per_2"))
        await uow.people.save_company(FIRM)
        await uow.leads.add(replace(WHAT, standing=reason, ready=True))
        await uow.leads.add(BARE)


async def test_every_attribute_that_rules_may_ask_for_is_read_as_it_is_told(database: Database) -> None:
    await kept(database)
    async with act(database) as uow:
        lead = await uow.leads.get(LEAD)
        told = attributes(lead, WHO, FIRM)
        full, bare = await uow.scores.read([LeadId("lead_2"), LEAD], looks_at=frozenset(), asks=frozenset(told))
        assert (full.lead_id, full.attributes, full.stage, full.ready) == (LEAD, told, Stage.IQL, True)
        nobody = attributes(BARE, a_person("per_2"), None)
        assert {name: bare.attributes.get(name) for name in nobody} == nobody
        assert None not in told.values()
        assert await uow.scores.leads([LEAD]) == {LEAD: lead}


async def test_only_what_was_asked_for_is_read(database: Database) -> None:
    await kept(database)
    async with act(database) as uow:
        for asked in ("person.title", "reason", "company.employees"):
            [one] = await uow.scores.read([LEAD], looks_at=frozenset(), asks=frozenset({asked, "fields", "territory"}))
            assert list(one.attributes) == [asked]
        assert list(await uow.scores.read([], looks_at=frozenset(), asks=frozenset())) == []


@pytest.mark.parametrize(
    "said", [{"path": "/pricing", "n": 1.5, "yes": True, "no": None}, {"n": [1, "é"]}, {"a": '"é'}]
)
async def test_deeds_and_claims_are_those_of_the_ledger(database: Database, said: dict[str, Any]) -> None:
    await kept(database)
    viewed = an_activity(at=later(hours=-1, microseconds=7), properties=MappingProxyType(said))
    given = replace(an_activity(ADJUSTED, properties=MappingProxyType({"points": 5})), actor=ActorKind.REP)
    async with act(database) as uow:
        for n, done in enumerate(
            [viewed, replace(viewed, type="other"), given, replace(viewed, actor=ActorKind.REP)]
            + [replace(viewed, actor=actor) for actor in ActorKind if actor not in {ActorKind.HUMAN, ActorKind.REP}]
        ):
            await uow.ledger.add_activity(LEAD, done, id=f"act_{n}")
        await uow.ledger.add_claim(LEAD, a_claim(), id="claim_1")
    first = BareDeed("page.viewed", viewed.occurred_at, "act_0", ActorKind.HUMAN, viewed.properties)
    third = BareDeed(ADJUSTED, given.occurred_at, "act_2", ActorKind.REP, given.properties)
    async with act(database) as uow:
        for looks_at, too in (({"page.viewed"}, {}), ({"page.*"}, viewed.properties)):
            [one] = await uow.scores.read([LEAD], looks_at=frozenset(looks_at), asks=frozenset())
            other = first._replace(type="other", id="act_1", properties=too)
            assert sorted(one.activities, key=lambda deed: deed.id) == [first, other, third]
            assert {deed.occurred_at.tzinfo for deed in one.activities} == {UTC}
            assert one.bant == assess(await uow.ledger.claims(LEAD))


async def test_what_another_hand_has_stored_does_not_stop_the_others(tmp_path: Path) -> None:
    """No JSON by the standard, and an instant with its zone: SQLite keeps both."""
    database = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'odd.db'}")
    await upgrade(database)
    await kept(database)
    async with act(database) as uow:
        for n, lead in enumerate((LEAD, LEAD, LeadId("lead_2"))):
            await uow.ledger.add_activity(lead, an_activity(), id=f"act_{n}")
    async with transaction(database) as connection:
        for change in ("properties = '{\"n\": Infinity}'", "occurred_at = '2026-03-02 11:00:00+02:00'"):
            await connection.execute(text(f"UPDATE activities SET {change} WHERE id = 'act_0'"))
    async with act(database) as uow:
        odd, plain = await uow.scores.read([LEAD, BARE.id], looks_at=frozenset({"page.viewed"}), asks=frozenset())
        assert [(deed.occurred_at, dict(deed.properties)) for deed in odd.activities] == [
            (later(), {"n": float("inf")}),
            (later(), {}),
        ]
        assert len(plain.activities) == 1
    await database.dispose()
