"""A rep is away, or back: new leads go to others, and people they have to the one who stands in."""

from leads.actor import Actor
from leads.hours import DateRange
from leads.identity import RepId
from leads.refusal import NobodyThere, ValueMissing
from store.access import Rep
from store.assignments import Absence
from store.unit import UnitOfWork


async def set_away(uow: UnitOfWork, rep_id: RepId, days: DateRange, *, delegate: RepId | None, actor: Actor) -> Absence:
    """Keep a rep's leave, dates of their own zone, both included; it takes the place of leave that was kept before.

    Raises NobodyThere, ValueMissing (nobody stands in for themselves).
    """
    rep = await active_rep(uow, rep_id)
    if delegate == rep.id:
        raise ValueMissing("Nobody can stand in for themselves: name a colleague, or nobody.")
    if delegate is not None:
        await active_rep(uow, delegate)
    absence = Absence(rep.id, days, delegate)
    await uow.assignments.set_absence(absence, at=uow.now)
    dates = {"first": days.first.isoformat(), "last": days.last.isoformat()}
    await uow.note_act(actor, "rep.away", "rep", rep.id, delegate=delegate, **dates)
    return absence


async def set_back(uow: UnitOfWork, rep_id: RepId, *, actor: Actor) -> bool:
    """The rep is there again; False when they were not away. Raises NobodyThere."""
    rep = await active_rep(uow, rep_id)
    was_away = await uow.assignments.clear_absence(rep.id)
    if was_away:
        await uow.note_act(actor, "rep.back", "rep", rep.id)
    return was_away


async def active_rep(uow: UnitOfWork, rep_id: RepId) -> Rep:
    """A rep by id or address. Raises NobodyThere for one who left or never was."""
    rep = await (uow.access.rep_by_email(rep_id) if "@" in rep_id else uow.access.rep(rep_id))
    if rep is None or not rep.active:
        raise NobodyThere("Nobody of the team has this id or address, or they have left.")
    return rep
