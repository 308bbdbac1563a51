"""Long runs: a list that is brought in, scores that are reckoned anew. Whoever left one reads how far it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Controller, get
from litestar.params import FromPath
from msgspec import Struct

from actions.add_key import Scope
from actions.leave_import import IMPORT
from actions.rescore_many import RESCORING
from api.auth import CallerDep, check_scope, needs
from api.desk import DeskDep
from store.runs import Run

READ_WITH: Mapping[str, Scope] = {IMPORT: Scope.LEADS_READ, RESCORING: Scope.RULES_READ}
"""A run tells of what it works on, so each kind is read with the scope of that."""
_ITS_OWN = frozenset({"after", "passes"})
"""Where a run stands in the list of leads is its own affair."""


class RunShown(Struct):
    """A long run: `done` of `total` items (null while unknown), and what came of it so far."""

    id: str
    kind: str
    state: str
    done: int
    total: int | None
    result: dict[str, Any]
    error: str | None
    started_at: datetime
    finished_at: datetime | None


class RunRoutes(Controller):
    """`/v1/runs`."""

    path = "/runs"

    @get("/{run_id:str}", operation_id="readRun", guards=[needs(*READ_WITH.values())])
    async def read(self, desk: DeskDep, caller: CallerDep, run_id: FromPath[str]) -> RunShown:
        """How far a long run is, and how it ended: an import with `leads:read`, new scores with `rules:read`."""
        async with desk.workspace.reading() as uow:
            run = await uow.runs.get(run_id)
        check_scope(caller, READ_WITH[run.kind])
        return run_shown(run)


def run_shown(run: Run) -> RunShown:
    """A run, as it is sent."""
    return RunShown(
        id=run.id,
        kind=run.kind,
        state=run.state.value,
        done=run.done,
        total=run.total,
        result={name: value for name, value in run.result.items() if name not in _ITS_OWN},
        error=run.error,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )
