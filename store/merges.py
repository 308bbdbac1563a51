"""Making two records one: everything that hangs on the first is given to the second, whatever table it is in.

The tables are found by their columns (`lead_id`, `person_id`), so a table that is added later is taken along too. A row
that would break a unique rule of the other record says the same as one that is there already, and stays behind.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Index, Table, UniqueConstraint, delete, exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from leads.actor import Actor
from leads.identity import LeadId, MergeId, PersonId
from leads.signal import ActorKind
from leads.stage import Outcome
from store.conversation_tables import conversations
from store.firings import carry_over
from store.identity_tables import contact_points, duplicates, match_keys, merge_records
from store.people_tables import activities, leads, people, stage_changes
from store.report_tables import milestones
from store.tables import metadata

STAYS_WITH_LEAD = frozenset({stage_changes.name, merge_records.name, milestones.name})
"""A cycle's own history: it is of that cycle, and of no other."""
STAYS_WITH_PERSON = frozenset(
    {leads.name, contact_points.name, match_keys.name, duplicates.name, merge_records.name, milestones.name}
)
"""Handled one by one, each by its own rule."""


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """One merge, for whoever asks later: who became whom, how many rows moved, and which values gave way."""

    id: MergeId
    at: datetime
    person_id: PersonId
    merged_person_id: PersonId
    actor: Actor
    why: str
    lead_id: LeadId | None = None
    merged_lead_id: LeadId | None = None
    moved: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    left_out: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Merges:
    """The moving itself, and the record of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def hold_conversations(self, person_id: PersonId) -> None:
        """Wait for whoever writes in this person's conversations, and keep others out."""
        query = select(conversations.c.id).where(conversations.c.person_id == person_id).order_by(conversations.c.id)
        await self._db.execute(query.with_for_update(key_share=True))

    async def move_lead(self, source: LeadId, target: LeadId, *, but: Collection[str] = ()) -> dict[str, int]:
        """Give all that hangs on one lead to another, but for these activities; how many rows of each table moved."""
        moved: dict[str, int] = {}
        for table in _tables_with("lead_id", STAYS_WITH_LEAD):
            kept = [activities.c.id.not_in(but)] if but and table is activities else []
            moved[table.name] = await self._move(table, "lead_id", source, target, *kept)
        await carry_over(self._db, source, target)
        return {name: count for name, count in moved.items() if count}

    async def move_person(self, source: PersonId, target: PersonId, *, proved: bool) -> dict[str, int]:
        """Give all that hangs on one person to another.

        Of somebody who merely typed an address only the conversations come along: what they said on consent stays.
        """
        tables = _tables_with("person_id", STAYS_WITH_PERSON) if proved else [conversations]
        moved = {table.name: await self._move(table, "person_id", source, target) for table in tables}
        if proved:
            moved[contact_points.name] = await self._move_points(source, target)
        return {name: count for name, count in moved.items() if count}

    async def take_leads(self, source: PersonId, target: PersonId) -> int:
        """Make a person's cycles the other's, but for those that were merged into another; number them anew by age."""
        theirs = (leads.c.person_id == source, leads.c.outcome != Outcome.MERGED.value)
        taken = (await self._db.execute(update(leads).where(*theirs).values(person_id=target))).rowcount
        ids = select(leads.c.id).where(leads.c.person_id == target, leads.c.outcome != Outcome.MERGED.value)
        rows = (await self._db.execute(ids.order_by(leads.c.created_at, leads.c.id))).all()
        for number, row in enumerate(rows if taken else (), 1):
            await self._db.execute(update(leads).where(leads.c.id == row.id).values(cycle_no=number))
        return taken

    async def forget_matches(self, person_id: PersonId) -> None:
        """A record that stands for another one is compared with nobody."""
        await self._db.execute(delete(match_keys).where(match_keys.c.person_id == person_id))

    async def is_empty(self, person_id: PersonId) -> bool:
        """Whether nothing is known of this person and nothing hangs on them: so it is after an erasure."""
        known = select(people.c.id).where(
            people.c.id == person_id,
            (people.c.email.is_not(None) | people.c.phone.is_not(None) | people.c.name.is_not(None))
            | exists().where(contact_points.c.person_id == person_id)
            | exists().where(conversations.c.person_id == person_id)
            | exists().where(leads.c.person_id == person_id, leads.c.outcome == Outcome.OPEN.value),
        )
        return (await self._db.execute(known)).first() is None

    async def add(self, record: MergeRecord) -> None:
        """Keep the record of a merge."""
        await self._db.execute(
            insert(merge_records).values(
                id=record.id,
                at=record.at,
                person_id=record.person_id,
                merged_person_id=record.merged_person_id,
                lead_id=record.lead_id,
                merged_lead_id=record.merged_lead_id,
                actor=record.actor.kind.value,
                actor_id=record.actor.id,
                actor_name=record.actor.name[:200],
                why=record.why[:200],
                moved=dict(record.moved),
                left_out=dict(record.left_out),
            )
        )

    async def into(self, person_id: PersonId) -> list[MergeRecord]:
        """Every merge that made this person who they are, oldest first."""
        wanted = select(people.c.id).where(people.c.merged_into_id == person_id)
        table = merge_records
        query = select(table).where((table.c.person_id == person_id) | table.c.person_id.in_(wanted))
        rows = (await self._db.execute(query.order_by(table.c.at, table.c.id))).all()
        return [_record(row) for row in rows]

    async def _move_points(self, source: PersonId, target: PersonId) -> int:
        """The other ways to reach them; what both have is one point, and it keeps the proof of either."""
        proofs = select(contact_points).where(
            contact_points.c.person_id == source, contact_points.c.verified_at.is_not(None)
        )
        for row in (await self._db.execute(proofs)).all():
            twin = (contact_points.c.kind == row.kind, contact_points.c.normalised == row.normalised)
            theirs = (contact_points.c.person_id == target, contact_points.c.verified_at.is_(None))
            await self._db.execute(update(contact_points).where(*twin, *theirs).values(verified_at=row.verified_at))
        await self._db.execute(
            update(contact_points).where(contact_points.c.person_id == source).values(is_primary=False)
        )
        moved = await self._move(contact_points, "person_id", source, target)
        await self._db.execute(delete(contact_points).where(contact_points.c.person_id == source))
        return moved

    async def _move(self, table: Table, name: str, source: str, target: str, *but: ColumnElement[bool]) -> int:
        column = table.c[name]
        stays = [condition for rule in _rules(table, name) for condition in [_twice(table, name, rule, source, target)]]
        change = update(table).where(column == source, *[~condition for condition in stays], *but)
        return int((await self._db.execute(change.values({name: target}))).rowcount)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A unique rule of a table: the columns besides the moving one, and which rows it holds for."""

    others: tuple[str, ...]
    holds: Any = None


def _tables_with(name: str, but: Collection[str]) -> list[Table]:
    """Conversations first: whoever writes in one holds its row, and what they wrote is then seen."""
    found = [table for table in metadata.sorted_tables if name in table.c and table.name not in but]
    return sorted(found, key=lambda table: (table is not conversations, table.name))


def _rules(table: Table, name: str) -> Iterator[_Rule]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and name in constraint.columns:
            yield _Rule(tuple(c.name for c in constraint.columns if c.name != name))
    for index in table.indexes:
        if index.unique and name in index.columns:
            yield _Rule(tuple(c.name for c in index.columns if c.name != name), _condition(index))
    if name in table.primary_key.columns:
        yield _Rule(tuple(c.name for c in table.primary_key.columns if c.name != name))


def _condition(index: Index) -> Any:
    return index.dialect_options["sqlite"].get("where")


def _twice(table: Table, name: str, rule: _Rule, source: str, target: str) -> ColumnElement[bool]:
    """The rows that would stand twice under a unique rule."""
    column, holds = table.c[name], [rule.holds] if rule.holds is not None else []
    others = [table.c[other] for other in rule.others]
    there = select(*(others or [column])).where(column == target, *holds).correlate(None)
    same = tuple_(*others).in_(there) if others else exists(there)
    keys = list(table.primary_key.columns)
    mine = select(*keys).where(column == source, *holds, same).correlate(None)
    return tuple_(*keys).in_(mine)


def _record(row: Any) -> MergeRecord:
    return MergeRecord(
        id=row.id,
        at=row.at,
        person_id=row.person_id,
        merged_person_id=row.merged_person_id,
        actor=Actor(ActorKind(row.actor), row.actor_id, row.actor_name),
        why=row.why,
        lead_id=row.lead_id,
        merged_lead_id=row.merged_lead_id,
        moved=MappingProxyType(row.moved),
        left_out=MappingProxyType(row.left_out),
    )
