"""Other programs tell what somebody did: kept once, counted for what it is worth by now, for leads we know.

Each item stands for itself; the others are kept when one cannot be. Every lead is scored once for all of its items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from actions.choose_track import choose_track
from actions.note_response import note_response
from actions.rescore_lead import rescore_lead
from leads.activity_types import ActivityType, accepted, actor_of
from leads.actor import Actor
from leads.identity import LeadId, PersonId
from leads.lead import Lead
from leads.nurture import Occasion, concerns
from leads.refusal import LeadRefusal, NotKnown, PersonErased, ValueMissing
from leads.signal import Activity, ActorKind, Property
from leads.stage import Outcome
from playbook.book import Playbook
from store.batch import BatchUnit, Wanted
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class ToldActivity:
    """What somebody did, as a program tells it; whose it is, by one of three. `occurred_at` is now when not told."""

    type: str
    occurred_at: datetime | None = None
    dedup_key: str | None = None
    properties: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    machine: bool = False
    lead_id: str | None = None
    person_id: str | None = None
    email: str | None = None


class Kept(StrEnum):
    """What became of one."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ActivityKept:
    """One item: what became of it, its ids, and the refusal if there was one."""

    ending: Kept
    lead_id: LeadId | None = None
    activity: Activity | None = None
    refusal: LeadRefusal | None = None


async def note_activities(
    uow: UnitOfWork, book: Playbook, told: Sequence[ToldActivity], *, source: str, actor: Actor | None = None
) -> list[ActivityKept]:
    """Keep them in the order given and score every lead that got one, once. A refusal is in the item's result.

    A call to the lead is an answer: `actor` is who tells of it, the rep who called or a program.
    """
    batch = BatchUnit(uow)
    await batch.fetch(await _wanted(uow, told))
    kept = [await _noted(batch, one, source=source) for one in told]
    for lead_id, news in _news(kept).items():
        lead = await rescore_lead(batch, book, lead_id, why=news[-1].type, news=_freshest(news))
        if any(concerns(book.nurture, activity.type) for activity in news):
            await choose_track(batch, book, lead, occasion=Occasion.ACTIVITY)
    await batch.flush()
    for one in kept:
        await _answered(uow, one, source=source, actor=actor)
    return kept


def _news(kept: Sequence[ActivityKept]) -> dict[LeadId, list[Activity]]:
    """What is new of each lead, in the order told."""
    found: dict[LeadId, list[Activity]] = {}
    for one in kept:
        if one.ending is Kept.ACCEPTED and one.lead_id and one.activity:
            found.setdefault(one.lead_id, []).append(one.activity)
    return found


def _freshest(news: Sequence[Activity]) -> Activity:
    """The one that happened last: only if all of it came late, no line may be crossed (domain.md §8 case 9)."""
    return max(news, key=lambda activity: activity.occurred_at)


async def _answered(uow: UnitOfWork, kept: ActivityKept, *, source: str, actor: Actor | None) -> None:
    """A call that one of the team made stops the clocks that ran when it was made; one from before the cycle, none."""
    call = kept.activity
    if kept.ending is not Kept.ACCEPTED or call is None or kept.lead_id is None:
        return
    if call.type != ActivityType.CALL_LOGGED or call.actor is not ActorKind.REP:
        return
    lead = await uow.leads.get(kept.lead_id)
    if lead.standing.outcome is Outcome.OPEN and call.occurred_at >= lead.created_at:
        caller = actor if actor and actor.kind is ActorKind.REP else Actor(ActorKind.REP, name=source)
        await note_response(uow, lead.id, actor=caller, at=call.occurred_at)


async def _wanted(uow: UnitOfWork, told: Sequence[ToldActivity]) -> Wanted:
    """People by whom leads are found; the person of a lead that is named is fetched with its ledger."""
    people = {PersonId(one.person_id) for one in told if one.person_id}
    for lead_id in {one.lead_id for one in told if one.lead_id}:
        try:
            people.add((await uow.leads.get(LeadId(lead_id))).person_id)
        except NotKnown:
            continue
    return Wanted(emails={one.email for one in told if one.email}, person_ids=people)


async def _noted(uow: UnitOfWork, told: ToldActivity, *, source: str) -> ActivityKept:
    try:
        type = accepted(told.type, told.properties)
        lead = await _lead_of(uow, told)
    except LeadRefusal as no:
        return ActivityKept(Kept.REFUSED, refusal=no)
    activity = Activity(
        type=type.value,
        occurred_at=min(told.occurred_at or uow.now, uow.now),
        received_at=uow.now,
        actor=actor_of(type, told.properties, machine=told.machine),
        source=source[:80],
        dedup_key=scoped_key(lead.person_id, told.dedup_key) if told.dedup_key else None,
        properties=told.properties,
    )
    added = await uow.ledger.add_activity(lead.id, activity, id=uow.new_id("act"))
    return ActivityKept(Kept.ACCEPTED if added else Kept.DUPLICATE, lead.id, activity)


async def _lead_of(uow: UnitOfWork, told: ToldActivity) -> Lead:
    """The lead that is named (or that one was merged into), else the person's open cycle.

    Raises NotKnown, ValueMissing, PersonErased.
    """
    if told.lead_id:
        return await _living(uow, await uow.leads.get(LeadId(told.lead_id)))
    if not (told.person_id or told.email):
        raise ValueMissing("Say whose it is: lead_id, person_id or email.")
    if told.person_id:
        person = await uow.people.get(PersonId(told.person_id))
    else:
        found = await uow.people.by_email(told.email or "")
        if found is None:
            raise NotKnown("Nobody we know has that address. Tell us of them first, with POST /v1/leads.")
        person = found
    lead = await uow.leads.open_of(person.id)
    if lead is None:
        raise NotKnown("This person has no open lead. Begin one with POST /v1/leads.")
    return lead


async def _living(uow: UnitOfWork, lead: Lead) -> Lead:
    """Only a cycle that is over can have been merged or erased, so that an open one costs no look."""
    if lead.standing.outcome is Outcome.OPEN:
        return lead
    if await uow.privacy.is_erased_lead(lead.id):
        raise PersonErased("The person of this lead was erased, so that nothing new is kept about them.")
    return await uow.leads.survivor(lead.id)


def scoped_key(person_id: PersonId, key: str) -> str:
    """The key as it is stored: one person's never meets another's, nor one of ours, and any length fits."""
    return "told:" + sha256(f"{person_id}\x1f{key}".encode("utf-8", "replace")).hexdigest()
