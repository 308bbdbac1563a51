"""Requests for a person: the inbox, one with all a rep needs, and what a rep does about it."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.claim_handoff import claim_handoff, release_handoff
from actions.decide_handoff import Decided, accept_handoff, return_handoff
from actions.reply_to_lead import reply_to_lead
from api.auth import ActorDep, needs, rep_acting
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from api.handoff_line import join, leave_line, typing_by_rep
from api.handoff_shapes import (
    AcceptBody,
    ClaimBody,
    HandoffList,
    HandoffShown,
    MessageShown,
    ReplyBody,
    ReturnBody,
    Tally,
    TookOver,
)
from api.handoff_views import handoff_shown, line_shown, message_shown
from api.lead_views import read_team
from leads.conversation import readable
from leads.handoff import HandoffReason, HandoffState
from leads.identity import DraftId, HandoffId, RepId, TurnId
from leads.signal import ActorKind
from store.handoffs import HandoffFilter

Text = Annotated[str | None, QueryParameter(max_length=200)]
Flag = Annotated[bool | None, QueryParameter()]
IdempotencyKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)]


class HandoffRoutes(Controller):
    """`/v1/handoffs`."""

    path = "/handoffs"

    @get("/", operation_id="listHandoffs", guards=[needs(Scope.HANDOFFS_READ)])
    async def list(
        self,
        desk: DeskDep,
        actor: ActorDep,
        standing: Annotated[HandoffState | None, QueryParameter(name="state")] = None,
        queue: Text = None,
        owner: Text = None,
        mine: Flag = None,
        overdue: Flag = None,
        reason: FromQuery[HandoffReason | None] = None,
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> HandoffList:
        """What waits for a person, the most pressing first; with `state` also what was decided. `mine` is yours."""
        place = read_instant_cursor(cursor) if cursor else None
        of = rep_acting(actor) if mine else RepId(owner) if owner else None
        wanted = HandoffFilter(state=standing, queue=queue, owner=of, reason=reason, overdue=overdue)
        async with desk.workspace.reading() as uow:
            team = await read_team(uow)
            found = await uow.handoffs.page(wanted, now=uow.now, place=place, limit=limit + 1)
            page = found[:limit]
            items = [await line_shown(uow, handoff, team) for handoff in page]
        return HandoffList(items, instant_cursor(page[-1].due_at, page[-1].id) if len(found) > limit else None)

    @get("/counts", operation_id="countHandoffs", guards=[needs(Scope.HANDOFFS_READ)])
    async def counts(self, desk: DeskDep, actor: ActorDep) -> Tally:
        """How many wait for a decision, for the badges of an inbox."""
        async with desk.workspace.reading() as uow:
            found = await uow.handoffs.counts(uow.now)
        me = actor.id if actor.kind is ActorKind.REP else None
        by_reason: dict[str, int] = {}
        for row in found:
            by_reason[row.reason.value] = by_reason.get(row.reason.value, 0) + row.count
        return Tally(
            open=sum(r.count for r in found if r.state is HandoffState.OPEN),
            claimed=sum(r.count for r in found if r.state is HandoffState.CLAIMED),
            overdue=sum(r.overdue for r in found),
            unowned=sum(r.count for r in found if r.owner is None),
            mine=sum(r.count for r in found if me is not None and r.owner == me),
            by_reason=by_reason,
        )

    @get("/{handoff_id:str}", operation_id="readHandoff", guards=[needs(Scope.HANDOFFS_READ)])
    async def read(self, desk: DeskDep, handoff_id: FromPath[str]) -> HandoffShown:
        """One request with its brief, BANT with quotes, the score's lines, the draft, and the conversation."""
        return await _read(desk, handoff_id)

    @post("/{handoff_id:str}/claim", operation_id="claimHandoff", status_code=200, guards=[needs(Scope.HANDOFFS_WRITE)])
    async def claim(
        self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str], data: JSONBody[ClaimBody | None] = None
    ) -> HandoffShown:
        """Take it in hand for 15 minutes, renewed by every act. 409 names the colleague who has it already."""
        rep_acting(actor)
        async with desk.workspace.unit() as uow:
            await claim_handoff(uow, HandoffId(handoff_id), actor=actor)
        if data is not None and data.take_over:
            await join(desk, HandoffId(handoff_id), actor)
        return await _read(desk, handoff_id)

    @post(
        "/{handoff_id:str}/release",
        operation_id="releaseHandoff",
        status_code=200,
        guards=[needs(Scope.HANDOFFS_WRITE)],
    )
    async def release(self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str]) -> HandoffShown:
        """Lay it down for others; a conversation that was taken over goes back to the agent."""
        rep_acting(actor)
        async with desk.workspace.unit() as uow:
            owed = await release_handoff(uow, HandoffId(handoff_id), actor=actor)
        await _answer(desk, handoff_id, owed)
        return await _read(desk, handoff_id)

    @post(
        "/{handoff_id:str}/accept", operation_id="acceptHandoff", status_code=200, guards=[needs(Scope.HANDOFFS_WRITE)]
    )
    async def accept(
        self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str], data: JSONBody[AcceptBody | None] = None
    ) -> HandoffShown:
        """Accept: the lead is yours and sales accepted. Of a proposed disqualification: agree, the lead is closed."""
        rep_acting(actor)
        said = data or AcceptBody()
        async with desk.workspace.unit() as uow:
            await accept_handoff(
                uow, desk.book, HandoffId(handoff_id), actor=actor, reason=said.reason_code, note=said.note
            )
        return await _read(desk, handoff_id)

    @post(
        "/{handoff_id:str}/return", operation_id="returnHandoff", status_code=200, guards=[needs(Scope.HANDOFFS_WRITE)]
    )
    async def give_up(
        self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str], data: JSONBody[ReturnBody | None] = None
    ) -> HandoffShown:
        """Return with a reason: the lead goes to nurture or is recycled. Of a proposed disqualification: it is kept."""
        rep_acting(actor)
        said = data or ReturnBody()
        async with desk.workspace.unit() as uow:
            done: Decided = await return_handoff(
                uow, desk.book, HandoffId(handoff_id), actor=actor, reason=said.reason_code, note=said.note
            )
        await _answer(desk, handoff_id, done.turn_id)
        return await _read(desk, handoff_id)

    @post("/{handoff_id:str}/reply", operation_id="replyToLead", guards=[needs(Scope.HANDOFFS_WRITE)])
    async def reply(
        self,
        desk: DeskDep,
        actor: ActorDep,
        handoff_id: FromPath[str],
        data: JSONBody[ReplyBody],
        idempotency_key: IdempotencyKey = None,
    ) -> MessageShown:
        """Write to the lead in the conversation. Whoever writes is on the line, and the agent is silent from then on.

        With an `Idempotency-Key` the same request again is the same message.
        """
        rep_acting(actor)
        async with desk.workspace.unit() as uow:
            sent = await reply_to_lead(
                uow,
                HandoffId(handoff_id),
                actor=actor,
                text=data.text,
                key=idempotency_key,
                draft_id=DraftId(data.draft_id) if data.draft_id else None,
            )
        if sent.repeated and sent.message.text != readable(data.text):
            detail = "That Idempotency-Key was used for another message. Use a new one."
            raise Problem(422, "idempotency_key_reused", detail, errors=[FieldError("Idempotency-Key", "used before")])
        await desk.answers.drop(sent.message.conversation_id)
        return message_shown(sent.message)

    @post("/{handoff_id:str}/take-over", operation_id="takeOver", status_code=200, guards=[needs(Scope.HANDOFFS_WRITE)])
    async def take_over(self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str]) -> TookOver:
        """Take the live conversation over: the visitor sees you join, the agent is silent until you give it back."""
        rep_acting(actor)
        return await join(desk, HandoffId(handoff_id), actor)

    @post("/{handoff_id:str}/give-back", operation_id="giveBack", status_code=200, guards=[needs(Scope.HANDOFFS_WRITE)])
    async def give_back(self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str]) -> TookOver:
        """Give the conversation back: the agent gets a summary of what you said, and answers what was left open."""
        rep_acting(actor)
        return await leave_line(desk, HandoffId(handoff_id), actor)

    @post("/{handoff_id:str}/typing", operation_id="repTyping", status_code=204, guards=[needs(Scope.HANDOFFS_WRITE)])
    async def typing(self, desk: DeskDep, actor: ActorDep, handoff_id: FromPath[str]) -> None:
        """Show the visitor that you are writing; it also keeps the line yours."""
        rep_acting(actor)
        await typing_by_rep(desk, HandoffId(handoff_id), actor)


async def _read(desk: Desk, handoff_id: str) -> HandoffShown:
    async with desk.workspace.reading() as uow:
        return await handoff_shown(uow, desk, await uow.handoffs.get(HandoffId(handoff_id)))


async def _answer(desk: Desk, handoff_id: str, owed: TurnId | None) -> None:
    """Begin what the agent owes after the line came back to it."""
    if owed is None:
        return
    async with desk.workspace.reading() as uow:
        handoff = await uow.handoffs.get(HandoffId(handoff_id))
    desk.answers.begin(handoff.conversation_id, owed)
