"""Add somebody of the team, or give them a new password."""

from argon2 import PasswordHasher

from actions.read_contact import email_address
from leads.identity import RepId
from leads.refusal import ValueMissing
from store.access import Rep
from store.unit import UnitOfWork

SHORTEST_PASSWORD = 12  # OWASP ASVS 5.0 asks for 8 at least and advises 15


def password_hash(password: str) -> str:
    """The argon2id hash to keep. Slow on purpose: call it outside a transaction. Raises ValueMissing when too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueMissing(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    return PasswordHasher().hash(password)


async def add_rep(uow: UnitOfWork, *, email: str, name: str | None, hashed: str) -> Rep:
    """Store the account under its address; an existing one keeps its id and gets the new password and name.

    Whoever is signed in with the old password is signed out.
    """
    address = email_address(email)
    known = await uow.access.rep_by_email(address)
    rep = Rep(
        id=known.id if known else RepId(uow.new_id("rep")),
        email=address,
        name=name or (known.name if known else address.split("@")[0].replace(".", " ").title()),
        active=True,
        password_hash=hashed,
    )
    await uow.access.save_rep(rep, at=uow.now)
    await uow.sessions.end_all(rep.id, at=uow.now)
    return rep
