"""The round that keeps promises of time: rungs that are due, leads whose wait is over, and the daily digest."""

import structlog

from actions.chase_deadlines import chase_clock, put_off
from actions.route_lead import route_waiting
from actions.send_digest import send_digest
from actions.workspace import Workspace
from leads.identity import LeadId
from leads.refusal import NotKnown
from leads.sla import Clock
from store.outage import COLLISIONS, OUTAGES

log = structlog.get_logger()

BATCH = 50
"""Clocks looked at in one round; each is an act of its own, so one that fails costs the others nothing."""


async def chase_deadlines(workspace: Workspace) -> bool:
    """Climb what is due and route what has waited; True when there is more. An idle look takes no lock."""
    async with workspace.reading() as uow:
        clocks = await uow.clocks.due(uow.now, limit=BATCH)
        waits = await uow.assignments.due_waits(uow.now, limit=BATCH)
    for clock in clocks:
        await _chase(workspace, clock)
    for lead_id in waits:
        await _route(workspace, lead_id)
    return len(clocks) == BATCH or len(waits) == BATCH


async def tell_digest(workspace: Workspace) -> None:
    """The digest, when it is time for it."""
    async with workspace.reading() as uow:
        if not await uow.clocks.overdue(uow.now, limit=1):
            return
    async with workspace.unit() as uow:
        count = await send_digest(uow, workspace.book)
    if count:
        log.info("digest.left", count=count)


async def _chase(workspace: Workspace, clock: Clock) -> None:
    try:
        async with workspace.unit() as uow:
            rung = await chase_clock(uow, workspace.book, clock.lead_id, clock.id)
    except NotKnown:
        return
    except (*OUTAGES, *COLLISIONS):
        raise
    except Exception as error:  # noqa: BLE001 - one clock must not stop all others; it is looked at again later
        log.error("deadline.failed", kind=clock.kind.value, error=type(error).__name__)
        async with workspace.unit() as uow:
            await put_off(uow, clock.id)
        return
    if rung is not None:
        log.info("deadline.rung", kind=clock.kind.value, state=rung.value)


async def _route(workspace: Workspace, lead_id: LeadId) -> None:
    try:
        async with workspace.unit() as uow:
            await route_waiting(uow, workspace.book, lead_id)
    except (*OUTAGES, *COLLISIONS):
        raise
    except Exception as error:  # noqa: BLE001 - as above; the lead stays in its queue, where people see it
        log.error("wait.failed", kind="route", error=type(error).__name__)
        async with workspace.unit() as uow:
            await uow.assignments.waited(lead_id, at=uow.now)
