"""Somebody looks at two records side by side and decides: two people, or one."""

from actions.merge_people import Merged, merge_people
from leads.actor import Actor
from leads.duplicate import DuplicateState
from leads.identity import DuplicateId, PersonId
from leads.merge import Claimant, keeps
from playbook.book import Playbook
from store.contact_points import EMAILS
from store.duplicates import Duplicate
from store.unit import UnitOfWork


async def dismiss_duplicate(uow: UnitOfWork, duplicate_id: DuplicateId, *, actor: Actor) -> Duplicate:
    """They are two people: this pair is not suggested again. Twice is once. Raises NotKnown."""
    pair = await uow.duplicates.get(duplicate_id, lock=True)
    if pair.state is DuplicateState.OPEN:
        by = actor.name or actor.kind.value
        await uow.duplicates.decide(duplicate_id, DuplicateState.DISMISSED, by=by, at=uow.now)
        await uow.note_act(actor, "duplicate.dismissed", "duplicate", duplicate_id)
    return await uow.duplicates.get(duplicate_id)


async def merge_duplicate(uow: UnitOfWork, book: Playbook, duplicate_id: DuplicateId, *, actor: Actor) -> Merged:
    """They are one: merge them; the record that is better founded stays. Raises NotKnown, CannotMerge."""
    pair = await uow.duplicates.get(duplicate_id)
    winner = await better_founded(uow, pair.person_id, pair.other_person_id)
    loser = pair.other_person_id if winner == pair.person_id else pair.person_id
    return await merge_people(uow, book, loser, winner, actor=actor, why="a suggested duplicate")


async def better_founded(uow: UnitOfWork, one: PersonId, other: PersonId) -> PersonId:
    """Which of two records stays: a proved address, then an owner, then the older, then the more complete one."""
    first, second = [await _claimant(uow, person_id) for person_id in (one, other)]
    return keeps(first, second).person.id


async def _claimant(uow: UnitOfWork, person_id: PersonId) -> Claimant:
    person = await uow.people.survivor(person_id)
    points = await uow.contact_points.of(person.id)
    proved = any(point.verified_at for point in points if point.kind in EMAILS)
    return Claimant(person, proved, await uow.leads.open_of(person.id))
