"""May we write to this person? Suppression and the person's own words decide, in the transaction that asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.capture_lead import Capture, CaptureContext, capture_lead
from actions.erase_person import erase_person
from actions.keep_consent import keep_consent
from actions.may_contact import may_contact
from actions.merge_people import merge_people
from actions.note_contact import ContactKind, ContactNote, note_contact
from actions.record_consent import opt_out, record_consent
from actions.suppress import suppress_point
from actions.workspace import Workspace
from leads.actor import BY_RULE
from leads.consent import Basis, ConsentEvent, Giver, Purpose
from leads.identity import PersonId
from leads.refusal import OnHold, PersonErased, Suppressed
from leads.suppression import SuppressionReason, Verdict, VerdictCode
from store.privacy import LegalHold
from tests.builders import StandingClock, a_conversation

KIM = "kim@bakery.example.com"
YES = ConsentEvent(Purpose.MARKETING, True, "1", "form", StandingClock().now)


async def kim(workspace: Workspace, *consents: ConsentEvent) -> PersonId:
    async with workspace.unit() as uow:
        told = Capture("form", email=KIM, name="Kim Larsen", context=CaptureContext.DEMO, consents=consents)
        return (await capture_lead(uow, workspace.book, told)).lead.person_id


async def verdict(workspace: Workspace, person: PersonId, purpose: Purpose = Purpose.MARKETING) -> Verdict:
    async with workspace.unit() as uow:
        return await may_contact(uow, await uow.people.get(person), purpose)


async def say(workspace: Workspace, person: PersonId, granted: bool, **known: object) -> None:
    async with workspace.unit() as uow:
        word = ConsentEvent(Purpose.MARKETING, granted, "1", "form", uow.now, **known)  # type: ignore[arg-type]
        await keep_consent(uow, workspace.book, person, word, may_lift=True)


async def test_marketing_needs_a_yes_and_an_answer_needs_none(workspace: Workspace) -> None:
    person = await kim(workspace)
    assert (await verdict(workspace, person)).code is VerdictCode.NO_CONSENT
    assert (await verdict(workspace, person, Purpose.SERVICE)).code is VerdictCode.ASKED
    await say(workspace, person, True)
    told = await verdict(workspace, person)
    assert (told.allowed, told.code, told.why) == (True, VerdictCode.CONSENT, "There is a yes (express) of 2026-03-02.")


async def test_an_implied_yes_counts_until_it_runs_out(workspace: Workspace, clock: StandingClock) -> None:
    person = await kim(workspace, replace(YES, basis=Basis.IMPLIED))
    assert (await verdict(workspace, person)).allowed
    clock.forward(days=185)
    assert (await verdict(workspace, person)).code is VerdictCode.NO_CONSENT


async def test_a_no_suppresses_and_only_the_persons_own_new_yes_lifts_it(
    workspace: Workspace, clock: StandingClock
) -> None:
    person = await kim(workspace, YES)
    clock.forward(days=1)
    await say(workspace, person, False)
    assert (await verdict(workspace, person)).code is VerdictCode.SUPPRESSED
    for giver, basis in ((Giver.REP, Basis.EXPRESS), (Giver.LIST, Basis.EXPRESS), (Giver.PERSON, Basis.IMPLIED)):
        clock.forward(days=1)
        await say(workspace, person, True, given_by=giver, basis=basis)
        assert (await verdict(workspace, person)).code is VerdictCode.SUPPRESSED
    clock.forward(days=1)
    await say(workspace, person, True)
    assert (await verdict(workspace, person)).allowed


async def test_a_complaint_outlives_every_yes(workspace: Workspace, clock: StandingClock) -> None:
    person = await kim(workspace, YES)
    async with workspace.unit() as uow:
        await suppress_point(uow, KIM, SuppressionReason.COMPLAINED, source="provider")
    clock.forward(days=1)
    await say(workspace, person, True)
    told = await verdict(workspace, person)
    assert told.suppression is not None
    assert (told.code, told.suppression.reason) == (VerdictCode.SUPPRESSED, SuppressionReason.COMPLAINED)
    assert not (await verdict(workspace, person, Purpose.SERVICE)).allowed


async def test_a_no_that_was_said_before_the_address_was_known_goes_with_it(
    workspace: Workspace, clock: StandingClock
) -> None:
    visitor = await a_conversation(workspace, says=f"No mails please. I am {KIM}")
    async with workspace.unit() as uow:
        await opt_out(uow, visitor.id, source="chat")
    async with workspace.unit() as uow:
        await note_contact(uow, workspace.book, visitor.id, [ContactNote(ContactKind.EMAIL, KIM, "")])
        found = await uow.suppressions.of(KIM)
    assert found is not None
    assert found.reason is SuppressionReason.UNSUBSCRIBED


async def test_a_stranger_who_types_an_address_cannot_lift_what_its_owner_decided(
    workspace: Workspace, clock: StandingClock
) -> None:
    async with workspace.unit() as uow:
        await suppress_point(uow, KIM, SuppressionReason.UNSUBSCRIBED, source="page")
    clock.forward(days=1)
    visitor = await a_conversation(workspace, says=f"I am {KIM}")
    async with workspace.unit() as uow:
        await note_contact(uow, workspace.book, visitor.id, [ContactNote(ContactKind.EMAIL, KIM, "")])
    clock.forward(days=1)
    async with workspace.unit() as uow:
        await record_consent(uow, visitor.id, purpose=Purpose.MARKETING, granted=True, text_version="1")
    assert (await verdict(workspace, visitor.person_id)).code is VerdictCode.SUPPRESSED
    proved = await a_conversation(workspace, verified=True, email=KIM)
    clock.forward(days=1)
    async with workspace.unit() as uow:
        await record_consent(uow, proved.id, purpose=Purpose.MARKETING, granted=True, text_version="1")
    assert (await verdict(workspace, proved.person_id)).allowed


async def test_a_test_is_not_written_to_and_neither_is_whoever_has_no_address(workspace: Workspace) -> None:
    person = await kim(workspace, YES)
    async with workspace.unit() as uow:
        lead = await uow.leads.open_of(person)
        assert lead is not None
        kim_now = await uow.people.get(person)
        test = await may_contact(uow, kim_now, Purpose.MARKETING, lead=replace(lead, is_test=True))
        nowhere = await may_contact(uow, replace(kim_now, email=None), Purpose.MARKETING)
    assert (test.code, nowhere.code) == (VerdictCode.TEST, VerdictCode.NO_ADDRESS)


async def test_suppression_outlives_the_person(workspace: Workspace, clock: StandingClock) -> None:
    """domain.md §1.4 rule 6 and §8 case 31."""
    person = await kim(workspace, YES)
    async with workspace.unit() as uow:
        await suppress_point(uow, KIM, SuppressionReason.COMPLAINED, source="provider")
        await erase_person(uow, workspace.book, person, actor=BY_RULE)
    assert (await verdict(workspace, person)).code is VerdictCode.ERASED
    clock.forward(days=1)
    with pytest.raises(Suppressed):
        async with workspace.unit() as uow:
            listed = Capture("broker", email="Kim+1@bakery.example.com", context=CaptureContext.LIST)
            await capture_lead(uow, workspace.book, listed)
    with pytest.raises(PersonErased):
        await say(workspace, person, True)
    back = await kim(workspace, replace(YES, at=clock.now))
    assert back != person
    assert (await verdict(workspace, back)).code is VerdictCode.SUPPRESSED  # the complaint stays


async def test_a_hold_is_stronger_than_a_wish(workspace: Workspace) -> None:
    person = await kim(workspace)
    async with workspace.unit() as uow:
        await uow.privacy.hold(LegalHold(person, "court case", "Ana", uow.now))
    with pytest.raises(OnHold):
        async with workspace.unit() as uow:
            await erase_person(uow, workspace.book, person, actor=BY_RULE)


async def test_whom_an_address_was_stopped_for_stays_stopped_when_records_are_merged(workspace: Workspace) -> None:
    winner = await kim(workspace, YES)
    async with workspace.unit() as uow:
        other = Capture("fair", email="kim.larsen@work.example.com", name="Kim Larsen")
        loser = (await capture_lead(uow, workspace.book, other)).lead.person_id
        await suppress_point(uow, "kim.larsen@work.example.com", SuppressionReason.COMPLAINED, source="provider")
        await merge_people(uow, workspace.book, loser, winner, actor=BY_RULE)
    assert (await verdict(workspace, winner, Purpose.SERVICE)).code is VerdictCode.SUPPRESSED
