"""Meetings for outside programs, to read."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get
from litestar.params import FromQuery, QueryParameter

from actions.add_key import Scope
from api.auth import needs
from api.cursor import cursor as cursor_of
from api.cursor import read_cursor
from api.desk import DeskDep
from api.errors import FieldError, Problem
from api.handoff_shapes import MeetingLine, MeetingList
from api.lead_shapes import OwnerShown
from api.lead_views import Team, read_team
from leads.meeting import Meeting

_EARLIEST, _LATEST = 1970, 2200  # a year at the rim of the calendar cannot be turned into UTC


class MeetingRoutes(Controller):
    """`/v1/meetings`."""

    path = "/meetings"

    @get("/", operation_id="listMeetings", guards=[needs(Scope.MEETINGS_READ)])
    async def list(
        self,
        desk: DeskDep,
        after: FromQuery[datetime | None] = None,
        cursor: Annotated[str | None, QueryParameter(max_length=400)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> MeetingList:
        """Meetings that begin after an instant (from the first one on when none is given), soonest first."""
        begin = read_cursor(cursor, tuple[datetime])[0] if cursor else after
        if begin is not None and (begin.tzinfo is None or not _EARLIEST < begin.year < _LATEST):
            errors = [FieldError("after", "an instant needs a zone and a year near ours: 2026-03-02T09:00:00Z")]
            raise Problem(422, "invalid", "`after` must be an instant such as 2026-03-02T09:00:00Z.", errors=errors)
        async with desk.workspace.reading() as uow:
            found = await uow.meetings.list(after=begin, limit=limit + 1)
            team = await read_team(uow)
        page, more = _whole_starts(found, limit)
        items = [_line(meeting, team) for meeting in page]
        return MeetingList(items, cursor_of(page[-1].start.isoformat()) if more else None)


def _whole_starts(found: list[Meeting], limit: int) -> tuple[list[Meeting], bool]:
    """A page that ends between two starts, since the next one begins after its last start."""
    if len(found) <= limit:
        return found, False
    page = [m for m in found if m.start < found[limit].start]
    return page or found[:limit], True


def _line(meeting: Meeting, team: Team) -> MeetingLine:
    return MeetingLine(
        id=meeting.id,
        lead_id=meeting.lead_id,
        title=meeting.title,
        meeting_type=meeting.meeting_type,
        start=meeting.start,
        end=meeting.end,
        tz=meeting.zone,
        host=OwnerShown(meeting.host_id, team.names.get(meeting.host_id, "")),
        attendee_email=meeting.attendee_email,
        attendee_name=meeting.attendee_name,
        state=meeting.state.value,
        booked_at=meeting.booked_at,
    )
