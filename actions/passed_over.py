"""Who had a lead in vain: reps who declined it or let its time run out are not asked again in this cycle."""

from leads.assignment import AssignmentState
from leads.identity import LeadId, RepId
from store.unit import UnitOfWork

IN_VAIN = frozenset({AssignmentState.DECLINED, AssignmentState.EXPIRED})


async def had_before(uow: UnitOfWork, lead_id: LeadId) -> frozenset[RepId]:
    """The reps this lead was offered to in vain."""
    given = await uow.assignments.of_lead(lead_id)
    return frozenset(a.rep for a in given if a.rep is not None and a.state in IN_VAIN)
