"""A form, a list or another program tells us of somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from actions.capture_lead import Capture, CaptureContext, Captured, PastCycle, capture_lead
from actions.workspace import Workspace
from leads.consent import ConsentEvent, Purpose, is_granted
from leads.refusal import ContactInvalid, ValueMissing
from leads.stage import Outcome, Stage, Standing, WorkStatus
from tests.builders import MONDAY

FORM = Capture("website", email="kim.ito@bakery.example.com", name="Kim Ito", context=CaptureContext.DEMO)


async def capture(workspace: Workspace, told: Capture = FORM) -> Captured:
    async with workspace.unit() as uow:
        return await capture_lead(uow, workspace.book, told)


async def test_a_stranger_becomes_a_person_with_an_open_lead(workspace: Workspace) -> None:
    captured = await capture(workspace)
    assert captured.new
    assert captured.lead.standing.stage is Stage.MQL
    async with workspace.reading() as uow:
        person = await uow.people.get(captured.lead.person_id)
        company = await uow.people.company(captured.lead.company_id)
        [activity] = await uow.ledger.activities(captured.lead.id)
    assert (person.email, person.name) == ("kim.ito@bakery.example.com", "Kim Ito")
    assert company is not None
    assert company.domain == "bakery.example.com"
    assert activity.type == "form.demo"


@pytest.mark.parametrize("written", ["KIM.ITO@Bakery.example.com", "kim.ito+news@bakery.example.com"])
async def test_the_same_address_written_otherwise_is_the_same_person(workspace: Workspace, written: str) -> None:
    first, again = await capture(workspace), await capture(workspace, replace(FORM, email=written))
    assert (again.new, again.lead.id) == (False, first.lead.id)


async def test_what_a_source_calls_somebody_is_kept_also_of_a_person_we_knew(workspace: Workspace) -> None:
    first = await capture(workspace)
    listed = Capture("crm", external_id="C-7", listed=True)
    await capture(workspace, replace(listed, email=FORM.email))
    again = await capture(workspace, replace(listed, title="Baker"))
    assert again.lead.person_id == first.lead.person_id


async def test_two_people_with_one_number_stay_two(workspace: Workspace) -> None:
    told = Capture("phone", phone="030 1234567", name="Front desk")
    first, again = await capture(workspace, told), await capture(workspace, replace(told, name="Somebody else"))
    assert again.new
    assert again.lead.person_id != first.lead.person_id


async def test_a_closed_lead_is_followed_by_a_new_cycle(workspace: Workspace) -> None:
    first = await capture(workspace)
    async with workspace.unit() as uow:
        lead = await uow.leads.get(first.lead.id)
        await uow.leads.save(replace(lead, standing=replace(lead.standing, outcome=Outcome.LOST)))
    again = await capture(workspace)
    assert again.new
    assert (again.lead.person_id, again.lead.cycle_no) == (first.lead.person_id, 2)


async def test_an_open_cycle_takes_what_comes_although_an_ended_one_was_told_of_after_it(workspace: Workspace) -> None:
    first = await capture(workspace)
    lost = Standing(Stage.OPPORTUNITY, WorkStatus.CLOSED, Outcome.LOST)
    past = PastCycle(MONDAY - timedelta(days=300), lost, MONDAY - timedelta(days=200))
    ended = await capture(workspace, replace(FORM, past=past, listed=True, event="list.imported"))
    assert (ended.new, ended.lead.standing.outcome) == (True, Outcome.LOST)
    again = await capture(workspace)
    assert (again.new, again.lead.id) == (False, first.lead.id)


async def test_blanks_are_filled_and_what_is_known_stays(workspace: Workspace) -> None:
    await capture(workspace)
    again = await capture(workspace, replace(FORM, name="K.", title="Head of production", phone="030 1234567"))
    async with workspace.reading() as uow:
        person = await uow.people.get(again.lead.person_id)
    assert (person.name, person.title, person.phone) == ("Kim Ito", "Head of production", "+49301234567")


async def test_the_newest_answers_to_a_forms_questions_count(workspace: Workspace) -> None:
    await capture(workspace, replace(FORM, fields=MappingProxyType({"lines": 4, "sku": "A"})))
    again = await capture(workspace, replace(FORM, fields=MappingProxyType({"lines": 6})))
    assert dict(again.lead.fields) == {"lines": 6, "sku": "A"}


async def test_a_free_mail_address_names_no_company(workspace: Workspace) -> None:
    captured = await capture(workspace, replace(FORM, email="kim@gmail.com"))
    assert captured.lead.company_id is None


async def test_consent_of_the_form_is_kept_with_its_text(workspace: Workspace) -> None:
    yes = ConsentEvent(Purpose.MARKETING, True, "2026-01", "website", MONDAY)
    captured = await capture(workspace, replace(FORM, consents=(yes,)))
    async with workspace.reading() as uow:
        assert is_granted(await uow.ledger.consents(captured.lead.person_id), Purpose.MARKETING)


async def test_the_campaign_comes_from_the_pages_parameters_when_the_form_names_none(workspace: Workspace) -> None:
    captured = await capture(workspace, replace(FORM, utm=MappingProxyType({"utm_campaign": "spring"})))
    assert captured.lead.campaign == "spring"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (replace(FORM, email=None), ValueMissing),
        (replace(FORM, email="kim at home"), ContactInvalid),
        (replace(FORM, phone="call me"), ContactInvalid),
    ],
)
async def test_what_cannot_be_reached_is_refused_and_leaves_nothing(
    workspace: Workspace, told: Capture, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await capture(workspace, told)
    async with workspace.reading() as uow:
        assert await uow.people.by_email("kim.ito@bakery.example.com") is None
