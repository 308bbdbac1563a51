from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from leads.contact_point import PointKind
from leads.suppression import SCOPES, Suppression, SuppressionReason, SuppressionScope
from store.engine import Database
from store.privacy_tables import suppressions
from store.suppressions import WrongSuppressionKey
from tests.builders import MONDAY
from tests.store.records import act, later

KIM = "kim@bakery.example.com"


def entry(
    reason: SuppressionReason, id: str = "sup_1", kind: PointKind = PointKind.EMAIL, **known: object
) -> Suppression:
    return Suppression(id, kind, known.pop("scope", SCOPES[reason]), reason, "test", MONDAY, **known)  # type: ignore[arg-type]


async def test_an_address_is_found_however_it_is_written_and_is_itself_in_no_column(database: Database) -> None:
    async with act(database) as uow:
        assert await uow.suppressions.add(KIM, entry(SuppressionReason.UNSUBSCRIBED))
        found = await uow.suppressions.of(" Kim+news@Bakery.example.COM ")
        assert found == entry(SuppressionReason.UNSUBSCRIBED)
        assert await uow.suppressions.of("tim@bakery.example.com") is None
        row = (await uow._db.execute(select(suppressions))).mappings().one()
    assert "kim" not in str(dict(row)).lower()


async def test_the_hash_is_worth_nothing_without_the_key(database: Database) -> None:
    async with act(database) as uow:
        await uow.suppressions.add(KIM, entry(SuppressionReason.ERASED))
    async with act(database, suppression_key=b"another key") as uow:
        assert await uow.suppressions.of(KIM) is None


async def test_another_key_is_noticed_before_it_does_harm(database: Database) -> None:
    async with act(database, suppression_key=b"one") as uow:
        await uow.suppressions.check_key(now=MONDAY)
        await uow.suppressions.check_key(now=MONDAY)
    with pytest.raises(WrongSuppressionKey, match=r"suppression\.key"):
        async with act(database, suppression_key=b"two") as uow:
            await uow.suppressions.check_key(now=MONDAY)
    async with act(database, suppression_key=b"two") as uow:
        await uow.suppressions.check_key(now=MONDAY, replace=True)
        await uow.suppressions.check_key(now=MONDAY)


async def test_the_same_reason_stands_once_and_the_gravest_is_told(database: Database) -> None:
    async with act(database) as uow:
        assert await uow.suppressions.add(KIM, entry(SuppressionReason.UNSUBSCRIBED, "sup_1"))
        assert not await uow.suppressions.add(KIM, entry(SuppressionReason.UNSUBSCRIBED, "sup_2"))
        assert await uow.suppressions.add(KIM, entry(SuppressionReason.COMPLAINED, "sup_3"))
        left = entry(SuppressionReason.UNSUBSCRIBED, "sup_4", scope=SuppressionScope.SEQUENCE, sequence="webinar")
        assert await uow.suppressions.add(KIM, left)
        found = await uow.suppressions.of(KIM)
        assert found is not None
        assert found.reason is SuppressionReason.COMPLAINED


async def test_a_lifted_entry_stays_to_be_read_and_the_reason_can_stand_anew(database: Database) -> None:
    async with act(database) as uow:
        await uow.suppressions.add(KIM, entry(SuppressionReason.MANUAL))
        assert await uow.suppressions.lift("sup_1", by="Ana", why="a mistake", at=later(days=1))
        assert not await uow.suppressions.lift("sup_1", by="Ana", why="again", at=later(days=2))
        assert await uow.suppressions.of(KIM) is None
        listed = await uow.suppressions.get("sup_1")
        assert (listed.lifted_at, listed.lifted_by, listed.lifted_why) == (later(days=1), "Ana", "a mistake")
        assert await uow.suppressions.add(KIM, entry(SuppressionReason.MANUAL, "sup_2"))


async def test_a_number_is_not_an_address(database: Database) -> None:
    async with act(database) as uow:
        await uow.suppressions.add("+4930123456", entry(SuppressionReason.DO_NOT_CONTACT, kind=PointKind.PHONE))
        assert await uow.suppressions.of("+4930123456@example.com") is None
        assert len(await uow.suppressions.all_of([], ["+4930123456"])) == 1


async def test_many_addresses_are_asked_at_once(database: Database) -> None:
    emails = [f"p{n}@example.com" for n in range(1200)]
    async with act(database) as uow:
        for n in range(0, 1200, 100):
            await uow.suppressions.add(emails[n], entry(SuppressionReason.UNSUBSCRIBED, f"sup_{n}"))
        found = await uow.suppressions.of_many([*emails, "P0+x@example.com"])
    assert len(found) == 13
    assert found["P0+x@example.com"].id == "sup_0"


async def test_two_who_say_it_at_once_are_one_entry(database: Database) -> None:
    async def add(id: str) -> bool:
        async with act(database) as uow:
            return await uow.suppressions.add(KIM, entry(SuppressionReason.UNSUBSCRIBED, id))

    assert sorted(await asyncio.gather(*(add(f"sup_{n}") for n in range(8)))) == [False] * 7 + [True]


async def test_a_desks_address_stands_on_the_list_as_any_address(database: Database) -> None:
    async with act(database) as uow:
        as_any = uow.suppressions.hash_of("Info@Bakery.example.com")
        assert uow.suppressions.hash_of("info@bakery.example.com", PointKind.ROLE_EMAIL) == as_any
