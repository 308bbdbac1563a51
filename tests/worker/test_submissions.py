"""Submissions in the worker: worked through by their job, found when the job was lost, fetched where that is needed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from actions.add_form import add_form, new_form_token
from actions.receive_submission import WORK_SUBMISSION, Call, Taken, receive_submission
from actions.workspace import Workspace
from channels.forms.catalogue import read
from channels.lead_ads import Fetch, Fetched, KeptLeadAds
from channels.sent import Refused, TryLater
from leads.form import FormDefinition, Provider, Submission, SubmissionId, Trust, Verdict
from leads.identity import LeadId
from tests.builders import StandingClock
from tests.form_payloads import GENERIC, JSON, META_DUMMY, META_LEAD, META_PING, a_form
from tests.worker.night_shift import JobList
from tests.worker.test_worker import Hands, until
from worker.submissions import MOST_FETCHES, Submissions, dispatch_submissions


@dataclass
class Ads(KeptLeadAds):
    """Ends as told, until there is nothing more to tell."""

    endings: list[Fetch] = field(default_factory=list)
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    async def lead(self, number: str, *, access_token: str | None, app_secret: str | None) -> Fetch:
        self.asked.append((number, access_token, app_secret))
        return self.endings.pop(0) if len(self.endings) > 1 else self.endings[0]


@pytest.fixture
def jobs(workspace: Workspace) -> JobList:
    workspace.enqueue = left = JobList()
    return left


async def arrive(workspace: Workspace, body: bytes, provider: Provider = Provider.GENERIC, **form: object) -> Taken:
    """A form sends something."""
    async with workspace.unit() as uow:
        made = await add_form(uow, replace(a_form(provider, **form), token=new_form_token()))
    return await arrive_on(workspace, made, body)


async def arrive_on(workspace: Workspace, form: FormDefinition, body: bytes) -> Taken:
    readings = read(form.provider, body, JSON)
    async with workspace.unit() as uow:
        return await receive_submission(uow, form, readings, call=Call(JSON, {}, Trust.LOW))


async def stored(workspace: Workspace, id: SubmissionId) -> Submission:
    async with workspace.reading() as uow:
        return await uow.submissions.get(id)


async def test_what_is_stored_leaves_a_job_that_captures_it_once_however_often_it_runs(
    workspace: Workspace, jobs: JobList
) -> None:
    [id] = (await arrive(workspace, GENERIC)).new
    assert list(jobs.left.values()) == [(WORK_SUBMISSION, (id,))]
    worker = Submissions(workspace, KeptLeadAds())
    await asyncio.gather(*(worker.work(id) for _ in range(10)))
    done = await stored(workspace, id)
    assert (done.verdict, done.due_at) == (Verdict.ACCEPTED, None)
    async with workspace.reading() as uow:
        assert len(await uow.ledger.activities(LeadId(done.lead_id or ""))) == 1


async def test_fifty_calls_at_once_leave_one_job_and_one_lead(workspace: Workspace, jobs: JobList) -> None:
    async with workspace.unit() as uow:
        form = await add_form(uow, a_form())
    taken = await asyncio.gather(*(arrive_on(workspace, form, GENERIC) for _ in range(50)))
    [id] = [id for one in taken for id in one.new]
    assert sum(one.repeated for one in taken) == 49
    assert len(jobs.left) == 1
    worker = Submissions(workspace, KeptLeadAds())
    await asyncio.gather(*(worker.work(id) for _ in range(5)))
    done = await stored(workspace, id)
    assert (done.verdict, done.repeats) == (Verdict.ACCEPTED, 49)
    async with workspace.reading() as uow:
        assert len(await uow.ledger.activities(LeadId(done.lead_id or ""))) == 1


async def test_one_person_on_five_forms_at_once_is_one_lead(workspace: Workspace, jobs: JobList) -> None:
    ids = [(await arrive(workspace, GENERIC)).new[0] for _ in range(5)]
    worker = Submissions(workspace, KeptLeadAds())
    await asyncio.gather(*(worker.work(id) for id in ids))
    found = [await stored(workspace, id) for id in ids]
    assert {one.verdict for one in found} == {Verdict.ACCEPTED}
    assert len({one.lead_id for one in found}) == 1


async def test_a_submission_whose_job_was_lost_gets_another_when_its_grace_is_over(
    workspace: Workspace, jobs: JobList, clock: StandingClock
) -> None:
    [id] = (await arrive(workspace, GENERIC)).new
    jobs.left.clear()
    clock.forward(seconds=9)
    await dispatch_submissions(workspace)
    assert jobs.left == {}
    clock.forward(seconds=1)
    await dispatch_submissions(workspace)
    await dispatch_submissions(workspace)
    assert list(jobs.left.values()) == [(WORK_SUBMISSION, (id,))]
    clock.forward(minutes=2)
    await dispatch_submissions(workspace)
    assert len(jobs.left) == 2
    await Submissions(workspace, KeptLeadAds()).work(id)
    clock.forward(hours=1)
    await dispatch_submissions(workspace)
    assert len(jobs.left) == 2


async def test_a_large_batch_leaves_no_jobs_and_is_found_at_once(workspace: Workspace, jobs: JobList) -> None:
    change = '{"changes":[{"field":"leadgen","value":{"leadgen_id":"%d"}}]}'
    ping = '{"entry":[' + ",".join(change % n for n in range(120)) + "]}"
    taken = await arrive(workspace, ping.encode(), Provider.META)
    assert (len(taken.new), jobs.left) == (120, {})
    assert await dispatch_submissions(workspace)
    assert not await dispatch_submissions(workspace)
    assert len(jobs.left) == 120


async def test_metas_leads_are_fetched_with_the_forms_own_token_and_dummies_are_tests(
    workspace: Workspace, jobs: JobList
) -> None:
    taken = await arrive(
        workspace, META_PING, Provider.META, access_token="page-token", secrets=("app-secret", "old-secret")
    )
    ads = Ads(endings=[Fetched(META_LEAD), Fetched(META_DUMMY)])
    for id in taken.new:
        await Submissions(workspace, ads).work(id)
    real, dummy = [await stored(workspace, id) for id in taken.new]
    assert ads.asked[0] == ("900000000000001", "page-token", "app-secret")
    assert (real.verdict, real.fetched, real.email_key) == (Verdict.ACCEPTED, META_LEAD, "zoe.park@bagel.example.com")
    assert dummy.verdict is Verdict.TEST
    async with workspace.reading() as uow:
        lead = await uow.leads.get(LeadId(real.lead_id or ""))
        person = await uow.people.get(lead.person_id)
        assert (await uow.leads.get(LeadId(dummy.lead_id or ""))).is_test
    assert (person.name, person.phone, lead.is_test) == ("Zoë Park", "+14155550123", False)


async def test_a_lead_that_cannot_be_fetched_yet_is_tried_again_and_one_that_never_can_says_why(
    workspace: Workspace, jobs: JobList, clock: StandingClock
) -> None:
    first, second = (await arrive(workspace, META_PING, Provider.META)).new
    ads = Ads(endings=[TryLater("http 429", after=timedelta(minutes=7))])
    await Submissions(workspace, ads).work(first)
    waiting = await stored(workspace, first)
    assert (waiting.verdict, waiting.due_at) == (Verdict.RECEIVED, clock() + timedelta(minutes=7))
    for _ in range(MOST_FETCHES):
        await Submissions(workspace, ads).work(first)
    assert (await stored(workspace, first)).verdict is Verdict.FAILED
    await Submissions(workspace, Ads(endings=[Refused("http 400, graph 190")])).work(second)
    refused = await stored(workspace, second)
    assert (refused.verdict, refused.reason) == (
        Verdict.FAILED,
        "The lead could not be fetched: http 400, graph 190.",
    )


async def test_what_breaks_the_worker_is_failed_and_shown_and_does_not_come_back(
    workspace: Workspace, jobs: JobList, clock: StandingClock
) -> None:
    class Broken(KeptLeadAds):
        async def lead(self, number: str, *, access_token: str | None, app_secret: str | None) -> Fetch:
            raise RuntimeError(number)

    [id, _] = (await arrive(workspace, META_PING, Provider.META)).new
    await Submissions(workspace, Broken()).work(id)
    failed = await stored(workspace, id)
    assert (failed.verdict, failed.due_at) == (Verdict.FAILED, None)
    assert failed.reason == "It could not be worked through (RuntimeError)."


async def test_a_submission_that_was_erased_meanwhile_is_no_fault(workspace: Workspace) -> None:
    await Submissions(workspace, KeptLeadAds()).work("sub_gone")


async def test_fifty_posts_with_an_engine_at_work_are_one_lead_and_one_activity(
    workspace: Workspace, database_url: str
) -> None:
    async with workspace.unit() as uow:
        form = await add_form(uow, a_form())
    hands = Hands(workspace, database_url)

    async def settled() -> bool:
        async with workspace.reading() as uow:
            found = await uow.submissions.of_form(form.id, verdict=None, place=None, limit=10)
        return [one.verdict for one in found] == [Verdict.ACCEPTED]

    async with hands.at_work():
        await asyncio.gather(*(arrive_on(workspace, form, GENERIC) for _ in range(50)))
        await until(settled)
    async with workspace.reading() as uow:
        [done] = await uow.submissions.of_form(form.id, verdict=None, place=None, limit=10)
        assert done.repeats == 49
        assert len(await uow.ledger.activities(LeadId(done.lead_id or ""))) == 1
