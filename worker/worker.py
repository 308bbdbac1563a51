"""The worker: background work of one process, inside `opener serve` or on its own as `opener worker`."""

import asyncio

from actions.workspace import Workspace
from agent.answer import Agent
from playbook.settings import Settings
from store.unit import Enqueue
from worker.clock import Beat
from worker.deliver import Delivery
from worker.enrich import Lookups
from worker.errands import Errands
from worker.job_list import JobList
from worker.jobs import JobEngine
from worker.outside import Outside, outside_for
from worker.rounds import Rounds
from worker.submissions import Submissions


class Worker:
    """Answers turns that were left behind, delivers the outbox, runs rounds. One a process."""

    def __init__(
        self,
        workspace: Workspace,
        agent: Agent,
        outside: Outside,
        engine: JobEngine,
        *,
        public_url: str,
        run_jobs: bool = True,
        enrich_days: float = 90.0,
    ) -> None:
        """Nothing runs yet. `engine` is on the workspace's own database; without `run_jobs` jobs are only left here."""
        self.engine = engine
        lookups = Lookups(workspace, outside.enrichment, enrich_days)
        self.rounds = Rounds(workspace, engine, lookups if outside.enrichment else None)
        self._workspace = workspace
        self._outside = outside
        self._run_jobs = run_jobs
        self._beats: list[Beat] = []
        self._enqueue_before: Enqueue | None = None
        errands = Errands(workspace.book, outside, public_url.rstrip("/"))
        submissions = Submissions(workspace, outside.lead_ads)
        JobList(agent, Delivery(workspace, errands), engine, submissions, lookups).register()

    async def start(self) -> None:
        """Open the queue, so that acts can leave jobs, and run jobs and rounds if this process is to.

        On SQLite one process runs them at a time; another one takes over when it ends.
        """
        await self.engine.start(run_jobs=self._run_jobs)
        self._enqueue_before, self._workspace.enqueue = self._workspace.enqueue, self.engine.enqueue
        if self._run_jobs:
            self._beats = self.rounds.start()

    async def stop(self, grace: float = 10.0) -> None:
        """Begin nothing more, give what runs so many seconds, hand the rest back, and close the ways out."""
        beats, self._beats = self._beats, []
        await asyncio.gather(*(beat.stop() for beat in beats))
        self._workspace.enqueue = self._enqueue_before
        try:
            await self.engine.stop(grace)
        finally:
            await self._outside.close()


def worker_for(workspace: Workspace, agent: Agent, settings: Settings, *, run_jobs: bool) -> Worker:
    """The worker the settings ask for. Raises SettingsFault when a way out cannot be understood."""
    outside = outside_for(settings, workspace.book.company, workspace.clock)
    engine = JobEngine(settings.database_url)
    return Worker(
        workspace,
        agent,
        outside,
        engine,
        public_url=settings.public_url,
        run_jobs=run_jobs,
        enrich_days=settings.enrich_days,
    )
