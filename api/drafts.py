"""Suggested replies: look, send, edit, reject, have it written anew. `If-Match` names the revision that was seen."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from actions.add_key import Scope
from actions.review_draft import Seen, edit_draft, regenerate_draft, reject_draft, send_draft
from api.auth import ActorDep, needs, rep_acting
from api.desk import Desk, DeskDep
from api.errors import Problem, refused
from api.handoff_shapes import DraftShown, EditBody, RejectBody, SendBody
from api.handoff_views import draft_shown, message_shown
from api.if_match import IfMatch, seen_by
from api.lead_views import read_team
from api.shapes import ProblemDocument
from leads.conversation import AuthorKind
from leads.identity import DraftId, MessageId
from leads.refusal import DraftStale

_REV = re.compile(r"\d{1,6}")
STALE = {
    412: ResponseSpec(
        ProblemDocument, description="Changed meanwhile: `draft` says how, `newer` what the person wrote."
    ),
    428: ResponseSpec(ProblemDocument, description="If-Match is missing."),
}


class DraftRoutes(Controller):
    """`/v1/drafts`."""

    path = "/drafts"

    @get("/{draft_id:str}", operation_id="readDraft", guards=[needs(Scope.HANDOFFS_READ)])
    async def read(self, desk: DeskDep, draft_id: FromPath[str]) -> Response[DraftShown]:
        """The draft with every wording it had, and what people changed in the agent's."""
        return await _shown(desk, draft_id)

    @post(
        "/{draft_id:str}/send",
        operation_id="sendDraft",
        status_code=200,
        responses=STALE,
        guards=[needs(Scope.HANDOFFS_WRITE)],
    )
    async def send(
        self,
        desk: DeskDep,
        actor: ActorDep,
        draft_id: FromPath[str],
        if_match: IfMatch = None,
        data: JSONBody[SendBody | None] = None,
    ) -> Response[DraftShown]:
        """Send the last wording as your message, once; sent again by you it is the same message."""
        rep_acting(actor)
        seen = Seen(_rev(if_match), MessageId(data.seen) if data and data.seen else None)
        async with _told_what_is_new(desk, draft_id), desk.workspace.unit() as uow:
            message = await send_draft(uow, DraftId(draft_id), actor=actor, seen=seen)
        await desk.answers.drop(message.conversation_id)
        return await _shown(desk, draft_id)

    @post(
        "/{draft_id:str}/edit",
        operation_id="editDraft",
        status_code=200,
        responses=STALE,
        guards=[needs(Scope.HANDOFFS_WRITE)],
    )
    async def edit(
        self,
        desk: DeskDep,
        actor: ActorDep,
        draft_id: FromPath[str],
        data: JSONBody[EditBody],
        if_match: IfMatch = None,
    ) -> Response[DraftShown]:
        """Store a new wording as the next revision. `warnings` names phrases the company never says."""
        rep_acting(actor)
        seen = Seen(_rev(if_match), MessageId(data.seen) if data.seen else None)
        async with _told_what_is_new(desk, draft_id), desk.workspace.unit() as uow:
            await edit_draft(uow, DraftId(draft_id), actor=actor, seen=seen, text=data.text)
        return await _shown(desk, draft_id)

    @post(
        "/{draft_id:str}/reject",
        operation_id="rejectDraft",
        status_code=200,
        responses=STALE,
        guards=[needs(Scope.HANDOFFS_WRITE)],
    )
    async def reject(
        self,
        desk: DeskDep,
        actor: ActorDep,
        draft_id: FromPath[str],
        data: JSONBody[RejectBody],
        if_match: IfMatch = None,
    ) -> Response[DraftShown]:
        """Put it away and say what is wrong with it."""
        rep_acting(actor)
        rev = _rev(if_match)
        async with _told_what_is_new(desk, draft_id), desk.workspace.unit() as uow:
            await reject_draft(uow, DraftId(draft_id), actor=actor, rev=rev, reason=data.reason)
        return await _shown(desk, draft_id)

    @post(
        "/{draft_id:str}/regenerate",
        operation_id="regenerateDraft",
        status_code=202,
        responses=STALE,
        guards=[needs(Scope.HANDOFFS_WRITE)],
    )
    async def regenerate(
        self, desk: DeskDep, actor: ActorDep, draft_id: FromPath[str], if_match: IfMatch = None
    ) -> Response[DraftShown]:
        """Have the agent write another wording, with all the person wrote meanwhile; it comes as the next revision."""
        rep_acting(actor)
        rev = _rev(if_match)
        async with _told_what_is_new(desk, draft_id), desk.workspace.unit() as uow:
            await regenerate_draft(uow, DraftId(draft_id), actor=actor, rev=rev)
        return await _shown(desk, draft_id, status=202)


def _rev(if_match: str | None) -> int:
    """The revision a caller saw. Raises Problem 428 without one, 412 where it can be none."""
    seen = seen_by(if_match)
    if seen is None:
        detail = "Say which revision of the draft you saw: send If-Match with its rev."
        raise Problem(428, "if_match_missing", detail)
    if _REV.fullmatch(seen) is None:
        raise Problem(412, DraftStale.code, "If-Match holds no revision of a draft, such as 3.")
    return int(seen)


@asynccontextmanager
async def _told_what_is_new(desk: Desk, draft_id: str) -> AsyncIterator[None]:
    """A stale draft is refused with what the caller has not seen: the draft as it is, and the person's newer words."""
    try:
        yield
    except DraftStale as no:
        raise refused(no, **await _news(desk, draft_id)) from None


async def _news(desk: Desk, draft_id: str) -> dict[str, Any]:
    async with desk.workspace.reading() as uow:
        draft = await uow.drafts.get(DraftId(draft_id))
        messages = await uow.conversations.messages(draft.conversation_id)
    newer = [message_shown(m) for m in messages if m.author is AuthorKind.VISITOR and m.seq > draft.up_to_seq]
    return {"draft": {"id": draft.id, "rev": draft.rev, "state": draft.state.value}, "newer": newer}


async def _shown(desk: Desk, draft_id: str, *, status: int = 200) -> Response[DraftShown]:
    async with desk.workspace.reading() as uow:
        draft = await uow.drafts.get(DraftId(draft_id))
        conversation = await uow.conversations.get(draft.conversation_id)
        shown = await draft_shown(uow, desk, draft, conversation, await read_team(uow))
    return Response(shown, status_code=status, headers={"ETag": f'"{draft.rev}"'})
