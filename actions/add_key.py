"""Make keys: secret ones for outside programs, public ones that name a site."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from leads.refusal import NotKnown, ValueMissing
from store.access import ApiKey, WidgetKey
from store.unit import UnitOfWork


class Scope(StrEnum):
    """What an API key may do."""

    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    HANDOFFS_READ = "handoffs:read"
    HANDOFFS_WRITE = "handoffs:write"
    MEETINGS_READ = "meetings:read"
    MEETINGS_WRITE = "meetings:write"
    KNOWLEDGE_WRITE = "knowledge:write"
    RULES_READ = "rules:read"
    RULES_WRITE = "rules:write"
    REPORTS_READ = "reports:read"
    REPORTS_WRITE = "reports:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    PEOPLE_ADMIN = "people:admin"
    AUDIT_READ = "audit:read"
    ALL = "all"


MANAGER_SCOPES = tuple(scope for scope in Scope if scope is not Scope.ALL)
"""What a manager may do at the console: everything that has a scope of its own."""
_FOR_MANAGERS = frozenset({Scope.RULES_WRITE, Scope.PEOPLE_ADMIN, Scope.AUDIT_READ})
REP_SCOPES = tuple(scope for scope in MANAGER_SCOPES if scope not in _FOR_MANAGERS)
"""What everybody else of the team may do there. What binds everybody, cannot be undone, or lifts somebody's refusal is
for managers, and so is the log of who did what.
"""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; `secret` is shown once and never stored."""

    key: ApiKey
    secret: str


def secret_hash(secret: str) -> str:
    """What is kept of a key: the secret has 160 random bits, so a fast hash is right."""
    return sha256(secret.encode()).hexdigest()


async def add_api_key(
    uow: UnitOfWork, *, name: str, scopes: Sequence[str], secret: str, rep_email: str | None = None
) -> NewKey:
    """Store a key for an outside program; with `rep_email` it acts for that person unless a call names another.

    `secret` is random and begins with `sk_`. Raises ValueMissing, NotKnown (nobody of the team has that address).
    """
    unknown = [s for s in scopes if s not in {scope.value for scope in Scope}]
    if unknown or not scopes:
        allowed = ", ".join(scope.value for scope in Scope)
        raise ValueMissing(f"Unknown scope: {', '.join(unknown) or '(none given)'}. Allowed: {allowed}.")
    rep = await uow.access.rep_by_email(rep_email) if rep_email else None
    if rep_email and rep is None:
        raise NotKnown(f"Nobody of the team has the address {rep_email}. Add them with `opener rep add`.")
    name = name.strip()[:120] or "unnamed"
    key = ApiKey(uow.new_id("key"), name, secret_hash(secret), tuple(scopes), rep.id if rep else None)
    await uow.access.add_api_key(key, at=uow.now)
    return NewKey(key, secret)


async def add_widget_key(uow: UnitOfWork, *, key: str, name: str, origins: Sequence[str]) -> WidgetKey:
    """Store a public key for a site; `origins` are the exact origins its pages have, `*` allows any."""
    made = WidgetKey(key, name.strip()[:120], tuple(origins), active=True)
    await uow.access.save_widget_key(made, at=uow.now)
    return made
