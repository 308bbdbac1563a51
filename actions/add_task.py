"""Something is to be done about a lead, by somebody, by when."""

from datetime import datetime

from leads.actor import Actor
from leads.identity import RepId
from leads.lead import Lead
from leads.refusal import ValueMissing
from leads.task import Task, TaskId, TaskKind
from store.unit import UnitOfWork


async def add_task(
    uow: UnitOfWork,
    lead: Lead,
    *,
    kind: TaskKind,
    title: str,
    due_at: datetime,
    actor: Actor,
    owner: RepId | None = None,
    key: str | None = None,
) -> Task:
    """Add a task for `owner`, else for the lead's owner, else for the team; the same `key` again adds nothing.

    Raises ValueMissing (no title, or an owner who is not of the team).
    """
    words = " ".join(title.split())[:300]
    if not words:
        raise ValueMissing("Say in a few words what is to be done.")
    if owner is not None and await uow.access.rep(owner) is None:
        raise ValueMissing("The owner is nobody of the team.")
    task = Task(TaskId(uow.new_id("task")), lead.id, kind, words, due_at, uow.now, owner or lead.owner, key=key)
    if await uow.tasks.add(task):
        await uow.note_act(actor, "task.added", "lead", lead.id, kind=kind.value, task=task.id)
    return task
