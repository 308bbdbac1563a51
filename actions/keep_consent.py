"""Append one word on consent, whoever brings it, and let the suppression list follow.

A no puts the person's addresses on the list, from anybody. Only a new, express yes of the person themself takes
`unsubscribed` off again, and never `complained` (domain.md §4.10): `may_lift` is for callers who know that it was them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from actions.suppress import points_of, suppress_person
from leads.consent import ConsentEvent, Giver, Purpose, dated
from leads.identity import PersonId
from leads.lead import Person
from leads.refusal import NotKnown, PersonErased
from leads.suppression import SuppressionReason
from playbook.book import Playbook
from store.unit import UnitOfWork

CONFIRM_WITHIN = timedelta(hours=100)
"""How long a pending yes can be confirmed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A pending yes and the secret that confirms it; only the secret's hash is kept."""

    consent_id: str
    token: str
    until: datetime


async def keep_consent(
    uow: UnitOfWork, book: Playbook | None, person_id: PersonId, event: ConsentEvent, *, may_lift: bool = False
) -> str:
    """Keep the word and return its id. Raises PersonErased."""
    person = await _living(uow, person_id)
    id = uow.new_id("cns")
    kept = dated(event, book.company.implied_terms) if book else event
    await uow.ledger.add_consent(person.id, kept, id=id)
    if not kept.granted and kept.purpose is Purpose.MARKETING:
        await suppress_person(uow, person, SuppressionReason.UNSUBSCRIBED, source=kept.source)
    elif kept.opts_in and kept.purpose is not Purpose.CHAT and may_lift:
        await _lift(uow, person, kept)
    return id


async def ask_to_confirm(
    uow: UnitOfWork, book: Playbook, person_id: PersonId, event: ConsentEvent, *, token: str
) -> Asked:
    """Keep a yes that counts for nothing until it is confirmed (double opt-in). `token` is random. Raises PersonErased.

    A yes that is asked for again has a token of its own; the earlier one stays good until its time is over.
    """
    person = await _living(uow, person_id)
    id, until = uow.new_id("cns"), uow.now + CONFIRM_WITHIN
    pending = replace(dated(event, book.company.implied_terms), pending=True)
    await uow.ledger.add_consent(
        person.id, pending, id=id, confirm_hash=sha256(token.encode()).hexdigest(), confirm_until=until
    )
    return Asked(id, token, until)


async def confirm_consent(uow: UnitOfWork, *, token: str) -> ConsentEvent:
    """The person has opened the mail and said yes: a line of its own. Again is the same. Raises NotKnown (or too late).

    Whoever has the token reads that mailbox, so this yes may lift what the person had stopped.
    """
    found = await uow.ledger.pending_consent(sha256(token.encode()).hexdigest(), now=uow.now)
    if found is None:
        raise NotKnown("This link leads to no question that is open. Please ask for a new one.")
    confirmed = replace(found.event, pending=False, at=uow.now, confirms=found.event.id, given_by=Giver.PERSON, id="")
    if not found.confirmed:
        await keep_consent(uow, None, found.person_id, confirmed, may_lift=True)
    return confirmed


async def _living(uow: UnitOfWork, person_id: PersonId) -> Person:
    if await uow.privacy.erased_at(person_id) is not None:
        raise PersonErased("This person was erased, so that nothing new is kept about them.")
    return await uow.people.get(person_id)


async def _lift(uow: UnitOfWork, person: Person, event: ConsentEvent) -> None:
    """End what the person themself had begun: they have opted in again."""
    emails, phones = await points_of(uow, person)
    for entry in await uow.suppressions.all_of(emails, phones):
        if entry.lifted_by_person and entry.at < event.at:
            await uow.suppressions.lift(entry.id, by="person", why=f"opted in: {event.source}", at=uow.now)
