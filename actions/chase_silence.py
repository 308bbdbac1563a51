"""Nobody has heard of them for a while: who is not accepted yet goes on the long cycle; of others the owner is told."""

from dataclasses import replace

from actions.add_task import add_task
from actions.choose_track import choose_track
from actions.move_lead import move_lead
from leads.actor import BY_RULE
from leads.lead import Lead
from leads.nurture import Occasion
from leads.stage import WorkStatus
from leads.task import TaskKind
from playbook.book import Playbook
from store.sleepers import SILENCE_KEY
from store.unit import UnitOfWork

AT_ONCE = 100
"""Leads in one transaction."""


async def chase_silence(uow: UnitOfWork, book: Playbook, *, limit: int = AT_ONCE) -> int:
    """Decide about leads without a sign of life; how many that were. Called until it is none."""
    since = uow.now - book.nurture.silence
    silent = await uow.sleepers.silent(since, limit=limit)
    for lead in silent:
        await _rest(uow, book, lead)
    neglected = await uow.sleepers.neglected(since, limit=limit)
    for lead in neglected:
        await _tell_owner(uow, book, lead)
    return len(silent) + len(neglected)


async def _rest(uow: UnitOfWork, book: Playbook, lead: Lead) -> None:
    """Put on a track; where no track may be chosen the lead is put on hold, so that it is not found again."""
    rested = await choose_track(uow, book, lead, occasion=Occasion.SILENT)
    if rested.track is None:
        standing = replace(lead.standing, status=WorkStatus.ON_HOLD)
        await move_lead(uow, lead, standing, actor=BY_RULE, why=f"no sign of life for {book.nurture.silence.days} days")


async def _tell_owner(uow: UnitOfWork, book: Playbook, lead: Lead) -> None:
    days = book.nurture.silence.days
    await add_task(
        uow,
        lead,
        kind=TaskKind.CALL,
        title=f"No sign of life for {days} days: call once more, or give the lead back",
        due_at=uow.now,
        actor=BY_RULE,
        key=f"{SILENCE_KEY}{lead.id}:{uow.now:%Y-%m-%d}",
    )
