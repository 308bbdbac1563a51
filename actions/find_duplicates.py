"""Look for records that may be one person: at once when somebody is captured, and for everybody in a daily round."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from actions.compare_people import MEASURES, profile_of
from leads.contact_point import ContactPoint
from leads.duplicate import (
    SUGGEST_AT,
    Commonness,
    Profile,
    Resemblance,
    candidate_pairs,
    commonness,
    match_keys,
    resemblance,
)
from leads.identity import DuplicateId, PersonId
from store.duplicates import KnownPerson
from store.unit import UnitOfWork

LARGEST_BLOCK = 40
"""A coarse key that more people share tells nothing."""
MOST_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one."""

    one: PersonId
    other: PersonId
    seen: Resemblance


async def look_for_duplicates(uow: UnitOfWork, person_id: PersonId) -> int:
    """Compare one person with whoever shares a coarse key with them, and suggest; how many suggestions are new."""
    profiles = await read_profiles(uow, [person_id])
    if person_id not in profiles:
        return 0
    mine = profiles[person_id]
    keys = match_keys(mine)
    await uow.duplicates.keep_keys(person_id, keys)
    others = await uow.duplicates.sharing(person_id, keys, largest=LARGEST_BLOCK, limit=MOST_CANDIDATES)
    if not others:
        return 0
    candidates = await read_profiles(uow, others)
    crowd = commonness([mine, *candidates.values()])
    pairs = [Pair(mine.id, other.id, resemblance(mine, other, MEASURES, crowd)) for other in candidates.values()]
    return await keep_suggestions(uow, [pair for pair in pairs if pair.seen.score >= SUGGEST_AT])


async def keep_match_keys(uow: UnitOfWork, people: Collection[PersonId]) -> None:
    """Give people of a list their coarse keys, so that the next capture finds them; the daily round compares them."""
    profiles = await read_profiles(uow, people)
    await uow.duplicates.replace_keys({person: match_keys(profile) for person, profile in profiles.items()})


async def read_profiles(uow: UnitOfWork, wanted: Collection[PersonId] | None = None) -> dict[PersonId, Profile]:
    """What is compared of these people, or of everybody."""
    known = await uow.duplicates.known(wanted)
    points = await uow.contact_points.of_people([one.person.id for one in known] if wanted is not None else None)
    return {one.person.id: _profile(one, points.get(one.person.id, ())) for one in known}


def _profile(known: KnownPerson, points: Sequence[ContactPoint]) -> Profile:
    return profile_of(known.person, points, company=known.company, fields=known.fields)


def pairs_among(profiles: Mapping[PersonId, Profile]) -> list[Pair]:
    """Every pair among all these people that is worth showing. Takes seconds for 100,000: run it beside the loop."""
    crowd: Commonness = commonness(profiles.values())
    found = []
    for one, other in candidate_pairs(profiles, largest=LARGEST_BLOCK):
        seen = resemblance(profiles[one], profiles[other], MEASURES, crowd)
        if seen.score >= SUGGEST_AT:
            found.append(Pair(one, other, seen))
    return found


async def keep_suggestions(uow: UnitOfWork, pairs: Sequence[Pair], *, renew: bool = False) -> int:
    """Store pairs; how many are new. `renew` gives known ones the score as it is now. What was decided stays."""
    rows = [(DuplicateId(uow.new_id("dup")), pair.one, pair.other, pair.seen) for pair in pairs]
    return await uow.duplicates.suggest(rows, at=uow.now, renew=renew)
