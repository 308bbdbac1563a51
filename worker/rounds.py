"""The rounds of the house: what is looked for, and how often. An idle round is one query that takes no lock."""

from dataclasses import dataclass
from datetime import timedelta

from actions.chase_silence import chase_silence
from actions.refresh_reports import refresh_reports
from actions.remind_of_tasks import remind_of_tasks
from actions.wake_leads import wake_leads
from actions.workspace import Workspace
from worker.clock import Beat, Round, every
from worker.deadlines import chase_deadlines, tell_digest
from worker.desk_rounds import dispatch_drafts, give_back_lines
from worker.dispatch import FULL, dispatch_due
from worker.enrich import Lookups
from worker.jobs import JobEngine
from worker.resolve import resolve
from worker.submissions import dispatch_submissions
from worker.sweep import sweep

DUE_EVERY = timedelta(seconds=1)
LOOK_UP_EVERY = timedelta(seconds=5)
RESOLVE_EVERY = timedelta(seconds=30)
REPORTS_EVERY = timedelta(seconds=30)
REMIND_EVERY = timedelta(seconds=30)
WAKE_EVERY = timedelta(minutes=5)
SILENCE_EVERY = timedelta(hours=1)
CHASE_EVERY = timedelta(seconds=5)
DIGEST_EVERY = timedelta(minutes=5)
SWEEP_EVERY = timedelta(seconds=5)
DRAFTS_EVERY = timedelta(seconds=2)
LINES_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds over one workspace. Only a process that runs jobs makes them: another one has the database's slot."""

    workspace: Workspace
    engine: JobEngine
    lookups: Lookups | None = None

    def start(self) -> list[Beat]:
        """Begin all of them in the running event loop; the first of each comes at once."""
        look_up = [self.lookups.leave_due] if self.lookups else []
        return [
            *(every(LOOK_UP_EVERY, self._if_at_work(act), name="enrich") for act in look_up),
            every(DUE_EVERY, self._if_at_work(self.due), name="due"),
            every(DUE_EVERY, self._if_at_work(self.submissions), name="submissions"),
            every(RESOLVE_EVERY, self._if_at_work(self.doubts), name="resolve"),
            every(REPORTS_EVERY, self._if_at_work(self.sums), name="reports"),
            every(REMIND_EVERY, self._if_at_work(self.reminders), name="remind"),
            every(WAKE_EVERY, self._if_at_work(self.dates), name="wake"),
            every(SILENCE_EVERY, self._if_at_work(self.silence), name="silence"),
            every(CHASE_EVERY, self._if_at_work(self.deadlines), name="deadlines"),
            every(DIGEST_EVERY, self._if_at_work(self.digest), name="digest"),
            every(SWEEP_EVERY, self._if_at_work(self.scores), name="scores"),
            every(DRAFTS_EVERY, self._if_at_work(self.drafts), name="drafts"),
            every(LINES_EVERY, self._if_at_work(self.lines), name="lines"),
        ]

    async def due(self) -> bool:
        """Answers that are owed and that nobody makes, and messages that are to leave."""
        return await dispatch_due(self.workspace, self._waiting)

    async def submissions(self) -> bool:
        """What forms sent and nobody has worked through in time."""
        return await dispatch_submissions(self.workspace)

    async def doubts(self) -> bool:
        """Messages whose worker did not come back."""
        return await resolve(self.workspace)

    async def sums(self) -> bool:
        """Days whose leads have changed since reports last counted them."""
        hours = self.workspace.book.company.hours
        async with self.workspace.reading() as uow:
            if not await uow.reports.is_behind(hours):
                return False
        async with self.workspace.unit() as uow:
            return await refresh_reports(uow, hours)

    async def reminders(self) -> bool:
        """Tasks that are due and that nobody was reminded of; the next look comes at once when there were some."""
        async with self.workspace.reading() as uow:
            if not await uow.tasks.to_remind_of(uow.now, limit=1, lock=False):
                return False
        async with self.workspace.unit() as uow:
            return await remind_of_tasks(uow) > 0

    async def dates(self) -> bool:
        """Leads that were to be taken up again by now."""
        async with self.workspace.reading() as uow:
            if not await uow.sleepers.due(uow.now, limit=1, lock=False):
                return False
        async with self.workspace.unit() as uow:
            return await wake_leads(uow, self.workspace.book) > 0

    async def silence(self) -> bool:
        """Leads nobody has heard of for as long as the playbook says."""
        async with self.workspace.reading() as uow:
            since = uow.now - self.workspace.book.nurture.silence
            silent = await uow.sleepers.silent(since, limit=1, lock=False)
            if not silent and not await uow.sleepers.neglected(since, limit=1, lock=False):
                return False
        async with self.workspace.unit() as uow:
            return await chase_silence(uow, self.workspace.book) > 0

    async def deadlines(self) -> bool:
        """Promises of time that somebody must be reminded of; none while jobs pile up, for these leave more of them."""
        if await self._waiting() >= FULL:
            return False
        return await chase_deadlines(self.workspace)

    async def digest(self) -> None:
        """The daily digest."""
        await tell_digest(self.workspace)

    async def scores(self) -> bool:
        """Scores that time or new rules have changed."""
        return await sweep(self.workspace)

    async def drafts(self) -> bool:
        """Replies that are to be suggested."""
        return await dispatch_drafts(self.workspace)

    async def lines(self) -> bool:
        """Conversations that a rep took over and let lie."""
        return await give_back_lines(self.workspace)

    async def _waiting(self) -> int:
        return (await self.engine.stats()).waiting

    def _if_at_work(self, act: Round) -> Round:
        async def act_if_at_work() -> bool | None:
            return await act() if self.engine.runs_jobs else False

        return act_if_at_work
