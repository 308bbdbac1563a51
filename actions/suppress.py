"""Put somebody's addresses on the suppression list, or take an entry off where that is the team's to do."""

from leads.actor import Actor
from leads.consent import Purpose, is_refused
from leads.contact_point import PointKind
from leads.lead import Person
from leads.refusal import NotLiftable, ValueMissing
from leads.suppression import SCOPES, Suppression, SuppressionReason, SuppressionScope
from store.suppressions import ListedSuppression
from store.unit import UnitOfWork


async def points_of(uow: UnitOfWork, person: Person) -> tuple[list[str], list[str]]:
    """Every address and every number somebody can be reached by; those of records that were merged into theirs too."""
    points = await uow.contact_points.of(person.id)
    emails = [person.email, *(p.raw for p in points if p.kind in {PointKind.EMAIL, PointKind.ROLE_EMAIL})]
    phones = [person.phone, *(p.normalised for p in points if p.kind is PointKind.PHONE)]
    return list(dict.fromkeys(filter(None, emails))), list(dict.fromkeys(filter(None, phones)))


async def suppress_point(
    uow: UnitOfWork,
    point: str,
    reason: SuppressionReason,
    *,
    source: str,
    kind: PointKind = PointKind.EMAIL,
    scope: SuppressionScope | None = None,
    sequence: str | None = None,
) -> Suppression | None:
    """Put one address or number on the list; None when it stands there for that reason. Raises ValueMissing."""
    chosen = scope or SCOPES[reason]
    if (chosen is SuppressionScope.SEQUENCE) != bool(sequence):
        raise ValueMissing("The scope `sequence` names a sequence, and the others name none.")
    entry = Suppression(uow.new_id("sup"), kind, chosen, reason, source, uow.now, sequence)
    return entry if await uow.suppressions.add(point, entry) else None


async def suppress_person(uow: UnitOfWork, person: Person, reason: SuppressionReason, *, source: str) -> int:
    """Put all contact points of a record on the list; how many were new."""
    emails, phones = await points_of(uow, person)
    new = 0
    for kind, points in ((PointKind.EMAIL, emails), (PointKind.PHONE, phones)):
        for point in points:
            new += await suppress_point(uow, point, reason, source=source, kind=kind) is not None
    return new


async def follow_refusal(uow: UnitOfWork, person: Person) -> None:
    """Somebody who had said no before we knew their address has one now: the no goes with it onto the list."""
    if person.email and is_refused(await uow.ledger.consents(person.id), Purpose.MARKETING):
        await suppress_person(uow, person, SuppressionReason.UNSUBSCRIBED, source="said before")


async def lift_suppression(uow: UnitOfWork, id: str, *, actor: Actor, why: str) -> ListedSuppression:
    """Take an entry off the list, by one of the team, with a reason. Raises NotKnown, NotLiftable, ValueMissing."""
    listed = await uow.suppressions.get(id)
    reason = " ".join(why.split())
    if not reason:
        raise ValueMissing("Say why the entry is taken off the list; the reason is kept.")
    if not listed.suppression.lifted_by_team:
        raise NotLiftable(
            f"An entry for the reason {listed.suppression.reason.value} is not the team's to take off: "
            "only the person themself can opt in again, and a complaint stays for good."
        )
    if await uow.suppressions.lift(id, by=actor.name or actor.kind.value, why=reason, at=uow.now):
        await uow.note_act(actor, "suppression.lifted", "suppression", id, reason=listed.suppression.reason.value)
    return await uow.suppressions.get(id)
