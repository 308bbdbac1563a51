"""Whom a list must not bring back: people who asked to be forgotten, and people who asked not to be written to."""

from collections.abc import Iterable
from dataclasses import dataclass

from leads.identity import normal_email
from leads.suppression import SuppressionReason
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The suppressed of some addresses, with the reason of each, by the normal form of the address."""

    reasons: dict[str, SuppressionReason]

    def holds(self, email: str) -> bool:
        """Whether this address is suppressed at all; then no yes of a list counts."""
        return normal_email(email) in self.reasons

    def erased(self, email: str) -> bool:
        """Whether its person asked to be forgotten (domain.md §8 case 31)."""
        return self.reasons.get(normal_email(email)) is SuppressionReason.ERASED


async def is_suppressed(uow: UnitOfWork, emails: Iterable[str]) -> Suppressed:
    """Look the addresses up in the suppression list, all at once."""
    found = await uow.suppressions.of_many(list(set(emails)))
    return Suppressed({normal_email(email): entry.reason for email, entry in found.items()})
