"""Not now: come back on a date."""

from datetime import date

from pydantic import Field

from actions.follow_up_later import follow_up_later as rest_until
from actions.read_context import read_context
from agent.tool import Arguments, Deed, Scope, Told, Tool, asking_for_an_address
from agent.tool_calls import ToolMode


class Later(Arguments):
    """When to come back, and their words for it."""

    on: date = Field(description="The day to come back, YYYY-MM-DD, that follows from what they said.")
    quote: str = Field(description="The visitor's own words, word for word.", max_length=600)


async def _run(scope: Scope, later: Later) -> Told:
    if scope.findings.wary is not None:
        scope.findings.wary.later()
    async with scope.workspace.unit() as uow:
        await rest_until(uow, scope.book, scope.conversation_id, on=later.on, quote=later.quote)
        unreachable = asking_for_an_address(await read_context(uow, scope.conversation_id))
    day = later.on.isoformat()
    line = (
        f"The day is noted: {day}.{unreachable}" if unreachable else f"Planned: the team comes back to them on {day}."
    )
    return Told(line, (Deed.PLANNED_FOLLOW_UP,))


follow_up_later = Tool(
    name="follow_up_later",
    description="They are interested but not now: plan to come back on a date.",
    mode=ToolMode.WRITE,
    arguments=Later,
    run=_run,
)
