from __future__ import annotations

from leads.actor import BY_RULE, Actor
from leads.signal import ActorKind
from store.engine import Database
from tests.store.records import act

ANA = Actor(ActorKind.REP, "rep_1", "Ana")


async def test_acts_are_told_newest_first_page_by_page_and_by_subject(database: Database) -> None:
    async with act(database) as uow:
        for number in range(5):
            await uow.note_act(ANA if number % 2 else BY_RULE, "lead.assigned", "lead", f"lead_{number}", to="rep_2")
        await uow.note_act(ANA, "rules.published", "rules", None, version=3)
    async with act(database) as uow:
        first = await uow.audit.page(limit=4)
        rest = await uow.audit.page(limit=4, place=(first[-1].at, first[-1].id))
        assert len({e.id for e in first + rest}) == 6
        [about] = await uow.audit.page(subject_id="lead_3")
        assert (about.actor, about.act, about.detail) == (ANA, "lead.assigned", {"to": "rep_2"})
        assert [e.detail for e in await uow.audit.page(act="rules.published")] == [{"version": 3}]
