"""Submissions of forms, worked through one a job: captured from what was stored, fetched first where that has to be."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from actions.receive_submission import WORK_SUBMISSION
from actions.work_submission import ToFetch, give_up, keep_fetched, put_off, wait_before, work_submission
from actions.workspace import Workspace
from channels.forms.catalogue import read_again
from channels.lead_ads import Fetched, LeadAds
from channels.sent import Refused
from leads.form import Submission, SubmissionId
from leads.refusal import NotKnown
from store.outage import OUTAGES, once_more

log = structlog.get_logger()

BATCH = 100
ASK_AGAIN = timedelta(minutes=2)
"""A submission that is still not settled so long after a job was left for it gets another one."""
MOST_FETCHES = 12
"""With the growing pauses between them, somewhat more than a day."""


@dataclass(frozen=True, slots=True)
class Submissions:
    """Works submissions through."""

    workspace: Workspace
    lead_ads: LeadAds

    async def work(self, submission_id: str) -> None:
        """Work one through; nothing when it is settled or gone. What cannot be worked through is failed, and shown."""
        id = SubmissionId(submission_id)
        try:
            fetch = await self._decide(id)
            if fetch is not None:
                await self._fetch(id, fetch)
        except NotKnown:
            log.info("submission.gone")
        except OUTAGES:
            raise
        except Exception as error:
            log.error("submission.failed", kind=type(error).__name__, exc_info=True)
            async with self.workspace.unit() as uow:
                await give_up(uow, id, reason=f"It could not be worked through ({type(error).__name__}).")

    async def _decide(self, id: SubmissionId) -> ToFetch | None:
        """Once more when two acts stored the same person at once: the second try sees what the other one stored."""
        return await once_more(partial(self._decide_once, id))

    async def _decide_once(self, id: SubmissionId) -> ToFetch | None:
        async with self.workspace.unit() as uow:
            worked = await work_submission(uow, self.workspace.book, id, read=read_again)
        log.info("submission.worked", state=worked.submission.verdict.value)
        return worked.fetch

    async def _fetch(self, id: SubmissionId, wanted: ToFetch) -> None:
        told = await self.lead_ads.lead(wanted.lead, access_token=wanted.access_token, app_secret=wanted.app_secret)
        async with self.workspace.unit() as uow:
            if isinstance(told, Fetched):
                await keep_fetched(uow, id, told.body)
            elif isinstance(told, Refused):
                await give_up(uow, id, reason=f"The lead could not be fetched: {told.code}.")
            else:
                attempts = (await uow.submissions.get(id)).attempts
                if attempts >= MOST_FETCHES:
                    await give_up(uow, id, reason=f"The lead could not be fetched: {told.code}.")
                else:
                    await put_off(uow, id, until=uow.now + (told.after or wait_before(attempts)))
        if isinstance(told, Fetched):
            await self._decide(id)


async def dispatch_submissions(workspace: Workspace) -> bool:
    """Leave a job for every submission nobody has settled in time; True when there are more."""
    async with workspace.reading() as uow:
        if not await uow.submissions.overdue(uow.now, limit=1):
            return False
    async with workspace.unit() as uow:
        overdue = await uow.submissions.overdue(uow.now, limit=BATCH)
        for submission in overdue:
            await uow.jobs.put(WORK_SUBMISSION, _key(submission), submission.id)
            await uow.submissions.put_on(submission.id, due_at=uow.now + ASK_AGAIN)
    return len(overdue) == BATCH


def _key(submission: Submission) -> str:
    # The due time is part of the key: one key is one job for good, and a submission may be asked for again.
    return f"submission:{submission.id}:{submission.due_at:%Y%m%dT%H%M%S.%f}"
