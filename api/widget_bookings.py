"""The widget's calls for acting: times, bookings, consent, and asking for a person."""

from datetime import time
from functools import partial

from litestar import Controller, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from actions.book_meeting import Guest, book_meeting
from actions.note_guest import note_guest
from actions.offer_slots import host_names, offer_slots
from actions.propose_handoff import propose_handoff
from actions.read_contact import email_address
from actions.record_consent import record_consent
from api.auth import VisitorDep
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem, refused
from api.shapes import ProblemDocument, SlotShown, meeting_of
from api.widget_shapes import (
    Booked,
    BookingBody,
    ConsentBody,
    ConsentShown,
    HandoffAsked,
    HandoffBody,
    SlotList,
    SlotsBody,
)
from leads.consent import Purpose
from leads.handoff import Handoff, HandoffReason
from leads.hours import zone_of
from leads.identity import ConversationId, SlotId
from leads.refusal import ContactInvalid, NoFreeTime, NoSuchTime
from leads.slots import Wanted
from store.outage import once_more
from store.unit import UnitOfWork

TAKEN = {409: ResponseSpec(ProblemDocument, description="The time cannot be had; `slots` holds fresh offers.")}


class WidgetBookings(Controller):
    """What a visitor does with their own hand."""

    @post("/slots", operation_id="offerSlots", status_code=200)
    async def slots(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[SlotsBody]) -> SlotList:
        """Offer free times near what is wanted. Only an offered time can be booked, for 24 hours."""
        wanted = Wanted(data.day, data.last_day, time.fromisoformat(data.at) if data.at else None, data.part)
        async with desk.workspace.unit() as uow:
            slots = await _offer(
                uow,
                desk,
                visitor.conversation_id,
                wanted=None if wanted == Wanted() else wanted,
                zone=_zone(data.tz) if data.tz else None,
                meeting=data.meeting,
                count=data.count,
            )
        return SlotList(slots)

    @post("/bookings", operation_id="bookMeeting", responses=TAKEN)
    async def book(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[BookingBody]) -> Booked:
        """Book an offered time. Sent again it is the same meeting; with an open meeting, that one moves."""
        guest = Guest(_email(data.email), " ".join((data.name or "").split()) or None, _zone(data.tz))
        try:
            return await once_more(partial(_book, desk, visitor.conversation_id, SlotId(data.slot_id), guest, data))
        except NoSuchTime as no:
            slots = await _fresh(desk, visitor.conversation_id, guest.zone)
            raise refused(no, slots=[_plain(slot) for slot in slots]) from None

    @post("/consent", operation_id="recordConsent", status_code=201)
    async def consent(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[ConsentBody]) -> ConsentShown:
        """Keep a yes or a no with the version of the text that was shown. Nothing is ever overwritten."""
        async with desk.workspace.unit() as uow:
            await record_consent(
                uow,
                visitor.conversation_id,
                purpose=data.purpose,
                granted=data.granted,
                text_version=data.text_version,
            )
            return ConsentShown(data.purpose.value, data.granted, data.text_version, uow.now)

    @post("/handoff", operation_id="askForPerson", status_code=201)
    async def handoff(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[HandoffBody]) -> HandoffAsked:
        """Ask for a person. Asking again adds to the request that is open."""
        said = " ".join(data.reason.split())
        said = "" if said in set(HandoffReason) else said  # a code instead of words
        note = f"The visitor asked for a person: “{said}”" if said else "The visitor asked for a person."
        handoff = await once_more(partial(_ask, desk, visitor.conversation_id, note))
        return HandoffAsked(handoff.reason.value, handoff.due_at)


async def _book(
    desk: Desk, conversation_id: ConversationId, slot_id: SlotId, guest: Guest, data: BookingBody
) -> Booked:
    """Who comes, the meeting, and their word on marketing: one act."""
    async with desk.workspace.unit() as uow:
        await note_guest(uow, desk.book, conversation_id, email=guest.email, name=guest.name)
        meeting = await book_meeting(uow, desk.book, conversation_id, slot_id, guest, clicked=True)
        if data.marketing:  # a box left empty is no answer; taking a yes back is a call of its own
            version = desk.book.company.marketing_consent.version
            await record_consent(
                uow, conversation_id, purpose=Purpose.MARKETING, granted=True, text_version=version, source="booking"
            )
        return Booked(meeting_of(meeting, await host_names(uow)))


async def _ask(desk: Desk, conversation_id: ConversationId, note: str) -> Handoff:
    async with desk.workspace.unit() as uow:
        reason = HandoffReason.ASKED_FOR_PERSON
        return await propose_handoff(uow, desk.book, conversation_id, reason=reason, note=note)


async def _fresh(desk: Desk, conversation_id: ConversationId, zone: str) -> list[SlotShown]:
    """Other times in place of the one that cannot be had."""
    try:
        async with desk.workspace.unit() as uow:
            return await _offer(uow, desk, conversation_id, zone=zone)
    except NoFreeTime:
        return []


async def _offer(
    uow: UnitOfWork,
    desk: Desk,
    conversation_id: ConversationId,
    *,
    wanted: Wanted | None = None,
    zone: str | None = None,
    meeting: str | None = None,
    count: int = 3,
) -> list[SlotShown]:
    """Offer, and return the slots just as the stored event has them."""
    offered = await offer_slots(
        uow, desk.book, conversation_id, wanted=wanted, zone=zone, meeting_key=meeting, count=count
    )
    [event] = await uow.conversations.events_after(conversation_id, offered.offers[0].offered_seq - 1, limit=1)
    return [SlotShown(**slot) for slot in event.data["slots"]]


def _plain(slot: SlotShown) -> dict[str, str]:
    return {"slot_id": slot.slot_id, "start": slot.start, "end": slot.end, "tz": slot.tz, "host": slot.host}


def _email(text: str) -> str:
    """The address an invitation can be sent to. Raises Problem 422 that names the field."""
    try:
        return email_address(text)
    except ContactInvalid as no:
        raise Problem(422, no.code, no.message, errors=[FieldError("email", no.message)]) from None


def _zone(name: str) -> str:
    """An IANA zone, so that times are shown as the guest lives. Raises Problem 422."""
    try:
        return zone_of(name).key
    except ValueError:
        detail = "That time zone does not exist. Use an IANA name, such as Europe/Berlin."
        raise Problem(422, "invalid", detail, errors=[FieldError("tz", "not an IANA time zone")]) from None
