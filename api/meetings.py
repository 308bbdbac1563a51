"""Meetings for outside programs, to read."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get
from litestar.params import FromQuery, QueryParameter

from actions.add_key import Scope
from api.auth import needs
from api.cursor import EARLIEST, LATEST, Cursor, instant_cursor, read_instant_cursor
from api.desk import DeskDep
from api.errors import FieldError, Problem
from api.handoff_shapes import MeetingLine, MeetingList
from api.lead_shapes import OwnerShown
from api.lead_views import Team, read_team
from leads.meeting import Meeting


class MeetingRoutes(Controller):
    """`/v1/meetings`."""

    path = "/meetings"

    @get("/", operation_id="listMeetings", guards=[needs(Scope.MEETINGS_READ)])
    async def list(
        self,
        desk: DeskDep,
        after: FromQuery[datetime | None] = None,
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> MeetingList:
        """Meetings that begin after an instant (from the first one on when none is given), soonest first."""
        place = read_instant_cursor(cursor) if cursor else None
        if after is not None and (after.tzinfo is None or not EARLIEST < after.year < LATEST):
            errors = [FieldError("after", "an instant needs a zone and a year near ours: 2026-03-02T09:00:00Z")]
            raise Problem(422, "invalid", "`after` must be an instant such as 2026-03-02T09:00:00Z.", errors=errors)
        async with desk.workspace.reading() as uow:
            found = await uow.meetings.list(after=after, place=place, limit=limit + 1)
            team = await read_team(uow)
        page = found[:limit]
        following = instant_cursor(page[-1].start, page[-1].id) if len(found) > limit else None
        return MeetingList([_line(meeting, team) for meeting in page], following)


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
