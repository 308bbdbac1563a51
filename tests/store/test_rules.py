from __future__ import annotations

from dataclasses import replace

import pytest

from store.engine import Database
from store.outage import COLLISIONS
from store.rules import RuleKind, RuleSet, RuleState
from tests.builders import MONDAY
from tests.store.records import act

DRAFT = RuleSet("rul_1", RuleKind.SCORING, 1, RuleState.DRAFT, {"rules": []}, "first try", "Ana", MONDAY)


async def test_a_draft_is_rewritten_until_it_is_published_and_then_stands(database: Database) -> None:
    async with act(database) as uow:
        await uow.rules.add(DRAFT)
        await uow.rules.rewrite(replace(DRAFT, content={"rules": [1]}))
        assert (await uow.rules.draft(RuleKind.SCORING)) == replace(DRAFT, content={"rules": [1]})
        assert await uow.rules.published(RuleKind.SCORING) is None
        await uow.rules.publish(DRAFT, at=uow.now)
        await uow.rules.rewrite(replace(DRAFT, content={"rules": [2]}))
        published = await uow.rules.published(RuleKind.SCORING)
    assert published is not None
    assert (published.content, published.published_at) == ({"rules": [1]}, MONDAY)


async def test_publishing_the_next_version_archives_the_last_and_keeps_it(database: Database) -> None:
    async with act(database) as uow:
        for number in (1, 2):
            version = replace(DRAFT, id=f"rul_{number}", version=await uow.rules.next_version(RuleKind.SCORING))
            await uow.rules.publish(await uow.rules.add(version), at=uow.now)
        states = [(r.version, r.state) for r in await uow.rules.versions(RuleKind.SCORING)]
        assert states == [(2, RuleState.PUBLISHED), (1, RuleState.ARCHIVED)]
        assert await uow.rules.published_version(RuleKind.SCORING) == 2
        assert await uow.rules.published_version(RuleKind.ROUTING) is None
        assert (await uow.rules.version(RuleKind.SCORING, 1)) is not None


async def test_two_versions_cannot_have_one_number(database: Database) -> None:
    async with act(database) as uow:
        await uow.rules.add(DRAFT)
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.rules.add(replace(DRAFT, id="rul_2"))
