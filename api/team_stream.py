"""What the console follows: one conversation, and the changes of all handoffs (`/v1/events`)."""

from collections.abc import AsyncGenerator
from functools import partial
from time import monotonic
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from actions.add_key import Scope
from api.auth import ActorDep, Http, may_still, needs
from api.desk import Desk, DeskDep
from api.stream import PAGE, Welcome, encode, wait_for_events
from api.widget import HIGHEST, LONGEST_WAIT_S, resumed_after, stream_of
from api.widget_shapes import EventList, event_shown
from leads.actor import Actor
from leads.identity import HandoffId
from store.outage import OUTAGES
from store.team_events import TEAM, TeamEvent

Number = Annotated[int, QueryParameter(ge=0, le=HIGHEST)]
LastEventId = Annotated[str | None, HeaderParameter(name="Last-Event-ID", max_length=20)]
_RETRY_MS = 1000


class TeamEventShown(Struct):
    """A change (`handoff.opened|changed`, `draft.changed`, `line.joined|ended`), with ids and codes only."""

    id: int
    type: str
    data: dict[str, Any]


class TeamEventList(Struct):
    """Changes in order; `last` is where to go on."""

    events: list[TeamEventShown]
    last: int


class TeamStream(Controller):
    """The streams of the console."""

    path = "/"

    @get(
        "/handoffs/{handoff_id:str}/events",
        operation_id="followHandoff",
        guards=[needs(Scope.HANDOFFS_READ)],
        responses={200: ResponseSpec(EventList, description="The long poll; the stream is text/event-stream.")},
    )
    async def conversation(
        self,
        request: Http,
        desk: DeskDep,
        actor: ActorDep,
        handoff_id: FromPath[str],
        after: Number = 0,
        wait: Annotated[int, QueryParameter(ge=0, le=60)] = 0,
        last_event_id: LastEventId = None,
    ) -> Response[Any]:
        """Follow a handoff's conversation live, with the very events the visitor's screen gets, typing included."""
        async with desk.workspace.reading() as uow:
            conversation_id = (await uow.handoffs.get(HandoffId(handoff_id))).conversation_id
        after = resumed_after(last_event_id, after)
        if "application/json" not in request.headers.get("accept", ""):
            return stream_of(
                desk, conversation_id, after, holder=_holder(actor), welcome=welcome_of(request, desk, actor)
            )
        found = await wait_for_events(
            desk.workspace,
            desk.closing,
            conversation_id,
            after=after,
            wait_s=min(wait, LONGEST_WAIT_S),
            pulse=desk.pulse,
        )
        return Response(EventList([event_shown(e) for e in found]))

    @get(
        "/events",
        operation_id="followTeam",
        guards=[needs(Scope.HANDOFFS_READ)],
        responses={200: ResponseSpec(TeamEventList, description="As JSON; the stream is text/event-stream.")},
    )
    async def team(
        self,
        request: Http,
        desk: DeskDep,
        actor: ActorDep,
        after: Annotated[int | None, QueryParameter(ge=0, le=HIGHEST)] = None,
        last_event_id: LastEventId = None,
    ) -> Response[Any]:
        """Follow what changes in the inbox. Ids grow; without `after` or `Last-Event-ID` it begins with what is new."""
        async with desk.workspace.reading() as uow:
            begin = resumed_after(last_event_id, after if after is not None else await uow.team_events.last())
            found = await uow.team_events.after(begin, limit=PAGE)
        if "application/json" in request.headers.get("accept", ""):
            return Response(TeamEventList([_shown(e) for e in found], found[-1].seq if found else begin))
        desk.lines.check(_holder(actor))
        headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
        welcome = welcome_of(request, desk, actor)
        return Stream(_follow(desk, begin, _holder(actor), welcome), media_type="text/event-stream", headers=headers)


def _shown(event: TeamEvent) -> TeamEventShown:
    own = {"conversation_id": event.conversation_id} if event.conversation_id else {}
    return TeamEventShown(event.seq, event.type, event.data | own | {"at": event.at})


def _holder(actor: Actor) -> str:
    """Whose line it is: each of the team, and each program, has as many as a visitor."""
    return f"team {actor.id}"


def welcome_of(request: Http, desk: Desk, actor: Actor) -> Welcome:
    """How long a line of the team lasts: as long as a call with the same session or key would be let in."""
    return Welcome(partial(may_still, request, desk, actor), every_s=desk.pulse.heartbeat_s)


async def _follow(desk: Desk, after: int, holder: str, welcome: Welcome) -> AsyncGenerator[bytes, None]:
    """What is stored, then what comes; a line subscribes before it reads, so nothing falls between."""
    with desk.lines.one(holder), desk.workspace.live.follow(TEAM) as follower:
        spoken_at = monotonic()
        yield b": open\n\n"
        try:
            while not desk.closing.begun and not await welcome.over():
                async with desk.workspace.reading() as uow:
                    found = await uow.team_events.after(after, limit=PAGE)
                for event in found:
                    after, spoken_at = event.seq, monotonic()
                    shown = _shown(event)
                    yield encode(shown.type, shown.data, id=shown.id)
                if len(found) == PAGE:
                    continue
                if monotonic() - spoken_at >= desk.pulse.heartbeat_s:
                    spoken_at = monotonic()
                    yield b": still here\n\n"
                await follower.next(within=min(desk.pulse.wait(monotonic() - spoken_at), welcome.due_in))
        except OUTAGES:
            pass  # the console comes again and resumes by number
        yield encode("bye", {"retry": _RETRY_MS}, retry=_RETRY_MS)
