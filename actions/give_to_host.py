"""A booked lead belongs to its host: whoever waited in a queue, or was sent elsewhere, is the host's from then on."""

from actions.current_routing import routing_rules
from actions.read_colleagues import read_colleagues
from actions.settle_assignment import settle_assignment
from leads.actor import BY_RULE
from leads.assignment import Assignment, AssignmentState
from leads.identity import RepId
from leads.lead import Lead
from playbook.book import Playbook
from store.unit import UnitOfWork


async def give_to_host(uow: UnitOfWork, book: Playbook, lead: Lead, host: RepId) -> Lead:
    """The lead with an assignment that says what its owner says. One that was never routed gets its first one later.

    Promised times go on. Nobody is told: the host hears of the booking itself.
    """
    current = await uow.assignments.current(lead.id)
    if current is None or current.rep is not None:
        return lead
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    given = Assignment(
        id=uow.new_id("asg"),
        lead_id=lead.id,
        at=uow.now,
        state=AssignmentState.OFFERED,
        actor=BY_RULE,
        rule="meeting.host",
        why="Hosts the meeting they booked",
        rep=host,
    )
    return await settle_assignment(uow, team, rules, lead, given)
