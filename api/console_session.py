"""A rep's session by cookie: reading it, and refusing calls that another site may have made a browser send.

A changing call needs the session's CSRF token in a header (a form or another site cannot send it), and the browser's
own word that it comes from a page of ours (`Sec-Fetch-Site`, else `Origin`).
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from actions.add_key import MANAGER_SCOPES, REP_SCOPES
from actions.sign_in import LONGEST, NOTED_EVERY, keep_session, rep_of, token_hash
from api.desk import Desk
from api.errors import Problem
from store.access import ApiKey, Rep
from store.sessions import RepSession

Connection = ASGIConnection[Any, Any, Any, Any]
CSRF = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NAME = "opener_session"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, with the session and its token."""

    rep: Rep
    session: RepSession
    token: str
    manager: bool = False

    @property
    def caller(self) -> ApiKey:
        """The session as a key: it opens what one of the team may do, and acts for that person."""
        scopes = tuple(scope.value for scope in (MANAGER_SCOPES if self.manager else REP_SCOPES))
        return ApiKey(self.session.id, self.rep.name, "", scopes, self.rep.id)


def cookie_name(desk: Desk) -> str:
    """With https the name itself makes the browser keep it to this host, this path and a safe line."""
    return f"__Host-{_NAME}" if _https(desk) else _NAME


def session_cookie(desk: Desk, token: str | None) -> Cookie:
    """The cookie to set; without a token the one that takes it away. Lax, so that a link in a mail opens signed in."""
    return Cookie(
        key=cookie_name(desk),
        value=token or "",
        path="/",
        max_age=int(LONGEST.total_seconds()) if token else 0,
        httponly=True,
        samesite="lax",
        secure=_https(desk),
    )


def csrf_token(desk: Desk, token: str) -> str:
    """The token for the header: made from the session's, so that it needs no store and dies with it."""
    return hmac.new(desk.house.secret.encode(), f"opener.csrf.{token}".encode(), sha256).hexdigest()


async def signed_in(connection: Connection, desk: Desk) -> SignedIn | None:
    """Who the cookie says is calling; None without a cookie.

    Raises Problem 401 (ended), 403 (a changing call without its token, or from elsewhere), 429.
    """
    token = connection.cookies.get(cookie_name(desk))
    if not token:
        return None
    async with desk.workspace.reading() as uow:
        session = await uow.sessions.by_token(token_hash(token))
        rep = await rep_of(uow, session) if session else None
        now = uow.now
    if session is None or rep is None:
        raise ended()
    if connection.scope["method"] not in SAFE:  # type: ignore[typeddict-item]
        check_forgery(connection, desk, token)
    await desk.pace.check("api", session.id, desk.limits.api_calls)
    if now - session.seen_at >= NOTED_EVERY:
        async with desk.workspace.unit() as uow:
            await keep_session(uow, session)
    return SignedIn(rep, session, token, is_manager(desk, rep))


def is_manager(desk: Desk, rep: Rep) -> bool:
    """Whether the playbook says so; somebody it does not name is none."""
    return any(profile.manager and profile.email.lower() == rep.email for profile in desk.book.reps)


def ended() -> Problem:
    """Nobody is signed in with that cookie any more."""
    return Problem(401, "session_ended", "Your session has ended. Sign in again.")


def check_forgery(connection: Connection, desk: Desk, token: str) -> None:
    """Raises Problem 403 when another site may be behind a call."""
    check_same_origin(connection, desk, must_say=True)
    sent = connection.headers.get(CSRF.lower(), "")
    if not hmac.compare_digest(sent.encode(), csrf_token(desk, token).encode()):
        detail = f"A call that changes something needs the header {CSRF} with the token of GET /v1/session."
        raise Problem(403, "csrf_failed", detail)


def check_same_origin(connection: Connection, desk: Desk, *, must_say: bool) -> None:
    """Raises Problem 403 for a call from a page that is not ours; with `must_say` also where the browser is silent."""
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
    if site is not None:
        ours = site == "same-origin" or (site == "none" and not must_say)
    else:
        ours = origin in own_origins(connection, desk) if origin is not None else not must_say
    if not ours:
        raise Problem(403, "csrf_failed", "This call does not come from a page of this installation.")


def own_origins(connection: Connection, desk: Desk) -> set[str]:
    """Where we are reached: as configured, and as this very request says (no page of another site can set its Host)."""
    public = urlsplit(desk.house.public_url)
    here = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    return {f"{public.scheme}://{public.netloc}", here}


def _https(desk: Desk) -> bool:
    return urlsplit(desk.house.public_url).scheme == "https"
