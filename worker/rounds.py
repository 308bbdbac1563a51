"""The rounds of the house: what is looked for, and how often. An idle round is one query that takes no lock."""

from dataclasses import dataclass
from datetime import timedelta

from actions.workspace import Workspace
from worker.clock import Beat, Round, every
from worker.desk_rounds import dispatch_drafts, give_back_lines
from worker.dispatch import dispatch_due
from worker.jobs import JobEngine
from worker.resolve import resolve

DUE_EVERY = timedelta(seconds=1)
RESOLVE_EVERY = timedelta(seconds=30)
DRAFTS_EVERY = timedelta(seconds=2)
LINES_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds over one workspace. Only a process that runs jobs makes them: another one has the database's slot."""

    workspace: Workspace
    engine: JobEngine

    def start(self) -> list[Beat]:
        """Begin all of them in the running event loop; the first of each comes at once."""
        return [
            every(DUE_EVERY, self._if_at_work(self.due), name="due"),
            every(RESOLVE_EVERY, self._if_at_work(self.doubts), name="resolve"),
            every(DRAFTS_EVERY, self._if_at_work(self.drafts), name="drafts"),
            every(LINES_EVERY, self._if_at_work(self.lines), name="lines"),
        ]

    async def due(self) -> bool:
        """Answers that are owed and that nobody makes, and messages that are to leave."""
        return await dispatch_due(self.workspace, self._waiting)

    async def doubts(self) -> bool:
        """Messages whose worker did not come back."""
        return await resolve(self.workspace)

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
