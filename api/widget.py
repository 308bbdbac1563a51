"""The widget's calls for talking: messages, the event stream, stop and feedback."""

from functools import partial
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream

from actions.give_feedback import Feedback, give_feedback
from actions.hear_visitor import hear_visitor
from actions.receive_message import Received
from api.auth import Http, VisitorDep
from api.desk import Desk, DeskDep
from api.stream import Line, Welcome, wait_for_events
from api.widget_shapes import EventList, FeedbackBody, MessageBody, MessageTaken, Stopped, event_shown
from leads.conversation import AuthorKind
from leads.identity import ConversationId, MessageId
from store.live import Ephemeral
from store.outage import once_more

LONGEST_WAIT_S = 25
HIGHEST = 2**31 - 1
"""The highest number an event can have on every database."""
Number = Annotated[int, QueryParameter(ge=0, le=HIGHEST)]


class Widget(Controller):
    """What a visitor's token opens, in its one conversation."""

    @post("/messages", operation_id="sendMessage", status_code=202)
    async def send(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[MessageBody]) -> MessageTaken:
        """Store a message; its answer is begun at once. The same `client_id` again is the same message."""
        received = await once_more(partial(_hear, desk, visitor.conversation_id, data))
        if received.turn_id is not None:
            desk.answers.begin(visitor.conversation_id, received.turn_id)
        return MessageTaken(received.message.id, received.message.seq)

    @get(
        "/events",
        operation_id="followEvents",
        responses={200: ResponseSpec(EventList, description="The long poll; the stream is text/event-stream.")},
    )
    async def events(
        self,
        request: Http,
        desk: DeskDep,
        visitor: VisitorDep,
        after: Number = 0,
        wait: Annotated[int, QueryParameter(ge=0, le=60)] = 0,
        last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", max_length=20)] = None,
    ) -> Response[Any]:
        """Follow the conversation as server-sent events, or, with `Accept: application/json`, poll with `wait` seconds.

        Resumes behind `Last-Event-ID` or `after`. Durable events carry an id; the others pass by.
        """
        after = resumed_after(last_event_id, after)
        if "application/json" in request.headers.get("accept", ""):
            found = await wait_for_events(
                desk.workspace,
                desk.closing,
                visitor.conversation_id,
                after=after,
                wait_s=min(wait, LONGEST_WAIT_S),
                pulse=desk.pulse,
            )
            return Response(EventList([event_shown(e) for e in found]))
        return stream_of(desk, visitor.conversation_id, after, holder=visitor.conversation_id)

    @post("/stop", operation_id="stopAnswer", status_code=200)
    async def stop(self, desk: DeskDep, visitor: VisitorDep) -> Stopped:
        """End the answer that is being made; what was shown of it stays."""
        return Stopped(await desk.answers.stop(visitor.conversation_id))

    @post("/typing", operation_id="visitorTyping", status_code=204)
    async def typing(self, desk: DeskDep, visitor: VisitorDep) -> None:
        """Show a rep who follows the conversation that the visitor is writing."""
        author = {"kind": AuthorKind.VISITOR.value, "name": ""}
        desk.workspace.live.tell(visitor.conversation_id, Ephemeral("typing", {"author": author}))

    @post("/feedback", operation_id="giveFeedback", status_code=204)
    async def feedback(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[FeedbackBody]) -> None:
        """Say how an answer was; the newest word on a message counts."""
        async with desk.workspace.unit() as uow:
            await give_feedback(
                uow, desk.book, visitor.conversation_id, MessageId(data.message_id), Feedback(data.value)
            )


async def _hear(desk: Desk, conversation_id: ConversationId, data: MessageBody) -> Received:
    async with desk.workspace.unit() as uow:
        return await hear_visitor(uow, desk.book, conversation_id, text=data.text, client_id=data.client_id)


def resumed_after(last_event_id: str | None, after: int) -> int:
    """Where a stream goes on: behind `Last-Event-ID` when the browser names one."""
    if last_event_id and last_event_id.isascii() and last_event_id.isdigit():
        return min(int(last_event_id), HIGHEST)
    return after


def stream_of(
    desk: Desk, conversation_id: ConversationId, after: int, *, holder: str, welcome: Welcome | None = None
) -> Stream:
    """The event stream of a conversation. `holder` is whose line it is: the visitor's (the conversation), or a rep's.

    A rep's lasts as long as they are `welcome`.

    Raises Problem 429, 503.
    """
    desk.lines.check(holder)
    line = Line(desk.workspace, desk.answers, desk.closing, conversation_id, after, desk.pulse, welcome)

    async def counted() -> Any:
        with desk.lines.one(holder):
            async for chunk in line.events():
                yield chunk

    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    return Stream(counted(), media_type="text/event-stream", headers=headers)
