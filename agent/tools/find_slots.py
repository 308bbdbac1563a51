"""Find free times for a meeting and offer them."""

from dataclasses import replace
from datetime import date, time
from typing import Literal

from pydantic import Field

from actions.offer_slots import offer_slots
from agent.tool import Arguments, Deed, Scope, Told, Tool
from agent.tool_calls import ToolMode
from leads.hours import zone_of
from leads.refusal import ValueMissing, WrongMove
from leads.slots import DayPart, Wanted, spoken
from leads.stage import ReasonCode
from playbook.book import Playbook


class Wish(Arguments):
    """What suits the visitor, on their own clock; leave out what they did not say."""

    day: date | None = Field(default=None, description="The day they named, YYYY-MM-DD.")
    last_day: date | None = Field(default=None, description="The last day, when they named a range such as next week.")
    at: time | None = Field(default=None, description="The time they named, HH:MM.")
    part: Literal["morning", "afternoon", "evening"] | None = None
    zone: str | None = Field(default=None, description="Their time zone (IANA) if they named one.", max_length=64)
    meeting: str | None = Field(default=None, description="Which kind of meeting.", max_length=40)


async def _run(scope: Scope, wish: Wish) -> Told:
    wanted = Wanted(wish.day, wish.last_day, wish.at, DayPart(wish.part) if wish.part else None)
    async with scope.workspace.unit() as uow:
        pending = await uow.handoffs.open_of(scope.conversation_id)
        if pending is not None and pending.proposed not in {None, ReasonCode.SUPPORT_REQUEST}:
            raise WrongMove("This visitor was proposed for disqualification; offer no meeting, just be helpful.")
        offered = await offer_slots(
            uow,
            scope.book,
            scope.conversation_id,
            wanted=wanted if wanted != Wanted() else None,
            zone=_zone(wish.zone),
            meeting_key=wish.meeting,
        )
        conversation = await uow.conversations.get(scope.conversation_id)
        if wish.zone is not None and conversation.zone != offered.zone:  # their own word counts more than the browser's
            conversation = replace(conversation, zone=offered.zone)
            await uow.conversations.save(conversation)
    lines = [
        f"- {o.slot_id}: {spoken(o.start, offered.zone, language=conversation.language or 'en')}"
        for o in offered.offers
    ]
    meeting = scope.book.meeting(wish.meeting)
    lead = f"Free times for “{meeting.title}” ({meeting.minutes} minutes), shown as buttons in this order:"
    if offered.exact is not None:
        lead = f"{offered.exact.slot_id} is just the time they asked for; name that one. " + lead
    if offered.closest is not None:
        lead = f"Nothing is free at just that time; {offered.closest.slot_id} is the closest. " + lead
    return Told("\n".join([lead, *lines]), (Deed.OFFERED,))


def _zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return zone_of(name).key
    except ValueError:
        raise ValueMissing("That is not a time zone name; use one such as Europe/Berlin, or leave it out.") from None


def _choices(book: Playbook) -> dict[str, list[str]]:
    return {"meeting": [m.key for m in book.meetings]}


find_slots = Tool(
    name="find_slots",
    description="Find free times for a meeting and offer them. Never name a time that this tool has not given.",
    mode=ToolMode.WRITE,
    arguments=Wish,
    run=_run,
    choices=_choices,
)
