"""Note who the visitor is, in their own words."""

from pydantic import Field

from actions.note_contact import ContactKind, ContactNote
from actions.note_contact import note_contact as keep_contact
from agent.tool import Arguments, Deed, Scope, Told, Tool
from agent.tool_calls import ToolMode
from leads.refusal import ValueMissing


class Details(Arguments):
    """Details exactly as the visitor wrote them; leave out what they did not say."""

    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=40)
    company: str | None = Field(default=None, max_length=200)
    title: str | None = Field(default=None, description="Their role, e.g. 'head of operations'.", max_length=200)


async def _run(scope: Scope, details: Details) -> Told:
    told = details.model_dump(exclude_none=True)
    notes = [ContactNote(ContactKind(kind), value, value) for kind, value in told.items() if value]
    if not notes:
        raise ValueMissing("Give at least one detail that they told you.")
    if scope.findings.wary is not None:
        for note in notes:
            scope.findings.wary.detail(note.kind.value, note.value)
    async with scope.workspace.unit() as uow:
        kept = await keep_contact(uow, scope.book, scope.conversation_id, notes)
    return Told("Noted: " + ", ".join(f"{note.kind.value} {note.value}" for note in kept) + ".", (Deed.NOTED,))


note_contact = Tool(
    name="note_contact",
    description="Note the visitor's name, e-mail, phone, company or role, exactly as they wrote it.",
    mode=ToolMode.WRITE,
    arguments=Details,
    run=_run,
)
