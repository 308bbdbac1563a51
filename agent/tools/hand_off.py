"""Ask a person of the team to take over."""

from typing import Literal

from pydantic import Field

from actions.propose_handoff import propose_handoff
from actions.read_context import read_context
from agent.tool import Arguments, Deed, Scope, Told, Tool, asking_for_an_address
from agent.tool_calls import ToolMode
from leads.handoff import UNDECIDED, HandoffReason
from leads.hours import describe, is_open


class Wish(Arguments):
    """Why a person is needed."""

    reason: Literal[
        "asked_for_person",
        "qualified",
        "price_or_terms",
        "unanswered_question",
        "complaint",
        "support_request",
        "privacy_request",
    ]
    note: str = Field(description="What the colleague should know, in one or two sentences.", max_length=500)


async def _run(scope: Scope, wish: Wish) -> Told:
    reason = HandoffReason(wish.reason)
    async with scope.workspace.unit() as uow:
        before = await read_context(uow, scope.conversation_id)
        asked = await propose_handoff(uow, scope.book, scope.conversation_id, reason=reason, note=wish.note)
        if asked.state not in UNDECIDED:
            return Told("A colleague has this in hand already; nobody was asked again. Just go on helping.")
        hours = scope.book.company.hours
        open_now = is_open(hours, uow.now)
    when = "The team is at work now." if open_now else f"Nobody is at work now; hours: {describe(hours)}."
    again = " They had been asked before; your note was added." if before.handoff else ""
    contact = asking_for_an_address(before)
    who = f" {before.in_charge} looks after them already and is the one to name." if before.in_charge else ""
    return Told(f"A colleague has been asked.{who}{again} {when}{contact} Say so honestly.", (Deed.HANDED_OFF,))


hand_off = Tool(
    name="hand_off",
    description=(
        "Ask a person of the team to take over: they want a human, a discount or special terms, have a complaint or a "
        "support problem, or you cannot answer. Never say that you pass them on without this."
    ),
    mode=ToolMode.WRITE,
    arguments=Wish,
    run=_run,
)
