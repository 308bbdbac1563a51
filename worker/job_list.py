"""The jobs this house knows, each by the name under which rows and schedules leave it."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from actions.leave_import import IMPORT
from actions.receive_submission import WORK_SUBMISSION
from agent.answer import Agent
from agent.write_draft import DraftWriter
from leads.identity import DraftId, TurnId
from leads.refusal import NotKnown
from worker.bring_in import carry_import
from worker.deliver import Delivery
from worker.desk_rounds import WRITE_DRAFT
from worker.dispatch import ANSWER_TURN, DELIVER
from worker.duplicates import look_at_everybody
from worker.enrich import ENRICH, Lookups
from worker.forget import TIDY, tidy
from worker.jobs import JobEngine
from worker.retention import LIMIT as RETENTION_LIMIT
from worker.retention import RETENTION, RETENTION_AT, keep_to_retention
from worker.submissions import Submissions

log = structlog.get_logger()

PURGE = "purge"
PURGE_AT = "17 3 * * *"
FIND_DUPLICATES = "find_duplicates"
FIND_DUPLICATES_AT = "41 2 * * *"
KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)
KEEP_TOLD = timedelta(days=30)
"""How long a console may be away and still resume where it was."""

IMPORT_LIMIT = timedelta(hours=2)
"""The largest file there can be, on a slow machine; it goes on from where it stood in the next attempt."""

ANSWER_LIMIT = timedelta(minutes=5)
"""Several turns' time budgets: one that is answered may owe the next."""


@dataclass(frozen=True, slots=True)
class JobList:
    """What runs when a job's turn has come."""

    agent: Agent
    delivery: Delivery
    engine: JobEngine
    submissions: Submissions
    lookups: Lookups

    def register(self) -> None:
        """Make the engine know them; before it starts."""
        self.engine.job(DELIVER)(self.delivery.deliver)
        self.engine.job(ANSWER_TURN, limit=ANSWER_LIMIT)(self.answer_turn)
        self.engine.job(WORK_SUBMISSION)(self.submissions.work)
        self.engine.job(IMPORT, limit=IMPORT_LIMIT)(self.bring_in)
        self.engine.job(ENRICH)(self.lookups.look_up)
        self.engine.job(WRITE_DRAFT, limit=ANSWER_LIMIT)(self.write_draft)
        self.engine.job(PURGE)(self.purge)
        self.engine.schedule(PURGE, PURGE_AT)
        self.engine.job(FIND_DUPLICATES)(self.find_duplicates)
        self.engine.schedule(FIND_DUPLICATES, FIND_DUPLICATES_AT)
        self.engine.job(RETENTION, limit=RETENTION_LIMIT)(self.retention)
        self.engine.schedule(RETENTION, RETENTION_AT)
        self.engine.job(TIDY)(self.tidy)

    async def answer_turn(self, turn_id: str) -> None:
        """Answer a turn that was left behind; nothing when it was answered or erased meanwhile."""
        try:
            await self.agent.answer(TurnId(turn_id), take_over=True)
        except NotKnown:
            log.info("turn.gone")

    async def bring_in(self, run_id: str) -> None:
        """Work a file of leads through, or go on with it."""
        await carry_import(self.delivery.workspace, run_id)

    async def find_duplicates(self) -> None:
        """Look for records that may be one person."""
        await look_at_everybody(self.delivery.workspace)

    async def write_draft(self, draft_id: str) -> None:
        """Suggest a reply to a rep; nothing when it is not wanted any more."""
        await DraftWriter(self.agent).write(DraftId(draft_id))

    async def retention(self) -> None:
        """Forget whose time is over."""
        await keep_to_retention(self.delivery.workspace, kept_in=self.delivery.errands.outside.kept_in)

    async def tidy(self, meeting_id: str) -> None:
        """Somebody who was erased has heard the last word: nothing of it stays in files."""
        await tidy(self.delivery.workspace, self.delivery.errands.outside, meeting_id)

    async def purge(self) -> None:
        """Forget jobs that ended long ago, and what consoles and sessions need no more."""
        async with self.agent.workspace.unit() as uow:
            await uow.team_events.forget(uow.now - KEEP_TOLD)
            await uow.sessions.forget(uow.now)
        count = await self.engine.purge(KEEP_DONE) + await self.engine.purge(KEEP_FAILED, failed=True)
        log.info("jobs.purged", count=count)
