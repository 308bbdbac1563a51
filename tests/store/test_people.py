from __future__ import annotations

from dataclasses import replace

import pytest

from leads.consent import ConsentEvent, Purpose, is_granted
from leads.identity import CompanyId, PersonId
from leads.lead import Company
from leads.refusal import NotKnown
from store.engine import Database
from store.outage import COLLISIONS
from tests.builders import MONDAY
from tests.store.records import PERSON, a_person, act

KNOWN = a_person(
    email="Lee.Park+news@Example.com",
    phone="+4930123456",
    name="Lee Park",
    title="Head of Planning",
    language="en",
    zone="Europe/Berlin",
    country="DE",
)


async def test_a_person_comes_back_as_they_were_stored(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(KNOWN)
    async with act(database) as uow:
        assert await uow.people.get(PERSON) == KNOWN
        changed = await uow.people.save(replace(KNOWN, title="Chief", phone=None))
    async with act(database) as uow:
        assert await uow.people.get(PERSON) == changed


@pytest.mark.parametrize("typed", ["lee.park@example.com", " LEE.PARK@EXAMPLE.COM ", "lee.park+x@example.com"])
async def test_an_address_is_one_person_however_it_is_typed(database: Database, typed: str) -> None:
    async with act(database) as uow:
        await uow.people.add(KNOWN)
        assert await uow.people.by_email(typed) == KNOWN
        assert await uow.people.by_email("lee@example.com") is None


async def test_two_people_cannot_have_one_address(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(KNOWN)
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.people.add(a_person("per_2", email="lee.park@example.com"))


async def test_any_number_of_people_have_no_address(database: Database) -> None:
    async with act(database) as uow:
        for n in range(3):
            await uow.people.add(a_person(f"per_{n}"))


async def test_somebody_who_was_never_there_is_not_known(database: Database) -> None:
    with pytest.raises(NotKnown):
        async with act(database) as uow:
            await uow.people.get(PersonId("per_0"))


async def test_a_merged_person_leads_to_the_other_and_their_yes_stays_behind(database: Database) -> None:
    yes = ConsentEvent(Purpose.MARKETING, True, "2026-01", "widget", MONDAY)
    async with act(database) as uow:
        await uow.people.add(KNOWN)
        await uow.people.add(a_person("per_2", email="old@example.com"))
        await uow.ledger.add_consent(PersonId("per_2"), yes, id="cns_1")
        await uow.people.merge_into(PersonId("per_2"), PERSON)
    async with act(database) as uow:
        assert await uow.people.by_email("old@example.com") == KNOWN
        assert await uow.ledger.consents(PersonId("per_2")) == [yes]
        assert not is_granted(await uow.ledger.consents(PERSON), Purpose.MARKETING)


async def test_a_company_is_found_by_its_domain_before_its_name(database: Database) -> None:
    north = Company(CompanyId("cmp_1"), "Nordlicht Molkerei", "nordlicht.example.com", "51-200", "dairy", "DE")
    south = Company(CompanyId("cmp_2"), "Straße  und Söhne")
    async with act(database) as uow:
        await uow.people.save_company(north)
        await uow.people.save_company(south)
    async with act(database) as uow:
        assert await uow.people.company_named("Strasse und söhne", "nordlicht.example.com") == north
        assert await uow.people.company_named("STRASSE UND SÖHNE", None) == south
        assert await uow.people.company_named("Somebody", "elsewhere.example.com") is None
        assert await uow.people.company(CompanyId("cmp_1")) == north
        assert await uow.people.company(None) is None
        bigger = await uow.people.save_company(replace(north, size_band="201-500"))
    async with act(database) as uow:
        assert await uow.people.company(CompanyId("cmp_1")) == bigger


async def test_a_name_or_a_domain_that_a_company_gives_up_is_free_for_another(database: Database) -> None:
    first = Company(CompanyId("cmp_1"), "Nordlicht", "nordlicht.example.com")
    second = Company(CompanyId("cmp_2"), "NORDLICHT", "nord.example.com")
    async with act(database) as uow:
        assert await uow.people.add_company(first) == first
        assert await uow.people.add_company(second) == first
        await uow.people.save_company(replace(first, name="Suedlicht"))
        assert await uow.people.add_company(second) == second
        await uow.people.save_company(replace(second, domain=first.domain))  # by hand two may share one
        assert await uow.people.company_named("Elsewhere", first.domain) == replace(first, name="Suedlicht")


async def test_a_name_that_grows_when_it_is_folded_can_still_be_stored(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.save_company(Company(CompanyId("cmp_1"), "ß" * 200))
        assert await uow.people.company_named("ß" * 200, None) is not None
