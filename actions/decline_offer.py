"""A rep does not take an offered lead: it goes to the next one, and the one who declined is not asked again."""

from actions.passed_over import had_before
from actions.route_lead import route_lead
from leads.actor import Actor
from leads.assignment import AssignmentState
from leads.identity import LeadId, RepId
from leads.lead import Lead
from leads.refusal import NothingOffered
from playbook.book import Playbook
from store.unit import UnitOfWork


async def decline_offer(
    uow: UnitOfWork, book: Playbook, lead_id: LeadId, *, rep: RepId, actor: Actor, reason: str
) -> Lead:
    """Give the offer back; whoever had it before is left out of the next round. Raises NothingOffered.

    `reason` is a code. An accepted lead is returned with `return_lead` instead.
    """
    await uow.leads.get(lead_id, lock=True)
    current = await uow.assignments.current(lead_id)
    if current is None or current.state is not AssignmentState.OFFERED or current.rep != rep:
        raise NothingOffered("This lead is not offered to you, or you have accepted it. Return it instead.")
    had_it = await had_before(uow, lead_id)
    why = f"declined: {reason}"
    routed = await route_lead(
        uow,
        book,
        lead_id,
        actor=actor,
        why=why,
        excluded=had_it | {rep},
        left=AssignmentState.DECLINED,
        reason=reason,
        clocks_go_on=True,
    )
    await uow.note_act(actor, "lead.declined", "lead", lead_id, reason=reason)
    return routed
