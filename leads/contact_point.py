"""Ways to reach a person: one person has many addresses, numbers, chat names and profiles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.identity import ContactPointId, PersonId, is_role_address, name_key, normal_email


class PointKind(StrEnum):
    """What it is. Only an e-mail address belongs to one person; a number is a hint (domain.md §8 case 7).

    A role e-mail (info@) is a desk's, and several people may write from it.
    """

    EMAIL = "email"
    ROLE_EMAIL = "role_email"
    PHONE = "phone"
    CHAT = "chat"
    SOCIAL = "social"


class Deliverability(StrEnum):
    """Whether mail has arrived there."""

    UNKNOWN = "unknown"
    VALID = "valid"
    SOFT_FAILING = "soft_failing"
    INVALID = "invalid"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """One way to reach somebody. `raw` is what is written to, `normalised` is what look-ups compare."""

    id: ContactPointId
    person_id: PersonId
    kind: PointKind
    raw: str
    normalised: str
    verified_at: datetime | None = None
    deliverability: Deliverability = Deliverability.UNKNOWN
    is_primary: bool = False


def email_kind(address: str) -> PointKind:
    """Whether an address is a person's own or a desk's."""
    return PointKind.ROLE_EMAIL if is_role_address(address) else PointKind.EMAIL


def normal_point(kind: PointKind, raw: str) -> str:
    """The form in which two spellings of a point are equal."""
    match kind:
        case PointKind.EMAIL | PointKind.ROLE_EMAIL:
            return normal_email(raw)
        case PointKind.PHONE:
            return raw
        case _:
            return " ".join(raw.split()).casefold().removesuffix("/")[:320]


def same_desk(one: str | None, other: str | None) -> bool:
    """Whether two names behind one role address are one person: alike as far as both are told, or one is not told."""
    mine, theirs = set(name_key(one or "").split()), set(name_key(other or "").split())
    return mine <= theirs or theirs <= mine
