"""Take a file of leads in: that it can be read is checked now, its rows are worked through afterwards."""

from typing import Any

from leads.activity_types import accepted
from leads.actor import Actor
from leads.import_plan import BadMapping, Column, ImportPlan, columns_of, read_plan
from leads.refusal import FileUnusable
from leads.sheet import NotASheet, Sheet, read_sheet
from store.imports import ImportFile
from store.runs import Run, RunState
from store.unit import UnitOfWork

IMPORT = "import"


async def leave_import(
    uow: UnitOfWork, body: bytes, *, mapping: dict[str, Any], name: str, dry_run: bool, actor: Actor
) -> Run:
    """Keep the file and leave the job that brings it in. Raises FileUnusable when it cannot be read as a list."""
    plan = plan_of(mapping)
    sheet, columns = open_list(body, plan)
    result = {"dry_run": dry_run, "columns": {c.header: c.target.name if c.target else None for c in columns}}
    run = Run(uow.new_id("run"), IMPORT, RunState.WAITING, uow.now, total=sheet.size, result=result)
    await uow.runs.save(run)
    kept = {"mapping": mapping, "dry_run": dry_run}
    await uow.imports.add(ImportFile(run.id, plan.source or name, body, kept, uow.now))
    await uow.note_act(actor, "leads.import", "run", run.id, rows=sheet.size, dry_run=dry_run)
    await uow.jobs.put(IMPORT, run.id, run.id)
    return run


def plan_of(mapping: object) -> ImportPlan:
    """Read a mapping. Raises FileUnusable, ActivityNotAccepted."""
    try:
        plan = read_plan(mapping)
    except BadMapping as fault:
        raise FileUnusable(str(fault)) from None
    if plan.event is not None:
        accepted(plan.event, {})
    return plan


def open_list(body: bytes, plan: ImportPlan) -> tuple[Sheet, tuple[Column, ...]]:
    """The table in a file and what its columns are. Raises FileUnusable."""
    try:
        sheet = read_sheet(body)
        return sheet, columns_of(plan, sheet.columns, sheet.sample())
    except (NotASheet, BadMapping) as fault:
        raise FileUnusable(str(fault)) from None
