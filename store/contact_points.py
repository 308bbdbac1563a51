"""Contact points of people. An e-mail address belongs to one person; the database keeps it so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.contact_point import ContactPoint, Deliverability, PointKind, email_kind, normal_point
from leads.identity import ContactPointId, PersonId, normal_email
from leads.lead import Person
from leads.refusal import NotKnown
from store.identity_tables import contact_points

EMAILS = frozenset({PointKind.EMAIL, PointKind.ROLE_EMAIL})


class ContactPoints:
    """Every way to reach every person."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def of(self, person_id: PersonId) -> list[ContactPoint]:
        """All the points of a person: by kind, the primary one first."""
        return (await self.of_people([person_id]))[person_id]

    async def of_people(self, people: Sequence[PersonId] | None) -> dict[PersonId, list[ContactPoint]]:
        """The points of several people at once, or of everybody."""
        table = contact_points
        query = select(table).order_by(table.c.kind, table.c.is_primary.desc(), table.c.normalised)
        if people is not None:
            query = query.where(table.c.person_id.in_(people))
        found: dict[PersonId, list[ContactPoint]] = {person: [] for person in people or ()}
        for row in (await self._db.execute(query)).all():
            found.setdefault(PersonId(row.person_id), []).append(_point(row))
        return found

    async def get(self, person_id: PersonId, point_id: ContactPointId) -> ContactPoint:
        """One point of this person. Raises NotKnown."""
        wanted = (contact_points.c.id == point_id, contact_points.c.person_id == person_id)
        row = (await self._db.execute(select(contact_points).where(*wanted))).first()
        if row is None:
            raise NotKnown("This person has no such contact point.")
        return _point(row)

    async def add(self, point: ContactPoint) -> ContactPoint:
        """Store a point. Raises a collision when the address is somebody else's, or theirs already."""
        await self._db.execute(insert(contact_points).values(**_values(point)))
        return point

    async def save(self, point: ContactPoint) -> ContactPoint:
        """Store what a point has become."""
        change = update(contact_points).where(contact_points.c.id == point.id)
        await self._db.execute(change.values(**_values(point)))
        return point

    async def remove(self, point_id: ContactPointId) -> None:
        """Forget a point."""
        await self._db.execute(delete(contact_points).where(contact_points.c.id == point_id))

    async def verify(self, person_id: PersonId, email: str, *, at: datetime) -> None:
        """The person has proved that this address is theirs; the first proof counts."""
        for point in await self.of(person_id):
            same = point.kind in EMAILS and point.normalised == normal_email(email)
            if same and point.verified_at is None:
                await self.save(replace(point, verified_at=at))

    async def keep_primary(self, person: Person) -> None:
        """Make address and number of the person's record their primary points.

        One that was never proved and is replaced was a slip, and goes. Raises a collision when the address is somebody
        else's.
        """
        known = await self.of(person.id)
        if person.email:
            own = [p for p in known if p.kind in EMAILS]
            await self._lead_with(own, new_point(person.id, email_kind(person.email), person.email, is_primary=True))
        if person.phone:
            numbers = [p for p in known if p.kind is PointKind.PHONE]
            await self._lead_with(numbers, new_point(person.id, PointKind.PHONE, person.phone, is_primary=True))

    async def _lead_with(self, known: Sequence[ContactPoint], wanted: ContactPoint) -> None:
        same = next((p for p in known if p.normalised == wanted.normalised or p.raw == wanted.raw), None)
        for point in known:
            if point is not same and point.is_primary:
                await (self.save(replace(point, is_primary=False)) if point.verified_at else self.remove(point.id))
        if same is None:
            await self.add(wanted)
        elif not same.is_primary or same.raw != wanted.raw:
            await self.save(replace(same, raw=wanted.raw, is_primary=True))


def new_point(person_id: PersonId, kind: PointKind, raw: str, *, is_primary: bool = False) -> ContactPoint:
    """A point that is not stored yet. Its id follows from whose it is and what it says."""
    normalised = normal_point(kind, raw)
    digest = sha256(f"{person_id}\n{kind.value}\n{normalised}".encode()).hexdigest()
    return ContactPoint(ContactPointId(f"cp_{digest[:32]}"), person_id, kind, raw, normalised, is_primary=is_primary)


def _values(point: ContactPoint) -> dict[str, Any]:
    return {
        "id": point.id,
        "person_id": point.person_id,
        "kind": point.kind.value,
        "raw": point.raw,
        "normalised": point.normalised,
        "verified_at": point.verified_at,
        "deliverability": point.deliverability.value,
        "is_primary": point.is_primary,
    }


def _point(row: Any) -> ContactPoint:
    return ContactPoint(
        id=row.id,
        person_id=row.person_id,
        kind=PointKind(row.kind),
        raw=row.raw,
        normalised=row.normalised,
        verified_at=row.verified_at,
        deliverability=Deliverability(row.deliverability),
        is_primary=row.is_primary,
    )
