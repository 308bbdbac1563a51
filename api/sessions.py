"""Signing in at the console: who you are by address and password, then by cookie."""

import asyncio
import secrets
from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from actions.sign_in import LONGEST, close_session, note_refused, open_session, password_fits
from api.auth import Http
from api.console_session import SignedIn, check_same_origin, csrf_token, ended, is_manager, session_cookie, signed_in
from api.desk import Desk, DeskDep
from api.errors import Problem
from api.pace import address_key
from api.shapes import Email
from store.access import Rep

PER_ACCOUNT = 20
PER_PAIR = 6
PER_ADDRESS = 60
"""Tries a minute: for one account from anywhere, from one address for one account, from one address in all."""


class SignInBody(Struct, forbid_unknown_fields=True):
    """Who wants in."""

    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=1000)]


class RepSelf(Struct):
    """The rep who is signed in."""

    id: str
    name: str
    email: str


class SessionOfRep(Struct):
    """The session. `csrf_token` goes into the header X-CSRF-Token of every call that changes something."""

    rep: RepSelf
    csrf_token: str
    expires_at: datetime
    scopes: list[str]


class SessionRoutes(Controller):
    """`/v1/session`."""

    path = "/session"

    @post("/", operation_id="signIn", security=[{}])
    async def sign_in(self, request: Http, desk: DeskDep, data: JSONBody[SignInBody]) -> Response[SessionOfRep]:
        """Sign in with address and password. The answer sets the cookie and holds the CSRF token."""
        check_same_origin(request, desk, must_say=False)
        rep = await _authenticated(request, desk, data)
        token = secrets.token_urlsafe(32)
        async with desk.workspace.unit() as uow:
            session = await open_session(uow, rep, token=token)
        shown = _shown(desk, SignedIn(rep, session, token, is_manager(desk, rep)))
        return Response(shown, status_code=201, cookies=[session_cookie(desk, token)])

    @get("/", operation_id="whoAmI", security=[{"session": []}])
    async def who(self, request: Http, desk: DeskDep) -> SessionOfRep:
        """Who is signed in, with the CSRF token (after a reload of the page)."""
        return _shown(desk, await _here(request, desk))

    @delete("/", operation_id="signOut", status_code=204, security=[{"session": []}])
    async def sign_out(self, request: Http, desk: DeskDep) -> Response[None]:
        """Sign out: the session ends here and now."""
        found = await _here(request, desk)
        async with desk.workspace.unit() as uow:
            await close_session(uow, found.session, found.rep)
        return Response(None, status_code=204, cookies=[session_cookie(desk, None)])


async def _here(request: Http, desk: Desk) -> SignedIn:
    found = await signed_in(request, desk)
    if found is None:
        raise ended()
    return found


async def _authenticated(request: Http, desk: Desk, data: SignInBody) -> Rep:
    """Whose address and password these are. Raises Problem 401, 429. No transaction is open while a hash is tried."""
    account, address = data.email.strip().lower(), address_key(request.client.host if request.client else None)
    await desk.pace.check("sign_in_address", address, PER_ADDRESS)
    await desk.pace.check("sign_in_pair", f"{address} {account}", PER_PAIR)
    await desk.pace.check("sign_in_account", account, PER_ACCOUNT)
    async with desk.workspace.reading() as uow:
        rep = await uow.access.rep_by_email(account)
    async with desk.hashing:
        fits = await asyncio.to_thread(password_fits, rep, data.password)
    if not fits or rep is None:
        async with desk.workspace.unit() as uow:
            await note_refused(uow, rep)
        raise Problem(401, "sign_in_failed", "Address and password do not belong together.")
    return rep


def _shown(desk: Desk, found: SignedIn) -> SessionOfRep:
    rep, session = found.rep, found.session
    return SessionOfRep(
        RepSelf(rep.id, rep.name, rep.email),
        csrf_token(desk, found.token),
        min(session.expires_at, session.created_at + LONGEST),
        list(found.caller.scopes),
    )
