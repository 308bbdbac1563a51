"""Whom a list must not bring back: people who asked to be forgotten, and people who asked not to be written to."""

from collections.abc import Iterable
from dataclasses import dataclass

from leads.identity import normal_email
from store.unit import UnitOfWork

ERASED = "eras"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The suppressed of some addresses, with the reason of each, by the normal form of the address."""

    reasons: dict[str, str]

    def holds(self, email: str) -> bool:
        """Whether this address is suppressed at all; then no yes of a list counts."""
        return normal_email(email) in self.reasons

    def erased(self, email: str) -> bool:
        """Whether its person asked to be forgotten (domain.md §8 case 31)."""
        return ERASED in self.reasons.get(normal_email(email), "")


async def is_suppressed(uow: UnitOfWork, emails: Iterable[str]) -> Suppressed:
    """Look the addresses up in the suppression list, where there is one."""
    kept = getattr(uow, "suppressions", None)
    if kept is None:
        return Suppressed({})
    found = {email: await kept.of(email) for email in set(emails)}
    return Suppressed({normal_email(email): str(getattr(s, "reason", s)).lower() for email, s in found.items() if s})
