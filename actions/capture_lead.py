"""A form, a list or another program tells us of somebody: one person, one open lead, one activity, scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from actions.ask_enrichment import ask_enrichment
from actions.attach_company import attach_company, know_company
from actions.begin_cycle import cycle_for
from actions.check_welcome import check_welcome
from actions.find_duplicates import look_for_duplicates
from actions.hand_raise import HAND_RAISES
from actions.keep_consent import keep_consent
from actions.note_signal import note_activity
from actions.read_contact import email_address, phone_number
from leads.consent import ConsentEvent, Giver
from leads.firm import Firm
from leads.form import Tick, Trust
from leads.identity import LeadId, PersonId
from leads.lead import Lead, Person, filled
from leads.refusal import ValueMissing
from leads.seniority import with_title
from leads.signal import Activity, ActorKind, Property
from leads.stage import Outcome, Standing
from leads.value import changed
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


_LIGHT = frozenset({CaptureContext.NEWSLETTER, CaptureContext.WEBINAR, CaptureContext.LIST})
"""What alone begins no new cycle while a closed one still cools off."""
_RAISED_HANDS = frozenset(context for context in CaptureContext if f"form.{context}" in HAND_RAISES)


@dataclass(frozen=True, slots=True)
class Capture:
    """What was told. `fields` are the form's own questions, `utm` the campaign parameters of the page.

    `external_id` is what the source calls the person. `event` and `occurred_at` are the activity's, where it is not a
    form that is sent just now. `trust` is how far the source is believed: from a low one nothing that is known is
    overwritten, and what it says of consent (`ticks`, with the text that was shown) is kept as a claim and grants
    nothing. `once` names the telling: the same again is no second activity. `listed` says that a list told it: it
    raises no hand, lifts no suppression, and whoever brings the list in gives people their coarse keys.
    """

    source: str
    email: str | None = None
    phone: str | int | None = None
    name: str | None = None
    company: str | None = None
    title: str | None = None
    campaign: str | None = None
    context: CaptureContext | None = None
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[str, Property] = field(default_factory=lambda: MappingProxyType({}))
    consents: tuple[ConsentEvent, ...] = ()
    country: str | None = None
    language: str | None = None
    firm: Firm = Firm()
    external_id: str | None = None
    event: str | None = None
    occurred_at: datetime | None = None
    actor: ActorKind = ActorKind.HUMAN
    past: "PastCycle | None" = None
    trust: Trust = Trust.KEY
    ticks: tuple[Tick, ...] = ()
    page: str | None = None
    referrer: str | None = None
    ip: str | None = None
    once: str | None = None
    is_test: bool = False
    listed: bool = False

    @property
    def of_a_list(self) -> bool:
        """Whether a list told it, and not the person."""
        return self.listed or self.context is CaptureContext.LIST


@dataclass(frozen=True, slots=True)
class PastCycle:
    """A cycle from before we were there: when it began and how it stood. One that ended is kept beside an open one."""

    began_at: datetime
    standing: Standing = Standing()
    ended_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.standing.outcome is not Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Captured:
    """The lead as it now stands; `new` says that a cycle began, otherwise the person's open one was added to."""

    lead: Lead
    new: bool


async def capture_lead(uow: UnitOfWork, book: Playbook, told: Capture) -> Captured:
    """Keep who it is (an address is one person; a number alone never is), and what they did, in their open lead.

    What is known of a person is not overwritten, blanks are filled; answers to a form's own questions are the newest
    ones, unless the source is hardly trusted. Raises ContactInvalid, ValueMissing (neither an address nor a number was
    given), Suppressed, PersonErased.
    """
    told = _normal(told, book)
    phone = str(told.phone) if told.phone else None
    await check_welcome(uow, told.email, phone=phone, listed=told.of_a_list, occurred_at=told.occurred_at)
    person = await _person(uow, told)
    light = told.of_a_list or told.context in _LIGHT
    raises_hand = not told.of_a_list and told.context in _RAISED_HANDS
    over = told.past is not None and told.past.over
    open_lead = None if over else await cycle_for(uow, book, person.id, light=light, raises_hand=raises_hand)
    lead = await _told_more(uow, open_lead, told) if open_lead else await _new_lead(uow, person, told)
    if told.trust is not Trust.LOW or lead.company_id is None:
        await attach_company(uow, lead.id, name=told.company, email=told.email)
        await know_company(uow, lead.id, told.firm)
    if not told.listed:
        await look_for_duplicates(uow, person.id)
    await _consents(uow, book, person, lead, told)
    await ask_enrichment(uow, lead.id)
    scored = await note_activity(uow, book, lead.id, _activity(uow, told))
    return Captured(scored, new=open_lead is None)


def _normal(told: Capture, book: Playbook) -> Capture:
    if not (told.email or told.phone or told.external_id):
        raise ValueMissing("Give an e-mail address or a phone number: without one nobody can be reached.")
    return changed(
        told,
        email=email_address(told.email) if told.email else None,
        phone=phone_number(told.phone, region=told.country or book.company.region) if told.phone else None,
        name=_line(told.name),
        company=_line(told.company),
        title=_line(told.title),
        source=_line(told.source) or "api",
    )


def _line(text: str | None) -> str | None:
    return " ".join(text.split())[:200] or None if text else None


async def _person(uow: UnitOfWork, told: Capture) -> Person:
    known = await _known(uow, told)
    if known is not None:
        person = await uow.people.save(_told_of(replace(known, email=known.email or told.email), told))
    else:
        person = await uow.people.add(_told_of(Person(PersonId(uow.new_id("per")), uow.now, email=told.email), told))
    if told.external_id:
        await uow.external_ids.add(told.source, told.external_id, person.id, at=uow.now)
    return person


async def _known(uow: UnitOfWork, told: Capture) -> Person | None:
    known = await uow.people.by_email(told.email, name=told.name, lock=True) if told.email else None
    if known is not None or told.external_id is None:
        return known
    person_id = await uow.external_ids.person(told.source, told.external_id)
    return await uow.people.get(person_id, lock=True) if person_id else None


def _told_of(person: Person, told: Capture) -> Person:
    phone = str(told.phone) if told.phone else None  # read by now
    country, language = told.country, told.language[:12] if told.language else None
    return with_title(filled(person, phone=phone, name=told.name, title=told.title, country=country, language=language))


async def _new_lead(uow: UnitOfWork, person: Person, told: Capture) -> Lead:
    campaign = told.campaign or told.utm.get("utm_campaign")
    past = told.past or PastCycle(uow.now)
    return await uow.leads.add(
        Lead(
            id=LeadId(uow.new_id("lead")),
            person_id=person.id,
            created_at=past.began_at,
            updated_at=uow.now,
            standing=past.standing,
            closed_at=past.ended_at,
            cycle_no=await uow.leads.cycles_of(person.id) + 1,
            source=told.source[:80],
            campaign=campaign[:120] if campaign else None,
            context=told.context.value if told.context else None,
            stage_entered_at=past.ended_at or past.began_at,
            fields=told.fields,
            is_test=told.is_test,
        )
    )


async def _told_more(uow: UnitOfWork, lead: Lead, told: Capture) -> Lead:
    lead = await uow.leads.get(lead.id, lock=True)  # as it is now that nobody else works on it
    context = lead.context or (told.context.value if told.context else None)
    newest_last = (told.fields, lead.fields) if told.trust is Trust.LOW else (lead.fields, told.fields)
    fields = MappingProxyType({**newest_last[0], **newest_last[1]})
    is_test = lead.is_test and told.is_test  # who tried a form out and then means it is somebody
    return await uow.leads.save(replace(lead, context=context, fields=fields, is_test=is_test, updated_at=uow.now))


async def _consents(uow: UnitOfWork, book: Playbook, person: Person, lead: Lead, told: Capture) -> None:
    """Keep what was said on consent. A yes from a source that proves nothing is kept as a claim, in the ledger only.

    A no is always believed: anybody may refuse in somebody's name, nobody may agree. Only what the person themself
    sent may take them off the suppression list again; a list never does.
    """
    listed = told.of_a_list
    proved = told.trust is not Trust.LOW
    ticked = [ConsentEvent(t.purpose, True, t.text_version[:40], told.source[:80], t.at) for t in told.ticks]
    for tick in told.ticks:
        await uow.ledger.add_activity(lead.id, _proof(uow, told, tick, proved=proved), id=uow.new_id("act"))
    for event in (*told.consents, *ticked):
        if proved or not event.granted:
            word = replace(event, given_by=Giver.LIST) if listed or not proved else event
            await keep_consent(uow, book, person.id, word, may_lift=proved and not listed)


def _proof(uow: UnitOfWork, told: Capture, tick: Tick, *, proved: bool) -> Activity:
    """The proof of a tick: the very text beside the box, where and when. It is no deed of theirs that scores."""
    shown: dict[str, Property] = {
        "purpose": tick.purpose.value,
        "text": tick.text,
        "text_version": tick.text_version,
        "trust": told.trust.value,
        "page": told.page,
        "ip": told.ip,
    }
    return Activity(
        type="consent.given" if proved else "consent.claimed",
        occurred_at=min(tick.at, uow.now),
        received_at=uow.now,
        actor=ActorKind.SYSTEM,
        source=told.source[:80],
        dedup_key=f"{told.once}:{tick.purpose.value}" if told.once else None,
        properties=MappingProxyType({name: value for name, value in shown.items() if value is not None}),
    )


def _activity(uow: UnitOfWork, told: Capture) -> Activity:
    properties: dict[str, Property] = {"source": told.source, **told.utm}
    for name, value in (("campaign", told.campaign), ("page", told.page), ("referrer", told.referrer)):
        if value:
            properties[name] = value
    return Activity(
        type=told.event or f"form.{told.context.value if told.context else 'other'}",
        occurred_at=min(told.occurred_at or uow.now, uow.now),
        received_at=uow.now,
        actor=told.actor,
        source=told.source[:80],
        dedup_key=told.once,
        properties=MappingProxyType(properties),
    )
