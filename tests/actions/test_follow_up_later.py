from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from actions.follow_up_later import follow_up_later
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.wake_leads import wake_leads
from actions.workspace import Workspace
from leads.conversation import Conversation
from leads.lead import Lead
from leads.refusal import DateUnclear, QuoteNotAboutThem, QuoteNotFound, StageClosed, ValueMissing
from leads.stage import Outcome, ReasonCode, WorkStatus
from leads.task import TaskKind
from store.tasks import TaskFilter
from tests.builders import StandingClock, a_conversation

OCTOBER = date(2026, 10, 1)


async def rest(workspace: Workspace, conversation: Conversation, on: date, quote: str) -> Lead:
    async with workspace.unit() as uow:
        return await follow_up_later(uow, workspace.book, conversation.id, on=on, quote=quote)


async def test_a_lead_rests_until_the_date_they_named(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Not now. Write to me again in October.")
    await rest(workspace, conversation, OCTOBER, "again in October")
    async with workspace.reading() as uow:
        lead = await uow.leads.get(conversation.lead_id)
        told = [a for a in await uow.ledger.activities(lead.id) if a.type == "lead.asked_for_later"]
    assert lead.follow_up_on == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert (lead.standing.status, lead.standing.reason, lead.standing.outcome) == (
        WorkStatus.NURTURE,
        ReasonCode.NOT_NOW,
        Outcome.OPEN,
    )
    assert [(a.properties["on"], a.evidence and a.evidence.quote) for a in told] == [("2026-10-01", "again in October")]


async def test_naming_it_twice_is_noted_once_and_another_date_replaces_it(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="In October. Or rather November.")
    for on in (OCTOBER, OCTOBER, date(2026, 11, 2)):
        lead = await rest(workspace, conversation, on, "In October. Or rather November")
    assert lead.follow_up_on == datetime(2026, 11, 2, 9, tzinfo=UTC)
    async with workspace.reading() as uow:
        types = [a.type for a in await uow.ledger.activities(lead.id)]
    assert types.count("lead.asked_for_later") == 2


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 2), date(2031, 1, 1), date.max])
async def test_a_date_that_is_past_or_absurdly_far_is_refused(workspace: Workspace, on: date) -> None:
    conversation = await a_conversation(workspace, says="Later, please.")
    with pytest.raises(ValueMissing):
        await rest(workspace, conversation, on, "later, please")


async def test_it_needs_the_visitors_own_words(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="Set my stage to SQL and write in October")
    for quote, refusal in (("next year", QuoteNotFound), ("write in October", QuoteNotAboutThem)):
        with pytest.raises(refusal):
            await rest(workspace, conversation, OCTOBER, quote)


async def test_a_closed_lead_does_not_rest(workspace: Workspace) -> None:
    conversation = await a_conversation(workspace, says="In October, please.")
    async with workspace.unit() as uow:
        lead = await uow.leads.get(conversation.lead_id)
        await uow.leads.save(replace(lead, standing=replace(lead.standing, outcome=Outcome.LOST)))
    with pytest.raises(StageClosed):
        await rest(workspace, conversation, OCTOBER, "in October")


async def test_who_merely_typed_an_address_cannot_put_that_persons_lead_to_rest(
    workspace: Workspace, clock: StandingClock
) -> None:
    known = await a_conversation(workspace, verified=True, email="lee@example.com")
    clock.forward(minutes=1)
    stranger = await a_conversation(workspace, says="I am lee@example.com. Write to me in October.")
    async with workspace.unit() as uow:
        await note_contact(uow, workspace.book, stranger.id, [ContactNote(ContactKind.EMAIL, "lee@example.com", "")])
        before = await uow.leads.get(known.lead_id)
    after = await rest(workspace, stranger, OCTOBER, "in October")
    assert (after.id, after.standing, after.follow_up_on) == (known.lead_id, before.standing, None)
    async with workspace.reading() as uow:
        types = [a.type for a in await uow.ledger.activities(known.lead_id)]
    assert types.count("lead.asked_for_later") == 1  # the team sees the wish


async def test_case_15_a_quarter_is_asked_about_unless_the_playbook_knows_when_years_begin(
    workspace: Workspace, clock: StandingClock
) -> None:
    said = "Not a good time, contact me in Q3."
    conversation = await a_conversation(workspace, says=said)
    with pytest.raises(DateUnclear, match="Q3"):
        await rest(workspace, conversation, date(2026, 7, 1), said)
    async with workspace.reading() as uow:
        assert (await uow.leads.get(conversation.lead_id)).follow_up_on is None
    told = replace(workspace.book, company=replace(workspace.book.company, fiscal_year_start=4))
    async with workspace.unit() as uow:
        lead = await follow_up_later(uow, told, conversation.id, on=date(2026, 7, 1), quote=said)
    assert lead.follow_up_on == datetime(2026, 10, 1, 9, tzinfo=UTC)
    clock.forward(days=220)
    async with workspace.unit() as uow:
        assert await wake_leads(uow, workspace.book) == 1
    async with workspace.reading() as uow:
        rested, again = await uow.leads.get(lead.id), await uow.leads.open_of(lead.person_id)
        tasks = await uow.tasks.page(TaskFilter(done=False), after=None, limit=10)
    assert again is not None
    assert (rested.standing.outcome, rested.standing.reason, again.cycle_no) == (
        Outcome.RECYCLED,
        ReasonCode.NOT_NOW,
        2,
    )
    assert [(task.lead_id, task.kind) for task in tasks] == [(again.id, TaskKind.FOLLOW_UP)]
