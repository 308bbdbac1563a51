"""A rep signs in at the console, stays signed in, and signs out.

The cookie holds a random token, the table only its hash. A session ends when it lies idle, at a fixed age, when the
password changes and when the rep is deactivated; the last two are looked at with every call, whatever changed them.
"""

import hmac
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from leads.actor import Actor
from leads.signal import ActorKind
from store.access import Rep
from store.sessions import RepSession
from store.unit import UnitOfWork

IDLE = timedelta(hours=12)
"""A session that nobody uses for so long has ended (OWASP ASVS 5.0 §7.3)."""
LONGEST = timedelta(days=7)
"""A session never lasts longer."""
NOTED_EVERY = timedelta(minutes=1)
"""How often it is written down that a session is in use."""


def token_hash(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a fast hash is right."""
    return sha256(token.encode()).hexdigest()


def password_mark(hashed: str) -> str:
    """A fingerprint of a password's hash: it changes with the password and says nothing about it."""
    return sha256(f"session:{hashed}".encode()).hexdigest()


def password_fits(rep: Rep | None, password: str) -> bool:
    """Whether it is their password. Slow on purpose: call it outside a transaction.

    An unknown address, an account without a password and one out of use take just as long.
    """
    known = rep.password_hash if rep is not None and rep.active else None
    try:
        fits = PasswordHasher().verify(known or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and known is not None


@lru_cache
def _nobodys_hash() -> str:
    return PasswordHasher().hash("nobody has this password")


async def open_session(uow: UnitOfWork, rep: Rep, *, token: str) -> RepSession:
    """Sign in somebody whose password was right."""
    session = RepSession(
        id=uow.new_id("ses"),
        token_hash=token_hash(token),
        rep_id=rep.id,
        password_mark=password_mark(rep.password_hash or ""),
        created_at=uow.now,
        seen_at=uow.now,
        expires_at=uow.now + LONGEST,
    )
    await uow.sessions.add(session)
    await uow.note_act(_acting(rep), "rep.signed_in", "rep", rep.id)
    return session


async def note_refused(uow: UnitOfWork, rep: Rep | None) -> None:
    """Keep that somebody tried; of an address we do not know nothing is kept."""
    nobody = Actor(ActorKind.SYSTEM, name="sign-in")
    await uow.note_act(nobody, "rep.sign_in_refused", "rep", rep.id if rep else None)


async def rep_of(uow: UnitOfWork, session: RepSession) -> Rep | None:
    """Whose session it is; None when it has ended in any way."""
    if session.ended_at is not None or not is_live(session, uow.now):
        return None
    rep = await uow.access.rep(session.rep_id)
    if rep is None or not rep.active or not rep.password_hash:
        return None
    same = hmac.compare_digest(session.password_mark, password_mark(rep.password_hash))
    return rep if same else None


def is_live(session: RepSession, now: datetime) -> bool:
    """Whether it is neither too old nor idle for too long."""
    return now < session.expires_at and now - session.seen_at < IDLE


async def keep_session(uow: UnitOfWork, session: RepSession) -> None:
    """Note that a session is in use."""
    await uow.sessions.seen(session, at=uow.now)


async def close_session(uow: UnitOfWork, session: RepSession, rep: Rep) -> None:
    """Sign out."""
    await uow.sessions.end(session, at=uow.now)
    await uow.note_act(_acting(rep), "rep.signed_out", "rep", rep.id)


def _acting(rep: Rep) -> Actor:
    return Actor(ActorKind.REP, rep.id, rep.name)
