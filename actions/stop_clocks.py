"""Stop every deadline that runs for a lead."""

from leads.identity import LeadId
from store.unit import UnitOfWork


async def stop_clocks(uow: UnitOfWork, lead_id: LeadId) -> None:
    """Nothing has to happen for this lead any more by any time. Deadlines live in open handoffs alone so far, and
    those are closed where a cycle ends.
    """
