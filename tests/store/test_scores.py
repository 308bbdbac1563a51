"""What the figures of many leads rest on comes back as it does for one."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from leads.bant import assess
from leads.identity import CompanyId, LeadId
from leads.lead import Company, attributes
from leads.signal import ADJUSTED, ActorKind, BareDeed
from leads.stage import ReasonCode, Stage
from store.engine import Database
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
        assert await uow.scores.read([], looks_at=frozenset(), asks=frozenset()) == []


async def test_deeds_and_claims_are_those_of_the_ledger(database: Database) -> None:
    await kept(database)
    viewed = an_activity(at=later(hours=-1), properties=MappingProxyType({"path": "/pricing", "n": [1, "é"]}))
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
        for looks_at, said in (({"page.viewed"}, {}), ({"page.*"}, viewed.properties)):
            [one] = await uow.scores.read([LEAD], looks_at=frozenset(looks_at), asks=frozenset())
            other = first._replace(type="other", id="act_1", properties=said)
            assert sorted(one.activities, key=lambda deed: deed.id) == [first, other, third]
            assert one.bant == assess(await uow.ledger.claims(LEAD))
