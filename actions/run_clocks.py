"""Start and stop the clocks of a lead's promised times."""

from datetime import datetime, timedelta

from actions.read_colleagues import Colleagues
from leads.identity import HandoffId, LeadId, RepId
from leads.sla import Clock, ClockKind, SlaPolicy, begin, paused, resumed, stopped
from store.unit import UnitOfWork


async def start_clock(
    uow: UnitOfWork,
    team: Colleagues,
    policy: SlaPolicy,
    lead_id: LeadId,
    kind: ClockKind,
    *,
    business: timedelta,
    rep: RepId | None,
    calendar: str | None = None,
    handoff_id: HandoffId | None = None,
    waits_until: datetime | None = None,
) -> Clock | None:
    """Start a clock of this kind; None when one runs already, which goes on."""
    counted = calendar or team.calendar(rep)
    clock = begin(
        uow.new_id("clk"),
        lead_id,
        kind,
        business=business,
        at=uow.now,
        hours=team.hours_of(counted),
        policy=policy,
        calendar=counted,
        rep=rep,
        handoff_id=handoff_id,
        waits_until=waits_until,
    )
    return clock if await uow.clocks.start(clock) else None


async def stop_kinds(uow: UnitOfWork, lead_id: LeadId, *kinds: ClockKind, at: datetime) -> list[Clock]:
    """Stop the running clocks of these kinds, of all kinds when none is named; not those begun after `at`."""
    running = [clock for clock in await uow.clocks.running(lead_id) if clock.deadline.started_at <= at]
    found = [clock for clock in running if not kinds or clock.kind in kinds]
    return [await uow.clocks.save(stopped(clock, at=at)) for clock in found]


async def pause_clocks(uow: UnitOfWork, lead_id: LeadId) -> None:
    """The lead's clocks stand still (it is the lead's turn, or it is put on hold); those that do already stay so."""
    for clock in await uow.clocks.running(lead_id):
        await uow.clocks.save(paused(clock, at=uow.now))


async def resume_clocks(uow: UnitOfWork, team: Colleagues, policy: SlaPolicy, lead_id: LeadId) -> None:
    """The lead's clocks go on where they stood; doing it twice changes nothing."""
    for clock in await uow.clocks.running(lead_id):
        climbed = await uow.clocks.climbed(clock.id)
        hours = team.hours_of(clock.calendar)
        await uow.clocks.save(resumed(clock, hours, policy, at=uow.now, climbed=climbed))
