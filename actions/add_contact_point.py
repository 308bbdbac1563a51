"""A person can be reached in one more way, or in one less."""

from dataclasses import replace

from actions.read_contact import email_address, phone_number
from leads.actor import Actor
from leads.contact_point import ContactPoint, PointKind, email_kind
from leads.identity import ContactPointId, PersonId
from leads.lead import Person
from leads.refusal import AddressTaken, PrimaryPoint, ValueMissing
from playbook.book import Playbook
from store.contact_points import EMAILS, new_point
from store.unit import UnitOfWork


async def add_contact_point(
    uow: UnitOfWork,
    book: Playbook,
    person_id: PersonId,
    kind: PointKind,
    value: str | int,
    *,
    primary: bool,
    actor: Actor,
) -> ContactPoint:
    """Keep a way to reach the person; the same one twice is once. A first address or number is the primary one.

    Raises NotKnown, ContactInvalid, ValueMissing, AddressTaken (an e-mail address belongs to one person).
    """
    person = await uow.people.survivor(person_id)
    person = (await uow.people.lock([person.id]))[person.id]
    kind, raw = _read(book, person, kind, value)
    if kind is PointKind.EMAIL:
        holder = await uow.people.by_email(raw)
        if holder is not None and holder.id != person.id:
            raise AddressTaken(f"This address belongs to {holder.id}. If they are one person, merge the two.")
    point = new_point(person.id, kind, raw)
    known = next((p for p in await uow.contact_points.of(person.id) if p.normalised == point.normalised), None)
    if known is None:
        await uow.contact_points.add(point)
        await uow.note_act(actor, "contact_point.added", "person", person.id, kind=kind.value)
    await _lead_with(uow, person, known or point, primary=primary)
    return await uow.contact_points.get(person.id, (known or point).id)


async def remove_contact_point(uow: UnitOfWork, person_id: PersonId, point_id: ContactPointId, *, actor: Actor) -> None:
    """Take a way to reach the person away; the next one becomes the primary one.

    Raises NotKnown, PrimaryPoint (nobody could reach or recognise the person any more).
    """
    person = await uow.people.survivor(person_id)
    person = (await uow.people.lock([person.id]))[person.id]
    point = await uow.contact_points.get(person.id, point_id)
    rest = [p for p in await uow.contact_points.of(person.id) if p.id != point.id]
    if not rest:
        raise PrimaryPoint("This is the only way to reach the person. Add another one first, or erase the person.")
    await uow.contact_points.remove(point.id)
    await uow.note_act(actor, "contact_point.removed", "person", person.id, kind=point.kind.value)
    if not point.is_primary:
        return
    kinds = EMAILS if point.kind in EMAILS else {point.kind}
    following = next((p.raw for p in rest if p.kind in kinds), None)
    if point.kind in EMAILS:
        await uow.people.save(replace(person, email=following))
    elif point.kind is PointKind.PHONE:
        await uow.people.save(replace(person, phone=following))


def _read(book: Playbook, person: Person, kind: PointKind, value: str | int) -> tuple[PointKind, str]:
    """The point in the form it is kept in. The person's country helps with a national number."""
    told = " ".join(str(value).split())[:320]
    if not told:
        raise ValueMissing("Give an address, a number or a name.")
    if kind in EMAILS:
        address = email_address(told)
        return email_kind(address), address
    if kind is PointKind.PHONE:
        return kind, phone_number(value, region=person.country or book.company.region)
    return kind, told


async def _lead_with(uow: UnitOfWork, person: Person, point: ContactPoint, *, primary: bool) -> None:
    if point.kind in EMAILS and (primary or person.email is None):
        await _demote(uow, person.id, point)
        await uow.people.save(replace(person, email=point.raw))
    elif point.kind is PointKind.PHONE and (primary or person.phone is None):
        await _demote(uow, person.id, point)
        await uow.people.save(replace(person, phone=point.raw))


async def _demote(uow: UnitOfWork, person_id: PersonId, point: ContactPoint) -> None:
    """The former primary point stays as one of several: here it is not a slip that is put right."""
    kinds = EMAILS if point.kind in EMAILS else {point.kind}
    for other in await uow.contact_points.of(person_id):
        if other.is_primary and other.kind in kinds and other.id != point.id:
            await uow.contact_points.save(replace(other, is_primary=False))
