"""Suggested duplicates: pairs of people, the coarse keys by which they are found, and what somebody decided."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.duplicate import DuplicateState, Resemblance
from leads.identity import DuplicateId, PersonId
from leads.lead import Person
from leads.refusal import NotKnown
from leads.signal import Property
from store.identity_tables import duplicates, match_keys
from store.once import insert_once
from store.paging import Place, past
from store.people import person_of
from store.people_tables import companies, leads, people

_MOST_KEYS = 200
"""Keys of one look-up: SQLite joins at most 500 selects."""
_AT_ONCE = 200
"""Rows of one statement: SQLite takes at most 32,766 values."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two people who may be one: how likely, why, and what somebody decided."""

    id: DuplicateId
    person_id: PersonId
    other_person_id: PersonId
    score: float
    reasons: tuple[str, ...]
    state: DuplicateState
    found_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with their company's name and the answers of their newest lead, for comparing."""

    person: Person
    company: str | None
    fields: MappingProxyType[str, Property]


class Duplicates:
    """Pairs that may be one person."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def suggest(
        self, found: Sequence[tuple[DuplicateId, PersonId, PersonId, Resemblance]], *, at: datetime, renew: bool
    ) -> int:
        """Keep pairs that were found; how many are new. `renew` scores known ones anew; what was decided stays."""
        new = 0
        for start in range(0, len(found), _AT_ONCE):
            rows = [_new(*pair, at=at) for pair in found[start : start + _AT_ONCE]]
            new += await insert_once(self._db, duplicates, rows)
        for _, one, other, seen in found if renew and new < len(found) else ():
            pair = (duplicates.c.person_id == min(one, other), duplicates.c.other_person_id == max(one, other))
            changed = (duplicates.c.state == DuplicateState.OPEN.value, duplicates.c.score != seen.score)
            values = {"score": seen.score, "reasons": list(seen.reasons)}
            await self._db.execute(update(duplicates).where(*pair, *changed).values(**values))
        return new

    async def get(self, duplicate_id: DuplicateId, *, lock: bool = False) -> Duplicate:
        """The pair by id. Raises NotKnown."""
        query = select(duplicates).where(duplicates.c.id == duplicate_id)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        if row is None:
            raise NotKnown("There is no such suggestion.")
        return _duplicate(row)

    async def page(self, state: DuplicateState, *, after: Place | None = None, limit: int) -> list[Duplicate]:
        """One page of pairs, the likeliest first."""
        query = select(duplicates).where(duplicates.c.state == state.value)
        if state is DuplicateState.OPEN:
            query = query.where(_both_stand())
        if after is not None:
            query = query.where(past(duplicates.c.score, duplicates.c.id, after, falling=True))
        order = (duplicates.c.score.desc(), duplicates.c.id.desc())
        return [_duplicate(row) for row in (await self._db.execute(query.order_by(*order).limit(limit))).all()]

    async def of_person(self, person_id: PersonId, *, limit: int = 50) -> list[Duplicate]:
        """The pairs of one person that nobody has decided on, the likeliest first."""
        mine = or_(duplicates.c.person_id == person_id, duplicates.c.other_person_id == person_id)
        query = select(duplicates).where(mine, duplicates.c.state == DuplicateState.OPEN.value, _both_stand())
        rows = (await self._db.execute(query.order_by(duplicates.c.score.desc(), duplicates.c.id).limit(limit))).all()
        return [_duplicate(row) for row in rows]

    async def decide(self, duplicate_id: DuplicateId, state: DuplicateState, *, by: str, at: datetime) -> None:
        """Keep what somebody decided on a pair."""
        change = update(duplicates).where(duplicates.c.id == duplicate_id)
        await self._db.execute(change.values(state=state.value, decided_by=by[:200], decided_at=at))

    async def settle(self, merged: PersonId, survivor: PersonId, *, by: str, at: datetime) -> None:
        """After a merge: the pair is settled, and the other open suggestions about the merged record are void."""
        pair = (duplicates.c.person_id == min(merged, survivor), duplicates.c.other_person_id == max(merged, survivor))
        done = {"state": DuplicateState.MERGED.value, "decided_by": by[:200], "decided_at": at}
        await self._db.execute(update(duplicates).where(*pair).values(**done))
        await self.forget(merged)

    async def forget(self, person_id: PersonId, *, but: Collection[PersonId] = ()) -> None:
        """Take back the open suggestions about a person, but for those with these people."""
        table = duplicates
        kept = list(but)
        mine = or_(
            (table.c.person_id == person_id) & table.c.other_person_id.not_in(kept),
            (table.c.other_person_id == person_id) & table.c.person_id.not_in(kept),
        )
        await self._db.execute(delete(table).where(mine, table.c.state == DuplicateState.OPEN.value))

    async def open_pairs(self) -> dict[tuple[PersonId, PersonId], DuplicateId]:
        """Every pair that nobody has decided on."""
        table = duplicates
        query = select(table.c.id, table.c.person_id, table.c.other_person_id)
        rows = (await self._db.execute(query.where(table.c.state == DuplicateState.OPEN.value))).all()
        return {(PersonId(r.person_id), PersonId(r.other_person_id)): DuplicateId(r.id) for r in rows}

    async def take_back(self, wanted: Sequence[DuplicateId]) -> None:
        """Remove suggestions that do not hold any more and that nobody has decided on."""
        for start in range(0, len(wanted), _AT_ONCE):
            chosen = duplicates.c.id.in_(wanted[start : start + _AT_ONCE])
            await self._db.execute(delete(duplicates).where(chosen, duplicates.c.state == DuplicateState.OPEN.value))

    async def have_keys(self) -> set[PersonId]:
        """Who has coarse keys."""
        rows = (await self._db.execute(select(match_keys.c.person_id).distinct())).all()
        return {PersonId(row.person_id) for row in rows}

    async def add_keys(self, keys: Sequence[tuple[PersonId, str]]) -> None:
        """Keep coarse keys of people who had none."""
        for start in range(0, len(keys), _AT_ONCE):
            rows = [{"person_id": person, "key": key} for person, key in keys[start : start + _AT_ONCE]]
            await insert_once(self._db, match_keys, rows)

    async def keep_keys(self, person_id: PersonId, keys: Iterable[str]) -> None:
        """Make these the person's coarse keys."""
        await self._db.execute(delete(match_keys).where(match_keys.c.person_id == person_id))
        rows = [{"key": key, "person_id": person_id} for key in sorted(keys)]
        if rows:
            await insert_once(self._db, match_keys, rows)

    async def replace_keys(self, keys: Mapping[PersonId, Iterable[str]]) -> None:
        """Make these the coarse keys of many people at once."""
        if keys:
            await self._db.execute(delete(match_keys).where(match_keys.c.person_id.in_(sorted(keys))))
        rows = [{"key": key, "person_id": person} for person, own in keys.items() for key in own]
        if rows:
            await self._db.execute(insert(match_keys), sorted(rows, key=itemgetter("key", "person_id")))

    async def sharing(self, person_id: PersonId, keys: Collection[str], *, largest: int, limit: int) -> list[PersonId]:
        """Who shares a key with this person; a key that more than `largest` people have tells nothing."""
        if not keys:
            return []
        # no more rows of a key are read than tell that it is too common: some are shared by thousands
        table = match_keys
        some = [
            select(select(table.c.key, table.c.person_id).where(table.c.key == key).limit(largest + 1).subquery())
            for key in sorted(keys)[:_MOST_KEYS]
        ]
        sharers: dict[str, list[PersonId]] = {}
        for row in (await self._db.execute(union_all(*some))).all():
            sharers.setdefault(row.key, []).append(PersonId(row.person_id))
        telling = [people for people in sharers.values() if len(people) <= largest]
        shared = Counter(person for people in telling for person in people if person != person_id)
        return sorted(shared, key=lambda person: (-shared[person], person))[:limit]

    async def known(self, wanted: Collection[PersonId] | None = None) -> list[KnownPerson]:
        """These people (everybody, when None) as they are compared; who was merged into another is left out."""
        newest = select(func.max(leads.c.id)).group_by(leads.c.person_id)
        if wanted is not None:
            newest = newest.where(leads.c.person_id.in_(wanted))
        query = (
            select(people, companies.c.name.label("company"), leads.c.fields)
            .select_from(people)
            .outerjoin(leads, (leads.c.person_id == people.c.id) & leads.c.id.in_(newest))
            .outerjoin(companies, companies.c.id == leads.c.company_id)
            .where(people.c.merged_into_id.is_(None))
        )
        if wanted is not None:
            query = query.where(people.c.id.in_(wanted))
        rows = (await self._db.execute(query)).all()
        return [KnownPerson(person_of(row), row.company, MappingProxyType(row.fields or {})) for row in rows]


def _both_stand() -> ColumnElement[bool]:
    """Neither of the two was merged into somebody since."""
    gone = select(people.c.id).where(people.c.merged_into_id.is_not(None))
    return duplicates.c.person_id.not_in(gone) & duplicates.c.other_person_id.not_in(gone)


def _new(id: DuplicateId, one: PersonId, other: PersonId, seen: Resemblance, *, at: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "person_id": min(one, other),
        "other_person_id": max(one, other),
        "score": seen.score,
        "reasons": list(seen.reasons),
        "state": DuplicateState.OPEN.value,
        "found_at": at,
    }


def _duplicate(row: Any) -> Duplicate:
    return Duplicate(
        id=row.id,
        person_id=row.person_id,
        other_person_id=row.other_person_id,
        score=row.score,
        reasons=tuple(row.reasons),
        state=DuplicateState(row.state),
        found_at=row.found_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
