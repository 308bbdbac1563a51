"""The lead wrote, and it is our turn: the rolling clock of the next answer."""

from actions.current_routing import routing_rules
from actions.read_colleagues import read_colleagues
from actions.run_clocks import start_clock
from leads.identity import LeadId
from leads.sla import ClockKind
from leads.stage import Outcome
from playbook.book import Playbook
from store.unit import UnitOfWork


async def await_response(uow: UnitOfWork, book: Playbook, lead_id: LeadId) -> None:
    """Start the clock of the next answer, for leads that a person has answered before; else the first one runs."""
    lead = await uow.leads.get(lead_id)
    if lead.standing.outcome is not Outcome.OPEN or lead.first_response_at is None or lead.owner is None:
        return
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    business = rules.sla.next_response
    await start_clock(uow, team, rules.sla, lead_id, ClockKind.NEXT_RESPONSE, business=business, rep=lead.owner)
