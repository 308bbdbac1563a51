"""Finding somebody in the tables: every row that hangs on them, how they are reached, and who else names them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leads.contact_point import PointKind
from leads.identity import PersonId, normal_email
from store.loose_ends import LEAST, LooseRow, loose_rows
from store.meeting_tables import meetings
from store.people_tables import people
from store.person_graph import Found, collect
from store.unit import UnitOfWork

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+\d{6,15}")


@dataclass(frozen=True, slots=True)
class Points:
    """Where somebody can be reached, and how they are called: what erasing looks for and suppresses."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that must not be found anywhere afterwards."""
        keys = tuple(normal_email(email) for email in self.emails)
        return tuple(dict.fromkeys((*self.emails, *keys, *self.phones, *(n for n in self.names if len(n) >= LEAST))))

    @property
    def among_others(self) -> tuple[str, ...]:
        """What only they are called, even beside strangers: a name of one word is a word of many other things too."""
        return tuple(word for word in self.words if word not in self.names or " " in word)

    @property
    def all(self) -> tuple[tuple[PointKind, str], ...]:
        """Each address and number with its kind."""
        return (*((PointKind.EMAIL, e) for e in self.emails), *((PointKind.PHONE, p) for p in self.phones))


def points_of(found: Found) -> Points:
    """The addresses, numbers and names in what was found. Whose name it is, only two columns say."""
    values = [(c, v) for c, v in found.values("contact") if isinstance(v, str)]
    emails = [v for _, v in values if EMAIL.fullmatch(v)]
    phones = [v for _, v in values if PHONE.fullmatch(v)]
    names = [v for c, v in values if c is people.c.name or c is meetings.c.attendee_name]
    return Points(tuple(dict.fromkeys(emails)), tuple(dict.fromkeys(phones)), tuple(dict.fromkeys(names)))


async def read_person(uow: UnitOfWork, persons: Sequence[PersonId]) -> Found:
    """Every row that hangs on these records of one person."""
    return await collect(uow._db, people, persons)


async def loose_ends_of(uow: UnitOfWork, points: Points) -> list[LooseRow]:
    """Rows on their own that name one of the addresses or numbers."""
    keys = (normal_email(email) for email in points.emails)
    return await loose_rows(uow._db, (*points.emails, *keys), points.phones)
