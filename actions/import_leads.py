"""Bring in the rows of a list: everybody becomes what a form would have made of them, many in one transaction.

A row comes in once: its key is its content, so that a file that is sent again changes nothing. A list raises no hand,
gives no consent without proof and lifts no suppression.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from actions.attach_company import company_wanted
from actions.capture_lead import Capture, CaptureContext, PastCycle, capture_lead
from actions.find_duplicates import keep_match_keys
from actions.read_contact import phone_number
from actions.read_country import country_code
from leads.actor import Actor
from leads.consent import ConsentEvent, Purpose
from leads.identity import LeadId
from leads.import_row import ImportRow, RowFault
from leads.lead import Lead, filled
from leads.refusal import ContactInvalid, LeadRefusal, NotKnown, PersonErased, Suppressed
from leads.seniority import with_title
from leads.signal import ActorKind
from leads.stage import Standing, changes
from playbook.book import Playbook
from store.batch import BatchUnit, Wanted
from store.unit import UnitOfWork

IMPORTED = "list.imported"
EVENTS = MappingProxyType(
    {
        CaptureContext.WEBINAR: "webinar.registered",
        CaptureContext.TRIAL: "product.trial_started",
        CaptureContext.NEWSLETTER: "newsletter.subscribed",
    }
)
"""What a row of a list stands for, by its context: something its person did. Of any other they did nothing."""
FROM_A_LIST = "imported"


class Ending(StrEnum):
    """What became of a row."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowDone:
    """One row: what became of it, whose it is, and what is worth knowing about it."""

    line: int
    ending: Ending
    lead_id: LeadId | None = None
    faults: tuple[RowFault, ...] = ()


async def import_leads(
    uow: UnitOfWork, book: Playbook, rows: Sequence[ImportRow], *, event: str | None = None
) -> list[RowDone]:
    """Bring in some hundred rows in bulk; the result is that of one after the other. One bad row loses no other."""
    batch = BatchUnit(uow)
    await batch.fetch(_wanted(rows, book))
    done = [await import_row(batch, book, row, event=event) for row in rows]
    changed = {one.lead_id for one in done if one.lead_id and one.ending in {Ending.NEW, Ending.UPDATED}}
    people = {(await batch.leads.get(lead_id)).person_id for lead_id in changed}
    await keep_match_keys(batch, people)
    await batch.flush()
    return done


async def import_row(uow: UnitOfWork, book: Playbook, row: ImportRow, *, event: str | None) -> RowDone:
    """Bring in one row."""
    if not (row.email or row.phone or row.external_id):
        return _refused(row, "", "There is no e-mail address, no phone number and no id of your system.")
    if await uow.ledger.knows(row.key):
        return RowDone(row.line, Ending.UNCHANGED)
    try:
        if row.lead_id and (ours := await _ours(uow, row)):
            return await _fill(uow, row, ours)
        return await _bring_in(uow, book, row, event=event)
    except ContactInvalid as no:
        return _refused(row, "email" if row.email else "phone", no.message)
    except (Suppressed, PersonErased) as no:
        return _refused(row, "email", no.message)
    except LeadRefusal as no:
        return _refused(row, "", no.message)


async def _bring_in(uow: UnitOfWork, book: Playbook, row: ImportRow, *, event: str | None) -> RowDone:
    """As a form would; a number that cannot be right is left out, if there is more to go by. Raises LeadRefusal."""
    notes = list(_notes(row))
    told = _capture(row, uow.now, event=event, consents=await _consents(uow, row))
    try:
        captured = await capture_lead(uow, book, told)
    except ContactInvalid:
        if not row.phone or not (row.email or row.external_id):
            raise
        captured = await capture_lead(uow, book, replace(told, phone=None))
        notes.append(RowFault(row.line, "phone", "The phone number cannot be right and was left out."))
    if captured.new:
        await _record_past(uow, captured.lead, row)
    return RowDone(row.line, Ending.NEW if captured.new else Ending.UPDATED, captured.lead.id, tuple(notes))


def _refused(row: ImportRow, column: str, message: str) -> RowDone:
    return RowDone(row.line, Ending.REFUSED, faults=(RowFault(row.line, column, message),))


def _wanted(rows: Iterable[ImportRow], book: Playbook) -> Wanted:
    firms = [company_wanted(row.company, row.email) for row in rows]
    return Wanted(
        emails={row.email for row in rows if row.email},
        phones={phone for row in rows if (phone := _phone(row, book))},
        company_names={name for name, _ in firms if name},
        domains={domain for _, domain in firms if domain},
        external={(row.source, row.external_id) for row in rows if row.external_id},
        dedup_keys={row.key for row in rows},
    )


def _phone(row: ImportRow, book: Playbook) -> str | None:
    """The number as `capture_lead` will read it, if it can be one."""
    try:
        return phone_number(row.phone, region=country_code(row.country) or book.company.region) if row.phone else None
    except ContactInvalid:
        return None


def _capture(row: ImportRow, now: datetime, *, event: str | None, consents: tuple[ConsentEvent, ...]) -> Capture:
    context = _context(row.context)
    did = event or (EVENTS.get(context) if context else None)
    over = row.closed_at or row.occurred_at or row.created_at or now
    is_past = row.created_at is not None or _is_over(row)
    began = min(row.created_at or over, over)
    past = PastCycle(began, row.standing, over if _is_over(row) else None) if is_past else None
    return Capture(
        source=row.source,
        email=row.email,
        phone=row.phone,
        name=row.name,
        company=row.company,
        title=row.title,
        campaign=row.campaign,
        context=context,
        utm=row.utm,
        fields=row.fields if context is not None or not row.context else {**row.fields, "context": row.context},
        consents=consents,
        country=country_code(row.country),
        language=row.language,
        firm=replace(row.firm, country=country_code(row.firm.country)) if row.firm.country else row.firm,
        external_id=row.external_id,
        event=did or IMPORTED,
        occurred_at=row.occurred_at or row.created_at,
        once=row.key,
        actor=ActorKind.HUMAN if did else ActorKind.SYSTEM,
        past=past,
        listed=True,
    )


def _is_over(row: ImportRow) -> bool:
    return row.standing != Standing()


def _context(name: str | None) -> CaptureContext | None:
    try:
        return CaptureContext((name or CaptureContext.LIST).strip().lower())
    except ValueError:
        return None


async def _consents(uow: UnitOfWork, row: ImportRow) -> tuple[ConsentEvent, ...]:
    """A proved word on marketing. A yes older than somebody's stop, or of somebody who was stopped, is not taken."""
    said = row.consent
    if said is None or not said.proved:
        return ()
    if said.granted and row.email and await uow.suppressions.all_of([row.email]):
        return ()
    return (ConsentEvent(Purpose.MARKETING, said.granted, said.text or "list", row.source, said.at or uow.now),)


def _notes(row: ImportRow) -> Iterable[RowFault]:
    if row.consent is not None and not row.consent.proved:
        message = "The consent was not kept: a yes needs consent_at and consent_text as its proof."
        yield RowFault(row.line, "consent.marketing", message)


async def _record_past(uow: UnitOfWork, lead: Lead, row: ImportRow) -> None:
    """How a cycle from before our time ended is part of its history."""
    actor = Actor(ActorKind.SYSTEM, name=FROM_A_LIST)
    for change in changes(Standing(), lead.standing, actor=actor, why=f"{FROM_A_LIST}: {row.source}"):
        if _is_over(row):
            await uow.leads.record(lead.id, change, id=uow.new_id("stg"), at=lead.closed_at or uow.now)


async def _ours(uow: UnitOfWork, row: ImportRow) -> Lead | None:
    """The lead that an export named, if it is one of ours and about the same person."""
    try:
        lead = await uow.leads.survivor(LeadId(row.lead_id or ""))
    except NotKnown:
        return None
    if await uow.privacy.is_erased_lead(lead.id):
        return None
    person = await uow.people.get(lead.person_id)
    known = await uow.people.by_email(row.email) if row.email else None
    return lead if known is None or known.id == person.id else None


async def _fill(uow: UnitOfWork, row: ImportRow, lead: Lead) -> RowDone:
    """A lead that we exported ourselves comes back: blanks are filled, and nothing new has happened."""
    from_us = await uow.people.get(lead.person_id, lock=True)
    person = with_title(
        filled(
            from_us, email=row.email, phone=row.phone, name=row.name, title=row.title, country=country_code(row.country)
        )
    )
    if person != from_us:
        await uow.people.save(person)
    return RowDone(row.line, Ending.UPDATED if person != from_us else Ending.UNCHANGED, lead.id)
