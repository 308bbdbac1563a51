"""Book one of the times offered in this conversation."""

from pydantic import Field

from actions.book_meeting import Guest
from actions.book_meeting import book_meeting as book
from actions.note_contact import ContactKind
from actions.read_context import Context, read_context
from agent.tool import Arguments, Deed, Scope, Told, Tool
from agent.tool_calls import ToolMode
from leads.identity import SlotId
from leads.meeting import Meeting
from leads.refusal import AlreadyBooked
from leads.slots import spoken


class Choice(Arguments):
    """The time the visitor chose."""

    slot_id: str = Field(description="The id of the offered time they chose.", max_length=40)


async def _run(scope: Scope, choice: Choice) -> Told:
    async with scope.workspace.unit() as uow:
        context = await read_context(uow, scope.conversation_id)
        zone = context.conversation.zone or scope.book.company.hours.zone
        _once_a_turn(scope, context, choice)
        guest = Guest(context.detail(ContactKind.EMAIL) or "", context.detail(ContactKind.NAME), zone)
        meeting = await book(uow, scope.book, scope.conversation_id, SlotId(choice.slot_id), guest)
    return _told(meeting, context)


def _once_a_turn(scope: Scope, context: Context, choice: Choice) -> None:
    """A visitor chooses one time; a second booking in one turn would only send more invitations."""
    chosen = next((o for o in context.offers if o.slot_id == choice.slot_id), None)
    same = chosen is not None and context.meeting is not None and chosen.start == context.meeting.start
    if Deed.BOOKED in scope.findings.deeds and not same:
        raise AlreadyBooked("A time has been booked in this turn already. Tell them which, and wait for their answer.")


def _told(meeting: Meeting, context: Context) -> Told:
    when = spoken(meeting.start, meeting.zone, language=context.conversation.language or "en")
    return Told(f"Booked: {when}. The invitation goes to {meeting.attendee_email}.", (Deed.BOOKED,))


book_meeting = Tool(
    name="book_meeting",
    description=(
        "Book the time the visitor chose, or move their meeting to it. Needs a slot_id from find_slots and their "
        "e-mail address noted before."
    ),
    mode=ToolMode.WRITE,
    arguments=Choice,
    run=_run,
)
