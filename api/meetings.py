"""Meetings for outside programs: to read, and to say whether they took place."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.note_meeting_outcome import note_meeting_outcome
from api.auth import ActorDep, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import DeskDep
from api.handoff_shapes import MeetingLine, MeetingList
from api.instants import instant
from api.lead_shapes import OwnerShown
from api.lead_views import Team, read_team
from api.pipeline_shapes import OutcomeBody
from leads.identity import MeetingId
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
        after = instant(after, "after") if after else None
        async with desk.workspace.reading() as uow:
            found = await uow.meetings.list(after=after, place=place, limit=limit + 1)
            team = await read_team(uow)
        page = found[:limit]
        following = instant_cursor(page[-1].start, page[-1].id) if len(found) > limit else None
        return MeetingList([_line(meeting, team) for meeting in page], following)

    @post(
        "/{meeting_id:str}/outcome",
        operation_id="noteMeetingOutcome",
        status_code=200,
        guards=[needs(Scope.MEETINGS_WRITE)],
    )
    async def outcome(
        self, desk: DeskDep, actor: ActorDep, meeting_id: FromPath[str], data: JSONBody[OutcomeBody]
    ) -> MeetingLine:
        """Say whether the meeting took place. Only a held one qualifies the lead for sales."""
        async with desk.workspace.unit() as uow:
            held = data.outcome == "held"
            meeting = await note_meeting_outcome(uow, desk.book, MeetingId(meeting_id), held=held, actor=actor)
            return _line(meeting, await read_team(uow))


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
