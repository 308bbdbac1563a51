"""Put a lead into a new standing: saved, and every dimension that moved recorded with who moved it and why."""

from dataclasses import replace

from leads.actor import Actor
from leads.lead import Lead
from leads.stage import Outcome, Standing, changes
from store.unit import UnitOfWork


async def move_lead(uow: UnitOfWork, lead: Lead, standing: Standing, *, actor: Actor, why: str) -> Lead:
    """The lead as it now stands, with whatever else the caller has changed in it.

    Whether the move is allowed was decided before, in `leads.stage`.
    """
    moved = changes(lead.standing, standing, actor=actor, why=why)
    stage_moved = standing.stage is not lead.standing.stage
    ended = lead.standing.outcome is Outcome.OPEN and standing.outcome is not Outcome.OPEN
    saved = await uow.leads.save(
        replace(
            lead,
            standing=standing,
            updated_at=uow.now,
            stage_entered_at=uow.now if stage_moved else lead.stage_entered_at,
            closed_at=uow.now if ended else lead.closed_at,
        )
    )
    for change in moved:
        await uow.leads.record(lead.id, change, id=uow.new_id("stg"), at=uow.now)
    return saved
