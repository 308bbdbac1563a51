"""Erasing: rows go, and what must stay for the figures loses every word that leads to a person.

Which rows those are is read from the tables (`store/person_graph.py`), and what becomes of them from their tags: a
table's rows are deleted, unless it says that they stay without their words, or are the proof of what was done.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    RowMapping,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from leads.conversation import Conversation
from leads.identity import ConversationId, LeadId, PersonId
from leads.meeting import MeetingState
from store.blanks import blank_of, cross_out, overwrite
from store.conversation_tables import conversations
from store.form_tables import submissions
from store.holding import hold_conversation, hold_leads, hold_persons
from store.intake_tables import enrichments
from store.loose_ends import LooseRow, holds_words, kind_of
from store.meeting_tables import meetings
from store.once import insert_once
from store.outbox import OutboxState
from store.outbox_tables import idempotent_requests, outbox
from store.people_tables import activities, companies, leads, people
from store.person_graph import Found, Reach, chunks, collect, conditions, graph, id_of
from store.person_points import Points, loose_ends_of, points_of
from store.privacy_tables import erasure_permits
from store.report_sums import forget_sums
from store.submissions import answered_key
from store.tables import metadata
from store.unit import UnitOfWork

UNTIL_TOLD = ("attendee_email", "zone")
"""What the cancellation of a meeting needs; `worker/forget.py` takes it away when that has been sent."""


@dataclass(slots=True)
class Counts:
    """How many rows went, and how many stayed without their words, by table."""

    deleted: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)


async def own_of(uow: UnitOfWork, conversation: Conversation, *, lock: bool = False) -> tuple[PersonId, ...]:
    """Who came into being with this conversation and whom nothing else speaks for: no proof, no other one, no form.

    A visitor who typed a known address was joined to that person; then their own record is the tombstone. `lock` holds
    what erasing the conversation will touch until the transaction ends: itself, these records, their person's cycles.
    Raises NotKnown, locking, when it is gone.
    """
    if not lock:
        return await _born_in(uow, conversation)
    await hold_conversation(uow._db, conversation.id)
    conversation = await uow.conversations.get(conversation.id)  # it may have joined somebody meanwhile
    own = await hold_persons(uow._db, partial(_born_in, uow, conversation))
    await hold_leads(uow._db, [conversation.person_id])
    return own


async def _born_in(uow: UnitOfWork, conversation: Conversation) -> tuple[PersonId, ...]:
    if conversation.verified:
        return ()
    born = select(people.c.id).where(
        people.c.created_at == conversation.opened_at,
        people.c.erased_at.is_(None),
        or_(people.c.id == conversation.person_id, people.c.merged_into_id == conversation.person_id),
        ~exists().where(conversations.c.person_id == people.c.id, conversations.c.id != conversation.id),
        ~exists().where(
            leads.c.person_id == people.c.id, activities.c.lead_id == leads.c.id, activities.c.type.like("form.%")
        ),
    )
    return tuple(PersonId(r.id) for r in (await uow._db.execute(born)).all())


async def erase_person_rows(uow: UnitOfWork, persons: Sequence[PersonId], found: Found) -> Counts:
    """Erase all that hangs on these records, which become tombstones. Nothing else of the person is left behind."""
    counts, points = Counts(), points_of(found)
    await remember_answered(uow, found.rows.get(submissions.name, ()))
    await _keep_first_chats(uow, found)
    await uow._db.execute(insert(erasure_permits), [{"person_id": person} for person in persons])
    await _erase(uow, found, counts, root="people")
    await uow._db.execute(delete(erasure_permits).where(erasure_permits.c.person_id.in_(persons)))
    await _clean_kept(uow, found, points, counts)
    await _drop_companies(uow, found, counts)
    for loose in await loose_ends_of(uow, points):
        await _tie_up(uow, loose, points, counts)
    await forget_sums(uow._db, points.words)
    await uow._db.execute(update(people).where(people.c.id.in_(persons)).values(erased_at=uow.now))
    return counts


async def erase_conversation_rows(uow: UnitOfWork, conversation: Conversation) -> Counts:
    """Delete a conversation with everything that was said, heard and done in it. Its meetings are only let go."""
    counts, here = Counts(), conversation.id
    cycles = select(leads.c.id).where(leads.c.person_id == conversation.person_id)  # a talk may go on into the next one
    of_lead = activities.c.lead_id.in_(cycles)
    noted_here = activities.c.properties["conversation"].as_string() == here
    about_here = activities.c.dedup_key.like(f"%:{here}%")
    done = await uow._db.execute(delete(activities).where(of_lead, or_(noted_here, about_here)))
    counts.deleted["activities"] += done.rowcount
    found = await collect(uow._db, conversations, [here])
    await _keep_first_chats(uow, found)
    await _erase(uow, found, counts, root="conversations")
    return counts


def conversations_in(found: Found) -> tuple[ConversationId, ...]:
    """The conversations among what was found, so that whoever listens can be told."""
    return tuple(ConversationId(id) for id in found.ids(conversations))


async def _keep_first_chats(uow: UnitOfWork, found: Found) -> None:
    """When each lead's first chat began: whether chats bring deals is read from it after they have gone."""
    for row in found.rows.get(conversations.name, ()):
        await uow.reports.keep_first_chat(LeadId(row["lead_id"]), row["opened_at"])


async def _erase(uow: UnitOfWork, found: Found, counts: Counts, *, root: str) -> None:
    """First empty what stays, so that nothing refers to what goes; then delete, the last ones first."""
    reaches = graph(root)
    told = {row["payload"].get("meeting_id") for row in found.rows.get("outbox", ()) if _still_to_tell(row)}
    told |= await _cancelled_in(uow, found)
    for reach in reaches:
        if reach.erase == "empty":
            await _empty(uow, reach, found, counts, reaches, root=root, told=told)
    for reach in reversed(reaches):
        if reach.erase == "delete":
            await _delete(uow, reach, found, counts, root=root)


async def _cancelled_in(uow: UnitOfWork, found: Found) -> set[str]:
    """Meetings whose guest has still to be told that they are cancelled."""
    waiting = select(outbox.c.payload).where(outbox.c.state.in_(_ON_ITS_WAY), outbox.c.kind == "invitation")
    told: set[str] = set()
    for some in chunks([row["lead_id"] for row in found.rows.get("meetings", ())]):
        rows = (await uow._db.execute(waiting.where(outbox.c.lead_id.in_(some)))).all()
        told |= {row.payload.get("meeting_id") for row in rows if row.payload.get("method") == "CANCEL"}
    return told


_ON_ITS_WAY = (OutboxState.WAITING.value, OutboxState.SENDING.value)


def _still_to_tell(row: RowMapping) -> bool:
    """A cancellation on its way: it carries ids only, and is the last thing the guest hears."""
    payload = row["payload"] or {}
    return row["kind"] == "invitation" and payload.get("method") == "CANCEL" and row["state"] in _ON_ITS_WAY


async def _delete(uow: UnitOfWork, reach: Reach, found: Found, counts: Counts, *, root: str) -> None:
    table = reach.table
    for picked in _picked(reach, found, root):
        query = delete(table).where(picked)
        if table is outbox:
            kept = [row["id"] for row in found.rows.get(table.name, ()) if _still_to_tell(row)]
            query = query.where(outbox.c.id.not_in(kept)) if kept else query
        counts.deleted[table.name] += (await uow._db.execute(query)).rowcount


async def _empty(
    uow: UnitOfWork,
    reach: Reach,
    found: Found,
    counts: Counts,
    reaches: Sequence[Reach],
    *,
    root: str,
    told: set[str],
) -> None:
    values = blank_of(reach, reaches)
    if not values:
        return
    table = reach.table
    counts.emptied[table.name] += len(found.rows.get(table.name, ()))  # a row can be picked by two of its columns
    for picked in _picked(reach, found, root):
        query = update(table).where(picked)
        if table is meetings and told:
            spared = {name: value for name, value in values.items() if name not in UNTIL_TOLD}
            open_or_told = meetings.c.id.in_(told) & (meetings.c.state == MeetingState.CANCELLED.value)
            await uow._db.execute(query.where(open_or_told).values(spared))
            query = query.where(~open_or_told)
        await uow._db.execute(query.values(values))


def _picked(reach: Reach, found: Found, root: str) -> Sequence[ColumnElement[bool]]:
    if reach.table.name != root:
        return list(conditions(reach, found))
    key = id_of(reach.table)
    assert key is not None
    return [key.in_(some) for some in chunks(found.ids(reach.table))]


async def _clean_kept(uow: UnitOfWork, found: Found, points: Points, counts: Counts) -> None:
    """Where a row that stays names the person in a column that should not, the column is emptied all the same."""
    words = [word.lower() for word in points.words]
    if not words:
        return
    for reach in graph():
        if reach.erase == "delete":
            continue
        columns = [c for c in reach.table.columns if holds_words(c) and not c.foreign_keys]
        for row in found.rows.get(reach.table.name, ()):
            named = [c for c in columns if any(word in str(row[c]).lower() for word in words)]
            fresh = [c for c in named if c.info.get("pii") not in {"contact", "content"}]
            if fresh:
                await overwrite(uow._db, reach.table, row, fresh)
                counts.emptied[reach.table.name] += 1


async def _drop_companies(uow: UnitOfWork, found: Found, counts: Counts) -> None:
    """A company that was only known because of this person, down to the domain of their address, goes with them."""
    known_of_it = enrichments.c.company_id
    uses = [t.c.company_id for t in metadata.sorted_tables if "company_id" in t.c and t is not enrichments]
    for company_id in {row["company_id"] for row in found.rows.get("leads", ()) if row["company_id"]}:
        alone = and_(*(~exists().where(column == company_id) for column in uses))
        ours = or_(companies.c.owner_id.is_not(None), companies.c.account_type.is_not(None))
        going = select(companies.c.id).where(companies.c.id == company_id, ~ours, alone)
        said = await uow._db.execute(delete(enrichments).where(known_of_it.in_(going)))
        counts.deleted["enrichments"] += said.rowcount
        done = await uow._db.execute(delete(companies).where(companies.c.id.in_(going)))
        counts.deleted["companies"] += done.rowcount


async def _tie_up(uow: UnitOfWork, loose: LooseRow, points: Points, counts: Counts) -> None:
    if loose.goes:
        if loose.table is submissions:
            await remember_answered(uow, [loose.row])
        keys = [c == loose.row[c] for c in loose.table.primary_key.columns]
        await uow._db.execute(delete(loose.table).where(*keys))
        counts.deleted[loose.table.name] += 1
    else:
        named = [column for column in loose.columns if not isinstance(kind_of(column), LargeBinary)]
        files = [column for column in loose.columns if column not in named]
        await overwrite(uow._db, loose.table, loose.row, named)
        await cross_out(uow._db, loose.table, loose.row, files, points)
        counts.emptied[loose.table.name] += 1


async def remember_answered(uow: UnitOfWork, rows: Sequence[RowMapping]) -> None:
    """A form that is delivered again after the erasure must find that it was taken: by a digest, and for a month."""
    told = {"request_hash": "", "status": 200, "created_at": uow.now}
    keys = [answered_key(row["form_id"], row["event_key"]) for row in rows if row["event_key"]]
    answered = [{"key": key, **told} for key in keys]
    if answered:
        await insert_once(uow._db, idempotent_requests, answered)
