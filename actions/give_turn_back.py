"""Give a rep the turn back that a lead cost them in a pool."""

from dataclasses import replace

from leads.assignment import Assignment
from leads.pool import CREDIT_BACK_WITHIN, given_back
from store.unit import UnitOfWork


async def give_turn_back(uow: UnitOfWork, assignment: Assignment) -> bool:
    """Undo the turn of an assignment, once and within a day of it; False when there is nothing to undo."""
    if assignment.pool is None or not assignment.moved or assignment.credit_back_at is not None:
        return False
    if uow.now - assignment.at > CREDIT_BACK_WITHIN:
        return False
    seats = await uow.assignments.seats(assignment.pool, list(assignment.moved))
    await uow.assignments.save_seats(assignment.pool, given_back(seats, assignment.moved))
    await uow.assignments.save(replace(assignment, credit_back_at=uow.now))
    return True
