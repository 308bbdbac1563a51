"""`opener chat`: talk to the agent in the terminal and watch what it notes."""

import asyncio

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from actions.hear_visitor import hear_visitor
from actions.open_conversation import Arrival, open_conversation
from actions.read_context import read_context
from leads.bant import Factor
from leads.conversation import Conversation
from leads.refusal import LeadRefusal
from opener.wiring import Built


async def chat(built: Built, *, email: str | None, console: Console) -> None:
    """Read lines until the end of input or `/quit`; each is a visitor's message."""
    workspace, name = built.workspace, built.workspace.book.company.agent_name
    console.print(f"[bold]{escape(workspace.book.company.greeting)}[/]  [dim]({built.model_name}; /quit ends)[/]")
    async with workspace.unit() as uow:
        arrival = Arrival(source="terminal", verified=email is not None, email=email)
        conversation = await open_conversation(uow, workspace.book, arrival)
    while (line := await asyncio.to_thread(_ask, console)) is not None:
        try:
            async with workspace.unit() as uow:
                received = await hear_visitor(uow, workspace.book, conversation.id, text=line)
        except LeadRefusal as no:
            console.print(f"[yellow]{escape(no.message)}[/]")
            continue
        if received.turn_id is not None:
            with console.status(f"{name} is thinking"):
                await built.agent.answer(received.turn_id)
        await _show(built, conversation, after=received.message.seq, console=console)


def _ask(console: Console) -> str | None:
    try:
        line = console.input("[bold blue]you[/] ").strip()
    except (EOFError, KeyboardInterrupt):
        return None
    return None if line in {"/quit", "/exit"} else line


async def _show(built: Built, conversation: Conversation, *, after: int, console: Console) -> None:
    """The reply, the tool calls behind it, and what is known now."""
    async with built.workspace.reading() as uow:
        context = await read_context(uow, conversation.id)
        calls = await uow.turns.tool_calls(conversation.id)
        lead = await uow.leads.get(context.conversation.lead_id)
    fresh = [m for m in context.messages if m.seq > after]
    turn_ids = {m.turn_id for m in fresh}
    for call in calls:
        if call.turn_id in turn_ids:
            mark = "[green]✓[/]" if call.ok else "[red]✗[/]"
            console.print(f"  {mark} [dim]{call.name} {escape(call.arguments)}[/]")
    for message in fresh:
        console.print(f"[bold]{escape(message.author_name)}[/] {escape(message.text)}")
        for citation in message.citations:
            console.print(f"  [dim]\\[{citation.n}] {escape(citation.title)} {escape(citation.url or '')}[/]")
    table = Table.grid(padding=(0, 2))
    for factor in Factor:
        view = context.bant[factor]
        table.add_row(f"[dim]{factor.value}[/]", view.status.value, escape(view.value or ""))
    table.add_row("[dim]score[/]", f"{lead.score.total:g}", f"{lead.score.grade}, stage {lead.standing.stage.value}")
    console.print(table)
