"""Somebody gives a lead to a rep or puts it into a queue, by hand: kept with who did it and why."""

from actions.current_routing import routing_rules
from actions.read_colleagues import read_colleagues
from actions.settle_assignment import by, settle_assignment, tell_assigned
from actions.stage_reached import take_offer
from leads.actor import Actor
from leads.assignment import Assignment, AssignmentState
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.pool import Turn, after
from leads.refusal import NobodyThere, StageClosed, ValueMissing
from leads.route import RouteRules
from leads.signal import ActorKind
from leads.stage import Outcome
from playbook.book import Playbook
from store.unit import UnitOfWork

BY_HAND = "by_hand"


async def assign_owner(
    uow: UnitOfWork,
    book: Playbook,
    lead_id: LeadId,
    *,
    to: RepId | None,
    queue: str | None,
    actor: Actor,
    why: str,
) -> Lead:
    """Give the lead to a rep, or put it into a queue where nobody owns it. Who assigns to themselves has accepted.

    Raises StageClosed, NobodyThere (that rep left or never was), ValueMissing (not exactly one place, or no such
    queue).
    """
    lead = await uow.leads.get(lead_id, lock=True)
    if lead.standing.outcome is not Outcome.OPEN:
        raise StageClosed(f"This lead is closed ({lead.standing.outcome.value}), so nobody can be given it.")
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    if (to is None) == (queue is None):
        raise ValueMissing("Name one place: an owner, or a queue.")
    if to is not None and to not in team.by_id:
        raise NobodyThere("Nobody of the team has this id, or they have left. Choose somebody else.")
    if queue is not None and rules.queue(queue) is None:
        raise ValueMissing(
            f"There is no queue {queue[:40]!r}. Choose one of: {', '.join(q.key for q in rules.queues)}."
        )
    if to is not None and to == lead.owner:
        if actor.id == to:
            await take_offer(uow, lead)
        return lead
    pool = _pool_of(rules, team.by_id[to].rep.email, lead) if to is not None and actor.id == to else None
    given = Assignment(
        id=uow.new_id("asg"),
        lead_id=lead_id,
        at=uow.now,
        state=by(actor, to) if to is not None else AssignmentState.QUEUED,
        actor=actor,
        rule=BY_HAND,
        why=why or "By hand",
        rep=to,
        queue=queue,
        pool=pool,
        moved=await _costs_a_turn(uow, rules, pool, to),
    )
    assigned = await settle_assignment(uow, team, rules, lead, given, answer_within=rules.sla.first_response)
    await tell_assigned(uow, rules, assigned, given)
    if actor.kind is not ActorKind.SYSTEM or actor.id is not None:
        await uow.note_act(actor, "lead.assigned", "lead", lead_id, owner=to, queue=queue)
    return assigned


def _pool_of(rules: RouteRules, email: str, lead: Lead) -> str | None:
    """The pool a rep takes a lead out of by hand: the first of theirs that counts such leads and has this queue."""
    mine = (p for p in rules.pools if any(m.email == email for m in p.members))
    return next((p.key for p in mine if p.claims_count and lead.queue in {p.queue, rules.last_queue}), None)


async def _costs_a_turn(uow: UnitOfWork, rules: RouteRules, key: str | None, rep: RepId | None) -> dict[RepId, int]:
    """Who helps themselves from a pool's queue pays for it as if it had been their turn."""
    pool = rules.pool(key)
    if pool is None or rep is None:
        return {}
    accounts = {a.email: a.id for a in await uow.access.reps()}
    weights = {accounts[m.email]: m.weight for m in pool.members if m.email in accounts}
    seats = await uow.assignments.seats(pool.key, list(weights))
    whole = sum(weights.values())
    turn = Turn(rep, {who: weight - (whole if who == rep else 0) for who, weight in weights.items()})
    await uow.assignments.save_seats(pool.key, after(seats, turn, at=uow.now))
    return dict(turn.moved)
