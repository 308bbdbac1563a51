"""The jobs of what comes in: files of leads that wait, and people to look up."""

from dataclasses import dataclass
from datetime import timedelta

from actions.leave_import import IMPORT
from actions.workspace import Workspace
from worker.bring_in import carry_import
from worker.enrich import ENRICH, Lookups
from worker.jobs import JobEngine

IMPORT_LIMIT = timedelta(hours=2)
"""The largest file there can be, on a slow machine; it goes on from where it stood in the next attempt."""


@dataclass(frozen=True, slots=True)
class IntakeTasks:
    """What runs when such a job's turn has come."""

    workspace: Workspace
    lookups: Lookups
    engine: JobEngine

    def register(self) -> None:
        """Make the engine know them; before it starts."""
        self.engine.job(IMPORT, limit=IMPORT_LIMIT)(self.bring_in)
        self.engine.job(ENRICH)(self.lookups.look_up)

    async def bring_in(self, run_id: str) -> None:
        """Work a file through, or go on with it."""
        await carry_import(self.workspace, run_id)
