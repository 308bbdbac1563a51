"""A person comes round again: a fresh lead for a fresh buying cycle, and the rule when that is."""

from dataclasses import replace
from types import MappingProxyType

from actions.end_cycle import end_cycle
from leads.actor import BY_RULE, Actor
from leads.identity import LeadId, PersonId
from leads.lead import Lead
from leads.reasons import NEVER_AGAIN
from leads.signal import Activity, ActorKind
from leads.stage import Outcome, Stage, Standing, WorkStatus
from playbook.book import Playbook
from store.unit import UnitOfWork


async def begin_cycle(uow: UnitOfWork, earlier: Lead, *, actor: Actor, why: str) -> Lead:
    """A new lead of the same person and company, with the same owner, at the beginning of the funnel.

    The ledger of the new cycle begins with a line that leads back to the earlier one.
    """
    lead = await uow.leads.add(
        Lead(
            id=LeadId(uow.new_id("lead")),
            person_id=earlier.person_id,
            created_at=uow.now,
            updated_at=uow.now,
            cycle_no=await uow.leads.cycles_of(earlier.person_id) + 1,
            company_id=earlier.company_id,
            source=earlier.source,
            campaign=earlier.campaign,
            context=earlier.context,
            owner=earlier.owner,
            stage_entered_at=uow.now,
            fields=earlier.fields,
            is_test=earlier.is_test,
        )
    )
    activity = Activity(
        type="cycle.began",
        occurred_at=uow.now,
        received_at=uow.now,
        actor=ActorKind.SYSTEM,
        source=actor.kind.value,
        dedup_key=f"cycle.began:{lead.id}",
        properties=MappingProxyType({"earlier": earlier.id, "why": why[:200]}),
    )
    await uow.ledger.add_activity(lead.id, activity, id=uow.new_id("act"))
    return lead


async def cycle_for(
    uow: UnitOfWork, book: Playbook, person_id: PersonId, *, light: bool, raises_hand: bool
) -> Lead | None:
    """The lead that something a person now did belongs to; None when a new cycle begins with it.

    An open cycle takes it, unless a rep gave the lead back for nurture and the person now raises a hand: then that
    cycle is recycled and another begins, so that the line can be crossed anew. After a closed one a `light` sign (a
    newsletter, a list, a webinar) only begins another cycle once the cool-off is over, and never for somebody who is
    not to be contacted. An ended cycle that a list told of later has a higher number than the open one.
    """
    latest = await uow.leads.open_of(person_id) or await uow.leads.latest_of(person_id)
    if latest is None:
        return None
    standing = latest.standing
    if standing.outcome is Outcome.OPEN:
        if not (raises_hand and _was_given_back(standing)):
            return latest
        lead = await uow.leads.get(latest.id, lock=True)
        why = "raised a hand while in nurture"
        await end_cycle(uow, lead, outcome=Outcome.RECYCLED, reason=standing.reason, actor=BY_RULE, why=why)
        return None
    if not light or standing.outcome not in {Outcome.DISQUALIFIED, Outcome.RECYCLED}:
        return None
    cool = latest.closed_at is None or uow.now - latest.closed_at >= book.stages.cool_off
    return None if cool and standing.reason not in NEVER_AGAIN else latest


def _was_given_back(standing: Standing) -> bool:
    return standing.status is WorkStatus.NURTURE and standing.stage.rank >= Stage.MQL.rank


async def take_up_again(uow: UnitOfWork, lead: Lead, *, why: str) -> Lead:
    """The cycle that goes on from a lead that rested until now: the person's open one, else a new one."""
    closed = replace(lead, follow_up_on=None)
    if lead.standing.outcome is Outcome.OPEN:
        if lead.standing.status is not WorkStatus.NURTURE:
            return await uow.leads.save(closed)
        closed = await end_cycle(
            uow, closed, outcome=Outcome.RECYCLED, reason=lead.standing.reason, actor=BY_RULE, why=why
        )
    else:
        await uow.leads.save(closed)
    return await uow.leads.open_of(lead.person_id) or await begin_cycle(uow, closed, actor=BY_RULE, why=why)
