"""What follows when a lead has come to a new stage: one place, whoever or whatever moved it."""

from dataclasses import replace

from actions.route_lead import route_lead
from actions.run_clocks import stop_kinds
from leads.assignment import AssignmentState
from leads.lead import Lead
from leads.sla import ClockKind
from leads.stage import Stage
from playbook.book import Playbook
from store.unit import UnitOfWork


async def stage_reached(uow: UnitOfWork, book: Playbook, lead: Lead, *, before: Stage) -> Lead:
    """The lead after everything that its new stage brings about; `before` is the stage it came from.

    Marketing or product qualified: it is routed, so that no such lead is nobody's (domain.md §1.4 rule 3). Accepted,
    or further: the offer is taken and the clock of acceptance stops.
    """
    rank = lead.standing.stage.rank
    if before.rank < Stage.MQL.rank <= rank < Stage.SAL.rank:
        return await route_lead(uow, book, lead.id, why=lead.standing.stage.value)
    if rank >= Stage.SAL.rank > before.rank:
        await _accepted(uow, lead)
    return lead


async def _accepted(uow: UnitOfWork, lead: Lead) -> None:
    """Whatever rep accepted: the offer is theirs now, and it is no longer pulled back."""
    await stop_kinds(uow, lead.id, ClockKind.ACCEPTANCE, at=uow.now)
    await uow.assignments.waited(lead.id, at=uow.now)
    current = await uow.assignments.current(lead.id)
    if current is not None and current.state is AssignmentState.OFFERED:
        await uow.assignments.save(replace(current, state=AssignmentState.ACCEPTED))
