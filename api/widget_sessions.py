"""A visitor's session: what the widget shows before it, its beginning, and coming back to it."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from litestar import Controller, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody

from actions.attach_history import attach_history
from actions.open_conversation import Arrival, open_conversation
from actions.read_contact import email_address
from api.auth import Http, check_origin
from api.desk import Desk, DeskDep
from api.errors import Problem
from api.pace import address_key
from api.shapes import ProblemDocument
from api.tokens import SESSION_LIFE, Identity, Session
from api.widget_shapes import ConfigShown, ConsentText, HoursShown, SessionBody, SessionShown, event_shown
from leads.conversation import MAX_MESSAGE, Conversation, Page
from leads.hours import describe, is_open, next_opening, zone_of
from leads.refusal import ContactInvalid, NotKnown
from store.access import WidgetKey
from store.conversations import StoredEvent
from store.unit import UnitOfWork

_LONGEST_NAME = 200


class WidgetDoor(Controller):
    """What can be called without a session."""

    @get("/config", operation_id="getWidgetConfig", raises=[])
    async def config(self, request: Http, desk: DeskDep, key: FromQuery[str]) -> Response[ConfigShown]:
        """What the widget shows before anybody writes. May be kept for five minutes."""
        await desk.pace.check("lookups", _address(request), desk.limits.lookups)
        async with desk.workspace.reading() as uow:
            check_origin(request, desk, await uow.access.widget_key(key[:80]))
        return Response(_config(desk), headers={"Cache-Control": "private, max-age=300"})

    @post(
        "/sessions",
        operation_id="beginSession",
        responses={401: ResponseSpec(ProblemDocument, description="The identity is not valid.")},
    )
    async def begin(self, request: Http, desk: DeskDep, data: JSONBody[SessionBody]) -> SessionShown:
        """Begin a conversation, at the visitor's first message, or come back to the one of this browser.

        An earlier token resumes its conversation with all its events; when that is gone a new one begins.
        """
        async with desk.workspace.reading() as uow:
            key = check_origin(request, desk, await uow.access.widget_key(data.key))
        await desk.pace.check("sessions", f"{key.key}|{_address(request)}", desk.limits.sessions)
        identity = _identity(desk, data, key)
        conversation, events = await _resumed(desk, data, key, identity)
        resumed = conversation is not None
        if conversation is None:
            async with desk.workspace.unit() as uow:
                conversation = await open_conversation(uow, desk.book, _arrival(data, key, identity))
                conversation = await _with_history(uow, desk, data, key, conversation)
        return SessionShown(
            token=desk.tokens.session(Session(conversation.id, key.key)),
            expires_at=desk.workspace.clock() + SESSION_LIFE,
            conversation_id=conversation.id,
            resumed=resumed,
            verified=conversation.verified,
            events=[event_shown(e) for e in events],
        )


def _identity(desk: Desk, data: SessionBody, key: WidgetKey) -> Identity | None:
    if data.identity is None:
        return None
    identity = desk.tokens.read_identity(data.identity, key=key.key)
    if identity is None:
        detail = "The identity is forged, too old, or signed for another site. Sign a fresh one on your server."
        raise Problem(401, "identity_invalid", detail)
    try:
        email = email_address(identity.email)
    except ContactInvalid:
        detail = "The address in the identity is not an e-mail address. Sign one that mail can be sent to."
        raise Problem(401, "identity_invalid", detail) from None
    return replace(identity, email=email, name=identity.name[:_LONGEST_NAME] if identity.name else None)


async def _resumed(
    desk: Desk, data: SessionBody, key: WidgetKey, identity: Identity | None
) -> tuple[Conversation | None, list[StoredEvent]]:
    """The conversation of this browser's earlier token with its events, unless somebody else is at the keyboard now."""
    session = desk.tokens.read_session(data.resume) if data.resume else None
    if session is None or session.key != key.key:
        return None, []
    async with desk.workspace.reading() as uow:
        try:
            conversation = await uow.conversations.get(session.conversation_id)
        except NotKnown:
            return None, []
        if identity is not None and not await _is(uow, conversation, identity):
            return None, []
        return conversation, await _all_events(uow, conversation)


async def _with_history(
    uow: UnitOfWork, desk: Desk, data: SessionBody, key: WidgetKey, conversation: Conversation
) -> Conversation:
    """Somebody signed in: what this browser said without a name before becomes part of who they are."""
    earlier = desk.tokens.read_session(data.resume) if data.resume and conversation.verified else None
    if earlier is None or earlier.key != key.key:
        return conversation
    if await attach_history(uow, desk.book, earlier.conversation_id, conversation):
        return await uow.conversations.get(conversation.id)
    return conversation


async def _is(uow: UnitOfWork, conversation: Conversation, identity: Identity) -> bool:
    known = await uow.people.by_email(identity.email)
    return conversation.verified and known is not None and known.id == conversation.person_id


async def _all_events(uow: UnitOfWork, conversation: Conversation) -> list[StoredEvent]:
    events: list[StoredEvent] = []
    while len(events) < conversation.last_seq:
        page = await uow.conversations.events_after(conversation.id, events[-1].seq if events else 0)
        if not page:
            break
        events += page
    return events


def _arrival(data: SessionBody, key: WidgetKey, identity: Identity | None) -> Arrival:
    return Arrival(
        page=Page(data.page.url, data.page.title, data.page.referrer),
        utm=MappingProxyType(dict(data.utm)),
        language=data.locale.replace("_", "-")[:12] if data.locale else None,
        zone=_known_zone(data.tz),
        widget_key=key.key,
        verified=identity is not None,
        email=identity.email if identity else None,
        name=identity.name if identity else None,
    )


def _known_zone(name: str | None) -> str | None:
    """The browser's zone, if there is one of that name: a wrong one is no reason to refuse a visitor."""
    try:
        return zone_of(name).key if name else None
    except ValueError:
        return None


def _address(request: Http) -> str:
    return address_key(request.client.host if request.client else None)


def _config(desk: Desk) -> ConfigShown:
    company, now = desk.book.company, desk.workspace.clock()
    open_now = is_open(company.hours, now)
    chat, marketing = company.chat_consent, company.marketing_consent
    return ConfigShown(
        brand=company.name,
        site_url=company.site_url,
        agent_name=company.agent_name,
        accent=company.accent,
        greeting=company.greeting,
        suggestions=list(company.suggestions),
        languages=list(company.languages),
        locales={},
        office_hours=HoursShown(
            tz=company.hours.zone,
            open_now=open_now,
            text=describe(company.hours),
            next_opening=None if open_now else next_opening(company.hours, now + timedelta(seconds=1)),
        ),
        privacy_url=company.privacy_url,
        retention_days=company.retention_days,
        contact_email=company.contact_email,
        ai=True,
        consents={
            "chat": ConsentText(chat.text, chat.version),
            "marketing": ConsentText(marketing.text, marketing.version),
        },
        max_message=MAX_MESSAGE,
    )
