"""Read what is known of the lead in this conversation."""

from actions.read_context import read_context
from agent.facts import facts_sheet
from agent.tool import Arguments, Scope, Told, Tool
from agent.tool_calls import ToolMode


class Nothing(Arguments):
    """No arguments: a tool knows which conversation it serves."""


async def _run(scope: Scope, _arguments: Nothing) -> Told:
    async with scope.workspace.reading() as uow:
        context = await read_context(uow, scope.conversation_id)
        now = uow.now
    return Told(facts_sheet(context, scope.book, now))


read_lead_context = Tool(
    name="read_lead_context",
    description="Read again what is known about this visitor: contact details, BANT so far, offered times, meeting.",
    mode=ToolMode.READ,
    arguments=Nothing,
    run=_run,
)
