"""The date that was agreed on has come: the lead is taken up again in a new cycle, and somebody is told."""

from actions.add_task import add_task
from actions.begin_cycle import take_up_again
from actions.rescore_lead import rescore_lead
from leads.actor import BY_RULE
from leads.lead import Lead
from leads.reasons import NEVER_AGAIN
from leads.task import TaskKind
from playbook.book import Playbook
from store.unit import UnitOfWork

AT_ONCE = 50
"""Leads in one transaction."""


async def wake_leads(uow: UnitOfWork, book: Playbook, *, limit: int = AT_ONCE) -> int:
    """Take up again whom it is time for; how many that were. Called until it is none."""
    due = await uow.sleepers.due(uow.now, limit=limit)
    for lead in due:
        await _wake(uow, book, lead)
    return len(due)


async def _wake(uow: UnitOfWork, book: Playbook, lead: Lead) -> None:
    on = lead.follow_up_on
    assert on is not None
    if lead.standing.reason in NEVER_AGAIN:
        await uow.leads.forget_date(lead.id)
        return
    again = await take_up_again(uow, lead, why=f"to be contacted again from {on:%Y-%m-%d}")
    title = f"Contact them again: they were to be taken up on {on:%Y-%m-%d}"
    await add_task(
        uow,
        again,
        kind=TaskKind.FOLLOW_UP,
        title=title,
        due_at=uow.now,
        actor=BY_RULE,
        key=f"wake:{lead.id}:{on:%Y-%m-%d}",
    )
    await rescore_lead(uow, book, again.id, why="the agreed date has come")
