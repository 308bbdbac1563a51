"""Suppression: addresses that get nothing from us, whatever consent says; and whether somebody may be written to.

The list holds hashes, not addresses, so that it can outlive the person's record (domain.md §4.10, §8 case 31).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.consent import ConsentEvent, Purpose
from leads.contact_point import PointKind


class SuppressionScope(StrEnum):
    """What is held back: everything, marketing, or the mails of one sequence."""

    ALL = "all"
    MARKETING = "marketing"
    SEQUENCE = "sequence"


class SuppressionReason(StrEnum):
    """Why an address is on the list."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    DO_NOT_CONTACT = "do_not_contact"
    ERASED = "erased"
    MANUAL = "manual"


SCOPES = {
    SuppressionReason.UNSUBSCRIBED: SuppressionScope.MARKETING,
    SuppressionReason.COMPLAINED: SuppressionScope.ALL,
    SuppressionReason.BOUNCED: SuppressionScope.ALL,
    SuppressionReason.DO_NOT_CONTACT: SuppressionScope.ALL,
    SuppressionReason.ERASED: SuppressionScope.ALL,
    SuppressionReason.MANUAL: SuppressionScope.ALL,
}
"""What each reason holds back unless told otherwise."""

LIFTED_BY_PERSON = frozenset({SuppressionReason.UNSUBSCRIBED, SuppressionReason.ERASED})
"""What a new express opt-in of the person themself ends."""

LIFTED_BY_TEAM = frozenset({SuppressionReason.MANUAL, SuppressionReason.BOUNCED})
"""What the team may end with a reason: their own entry, and an address that works again."""

_WEIGHT = {
    SuppressionReason.COMPLAINED: 5,
    SuppressionReason.DO_NOT_CONTACT: 4,
    SuppressionReason.ERASED: 3,
    SuppressionReason.UNSUBSCRIBED: 2,
    SuppressionReason.MANUAL: 1,
    SuppressionReason.BOUNCED: 0,
}
_BREADTH = {SuppressionScope.ALL: 2, SuppressionScope.MARKETING: 1, SuppressionScope.SEQUENCE: 0}


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry that stands, on an address (EMAIL, a desk's too) or a number (PHONE).

    `sequence` names the sequence of that scope; `source` where the word came from.
    """

    id: str
    kind: PointKind
    scope: SuppressionScope
    reason: SuppressionReason
    source: str
    at: datetime
    sequence: str | None = None

    def blocks(self, purpose: Purpose, *, sequence: str | None = None) -> bool:
        """Whether nothing may be sent for this purpose.

        An address whose owner was erased still gets answers: whoever has it now came by themself and asked.
        """
        match self.scope:
            case SuppressionScope.ALL:
                return purpose is Purpose.MARKETING or self.reason is not SuppressionReason.ERASED
            case SuppressionScope.MARKETING:
                return purpose is Purpose.MARKETING
            case SuppressionScope.SEQUENCE:
                return sequence is not None and sequence == self.sequence

    @property
    def refuses_lists(self) -> bool:
        """Whether an import may not bring the address back as a new person (case 31)."""
        return self.scope is SuppressionScope.ALL and self.reason is not SuppressionReason.BOUNCED

    @property
    def lifted_by_person(self) -> bool:
        """Whether a new express opt-in of the person ends it."""
        return self.reason in LIFTED_BY_PERSON

    @property
    def lifted_by_team(self) -> bool:
        """Whether one of the team may end it."""
        return self.reason in LIFTED_BY_TEAM


def strongest(found: Sequence[Suppression]) -> Suppression | None:
    """The entry that says most: the broadest, then the gravest."""
    return max(found, key=lambda s: (_BREADTH[s.scope], _WEIGHT[s.reason], s.at), default=None)


class VerdictCode(StrEnum):
    """Why somebody may or may not be written to."""

    CONSENT = "consent"
    ASKED = "asked"
    NO_ADDRESS = "no_address"
    TEST = "test"
    ERASED = "erased"
    DO_NOT_CONTACT = "do_not_contact"
    SUPPRESSED = "suppressed"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class Verdict:
    """May we, and why: `code` for programs, `why` for people, and what it rests on."""

    allowed: bool
    code: VerdictCode
    why: str
    suppression: Suppression | None = None
    consent: ConsentEvent | None = None
