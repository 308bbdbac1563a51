"""The round of promised times, and the news it brings: delivered once, in words, and only while they are true."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
import respx

from actions.capture_lead import CaptureContext
from actions.propose_handoff import propose_handoff
from actions.workspace import Workspace
from channels.mail_out import Mailbox
from channels.referral import Referral, WebReferrals
from channels.sent import Accepted, Refused, Sent, TryLater, Unknown
from channels.slack import slack_message
from channels.team_notice import HEADLINES, TeamNotice
from leads.handoff import HandoffReason
from leads.route import Destination, RouteRules
from tests.actions.routed import a_request, rules_of, the_lead, to_careers, use
from tests.builders import ANA, MONDAY, StandingClock, a_conversation
from tests.worker.night_shift import Shift
from worker.deadlines import chase_deadlines, tell_digest


@pytest.fixture
def shift(workspace: Workspace) -> Shift:
    """A worker's hands over a company with a pool."""
    return at_work(workspace, rules_of())


def at_work(workspace: Workspace, rules: RouteRules) -> Shift:
    """A worker that goes by these rules."""
    use(workspace, rules)
    return Shift(workspace)


async def test_a_routed_lead_is_told_to_its_rep_in_words_without_an_address(shift: Shift) -> None:
    lead = await a_request(shift.workspace, name="Mara Lindt", company="Harbour Bakery", email="mara@h.example.com")
    await shift.deliver_due()
    (notice,) = shift.notices.sent
    assert isinstance(notice, TeamNotice)
    assert notice.headline == "Mara Lindt (Harbour Bakery) is yours"
    assert notice.to.address in {ANA, "jonas.brandt@example.com"}
    facts = dict(notice.facts)
    assert facts["Why"].startswith("Whoever is next")
    assert facts["Due"] == "Mon 2 Mar, 10:05 (Berlin)"
    assert notice.link == f"https://opener.example.com/console/leads/{lead.id}"
    assert "mara@h.example.com" not in str(slack_message(notice))


async def test_the_round_climbs_every_rung_and_news_of_the_past_is_not_told(shift: Shift, clock: StandingClock) -> None:
    lead = await a_request(shift.workspace)
    for minutes in (3, 2, 60, 60, 60, 60):
        clock.forward(minutes=minutes)
        await chase_deadlines(shift.workspace)
    assert (await the_lead(shift.workspace, lead.id)).owner is None
    await shift.deliver_due()
    kinds = [notice.kind for notice in shift.notices.sent]
    assert "lead.routed" not in kinds  # nobody has it any more
    assert (kinds.count("deadline.missed"), kinds.count("lead.fallback")) == (2, 1)
    await tell_digest(shift.workspace)
    clock.now = MONDAY.replace(day=3)
    await tell_digest(shift.workspace)
    await shift.deliver_due()
    digest = shift.notices.sent[-1]
    assert digest.headline == "Leads that wait too long"
    assert dict(digest.facts)["Leads"] == "1"
    assert "acceptance" in digest.note or "first response" in digest.note


async def test_a_lead_whose_wait_is_over_is_routed_by_the_round(shift: Shift, clock: StandingClock) -> None:
    clock.now = MONDAY.replace(day=7)  # Saturday
    lead = await a_request(shift.workspace)
    await chase_deadlines(shift.workspace)
    assert (await the_lead(shift.workspace, lead.id)).owner is None
    clock.now = MONDAY.replace(day=9)
    await chase_deadlines(shift.workspace)
    assert (await the_lead(shift.workspace, lead.id)).owner is not None


async def test_a_request_for_a_person_is_one_notice_to_the_rep_it_found(shift: Shift) -> None:
    conversation = await a_conversation(shift.workspace, says="A person, please.")
    async with shift.workspace.unit() as uow:
        reason = HandoffReason.ASKED_FOR_PERSON
        await propose_handoff(uow, shift.workspace.book, conversation.id, reason=reason, note="They ask.")
    await shift.deliver_due()
    (notice,) = shift.notices.sent
    assert notice.headline == "A visitor asks for a person"
    assert notice.to.address != "hello@tidewell.example.com"


async def test_a_referral_is_mailed_with_how_to_reach_the_person(workspace: Workspace) -> None:
    shift = at_work(workspace, rules_of(to_careers()))
    await a_request(shift.workspace, name="Mara Lindt", email="mara@h.example.com", context=CaptureContext.CONTACT)
    await shift.deliver_due()
    (mail,) = shift.mail.given
    assert mail.to == Mailbox("careers@tidewell.example.com", "Careers")
    assert mail.subject == "Mara Lindt for Careers"
    assert "E-mail: mara@h.example.com" in mail.text
    assert not shift.notices.sent


async def test_a_referral_to_a_web_address_is_posted_and_one_that_went_elsewhere_is_not(workspace: Workspace) -> None:
    place = Destination("careers", "Careers", webhook="https://people.example.com/leads")
    shift = at_work(workspace, rules_of(to_careers(), destinations=(place,)))
    lead = await a_request(shift.workspace, name="Mara Lindt", context=CaptureContext.CONTACT)
    other = await a_request(shift.workspace, context=CaptureContext.CONTACT)
    async with shift.workspace.unit() as uow:
        await uow.leads.save(replace(await uow.leads.get(other.id), destination=None))
    await shift.deliver_due()
    referrals = shift.delivery.errands.outside.referrals
    ((url, referral),) = referrals.sent  # type: ignore[attr-defined]
    assert (url, referral.lead_id) == ("https://people.example.com/leads", lead.id)


def a_referral() -> Referral:
    who = {"name": "Mara", "email": "mara@example.com", "phone": None, "company": None, "source": "form"}
    place = {"destination": "careers", "title": "Careers", "why": "asks for work"}
    return Referral(key="out_1", lead_id="lead_1", link="https://x.example.com", due_at=None, at=MONDAY, **place, **who)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "ending"),
    [(200, Accepted), (204, Accepted), (302, Refused), (404, Refused), (429, TryLater), (503, TryLater)],
)
@respx.mock
async def test_every_answer_to_a_posted_referral_has_a_meaning(status: int, ending: type[Sent]) -> None:
    route = respx.post("https://people.example.com/leads").respond(status)
    out = WebReferrals()
    assert isinstance(await out.post("https://people.example.com/leads", a_referral()), ending)
    assert route.calls.last.request.headers["webhook-id"] == "out_1"
    await out.close()


@respx.mock
async def test_a_lost_answer_to_a_posted_referral_is_not_known(workspace: Workspace) -> None:

    respx.post("https://people.example.com/leads").mock(side_effect=httpx.ReadTimeout)
    out = WebReferrals()
    assert isinstance(await out.post("https://people.example.com/leads", a_referral()), Unknown)
    await out.close()


def test_every_kind_of_news_has_words() -> None:
    said = {"lead.routed", "lead.queued", "lead.fallback", "lead.withdrawn", "deadline.near", "deadline.missed"}
    assert said <= set(HEADLINES)
