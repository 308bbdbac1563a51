"""Erasing what a visitor left: rows go, and what must stay for the figures loses every word that leads to a person."""

from dataclasses import dataclass

from sqlalchemy import delete, exists, or_, select, update

from leads.conversation import Conversation
from leads.identity import LeadId, PersonId
from leads.stage import Outcome, WorkStatus
from store.handoff_tables import draft_revisions, drafts, team_events
from store.identity_tables import contact_points, duplicates, match_keys, merge_records
from store.tables import (
    activities,
    bant_claims,
    consents,
    conversations,
    events,
    guard_events,
    handoffs,
    leads,
    meetings,
    messages,
    offers,
    people,
    tool_calls,
    turns,
)
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Own:
    """The records that exist only because of one conversation: the anonymous person and the lead it began with."""

    people: tuple[PersonId, ...]
    leads: tuple[LeadId, ...]


async def own_of(uow: UnitOfWork, conversation: Conversation) -> Own:
    """Who came into being with this conversation and whom nothing else speaks for: no proof, no other one, no form.

    A visitor who typed a known address was joined to that person; then their own record is the tombstone.
    """
    if conversation.verified:
        return Own((), ())
    born = select(people.c.id).where(
        people.c.created_at == conversation.opened_at,
        or_(people.c.id == conversation.person_id, people.c.merged_into_id == conversation.person_id),
        ~exists().where(conversations.c.person_id == people.c.id, conversations.c.id != conversation.id),
        ~exists().where(
            leads.c.person_id == people.c.id, activities.c.lead_id == leads.c.id, activities.c.type.like("form.%")
        ),
    )
    persons = tuple(PersonId(r.id) for r in (await uow._db.execute(born)).all())
    query = select(leads.c.id).where(leads.c.person_id.in_(persons))
    return Own(persons, tuple(LeadId(r.id) for r in (await uow._db.execute(query)).all()))


async def erase_words(uow: UnitOfWork, conversation: Conversation) -> None:
    """Delete the conversation with everything that was said, heard and done in it. Its meetings are only let go."""
    db, here = uow._db, conversation.id
    said = select(messages.c.id).where(messages.c.conversation_id == here)
    of_lead = activities.c.lead_id == conversation.lead_id
    noted_here = activities.c.properties["conversation"].as_string() == here
    about_here = activities.c.dedup_key.like(f"%:{here}%")
    await db.execute(delete(bant_claims).where(bant_claims.c.message_id.in_(said)))
    await db.execute(delete(activities).where(of_lead, or_(activities.c.message_id.in_(said), noted_here, about_here)))
    in_turns = select(turns.c.id).where(turns.c.conversation_id == here)
    await db.execute(delete(tool_calls).where(tool_calls.c.turn_id.in_(in_turns)))
    for table in (draft_revisions, drafts, team_events):
        await db.execute(delete(table).where(table.c.conversation_id == here))
    await db.execute(delete(handoffs).where(handoffs.c.conversation_id == here))
    await db.execute(
        update(meetings)
        .where(meetings.c.conversation_id == here)
        .values(conversation_id=None, slot_id=None, attendee_name=None)
    )
    for table in (offers, guard_events, turns, events, messages):
        await db.execute(delete(table).where(table.c.conversation_id == here))
    await db.execute(delete(conversations).where(conversations.c.id == here))


async def erase_own(uow: UnitOfWork, own: Own) -> None:
    """Empty the person and close the lead that nobody stands behind any more. Counts stay, words do not."""
    db = uow._db
    for table in (activities, bant_claims):
        await db.execute(delete(table).where(table.c.lead_id.in_(own.leads)))
    for table in (consents, contact_points, match_keys):
        await db.execute(delete(table).where(table.c.person_id.in_(own.people)))
    pairs = or_(duplicates.c.person_id.in_(own.people), duplicates.c.other_person_id.in_(own.people))
    await db.execute(delete(duplicates).where(pairs))
    merged = or_(merge_records.c.person_id.in_(own.people), merge_records.c.merged_person_id.in_(own.people))
    await db.execute(update(merge_records).where(merged).values(left_out={}))
    nothing = dict.fromkeys(("email", "email_key", "phone", "name", "title", "language", "zone", "country"))
    await db.execute(update(people).where(people.c.id.in_(own.people)).values(**nothing))
    figures = dict.fromkeys(("score_total", "score_fit", "score_engagement", "score_negative"), 0.0)
    await db.execute(
        update(leads)
        .where(leads.c.id.in_(own.leads), leads.c.outcome == Outcome.OPEN.value)
        .values(outcome=Outcome.JUNK.value, status=WorkStatus.CLOSED.value)
    )
    await db.execute(
        update(leads)
        .where(leads.c.id.in_(own.leads))
        .values(company_id=None, fields={}, campaign=None, follow_up_on=None, score_grade="C3", **figures)
    )
