"""Report a signal of interest. The model only says what it heard; the rules give the points."""

from pydantic import Field

from actions.note_signal import note_reported_signal
from agent.tool import Arguments, Scope, Told, Tool
from agent.tool_calls import ToolMode
from playbook.book import Playbook


class ReportedSignal(Arguments):
    """A signal and the words that show it."""

    signal: str = Field(description="Which signal you heard.", max_length=60)
    quote: str = Field(description="The visitor's own words that show it, word for word.", max_length=600)


async def _run(scope: Scope, heard: ReportedSignal) -> Told:
    if scope.findings.wary is not None:
        scope.findings.wary.signal(heard.signal)
    async with scope.workspace.unit() as uow:
        await note_reported_signal(uow, scope.book, scope.conversation_id, signal=heard.signal, quote=heard.quote)
    return Told("Noted.")


def _choices(book: Playbook) -> dict[str, list[str]]:
    return {"signal": [s.name for s in book.signals]}


update_score = Tool(
    name="update_score",
    description=(
        "Report a sign of interest, or of the opposite, that the visitor showed. You cannot set points; "
        "report each signal once, with a quote."
    ),
    mode=ToolMode.WRITE,
    arguments=ReportedSignal,
    run=_run,
    choices=_choices,
)
