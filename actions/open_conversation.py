"""A visitor says the first word: a conversation begins, with a lead behind it."""

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from leads.consent import ConsentEvent, Proof, Purpose
from leads.conversation import Channel, Conversation, Page
from leads.identity import ConversationId, LeadId, PersonId
from leads.lead import Lead, Person, filled
from leads.signal import Activity
from playbook.book import Playbook
from store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the channel knows of who arrives. `email` and `name` only when proved (then `verified`)."""

    channel: Channel = Channel.CHAT
    source: str = "chat"
    page: Page = field(default_factory=Page)
    utm: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    language: str | None = None
    zone: str | None = None
    widget_key: str | None = None
    verified: bool = False
    email: str | None = None
    name: str | None = None


async def open_conversation(uow: UnitOfWork, book: Playbook, arrival: Arrival) -> Conversation:
    """Begin a conversation. An unknown visitor becomes a person without an address; a proved one is found again."""
    person = await _person(uow, arrival)
    lead = await uow.leads.open_of(person.id) or await _new_lead(uow, person, arrival)
    conversation = Conversation(
        id=ConversationId(uow.new_id("conv")),
        lead_id=lead.id,
        person_id=person.id,
        channel=arrival.channel,
        opened_at=uow.now,
        language=arrival.language,
        zone=arrival.zone,
        verified=arrival.verified,
        page=arrival.page,
    )
    extra: dict[str, Any] = {"utm": dict(arrival.utm)} if arrival.utm else {}
    await uow.conversations.add(conversation, widget_key=arrival.widget_key, extra=extra)
    await _note_arrival(uow, conversation)
    version, proof = book.company.chat_consent.version, Proof(conversation_id=conversation.id)
    consent = ConsentEvent(
        Purpose.CHAT, True, version, "widget", uow.now, locale=(arrival.language or "")[:35] or None, proof=proof
    )
    await uow.ledger.add_consent(person.id, consent, id=uow.new_id("cns"))
    return conversation


async def _person(uow: UnitOfWork, arrival: Arrival) -> Person:
    if not arrival.verified or not arrival.email:
        return await uow.people.add(_new_person(uow, arrival))
    known = await uow.people.by_email(arrival.email, name=arrival.name, lock=True)
    if known is None:
        person = await uow.people.add(_new_person(uow, arrival))
    else:
        person = await uow.people.save(filled(known, name=arrival.name, zone=arrival.zone, language=arrival.language))
    await uow.contact_points.verify(person.id, arrival.email, at=uow.now)
    return person


def _new_person(uow: UnitOfWork, arrival: Arrival) -> Person:
    return Person(
        id=PersonId(uow.new_id("per")),
        created_at=uow.now,
        email=arrival.email if arrival.verified else None,
        name=arrival.name if arrival.verified else None,
        language=arrival.language,
        zone=arrival.zone,
    )


async def _new_lead(uow: UnitOfWork, person: Person, arrival: Arrival) -> Lead:
    cycle = await uow.leads.cycles_of(person.id) + 1
    campaign = arrival.utm.get("utm_campaign") or arrival.utm.get("campaign")
    return await uow.leads.add(
        Lead(
            id=LeadId(uow.new_id("lead")),
            person_id=person.id,
            created_at=uow.now,
            updated_at=uow.now,
            cycle_no=cycle,
            source=(arrival.utm.get("utm_source") or arrival.source)[:80],
            campaign=campaign[:120] if campaign else None,
            stage_entered_at=uow.now,
        )
    )


async def _note_arrival(uow: UnitOfWork, conversation: Conversation) -> None:
    await _note(uow, conversation, "chat.started", {"path": _path(conversation.page.url)}, uow.now)
    if conversation.page.url:
        await _note(uow, conversation, "page.viewed", {"path": _path(conversation.page.url)}, uow.now)


async def _note(
    uow: UnitOfWork, conversation: Conversation, type: str, properties: dict[str, Any], at: datetime
) -> None:
    activity = Activity(
        type=type,
        occurred_at=at,
        received_at=at,
        source=conversation.channel.value,
        dedup_key=f"{type}:{conversation.id}",
        properties=MappingProxyType(properties),
    )
    await uow.ledger.add_activity(conversation.lead_id, activity, id=uow.new_id("act"))


def _path(url: str) -> str:
    """The path of an address without host and query: queries may hold personal data."""
    rest = url.split("://", 1)[-1]
    path = "/" + rest.split("/", 1)[1] if "/" in rest else "/"
    return path.split("?", 1)[0].split("#", 1)[0][:200]
