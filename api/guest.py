"""What a guest's private link opens: the meeting on a page, its cancellation, and its calendar file."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from icalendar import Calendar, Event, vCalAddress, vText
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from actions.cancel_meeting import cancel_meeting
from actions.offer_slots import host_names
from api.auth import Http
from api.desk import Desk, DeskDep
from api.pace import address_key
from api.pages import missing, page
from leads.hours import zone_of
from leads.meeting import Meeting, MeetingState
from leads.refusal import MeetingOver, NotKnown

GONE = "This link leads to no meeting. Please use the link of the newest invitation."


@get("/m/{token:str}", operation_id="seeMeeting", include_in_schema=False)
async def see(request: Http, desk: DeskDep, token: FromPath[str]) -> Response[str] | Response[bytes]:
    """The meeting; with `.ics` at the end, as a calendar file."""
    await _check_pace(request, desk)
    wanted, as_file = token.removesuffix(".ics"), token.endswith(".ics")
    try:
        async with desk.workspace.reading() as uow:
            meeting = await uow.meetings.by_token(wanted[:80])
            host = (await host_names(uow)).get(meeting.host_id, "")
    except NotKnown:
        return missing(GONE)
    if as_file:
        headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
        body = calendar_file(meeting, host, desk)
        return Response(body, media_type="text/calendar", headers=headers)
    return _page(meeting, host, desk)


@post("/m/{token:str}", operation_id="cancelMeeting", include_in_schema=False)
async def cancel(request: Http, desk: DeskDep, token: FromPath[str]) -> Response[str] | Redirect:
    """Cancel, and show the page again. A meeting that is over stays as it is."""
    await _check_pace(request, desk)
    try:
        async with desk.workspace.unit() as uow:
            await cancel_meeting(uow, desk.book, await uow.meetings.by_token(token[:80]))
    except NotKnown:
        return missing(GONE)
    except MeetingOver:
        pass  # the page says so
    return Redirect(f"/m/{token}", status_code=303)


async def _check_pace(request: Http, desk: Desk) -> None:
    """Tokens have 128 random bits; the limit keeps anybody from trying all the same."""
    await desk.pace.check("lookups", address_key(request.client.host if request.client else None), desk.limits.lookups)


def _page(meeting: Meeting, host: str, desk: Desk) -> Response[str]:
    zone = _zone(meeting)
    state = meeting.state.value
    if meeting.open and desk.workspace.clock() >= meeting.start:
        state = MeetingState.COMPLETED.value
    return page(
        "meeting.html",
        meeting=meeting,
        state=state,
        when=_when(meeting.start, meeting.end, zone),
        zone=zone.key.replace("_", " "),
        host=host or desk.book.company.name,
        company=desk.book.company.name,
        contact=desk.book.company.contact_email,
    )


def _zone(meeting: Meeting) -> ZoneInfo:
    try:
        return zone_of(meeting.zone)
    except ValueError:  # a zone that the database of zones has dropped
        return ZoneInfo("UTC")


def _when(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    day = format_datetime(start, "EEEE, d MMMM y, HH:mm", tzinfo=zone, locale="en")
    return f"{day}–{format_time(end, 'HH:mm', tzinfo=zone, locale='en')}"


def calendar_file(meeting: Meeting, host: str, desk: Desk) -> bytes:
    """The meeting as iCalendar (RFC 5545): the UID stays, SEQUENCE rises when the time changes, times are UTC."""
    company = desk.book.company
    event = Event()
    event.add("uid", f"{meeting.id}@{company.contact_email.rpartition('@')[2]}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", desk.workspace.clock())
    event.add("dtstart", meeting.start)
    event.add("dtend", meeting.end)
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED")
    event.add("url", f"{desk.house.public_url}/m/{meeting.token}")
    organizer = vCalAddress(f"mailto:{company.contact_email}")
    organizer.params["CN"] = vText(host or company.name)
    event.add("organizer", organizer)
    calendar = Calendar()
    calendar.add("prodid", "-//Opener//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
