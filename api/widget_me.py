"""The widget's calls on oneself: what we noted, putting it right, the transcript, and being forgotten."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, delete, get, patch
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from actions.correct_fact import Fact, correct_fact
from actions.erase_conversation import erase_conversation
from actions.read_context import Context, Known, consents_of, read_context
from api.auth import Http, VisitorDep, bearer
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from api.privacy import after_erasure, request_id_of
from api.shapes import EvidenceShown, evidence_shown
from api.stream import GONE
from api.widget_shapes import (
    CitationShown,
    ConsentShown,
    CorrectionBody,
    FactShown,
    MeShown,
    Transcript,
    TranscriptMessage,
)
from leads.bant import Factor, FactorView
from leads.consent import ConsentEvent, Purpose
from leads.conversation import ChatMessage, Conversation
from leads.identity import ConversationId
from leads.refusal import NoEvidence, ValueMissing
from store.live import Ephemeral
from store.unit import UnitOfWork

LABELS = {
    Fact.NAME: "Name",
    Fact.EMAIL: "E-mail",
    Fact.PHONE: "Phone",
    Fact.COMPANY: "Company",
    Fact.TITLE: "Role",
    Fact.BUDGET: "Budget",
    Fact.AUTHORITY: "Who decides",
    Fact.NEED: "Need",
    Fact.TIMELINE: "Timeline",
}


class WidgetMe(Controller):
    """What is noted about the visitor."""

    @get("/me", operation_id="readMe")
    async def me(self, desk: DeskDep, visitor: VisitorDep) -> MeShown:
        """The facts with the words they rest on, and what was said on consent."""
        async with desk.workspace.reading() as uow:
            return await _me(uow, desk, await read_context(uow, visitor.conversation_id))

    @patch("/me", operation_id="correctMe")
    async def correct(self, desk: DeskDep, visitor: VisitorDep, data: JSONBody[CorrectionBody]) -> MeShown:
        """Put one noted fact right. The correction becomes a message of the conversation, so that it is proved."""
        if data.id not in {fact.value for fact in Fact}:
            allowed = ", ".join(fact.value for fact in Fact)
            errors = [FieldError("id", f"use one of: {allowed}")]
            raise Problem(422, "invalid", f"There is no fact called {data.id}. Use one of: {allowed}.", errors=errors)
        async with desk.workspace.unit() as uow:
            return await _me(uow, desk, await _corrected(uow, desk, visitor.conversation_id, data))

    @get(
        "/transcript",
        operation_id="readTranscript",
        responses={200: ResponseSpec(Transcript, description="With `Accept: text/plain` the same as plain text.")},
    )
    async def transcript(self, request: Http, desk: DeskDep, visitor: VisitorDep) -> Response[Any]:
        """Every message of the conversation, in order; as plain text for those who ask for it."""
        async with desk.workspace.reading() as uow:
            messages = await uow.conversations.messages(visitor.conversation_id)
        if "text/plain" in request.headers.get("accept", ""):
            return Response(_plain(messages), media_type="text/plain")
        opened = visitor.conversation.opened_at
        return Response(Transcript(visitor.conversation_id, opened, [_message(m) for m in messages]))


class WidgetForget(Controller):
    """Being forgotten; it has no visitor, so that it can be asked for again when all is gone."""

    @delete("/me", operation_id="forgetMe")
    async def forget(self, request: Http, desk: DeskDep) -> None:
        """Erase the conversation, what was noted in it, and the visitor's person record. Again is the same."""
        session = desk.tokens.read_session(bearer(request) or "")
        if session is None:
            raise Problem(401, "session_invalid", "The session token is missing, wrong or too old.")
        await desk.pace.check("calls", session.conversation_id, desk.limits.visitor_calls)
        await desk.answers.drop(session.conversation_id)
        async with desk.workspace.unit() as uow:
            erased = await erase_conversation(
                uow, desk.book, session.conversation_id, request_id=request_id_of(request)
            )
        desk.workspace.live.tell(session.conversation_id, Ephemeral(GONE, {}))
        if erased is not None:
            await after_erasure(desk, erased, rewrite=False)


async def _corrected(uow: UnitOfWork, desk: Desk, conversation_id: ConversationId, data: CorrectionBody) -> Context:
    """Put it right. What a missing proof or value is called speaks to the model, so people are told in other words."""
    try:
        return await correct_fact(uow, desk.book, conversation_id, fact=Fact(data.id), value=data.value)
    except (NoEvidence, ValueMissing) as no:
        detail = "That cannot be noted as it is. Please write it in a few plain words about yourself or your company."
        raise Problem(422, no.code, detail, errors=[FieldError("value", detail)]) from None


async def _me(uow: UnitOfWork, desk: Desk, context: Context) -> MeShown:
    """An unverified visitor sees what was said here only: a typed address opens nobody's record."""
    conversation = context.conversation
    consents = [c for c in await consents_of(uow, conversation) if conversation.verified or _said_here(c, conversation)]
    facts = [_contact(known) for known in context.contact]
    facts += [_factor(f, context.bant[f]) for f in Factor if context.bant[f].value is not None]
    return MeShown(
        conversation_id=conversation.id,
        verified=conversation.verified,
        facts=facts,
        consents=[_consent(c) for c in consents],
        retention_days=desk.book.company.retention_days,
    )


def _said_here(event: ConsentEvent, conversation: Conversation) -> bool:
    """The source names this conversation, or it is the word on chatting that opened it (which names none)."""
    opening = event.purpose is Purpose.CHAT and event.at == conversation.opened_at
    return opening or event.source.endswith(f":{conversation.id}")


def _contact(known: Known) -> FactShown:
    evidence = known.told.evidence if known.told else None
    status = "stated" if known.told else "on_record"
    return _fact(known.kind.value, known.value, status, [evidence_shown(evidence)] if evidence else [])


def _factor(factor: Factor, view: FactorView) -> FactShown:
    return _fact(factor.value, view.value or "", view.status.value, [evidence_shown(e) for e in view.evidence])


def _fact(name: str, value: str, status: str, quotes: list[EvidenceShown]) -> FactShown:
    return FactShown(name, name, LABELS[Fact(name)], value, status, quotes[-1].quote if quotes else None, quotes)


def _consent(event: ConsentEvent) -> ConsentShown:
    return ConsentShown(event.purpose.value, event.granted, event.text_version, event.at)


def _message(message: ChatMessage) -> TranscriptMessage:
    citations = [CitationShown(c.n, c.title, c.url) for c in message.citations]
    return TranscriptMessage(message.id, message.author.value, message.author_name, message.text, message.at, citations)


def _plain(messages: Sequence[ChatMessage]) -> str:
    """The conversation as people keep it."""
    return "\n".join(f"[{m.at:%Y-%m-%d %H:%M} UTC] {m.author_name or 'You'}:\n{m.text}\n" for m in messages)
