"""Who is calling: a visitor with a session token, or a program with a key."""

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard

from actions.add_key import Scope, secret_hash
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
    if origin is None or "*" in key.origins or origin in key.origins or origin in _own_origins(request, desk):
        return key
    request.scope["state"]["origin_refused"] = True
    detail = f"The site {origin[:200]} may not use this widget key. Add its origin to the key."
    raise Problem(403, "origin_not_allowed", detail)


def _own_origins(request: Http, desk: Desk) -> set[str]:
    """Where we are reached: as configured, and as this very request says (no page of another site can set its Host)."""
    public = urlsplit(desk.house.public_url)
    here = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return {f"{public.scheme}://{public.netloc}", here}


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
        detail = "Send an API key: Authorization: Bearer sk_…. Make one with `opener key add NAME --scope …`."
        raise Problem(401, "key_invalid", detail, headers=_SIGN_IN)
    await desk.pace.check("api", key.id, desk.limits.api_calls)
    return key


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

    Raises Problem 422 when nobody of the team is meant.
    """
    key: ApiKey = request.scope["state"]["api_key"]
    named = request.headers.get(ACTING_REP, "").strip()
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


def needs(scope: Scope) -> Guard:
    """A guard: the key must have this scope (or all of them). Raises Problem 401, 403, 429."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        desk: Desk = connection.app.state["desk"]
        key = connection.scope["state"]["api_key"] = await caller_of(connection, desk)
        if scope.value in key.scopes or Scope.ALL.value in key.scopes:
            return
        detail = f"This key lacks the scope {scope.value}. Make one that has it with `opener key add`."
        raise Problem(403, "scope_missing", detail)

    return guard
