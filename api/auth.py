"""Who is calling: a visitor with a session token, a program with a key, or a rep at the console with a cookie."""

import hmac
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard

from actions.add_key import Scope, secret_hash
from actions.sign_in import rep_of, token_hash
from api.console_session import cookie_name, own_origins, signed_in
from api.desk import Desk, DeskDep
from api.errors import Problem
from api.pace import address_key
from leads.actor import Actor
from leads.conversation import Conversation
from leads.identity import ConversationId, RepId
from leads.refusal import NotKnown
from leads.signal import ActorKind
from store.access import ApiKey, WidgetKey

Http = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]
_SIGN_IN = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever holds the token of a conversation, and the conversation as it stood when they called."""

    conversation: Conversation
    key: str

    @property
    def conversation_id(self) -> ConversationId:
        """The conversation they may act in, and no other."""
        return self.conversation.id


async def provide_visitor(request: Http, desk: DeskDep) -> Visitor:
    """Read the token of a widget call. Raises Problem 401, 403 (origin), 410 (erased), 429."""
    session = desk.tokens.read_session(bearer(request) or "")
    if session is None:
        detail = "The session token is missing, wrong or too old. Begin a new session with POST /widget/v1/sessions."
        raise Problem(401, "session_invalid", detail, headers=_SIGN_IN)
    what, most = ("messages", desk.limits.messages) if _is_message(request) else ("calls", desk.limits.visitor_calls)
    await desk.pace.check(what, session.conversation_id, most)
    async with desk.workspace.reading() as uow:
        key = await uow.access.widget_key(session.key)
        check_origin(request, desk, key)
        try:
            conversation = await uow.conversations.get(session.conversation_id)
        except NotKnown:
            detail = "This conversation was erased. Begin a new session to write again."
            raise Problem(410, "conversation_gone", detail) from None
    return Visitor(conversation, session.key)


VisitorDep = NamedDependency[SkipValidation[Visitor]]
"""How a route asks for it."""


def check_origin(request: Http, desk: Desk, key: WidgetKey | None) -> WidgetKey:
    """The key, if it is in use and the calling page may use it. Raises Problem 403.

    A page of ours (the hosted chat) may always; a caller without an Origin is no browser on another site.
    """
    if key is None:
        raise Problem(403, "key_unknown", "This widget key is not in use. Copy it again from the site's settings.")
    origin = request.headers.get("origin")
    if origin is None or "*" in key.origins or origin in key.origins or origin in own_origins(request, desk):
        return key
    request.scope["state"]["origin_refused"] = True
    detail = f"The site {origin[:200]} may not use this widget key. Add its origin to the key."
    raise Problem(403, "origin_not_allowed", detail)


def _is_message(request: Http) -> bool:
    return request.method == "POST" and request.url.path.endswith("/messages")


def bearer(request: Connection) -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def caller_of(connection: Connection, desk: Desk) -> ApiKey:
    """Whose key an API call carries. Raises Problem 401, 429.

    Only the hash of a secret is kept; wrong keys are counted by address.
    """
    secret = bearer(connection) or ""
    hashed = secret_hash(secret)
    async with desk.workspace.reading() as uow:
        key = await uow.access.api_key(hashed) if secret.startswith("sk_") else None
    if key is None or not hmac.compare_digest(key.secret_hash, hashed):
        host = connection.client.host if connection.client else None
        await desk.pace.check("refused_keys", address_key(host), desk.limits.refused_keys)
        detail = (
            "Send an API key: Authorization: Bearer sk_…. Make one with `opener key add NAME --scope …`. "
            "At the console, sign in with POST /v1/session."
        )
        raise Problem(401, "key_invalid", detail, headers=_SIGN_IN)
    await desk.pace.check("api", key.id, desk.limits.api_calls)
    return key


async def _caller(connection: Connection, desk: Desk) -> ApiKey:
    """The program's key, else the rep's session as one. A call that shows a key is the program's, cookie or not.

    Raises Problem 401, 403 (forged), 429.
    """
    if bearer(connection) is None:
        found = await signed_in(connection, desk)
        if found is not None:
            connection.scope["state"]["at_console"] = True
            return found.caller
    return await caller_of(connection, desk)


async def may(connection: Connection, desk: Desk, scope: Scope) -> bool:
    """Whether whoever opens a page has shown a key, or is signed in, with this scope. Raises Problem 429."""
    if bearer(connection) is None and cookie_name(desk) not in connection.cookies:
        return False
    try:
        check_scope(await _caller(connection, desk), scope)
    except Problem as no:
        if no.status in {401, 403}:
            return False
        raise
    return True


async def may_still(request: Http, desk: Desk, actor: Actor) -> bool:
    """Whether whoever was let in may go on: the session or the key is good yet, and the rep who acts is of the team."""
    async with desk.workspace.reading() as uow:
        if request.scope["state"].get("at_console"):
            session = await uow.sessions.by_token(token_hash(request.cookies.get(cookie_name(desk), "")))
            return session is not None and await rep_of(uow, session) is not None
        rep = await uow.access.rep(RepId(actor.id or "")) if actor.kind is ActorKind.REP else None
        known = await uow.access.api_key(secret_hash(bearer(request) or "")) is not None
        return known and (actor.kind is not ActorKind.REP or (rep is not None and rep.active))


async def provide_caller(request: Http) -> ApiKey:
    """The key that the guard has let in."""
    key: ApiKey = request.scope["state"]["api_key"]
    return key


CallerDep = NamedDependency[SkipValidation[ApiKey]]
"""How a route asks for it."""

ACTING_REP = "Opener-Rep"
"""The header with which a program says for whom of the team it acts: an id or an address."""


async def provide_actor(request: Http, desk: DeskDep) -> Actor:
    """Who acts: the rep that the header names, else the one the key was made for, else the program itself.

    Raises Problem 422 when nobody of the team is meant, 403 when somebody signed in names a colleague.
    """
    key: ApiKey = request.scope["state"]["api_key"]
    named = request.headers.get(ACTING_REP, "").strip()
    if named and request.scope["state"].get("at_console"):
        detail = f"You are signed in as {key.name} and act for yourself. Leave {ACTING_REP} out."
        raise Problem(403, "not_yourself", detail)
    if not named and key.rep is None:
        return Actor(ActorKind.SYSTEM, key.id, key.name)
    async with desk.workspace.reading() as uow:
        rep = (
            await uow.access.rep_by_email(named)
            if "@" in named
            else await uow.access.rep(RepId(named or key.rep or ""))
        )
    if rep is None or not rep.active:
        detail = f"Nobody of the team is {named[:100]!r}. {ACTING_REP} takes the id or the address of a rep."
        raise Problem(422, "rep_unknown", detail)
    return Actor(ActorKind.REP, rep.id, rep.name)


ActorDep = NamedDependency[SkipValidation[Actor]]
"""How a route asks who acts."""


def rep_acting(actor: Actor) -> RepId:
    """The rep who acts. Raises Problem 422 when a program calls for nobody: some things only a person decides."""
    if actor.kind is not ActorKind.REP or actor.id is None:
        detail = (
            f"Say for whom of the team you act: send {ACTING_REP} with an id or address, or use a key made with --rep."
        )
        raise Problem(422, "rep_needed", detail)
    return RepId(actor.id)


def needs(*scopes: Scope) -> Guard:
    """A guard: the key must have one of these scopes, or `all`. Raises Problem 401, 403, 429."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        desk: Desk = connection.app.state["desk"]
        key = connection.scope["state"]["api_key"] = await _caller(connection, desk)
        check_scope(key, *scopes)

    return guard


def check_scope(key: ApiKey, *scopes: Scope) -> None:
    """Raises Problem 403 unless the key has one of these scopes, or `all`."""
    if {*scopes, Scope.ALL}.isdisjoint(key.scopes):
        detail = f"This key lacks the scope {' or '.join(scopes)}. Make one that has it with `opener key add`."
        raise Problem(403, "scope_missing", detail)
