"""A task is done."""

from dataclasses import replace

from leads.actor import Actor
from leads.task import Task, TaskId
from store.unit import UnitOfWork


async def finish_task(uow: UnitOfWork, task_id: TaskId, *, actor: Actor) -> Task:
    """The task, done now; one that is done stays as it is. Raises NotKnown."""
    task = await uow.tasks.get(task_id, lock=True)
    if task.done_at is not None:
        return task
    done = await uow.tasks.save(replace(task, done_at=uow.now))
    await uow.note_act(actor, "task.done", "lead", task.lead_id, kind=task.kind.value, task=task.id)
    return done
