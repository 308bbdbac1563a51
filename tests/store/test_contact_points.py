"""Ways to reach people: an address is one person's, a number is a hint, and what was known before is taken along."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from leads.contact_point import ContactPoint, Deliverability, PointKind
from leads.identity import LeadId, PersonId
from leads.refusal import NotKnown
from store.contact_points import new_point
from store.engine import Database, transaction
from store.migrate import FOLDER, upgrade
from store.outage import COLLISIONS
from tests.builders import MONDAY
from tests.store.databases import opened
from tests.store.records import PERSON, a_person, act
from tests.store.test_migrate import empty_url

__all__ = ["empty_url"]
KIM = PersonId("per_2")


def an_email(raw: str, person: PersonId = PERSON) -> ContactPoint:
    return new_point(person, PointKind.EMAIL, raw)


async def test_the_persons_own_address_and_number_are_their_primary_points(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(a_person(email="Lee.Park@Example.com", phone="+4930123456"))
        points = await uow.contact_points.of(PERSON)
    assert [(p.kind, p.raw, p.normalised, p.is_primary) for p in points] == [
        (PointKind.EMAIL, "Lee.Park@Example.com", "lee.park@example.com", True),
        (PointKind.PHONE, "+4930123456", "+4930123456", True),
    ]


async def test_any_address_of_a_person_finds_them_and_is_nobody_elses(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(a_person(email="lee@example.com"))
        await uow.people.add(a_person(KIM, email="kim@example.com"))
        await uow.contact_points.add(an_email("lee@home.example.org"))
        found = await uow.people.by_email("Lee+x@HOME.example.org")
        assert found is not None
        assert found.id == PERSON
    for taken in ("lee@home.example.org", "lee@example.com"):
        with pytest.raises(COLLISIONS):
            async with act(database) as uow:
                await uow.people.save(a_person(KIM, email=taken))


async def test_a_number_may_be_several_peoples(database: Database) -> None:
    async with act(database) as uow:
        for n in range(3):
            await uow.people.add(a_person(f"per_{n}", phone="+4930123456"))
        assert [len(await uow.contact_points.of(PersonId(f"per_{n}"))) for n in range(3)] == [1, 1, 1]


async def test_a_slip_that_is_put_right_goes_and_a_proved_address_stays(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(a_person(email="lee@exmaple.com"))
        await uow.people.save(a_person(email="lee@example.com"))
        assert await uow.people.by_email("lee@exmaple.com") is None
        await uow.contact_points.verify(PERSON, "LEE@example.com", at=MONDAY)
        await uow.people.save(a_person(email="lee@new.example.com"))
        points = await uow.contact_points.of(PERSON)
    assert [(p.raw, p.is_primary, p.verified_at) for p in points] == [
        ("lee@new.example.com", True, None),
        ("lee@example.com", False, MONDAY),
    ]


async def test_a_point_comes_back_as_it_was_stored_and_only_to_its_owner(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.add(a_person())
        profile = new_point(PERSON, PointKind.SOCIAL, "https://social.example.com/Lee/")
        await uow.contact_points.add(profile)
        bounced = replace(profile, deliverability=Deliverability.INVALID, verified_at=MONDAY)
        await uow.contact_points.save(bounced)
        assert await uow.contact_points.get(PERSON, profile.id) == bounced
        assert bounced.normalised == "https://social.example.com/lee"
        with pytest.raises(NotKnown):
            await uow.contact_points.get(KIM, profile.id)
        await uow.contact_points.remove(profile.id)
        assert await uow.contact_points.of(PERSON) == []


def _to_0006(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "0006")


async def test_what_was_known_before_is_taken_along(empty_url: str) -> None:
    person = "INSERT INTO people (id, email, email_key, phone, created_at) VALUES ('{}', '{}', '{}', {}, :at)"
    lead = (
        "INSERT INTO leads (id, person_id, cycle_no, stage, status, outcome, source, score_total, score_fit, "
        "score_engagement, score_negative, score_grade, score_version, fields, created_at, updated_at) "
        "VALUES ('{}', 'per_a', 1, 'lead', 'new', '{}', 'x', 0, 0, 0, 0, 'C3', 1, '{{}}', :at, :at)"
    )
    change = (
        "INSERT INTO stage_changes (id, lead_id, before, after, actor, why, at, dimension) "
        "VALUES ('stg_1', 'lead_old', 'open', 'merged', 'system', 'merged into lead_new', :at, 'outcome')"
    )
    rows = [
        person.format("per_a", "Lee@example.com", "lee@example.com", "'+4930123456'"),
        person.format("per_b", "info@example.com", "info@example.com", "NULL"),
        lead.format("lead_new", "open"),
        lead.format("lead_old", "merged"),
        change,
    ]
    async with opened(empty_url) as database:
        async with transaction(database) as connection:
            await connection.run_sync(_to_0006)
            for row in rows:
                await connection.execute(text(row), {"at": str(MONDAY)})
        await upgrade(database)
        async with act(database) as uow:
            kinds = {(p.kind, p.raw) for p in await uow.contact_points.of(PersonId("per_a"))}
            assert kinds == {(PointKind.EMAIL, "Lee@example.com"), (PointKind.PHONE, "+4930123456")}
            desk = await uow.people.by_email("info@example.com", name="Ana")
            assert desk is not None
            assert desk.id == "per_b"
            assert (await uow.leads.survivor(LeadId("lead_old"))).id == "lead_new"
