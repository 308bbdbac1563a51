"""A visitor's message belongs to a cycle that is open, and to somebody who answers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from actions.accept_lead import accept_lead
from actions.begin_cycle import begin_cycle
from actions.convert_lead import convert_lead
from actions.end_cycle import end_cycle
from actions.erase_conversation import erase_conversation
from actions.hear_visitor import hear_visitor
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.note_response import note_response
from actions.note_signal import note_reported_signal
from actions.read_context import read_context
from actions.workspace import Workspace
from leads.actor import BY_RULE, Actor
from leads.conversation import Conversation
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.opportunity import Deal, Money
from leads.signal import ActorKind
from leads.sla import ClockKind
from leads.stage import Outcome, ReasonCode
from store.timelines import Stretch
from tests.actions.routed import rep_named
from tests.builders import ANA, MONDAY, StandingClock, a_conversation

NEXT = ClockKind.NEXT_RESPONSE


async def closed(workspace: Workspace, talk: Conversation, outcome: Outcome, reason: ReasonCode | None = None) -> Lead:
    async with workspace.unit() as uow:
        lead = await uow.leads.get(talk.lead_id, lock=True)
        return await end_cycle(uow, lead, outcome=outcome, reason=reason, actor=BY_RULE, why="test")


async def says(workspace: Workspace, talk: Conversation, text: str = "We are looking again.") -> Lead:
    """The lead that the conversation belongs to after it."""
    async with workspace.unit() as uow:
        await hear_visitor(uow, workspace.book, talk.id, text=text)
    async with workspace.reading() as uow:
        return await uow.leads.get((await uow.conversations.get(talk.id)).lead_id)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.CONVERTED, None),
        (Outcome.DISQUALIFIED, ReasonCode.NO_BUDGET),
        (Outcome.DISQUALIFIED, ReasonCode.DO_NOT_CONTACT),
        (Outcome.RECYCLED, ReasonCode.NOT_NOW),
    ],
)
async def test_a_message_after_the_end_begins_a_fresh_cycle_of_the_same_person(
    workspace: Workspace, outcome: Outcome, reason: ReasonCode | None
) -> None:
    talk = await a_conversation(workspace)
    ended = await closed(workspace, talk, outcome, reason)
    lead = await says(workspace, talk)
    assert lead.id != ended.id
    assert (lead.person_id, lead.cycle_no, lead.standing.outcome) == (ended.person_id, 2, Outcome.OPEN)
    assert (await says(workspace, talk, "Are you there?")).id == lead.id
    async with workspace.reading() as uow:
        assert (await uow.leads.get(ended.id)).standing.outcome is outcome
        types = [activity.type for activity in await uow.ledger.activities(lead.id)]
    assert types == ["cycle.began", "chat.started"]


async def test_a_message_goes_to_the_cycle_that_is_open_already(workspace: Workspace) -> None:
    talk = await a_conversation(workspace)
    ended = await closed(workspace, talk, Outcome.RECYCLED, ReasonCode.NOT_NOW)
    async with workspace.unit() as uow:
        fresh = await begin_cycle(uow, ended, actor=BY_RULE, why="woken")
    assert (await says(workspace, talk)).id == fresh.id


@pytest.mark.parametrize(
    ("outcome", "reason"), [(Outcome.JUNK, None), (Outcome.DISQUALIFIED, ReasonCode.SPAM), (Outcome.OPEN, None)]
)
async def test_junk_stays_junk_and_an_open_cycle_stays_what_it_is(
    workspace: Workspace, outcome: Outcome, reason: ReasonCode | None
) -> None:
    talk = await a_conversation(workspace)
    if outcome is not Outcome.OPEN:
        await closed(workspace, talk, outcome, reason)
    assert (await says(workspace, talk)).id == talk.lead_id


async def test_a_signal_counts_in_the_fresh_cycle_although_it_was_heard_in_the_earlier_one(
    workspace: Workspace, clock: StandingClock
) -> None:
    talk = await a_conversation(workspace, says="I would like a demo")
    signal = workspace.book.signals[0].name
    for cycle in (1, 2):
        clock.forward(days=cycle)
        lead = await says(workspace, talk, "I would like a demo")
        for _ in range(2):
            async with workspace.unit() as uow:
                await note_reported_signal(uow, workspace.book, talk.id, signal=signal, quote="I would like a demo")
        async with workspace.reading() as uow:
            heard = [a for a in await uow.ledger.activities(lead.id) if a.type == f"said.{signal}"]
        assert (lead.cycle_no, len(heard)) == (cycle, 1)
        await closed(workspace, await _now(workspace, talk), Outcome.DISQUALIFIED, ReasonCode.NO_BUDGET)


async def test_who_they_said_they_are_is_known_after_their_cycle_has_ended(
    workspace: Workspace, clock: StandingClock
) -> None:
    """And nothing that they told in another conversation, for this one is not proved to be theirs."""
    talk = await a_conversation(workspace, says="I am Lee Park, lee@example.com")
    notes = [ContactNote(ContactKind.NAME, "Lee Park", ""), ContactNote(ContactKind.EMAIL, "lee@example.com", "")]
    async with workspace.unit() as uow:
        await note_contact(uow, workspace.book, talk.id, notes)
    proved = await a_conversation(workspace, verified=True, email="lee@example.com", says="Call 030 1234567")
    async with workspace.unit() as uow:
        await note_contact(uow, workspace.book, proved.id, [ContactNote(ContactKind.PHONE, "030 1234567", "")])
    assert (await _now(workspace, talk)).person_id == proved.person_id
    for _ in range(2):
        clock.forward(days=1)
        await closed(workspace, await _now(workspace, talk), Outcome.RECYCLED, ReasonCode.NOT_NOW)
        await says(workspace, talk)
        async with workspace.reading() as uow:
            context = await read_context(uow, talk.id)
        known = [(one.kind, one.value) for one in context.contact]
        assert known == [(ContactKind.NAME, "Lee Park"), (ContactKind.EMAIL, "lee@example.com")]
    assert context.signals == frozenset()


async def test_a_deal_keeps_its_first_chat_when_the_talk_goes_on_in_another_cycle(
    workspace: Workspace, clock: StandingClock
) -> None:
    talk = await a_conversation(workspace, says="We need a demo", verified=True, email="lee@example.com")
    clock.forward(hours=1)
    await converted(workspace, talk.lead_id)
    clock.forward(days=1)
    assert await asked_of_the_deal(workspace) == (True, True)
    assert (await says(workspace, talk)).id != talk.lead_id
    assert await asked_of_the_deal(workspace) == (True, True)
    async with workspace.unit() as uow:
        await erase_conversation(uow, workspace.book, talk.id)
    assert await asked_of_the_deal(workspace) == (True, True)


async def test_a_cycle_that_a_talk_came_to_later_was_not_begun_by_it(
    workspace: Workspace, clock: StandingClock
) -> None:
    talk = await a_conversation(workspace, verified=True, email="lee@example.com")
    ended = await closed(workspace, talk, Outcome.RECYCLED, ReasonCode.NOT_NOW)
    clock.forward(days=1)
    async with workspace.unit() as uow:
        fresh = await begin_cycle(uow, ended, actor=BY_RULE, why="woken")
    clock.forward(days=1)
    assert (await says(workspace, talk)).id == fresh.id
    await converted(workspace, fresh.id)
    assert await asked_of_the_deal(workspace) == (False, True)


async def converted(workspace: Workspace, lead_id: LeadId) -> None:
    ana = Actor(ActorKind.REP, await rep_named(workspace, ANA), "Ana")
    async with workspace.unit() as uow:
        await accept_lead(uow, workspace.book, lead_id, actor=ana)
        deal = Deal(Money(Decimal(900), "EUR"), uow.now.date() + timedelta(days=30))
        await convert_lead(uow, workspace.book, lead_id, deal, actor=ana)


async def asked_of_the_deal(workspace: Workspace) -> tuple[bool, bool]:
    """Whether the deal's lead began in a chat, and whether there was a chat before the deal."""
    async with workspace.reading() as uow:
        end = uow.now + timedelta(seconds=1)
        [alike] = await uow.deal_reports.counted("stage", start=MONDAY, end=end, probabilities={})
    return alike.sourced, alike.influenced


async def _now(workspace: Workspace, talk: Conversation) -> Conversation:
    async with workspace.reading() as uow:
        return await uow.conversations.get(talk.id)


async def test_a_rep_who_holds_the_line_owes_the_next_answer_and_keeps_the_cycle(
    workspace: Workspace, clock: StandingClock
) -> None:
    talk, ana = await a_conversation(workspace), await rep_named(workspace, ANA)
    await _held_by(workspace, talk, ana)
    await says(workspace, talk)
    assert await _running(workspace, talk) == set()  # nobody has answered yet: that is the first answer's clock
    async with workspace.unit() as uow:
        await note_response(uow, talk.lead_id, actor=Actor(ActorKind.REP, ana, "Ana"), at=uow.now)
    await says(workspace, talk)
    assert await _running(workspace, talk) == {NEXT}
    clock.forward(minutes=1)
    async with workspace.unit() as uow:
        await note_response(uow, talk.lead_id, actor=Actor(ActorKind.REP, ana, "Ana"), at=uow.now)
    assert await _running(workspace, talk) == set()
    await closed(workspace, talk, Outcome.DISQUALIFIED, ReasonCode.NO_BUDGET)
    assert (await says(workspace, talk, "Thanks anyway")).id == talk.lead_id
    assert await _running(workspace, talk) == set()


async def _held_by(workspace: Workspace, talk: Conversation, rep: RepId) -> None:
    async with workspace.unit() as uow:
        lead = await uow.leads.get(talk.lead_id, lock=True)
        await uow.leads.save(replace(lead, owner=rep))
        until = uow.now.replace(hour=23)
        await uow.conversations.save(replace(await uow.conversations.get(talk.id), rep_id=rep, rep_until=until))


async def _running(workspace: Workspace, talk: Conversation) -> set[ClockKind]:
    async with workspace.reading() as uow:
        return {clock.kind for clock in await uow.clocks.running(talk.lead_id)}


async def test_what_was_said_in_an_ended_cycle_stays_on_its_timeline(workspace: Workspace) -> None:
    talk = await a_conversation(workspace, says="We need a planning board.")
    ended = await closed(workspace, talk, Outcome.CONVERTED)
    lead = await says(workspace, talk)
    async with workspace.reading() as uow:
        for cycle in (ended, lead):
            told = await uow.timelines.messages(Stretch(cycle.id, None, 10))
            assert "We need a planning board." in [m.text for m in told]
