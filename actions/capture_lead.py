"""A form, a list or another program tells us of somebody: one person, one open lead, one activity, scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from actions.attach_company import attach_company
from actions.check_welcome import check_welcome
from actions.keep_consent import keep_consent
from actions.note_signal import note_activity
from actions.read_contact import email_address, phone_number
from leads.consent import ConsentEvent, Giver
from leads.identity import LeadId, PersonId
from leads.lead import Lead, Person, filled
from leads.refusal import ValueMissing
from leads.signal import Activity, Property
from playbook.book import Playbook
from store.unit import UnitOfWork


class CaptureContext(StrEnum):
    """What the person filled in or took part in; each one is a signal of its own (`form.demo`, `form.quote` …)."""

    NEWSLETTER = "newsletter"
    CONSULTATION = "consultation"
    QUOTE = "quote"
    BOOKING = "booking"
    TRIAL = "trial"
    WEBINAR = "webinar"
    DEMO = "demo"
    CONTACT = "contact"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Capture:
    """What was told. `fields` are the form's own questions, `utm` the campaign parameters of the page."""

    source: str
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    company: str | None = None
    title: str | None = None
    campaign: str | None = None
    context: CaptureContext | None = None
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    consents: tuple[ConsentEvent, ...] = ()
    occurred_at: datetime | None = None
    """When the person did it, where the source says so; a report that comes late is told by it."""


@dataclass(frozen=True, slots=True)
class Captured:
    """The lead as it now stands; `new` says that a cycle began, otherwise the person's open one was added to."""

    lead: Lead
    new: bool


async def capture_lead(uow: UnitOfWork, book: Playbook, told: Capture) -> Captured:
    """Keep who it is (an address is one person; a number alone never is), and what they did, in their open lead.

    What is known of a person is not overwritten, blanks are filled; answers to a form's own questions are the newest
    ones. Raises ContactInvalid, ValueMissing (neither an address nor a number was given), Suppressed, PersonErased.
    """
    told = _normal(told, book)
    listed = told.context is CaptureContext.LIST
    await check_welcome(uow, told.email, listed=listed, occurred_at=told.occurred_at)
    person = await _person(uow, told)
    open_lead = await uow.leads.open_of(person.id)
    lead = await _told_more(uow, open_lead, told) if open_lead else await _new_lead(uow, person, told)
    await attach_company(uow, lead.id, name=told.company, email=told.email)
    for event in told.consents:
        word = replace(event, given_by=Giver.LIST) if listed else event
        await keep_consent(uow, book, person.id, word, may_lift=not listed)
    scored = await note_activity(uow, book, lead.id, _activity(uow, told))
    return Captured(scored, new=open_lead is None)


def _normal(told: Capture, book: Playbook) -> Capture:
    if not (told.email or told.phone):
        raise ValueMissing("Give an e-mail address or a phone number: without one nobody can be reached.")
    return replace(
        told,
        email=email_address(told.email) if told.email else None,
        phone=phone_number(told.phone, region=book.company.region) if told.phone else None,
        name=_line(told.name),
        company=_line(told.company),
        title=_line(told.title),
        source=_line(told.source) or "api",
    )


def _line(text: str | None) -> str | None:
    return " ".join(text.split())[:200] or None if text else None


async def _person(uow: UnitOfWork, told: Capture) -> Person:
    known = await uow.people.by_email(told.email) if told.email else None
    if known is not None:
        return await uow.people.save(filled(known, phone=told.phone, name=told.name, title=told.title))
    new = Person(PersonId(uow.new_id("per")), uow.now)
    return await uow.people.add(filled(new, email=told.email, phone=told.phone, name=told.name, title=told.title))


async def _new_lead(uow: UnitOfWork, person: Person, told: Capture) -> Lead:
    campaign = told.campaign or told.utm.get("utm_campaign")
    return await uow.leads.add(
        Lead(
            id=LeadId(uow.new_id("lead")),
            person_id=person.id,
            created_at=uow.now,
            updated_at=uow.now,
            cycle_no=await uow.leads.cycles_of(person.id) + 1,
            source=told.source[:80],
            campaign=campaign[:120] if campaign else None,
            context=told.context.value if told.context else None,
            stage_entered_at=uow.now,
            fields=told.fields,
        )
    )


async def _told_more(uow: UnitOfWork, lead: Lead, told: Capture) -> Lead:
    context = lead.context or (told.context.value if told.context else None)
    fields = MappingProxyType({**lead.fields, **told.fields})
    return await uow.leads.save(replace(lead, context=context, fields=fields, updated_at=uow.now))


def _activity(uow: UnitOfWork, told: Capture) -> Activity:
    properties: dict[str, Property] = {"source": told.source, **told.utm}
    if told.campaign:
        properties["campaign"] = told.campaign
    return Activity(
        type=f"form.{told.context.value if told.context else 'other'}",
        occurred_at=uow.now,
        received_at=uow.now,
        source=told.source[:80],
        properties=MappingProxyType(properties),
    )
