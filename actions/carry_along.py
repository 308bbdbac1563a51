"""Something came for a lead in the moment it was merged into another: it is carried to the other one."""

from leads.lead import Lead
from leads.merge import seen_by_both
from store.unit import UnitOfWork


async def carry_along(uow: UnitOfWork, tombstone: Lead) -> Lead:
    """Give the survivor what has gathered on the tombstone since. Returns the survivor, locked."""
    survivor = await uow.leads.survivor(tombstone.id, lock=True)
    twice = seen_by_both(await uow.ledger.activities(survivor.id), await uow.ledger.activities(tombstone.id))
    await uow.merges.move_lead(tombstone.id, survivor.id, but=twice)
    return survivor
