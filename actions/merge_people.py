"""Two records are one person: make them one, in one act. The only way in which that happens.

The loser's record stays as a tombstone that leads to the winner, so that old ids, links and late messages still arrive.
Who wins is the caller's word, or `actions.decide_duplicate.better_founded`'s.
"""

from dataclasses import dataclass
from types import MappingProxyType

from actions.keep_consent import keep_consent
from actions.merge_leads import hold_both, merge_leads
from leads.actor import Actor
from leads.consent import ConsentEvent, Purpose
from leads.identity import MergeId, PersonId
from leads.lead import Lead, Person
from leads.merge import emptied, filled_from, left_out, refused
from leads.refusal import MergedElsewhere, NothingToMerge, SamePerson
from playbook.book import Playbook
from store.merges import MergeRecord
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Merged:
    """The person who stays, and their open lead, if there is one. `new` is False when that was so before."""

    person: Person
    lead: Lead | None
    new: bool = True


async def merge_people(
    uow: UnitOfWork,
    book: Playbook,
    loser: PersonId,
    winner: PersonId,
    *,
    actor: Actor,
    why: str = "merged by hand",
    proved: bool = True,
) -> Merged:
    """Give the winner everything of the loser; doing it again changes nothing.

    `proved` False is for a visitor who merely typed the winner's address: then only what they said and did comes along,
    and every no; the winner's record is not touched. Raises NotKnown, SamePerson, MergedElsewhere, NothingToMerge,
    TwoMeetings.
    """
    await uow.merges.hold_conversations(loser)  # before people, as everybody who talks does
    gone, kept = await _hold(uow, loser, winner)
    if gone.merged_into == kept.id:
        return Merged(kept, await uow.leads.open_of(kept.id), new=False)
    await _check(uow, gone, kept)
    noes = refused(await uow.ledger.consents(kept.id)) | refused(await uow.ledger.consents(gone.id))
    merged_lead, lead, moved = await _merge_cycles(uow, book, gone, kept, actor=actor, proved=proved)
    await uow.people.merge_into(gone.id, kept.id)  # first: words on consent may move to whom their person has become
    moved |= await uow.merges.move_person(gone.id, kept.id, proved=proved)
    await _keep_refusals(uow, gone, kept, noes)
    record = MergeRecord(
        id=MergeId(uow.new_id("mrg")),
        at=uow.now,
        person_id=kept.id,
        merged_person_id=gone.id,
        actor=actor,
        why=why,
        lead_id=lead.id if lead else None,
        merged_lead_id=merged_lead.id if merged_lead else None,
        moved=MappingProxyType(moved),
        left_out=MappingProxyType(dict(left_out(kept, gone)) if proved else {}),
    )
    if proved:
        await uow.people.save(emptied(gone))  # first, for its address is the other's from now on
        kept = await uow.people.save(filled_from(kept, gone))
    await _bury(uow, gone, kept, record)
    return Merged(kept, lead)


async def _keep_refusals(uow: UnitOfWork, gone: Person, kept: Person, noes: frozenset[Purpose]) -> None:
    """A no that either record had said last is the newest word of the merged one."""
    for purpose in sorted(noes - refused(await uow.ledger.consents(kept.id))):
        word = ConsentEvent(purpose, False, "-", f"merge:{gone.id}", uow.now)
        await keep_consent(uow, None, kept.id, word)


async def _bury(uow: UnitOfWork, gone: Person, kept: Person, record: MergeRecord) -> None:
    """Make the loser a tombstone that is compared with nobody, and keep that it was done, and by whom."""
    actor = record.actor
    await uow.merges.forget_matches(gone.id)
    await uow.duplicates.settle(gone.id, kept.id, by=actor.name or actor.kind.value, at=uow.now)
    await uow.merges.add(record)
    await uow.note_act(actor, "person.merged", "person", kept.id, merged=gone.id, lead=record.lead_id)


async def _hold(uow: UnitOfWork, loser: PersonId, winner: PersonId) -> tuple[Person, Person]:
    """Both as they now are, locked; a winner who was merged meanwhile is whom they became."""
    for person_id in (loser, winner):
        await uow.people.get(person_id)  # says who is not known
    held = await uow.people.lock([loser, winner])
    kept = held[winner]
    while kept.merged_into is not None:
        kept = (await uow.people.lock([kept.merged_into]))[kept.merged_into]
    return held[loser], kept


async def _check(uow: UnitOfWork, gone: Person, kept: Person) -> None:
    if gone.id == kept.id:
        raise SamePerson("That is one and the same person already.")
    if gone.merged_into is not None:
        raise MergedElsewhere(
            f"This person was merged into {gone.merged_into} already: merge that one, if you mean it."
        )
    if await uow.merges.is_empty(gone.id) or await uow.merges.is_empty(kept.id):
        raise NothingToMerge("One of the two holds nothing any more: it was erased, and stays so.")


async def _merge_cycles(
    uow: UnitOfWork, book: Playbook, gone: Person, kept: Person, *, actor: Actor, proved: bool
) -> tuple[Lead | None, Lead | None, dict[str, int]]:
    """Two open cycles become one, all others are the winner's history: merged lead, open lead, rows moved."""
    theirs, home = await uow.leads.open_of(gone.id), await uow.leads.open_of(kept.id)
    moved: dict[str, int] = {}
    merged = None
    if theirs is not None and home is not None:
        theirs, home = await hold_both(uow, theirs.id, home.id)
        joined = await merge_leads(uow, book, theirs, home, actor=actor, proved=proved)
        merged, home, moved = theirs, joined.lead, dict(joined.moved)
    taken = await uow.merges.take_leads(gone.id, kept.id)
    moved |= {"leads": taken} if taken else {}
    return merged, home or await uow.leads.open_of(kept.id), moved
