"""Tasks that are due: their owner is told, once."""

from dataclasses import replace

from store.unit import UnitOfWork

AT_ONCE = 100
"""Tasks in one transaction."""
REMINDER = "task_reminder"
"""The kind of message this leaves in the outbox (`payload`: task_id). Team notices are of open leads; tasks live on."""


async def remind_of_tasks(uow: UnitOfWork, *, limit: int = AT_ONCE) -> int:
    """Leave a reminder for each task that has come due; how many that were. Called until it is none."""
    due = await uow.tasks.to_remind_of(uow.now, limit=limit)
    for task in due:
        await uow.tasks.save(replace(task, reminded_at=uow.now))
        await uow.tell_outside(REMINDER, f"{REMINDER}:{task.id}", {"task_id": task.id}, lead_id=task.lead_id)
    return len(due)
