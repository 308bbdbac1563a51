"""The daily digest: once a working day, at the company's opening, who waits too long is named in one notice each."""

from actions.current_routing import routing_rules
from actions.notify import notify
from leads.hours import is_open, zone_of
from playbook.book import Playbook
from store.unit import UnitOfWork


async def send_digest(uow: UnitOfWork, book: Playbook) -> int:
    """Leave today's digests if the company is open and they were not left before; how many there were.

    Every rep gets their own overdue leads, and the manager everybody's. Nothing overdue, no digest.
    """
    hours = book.company.hours
    if not is_open(hours, uow.now):
        return 0
    overdue = await uow.clocks.overdue(uow.now, limit=1000)
    if not overdue:
        return 0
    rules = await routing_rules(uow, book)
    day = uow.now.astimezone(zone_of(hours.zone)).date().isoformat()
    manager = await uow.access.rep_by_email(rules.manager) if rules.manager else None
    reps = {clock.rep for clock in overdue if clock.rep is not None} - {manager.id if manager else None}
    sent = [await notify(uow, "digest", day, lead_id=None, to=rep, own=True) for rep in sorted(filter(None, reps))]
    sent.append(await notify(uow, "digest", day, lead_id=None, to=rules.manager, own=False))
    return sum(sent)
