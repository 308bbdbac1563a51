from __future__ import annotations

from dataclasses import replace

import pytest

from leads.identity import RepId
from store.access import ApiKey, EarlierRequest, Rep, WidgetKey
from store.engine import Database
from store.outage import COLLISIONS
from tests.builders import MONDAY
from tests.store.records import act, later

ANA = Rep(RepId("rep_1"), "ana@example.com", "Ana", active=True, password_hash="argon2id$x")


async def test_a_rep_is_added_changed_by_id_and_found_by_address(database: Database) -> None:
    async with act(database) as uow:
        await uow.access.save_rep(replace(ANA, email=" Ana@Example.com "), at=uow.now)
        assert await uow.access.rep(ANA.id) == ANA
        assert await uow.access.rep_by_email("ANA@example.com ") == ANA
        await uow.access.save_rep(replace(ANA, name="Ana F."), at=uow.now)
        await uow.access.save_rep(Rep(RepId("rep_2"), "zoe@example.com", "Zoe", active=False), at=uow.now)
        assert [r.name for r in await uow.access.reps()] == ["Ana F."]  # who has left is not of the team
        assert await uow.access.rep(RepId("rep_9")) is None
        assert await uow.access.rep_by_email("nobody@example.com") is None


async def test_two_reps_cannot_share_an_address(database: Database) -> None:
    async with act(database) as uow:
        await uow.access.save_rep(ANA, at=uow.now)
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.access.save_rep(replace(ANA, id=RepId("rep_2")), at=uow.now)


async def test_an_api_key_is_found_by_the_hash_of_its_secret_until_it_is_revoked(database: Database) -> None:
    key = ApiKey("key_1", "CRM", "a" * 64, ("leads:read", "leads:write"))
    async with act(database) as uow:
        await uow.access.add_api_key(key, at=uow.now)
        assert await uow.access.api_key("a" * 64) == key
        assert await uow.access.api_key("b" * 64) is None


async def test_a_widget_key_that_is_switched_off_opens_nothing(database: Database) -> None:
    key = WidgetKey("pk_1", "Shop", ("https://example.com", "*"), active=True)
    async with act(database) as uow:
        await uow.access.save_widget_key(key, at=uow.now)
        assert await uow.access.widget_key("pk_1") == key
        await uow.access.save_widget_key(replace(key, active=False), at=later(days=1))
        assert await uow.access.widget_key("pk_1") is None
        assert await uow.access.widget_key("pk_2") is None


async def test_the_first_answer_to_an_idempotent_request_is_the_one_that_is_kept(database: Database) -> None:
    async with act(database) as uow:
        assert await uow.access.earlier_request("key_1:k") is None
        await uow.access.remember_request("key_1:k", "a" * 64, lead_id="lead_1", status=201, at=MONDAY)
        await uow.access.remember_request("key_1:k", "b" * 64, lead_id="lead_2", status=200, at=MONDAY)
        assert await uow.access.earlier_request("key_1:k") == EarlierRequest("a" * 64, "lead_1", 201)
