"""A rep leaves: leads, deals, tasks, requests, meetings and clocks they had go to others (domain.md §8 case 25)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from actions.assign_owner import assign_owner
from actions.book_meeting import send_invitation, tell_former_host
from actions.change_opportunity import save_deal
from actions.convert_lead import ask_to_take_over
from actions.current_routing import routing_rules
from actions.notify import notify
from actions.offer_slots import hosts_of
from actions.plan_route import Plan, plan_route
from actions.read_colleagues import read_colleagues
from actions.route_lead import route_lead
from actions.set_away import active_rep
from leads.actor import Actor
from leads.handoff import released
from leads.identity import HandoffId, LeadId, RepId
from leads.lead import Lead
from leads.meeting import Meeting
from leads.opportunity import Opportunity
from leads.refusal import ValueMissing
from leads.slots import buckets
from leads.stage import Outcome
from leads.task import Task
from playbook.book import Playbook
from store.access import Rep
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of one thing: `to` is the new rep, None where it went into `queue` or nobody could take it."""

    id: str
    to: RepId | None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Everything a rep had, and where it went or would go. `keys` are API keys that acted for them, now revoked.

    `meetings` without a new rep have no host any more: the manager was told. `tasks` without one are the team's, and
    `deals` nobody's.
    """

    rep: Rep
    leads: tuple[Handover, ...]
    deals: tuple[Handover, ...]
    tasks: tuple[Handover, ...]
    handoffs: tuple[Handover, ...]
    meetings: tuple[Handover, ...]
    pools: tuple[str, ...]
    queues: tuple[str, ...]
    clocks: int
    keys: tuple[str, ...]
    done: bool


async def leave_team(
    uow: UnitOfWork, book: Playbook, rep_id: RepId, *, actor: Actor, to: RepId | None = None, dry_run: bool = False
) -> Leaving:
    """Take a rep out of the team, and give what they had to `to`, or to whom routing finds. `dry_run` only lists.

    History keeps their name. Raises NobodyThere, ValueMissing (they cannot inherit from themselves).
    """
    rep = await active_rep(uow, rep_id)
    heir = await active_rep(uow, to) if to else None
    if heir is not None and heir.id == rep.id:
        raise ValueMissing("Name a colleague to take over, or nobody: then routing finds one for each lead.")
    deals_owned = await uow.opportunities.open_of(rep.id, lock=not dry_run)  # before leads, as who closes a deal does
    owned = await uow.assignments.owned_by(rep.id, lock=not dry_run)
    clocks = [clock for lead_id in owned for clock in await uow.clocks.running(lead_id)]
    to_do = await uow.tasks.open_of(rep.id)
    requests = await uow.assignments.requests_of(rep.id)
    ahead = await uow.meetings.ahead_of(rep.id, uow.now)
    rules = await routing_rules(uow, book)
    if not dry_run:
        await uow.access.save_rep(replace(rep, active=False), at=uow.now)
        await uow.assignments.clear_absence(rep.id)
    leads = [await _hand_over(uow, book, lead_id, rep, heir, actor, dry_run=dry_run) for lead_id in owned]
    deals = [await _give_deal(uow, book, deal, rep, heir, actor, dry_run=dry_run) for deal in deals_owned]
    takers = {lead_id: one.to for lead_id, one in zip(owned, leads, strict=True)}
    takers |= {deal.lead_id: one.to for deal, one in zip(deals_owned, deals, strict=True)}
    tasks = [await _give_task(uow, task, rep, heir, takers, dry_run=dry_run) for task in to_do]
    meetings = [await _rehost(uow, book, meeting, heir, dry_run=dry_run) for meeting in ahead]
    handoffs = [await _pass_on(uow, handoff_id, rep, heir, dry_run=dry_run) for handoff_id in requests]
    keys = await uow.access.keys_of(rep.id) if dry_run else await uow.access.revoke_keys_of(rep.id, at=uow.now)
    if not dry_run:
        orphans = sum(1 for meeting in meetings if meeting.to is None)
        figures = {"leads": len(leads), "deals": len(deals), "tasks": len(tasks), "meetings": len(meetings)}
        figures |= {"orphans": orphans, "keys": len(keys)}
        await uow.note_act(actor, "rep.left", "rep", rep.id, heir=heir.id if heir else None, **figures)
    return Leaving(
        rep=replace(rep, active=dry_run),
        leads=tuple(leads),
        deals=tuple(deals),
        tasks=tuple(tasks),
        handoffs=tuple(handoffs),
        meetings=tuple(meetings),
        pools=tuple(p.key for p in rules.pools if any(m.email.lower() == rep.email for m in p.members)),
        queues=tuple(q.key for q in rules.queues if rep.email in {m.lower() for m in q.members}),
        clocks=len(clocks),
        keys=tuple(keys),
        done=not dry_run,
    )


async def _hand_over(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, rep: Rep, heir: Rep | None, actor: Actor, *, dry_run: bool
) -> Handover:
    why = f"{rep.name} left"
    if dry_run and heir is not None:
        return Handover(lead_id, heir.id)
    if dry_run:
        plan = await _plan_without(uow, book, await uow.leads.get(lead_id), rep)
        return Handover(lead_id, plan.rep, plan.queue)
    if heir is not None:
        given = await assign_owner(uow, book, lead_id, to=heir.id, queue=None, actor=actor, why=why)
    else:
        given = await route_lead(uow, book, lead_id, actor=actor, why=why, excluded=frozenset({rep.id}))
    return Handover(lead_id, given.owner, given.queue)


async def _plan_without(uow: UnitOfWork, book: Playbook, lead: Lead, rep: Rep) -> Plan:
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    return await plan_route(uow, book, lead, rules, team, excluded=frozenset({rep.id}))


async def _give_deal(
    uow: UnitOfWork, book: Playbook, deal: Opportunity, rep: Rep, heir: Rep | None, actor: Actor, *, dry_run: bool
) -> Handover:
    """A deal goes to the heir, else to whom its lead would go were it still open, with a task to take it over."""
    lead = await uow.leads.get(deal.lead_id)
    as_open = replace(lead, standing=replace(lead.standing, outcome=Outcome.OPEN))
    to = heir.id if heir else (await _plan_without(uow, book, as_open, rep)).rep
    if not dry_run:
        await save_deal(uow, deal, replace(deal, owner=to), actor=actor)
    if not dry_run and to is not None:
        await ask_to_take_over(uow, lead, deal, to=to, actor=actor)
    return Handover(deal.id, to)


async def _give_task(
    uow: UnitOfWork,
    task: Task,
    rep: Rep,
    heir: Rep | None,
    takers: Mapping[LeadId, RepId | None],
    *,
    dry_run: bool,
) -> Handover:
    """What is to be done about a lead or a deal is done by who has it now, else by the team."""
    lead_owner = (await uow.leads.get(task.lead_id)).owner
    to = heir.id if heir else takers.get(task.lead_id, lead_owner if lead_owner != rep.id else None)
    if not dry_run:
        await uow.tasks.give(task.id, before=rep.id, to=to)
    return Handover(task.id, to)


async def _rehost(uow: UnitOfWork, book: Playbook, meeting: Meeting, heir: Rep | None, *, dry_run: bool) -> Handover:
    """Somebody else who hosts such meetings and is free takes it, at the same time; every calendar is told."""
    kind = book.meeting(meeting.meeting_type)
    hosts = [host.rep_id for host in await hosts_of(uow, book, kind) if host.rep_id != meeting.host_id]
    first = [heir.id] if heir and heir.id in hosts else []
    if dry_run:
        return Handover(meeting.id, next(iter([*first, *hosts]), None))
    wanted = buckets(
        meeting.start,
        meeting.end,
        before_minutes=kind.buffer_before_minutes,
        after_minutes=kind.buffer_after_minutes,
    )
    load = await uow.meetings.load(hosts, after=uow.now)
    await uow.meetings.release(meeting.id)
    for host in [*first, *sorted(set(hosts) - set(first), key=lambda h: (load.get(h, 0), h))]:
        if await uow.meetings.claim(host, wanted, meeting.id):
            moved = replace(meeting, host_id=host, sequence=meeting.sequence + 1)
            await uow.meetings.save(moved)
            await tell_former_host(uow, moved, meeting.host_id)
            await send_invitation(uow, moved, method="REQUEST")
            return Handover(meeting.id, host)
    await uow.meetings.claim(meeting.host_id, wanted, meeting.id)
    rules = await routing_rules(uow, book)
    why = "its host has left and nobody else is free then"
    await notify(uow, "meeting.orphaned", meeting.id, lead_id=meeting.lead_id, to=rules.manager, why=why)
    return Handover(meeting.id, None)


async def _pass_on(uow: UnitOfWork, handoff_id: HandoffId, rep: Rep, heir: Rep | None, *, dry_run: bool) -> Handover:
    """An undecided request follows its lead's new owner, and is open again for who takes it."""
    handoff = await uow.handoffs.get(handoff_id)
    lead = await uow.leads.get(handoff.lead_id)
    owner = heir.id if heir else lead.owner if lead.owner != rep.id else None
    if not dry_run:
        await uow.handoffs.save(released(handoff, back_to=owner))
    return Handover(handoff.id, owner, handoff.queue)
