"""A cycle has ended: no clock of the lead runs any more, and whoever had it has it no more (domain.md §1.4 rule 5)."""

from dataclasses import replace

from actions.give_turn_back import give_turn_back
from actions.run_clocks import stop_kinds
from leads.assignment import AssignmentState
from leads.identity import LeadId
from leads.stage import Outcome, ReasonCode
from store.unit import UnitOfWork

WORTHLESS = frozenset({ReasonCode.SPAM, ReasonCode.TEST, ReasonCode.BAD_DATA, ReasonCode.DUPLICATE})
"""Reasons that give a turn in a pool back: nobody got a lead by it."""


async def stop_clocks(uow: UnitOfWork, lead_id: LeadId) -> None:
    """Stop every clock, wait no more, and end the assignment; junk and duplicates give the pool's turn back.

    Call it after the lead was saved with its outcome.
    """
    await stop_kinds(uow, lead_id, at=uow.now)
    await uow.assignments.waited(lead_id, at=uow.now)
    current = await uow.assignments.current(lead_id)
    if current is None:
        return
    lead = await uow.leads.get(lead_id)
    ended = await uow.assignments.save(replace(current, state=AssignmentState.ENDED, ended_at=uow.now))
    if lead.standing.outcome in {Outcome.JUNK, Outcome.MERGED} or lead.standing.reason in WORTHLESS:
        await give_turn_back(uow, ended)
