"""A request for a person holds us to a time: the clock of the chat, for those who wait in it."""

from actions.current_routing import routing_rules
from actions.read_colleagues import read_colleagues
from actions.run_clocks import start_clock
from leads.handoff import Handoff, HandoffReason
from leads.sla import COMPANY, ClockKind
from playbook.book import Playbook
from store.unit import UnitOfWork

WAITING_IN_CHAT = frozenset({HandoffReason.ASKED_FOR_PERSON, HandoffReason.COMPLAINT})


async def promise_handoff(uow: UnitOfWork, book: Playbook, handoff: Handoff) -> None:
    """Start the clock of a request by somebody who is waiting now. It counts the company's hours, as `due_at` does.

    The ladder stops it by itself when the request has been taken.
    """
    if handoff.reason not in WAITING_IN_CHAT:
        return
    rules, team = await routing_rules(uow, book), await read_colleagues(uow, book)
    business = book.handoffs.due.get(handoff.reason, book.handoffs.fallback_due)
    await start_clock(
        uow,
        team,
        rules.sla,
        handoff.lead_id,
        ClockKind.HANDOFF_CHAT,
        business=business,
        rep=handoff.owner,
        calendar=COMPANY,
        handoff_id=handoff.id,
    )
