"""What the agent did and which promises were kept: of the period, and of no test lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from leads.bant import Factor
from leads.conversation import AuthorKind
from leads.deadline import Deadline
from leads.funnel import Rate
from leads.sla import COMPANY, Clock, ClockKind
from store.engine import Database
from tests.store.records import LEAD, a_booking, a_claim, a_lead, a_person, a_thread, act, later, said, stored


async def test_what_was_heard_and_booked_counts_where_its_conversation_was_opened(database: Database) -> None:
    await stored(database)
    async with act(database) as uow:
        heard = await said(uow, "About 30k a year")
        await said(uow, "Noted.", by=AuthorKind.AGENT)
        for number, factor in enumerate((Factor.BUDGET, Factor.BUDGET, Factor.NEED)):
            claim = a_claim(f"{number}", factor=factor, message=heard.id)
            await uow.ledger.add_claim(LEAD, claim, id=f"bant_{number}")
        await uow.meetings.add(a_booking(), None)
        later_on = replace(a_thread("conv_9"), opened_at=later(days=3))
        await uow.conversations.add(later_on, widget_key=None, extra={})
        here = await uow.agent_figures.counts(later(), later(days=1))
        there = await uow.agent_figures.counts(later(days=2), later(days=4))
    assert (here.conversations, here.talked, here.factors, here.booked) == (1, 1, 2, 1)
    assert (there.conversations, there.talked, there.factors, there.booked) == (1, 0, 0, 0)


async def test_promises_to_test_leads_do_not_count(database: Database) -> None:
    async with act(database) as uow:
        for number, is_test in enumerate((False, False, True)):
            await uow.people.add(a_person(f"per_{number}"))
            lead = await uow.leads.add(a_lead(f"lead_{number}", f"per_{number}", is_test=is_test))
            ended = Deadline(later(), timedelta(hours=1), stopped_at=later(minutes=70))
            due = later(hours=number + 1)
            clock = Clock(f"clk_{number}", lead.id, ClockKind.ACCEPTANCE, ended, COMPANY, due)
            assert await uow.clocks.start(clock)
        assert await uow.promise_figures.kept(later(), later(days=1)) == {"acceptance": Rate(1, 2)}
        assert await uow.promise_figures.kept(later(hours=2), later(days=1)) == {"acceptance": Rate(1, 1)}
