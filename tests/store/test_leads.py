from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from sqlalchemy import update

from leads.actor import BY_RULE, Actor
from leads.conversation import AuthorKind
from leads.handoff import Handoff, HandoffReason, HandoffState
from leads.identity import CompanyId, HandoffId, LeadId, MeetingId, PersonId, RepId
from leads.lead import Company, Lead, ScoreFigures
from leads.refusal import NotKnown
from leads.signal import ActorKind
from leads.stage import Change, Outcome, ReasonCode, Stage, Standing, WorkStatus
from store.engine import Database
from store.leads import LeadFilter, RecordedChange
from store.outage import COLLISIONS
from store.people_tables import leads
from tests.builders import MONDAY
from tests.store.records import (
    CONVERSATION,
    LEAD,
    PERSON,
    a_booking,
    a_claim,
    a_lead,
    a_person,
    act,
    an_activity,
    later,
    said,
    stored,
)

FULL = a_lead(
    cycle_no=2,
    standing=Standing(Stage.MQL, WorkStatus.NURTURE, Outcome.OPEN, ReasonCode.NOT_NOW),
    company_id=CompanyId("cmp_1"),
    source="form",
    campaign="spring",
    context="demo",
    owner=RepId("rep_ana"),
    queue="sales",
    score=ScoreFigures(61.3, 30.0, 36.3, -5.0, "A2", 4),
    stage_entered_at=later(hours=1),
    follow_up_on=later(days=30),
    fields=MappingProxyType({"lines": 3, "erp": "none", "urgent": True, "note": None, "price": 1.5}),
)


async def test_a_lead_comes_back_as_it_was_stored(database: Database) -> None:
    async with act(database) as uow:
        await uow.people.save_company(Company(CompanyId("cmp_1"), "Nordlicht"))
        await uow.people.add(a_person())
        await uow.leads.add(FULL)
    async with act(database) as uow:
        assert await uow.leads.get(LEAD) == FULL
        assert await uow.leads.get(LEAD, lock=True) == FULL
        changed = await uow.leads.save(replace(FULL, owner=None, fields=MappingProxyType({}), updated_at=later(days=1)))
    async with act(database) as uow:
        assert await uow.leads.get(LEAD) == changed
    with pytest.raises(NotKnown):
        async with act(database) as uow:
            await uow.leads.get(LeadId("lead_0"))


async def test_a_person_has_one_open_cycle_at_a_time_and_any_number_of_closed_ones(database: Database) -> None:
    await stored(database)
    with pytest.raises(COLLISIONS):
        async with act(database) as uow:
            await uow.leads.add(a_lead("lead_2"))
    async with act(database) as uow:
        lead = await uow.leads.get(LEAD)
        await uow.leads.save(replace(lead, standing=replace(lead.standing, outcome=Outcome.LOST)))
        assert await uow.leads.open_of(PERSON) is None
        await uow.leads.add(a_lead("lead_2", cycle_no=await uow.leads.cycles_of(PERSON) + 1))
    async with act(database) as uow:
        opened = await uow.leads.open_of(PERSON)
        assert opened is not None
        assert (opened.id, opened.cycle_no) == ("lead_2", 2)
        assert await uow.leads.cycles_of(PERSON) == 2


async def test_stage_changes_are_kept_in_the_order_they_were_made_also_within_one_act(database: Database) -> None:
    await stored(database)
    moves = [
        Change("lead", "iql", BY_RULE, "said who they are"),
        Change("iql", "mql", BY_RULE, "booked"),
        Change("mql", "sal", Actor(ActorKind.REP, "rep_1", "Ana"), "x" * 300),
    ]
    async with act(database) as uow:
        for move in moves:
            await uow.leads.record(LEAD, move, id=uow.new_id("stg"), at=uow.now)
    async with act(database) as uow:
        history = await uow.leads.history(LEAD)
    assert history[:2] == [RecordedChange(move, MONDAY) for move in moves[:2]]
    assert history[2].change.actor == Actor(ActorKind.REP, "rep_1", "Ana")
    assert history[2].change.why == "x" * 200


async def test_everything_that_hangs_on_a_lead_can_be_given_to_another(database: Database) -> None:
    await stored(database, conversations=2)
    target = LeadId("lead_2")
    async with act(database) as uow:
        message = await said(uow, "about 30k a year", by=AuthorKind.VISITOR)
        await uow.ledger.add_activity(LEAD, an_activity(), id="act_1")
        await uow.ledger.add_claim(LEAD, a_claim(message=message.id), id="clm_1")
        await uow.meetings.add(a_booking(), None)
        await uow.tell_outside("notice", "k", {}, lead_id=LEAD)
        due, why = later(hours=4), HandoffReason.COMPLAINT
        await uow.handoffs.add(
            Handoff(HandoffId("hand_1"), LEAD, CONVERSATION, why, "", HandoffState.OPEN, MONDAY, due, "sales")
        )
        await uow.merges.move_lead(LEAD, target)
    async with act(database) as uow:
        assert await uow.ledger.activities(LEAD) == []
        assert len(await uow.ledger.activities(target)) == len(await uow.ledger.claims(target)) == 1
        assert [c.id for c in await uow.conversations.of_lead(target)] == [CONVERSATION, "conv_2"]
        assert (await uow.meetings.get(MeetingId("meet_1"))).lead_id == target
        assert [h.lead_id for h in await uow.handoffs.of_lead(target)] == [target]
        assert [m.lead_id for m in await uow.outbox.all()] == [target]


async def listed(database: Database, *leads_to_add: Lead) -> None:
    async with act(database) as uow:
        for lead in leads_to_add:
            await uow.people.add(a_person(lead.person_id))
            await uow.leads.add(lead)


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "score", "-score", "updated_at", "-updated_at"])
async def test_pages_hold_every_lead_once_in_order_also_where_values_are_equal(database: Database, sort: str) -> None:
    scores = [10.0, 30.5, 10.0, 0.1, 30.5, 10.0, 99.9]
    many = [
        a_lead(
            f"lead_{n}",
            f"per_{n}",
            created_at=later(minutes=n // 2),
            updated_at=later(hours=n % 3),
            score=ScoreFigures(total=points),
        )
        for n, points in enumerate(scores)
    ]
    await listed(database, *many)
    seen: list[Lead] = []
    after = None
    async with act(database, read_only=True) as uow:
        while page := await uow.leads.page(LeadFilter(), sort=sort, after=after, limit=3):
            seen += page
            after = (_value(page[-1], sort), page[-1].id)
    assert sorted(lead.id for lead in seen) == sorted(lead.id for lead in many)
    values = [_value(lead, sort) for lead in seen]
    assert values == sorted(values, reverse=sort.startswith("-"))


def _value(lead: Lead, sort: str) -> object:
    return lead.score.total if sort.endswith("score") else getattr(lead, sort.lstrip("-"))


async def test_a_list_shows_only_what_was_asked_for(database: Database) -> None:
    mql = Standing(Stage.MQL)
    await listed(
        database,
        a_lead("lead_1", "per_1", standing=mql, owner=RepId("rep_ana"), source="form", score=ScoreFigures(total=60)),
        a_lead("lead_2", "per_2", standing=mql, source="chat", score=ScoreFigures(total=40)),
        a_lead("lead_3", "per_3", owner=RepId("rep_ana"), source="chat"),
    )

    async def ids(**wanted: object) -> list[str]:
        async with act(database, read_only=True) as uow:
            found = await uow.leads.page(LeadFilter(**wanted), sort="created_at", after=None, limit=9)  # type: ignore[arg-type]
            return [lead.id for lead in found]

    assert await ids() == ["lead_1", "lead_2", "lead_3"]
    assert await ids(stage=Stage.MQL) == ["lead_1", "lead_2"]
    assert await ids(owner="rep_ana") == ["lead_1", "lead_3"]
    assert await ids(score_min=40.0) == ["lead_1", "lead_2"]
    assert await ids(source="chat", stage=Stage.MQL) == ["lead_2"]


async def test_a_search_means_what_was_typed_and_not_a_pattern(database: Database) -> None:
    async with act(database) as uow:
        for n, name in enumerate(["Lee Park", "100% Milch", "under_score", "Élodie Ångström"]):
            await uow.people.add(a_person(f"per_{n}", name=name, email=f"p{n}@example.com"))
            await uow.leads.add(a_lead(f"lead_{n}", f"per_{n}"))

    async def found(q: str) -> list[str]:
        async with act(database, read_only=True) as uow:
            return [x.id for x in await uow.leads.page(LeadFilter(q=q), sort="created_at", after=None, limit=9)]

    assert await found("lEE p") == ["lead_0"]
    assert await found("%") == ["lead_1"]
    assert await found("_") == ["lead_2"]
    assert await found("P1@EXAMPLE") == ["lead_1"]
    assert await found("élodie å") == ["lead_3"]
    assert await found("ÉLODIE") == ["lead_3"]
    assert await found("/") == []


async def test_a_lead_whose_fields_are_null_in_an_old_row_is_still_read(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        await uow._db.execute(update(leads).values(fields={}))
        assert (await uow.leads.get(LEAD)).fields == {}
        assert await uow.leads.open_of(PersonId("per_0")) is None
