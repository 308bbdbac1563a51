"""Consent for outside programs: the ledger with its proof, and words on consent that they took."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.keep_consent import ask_to_confirm, keep_consent
from actions.read_contact import email_address
from api.auth import ActorDep, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from api.instants import instant
from api.privacy_shapes import ConsentKept, ConsentList, ConsentWord
from api.privacy_views import consent_line
from leads.actor import Actor
from leads.consent import ConsentEvent, Giver, Proof, Purpose
from leads.identity import PersonId
from leads.refusal import NotKnown
from leads.signal import ActorKind
from store.privacy import ConsentWording
from store.unit import UnitOfWork

Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Id = Annotated[str | None, QueryParameter(max_length=40)]


class ConsentRoutes(Controller):
    """`/v1/consents`."""

    path = "/consents"

    @get("/", operation_id="listConsents", guards=[needs(Scope.PEOPLE_READ)])
    async def list(
        self,
        desk: DeskDep,
        person_id: Id = None,
        purpose: FromQuery[Purpose | None] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> ConsentList:
        """The ledger, newest first, each line with its proof; of one person (and records merged into theirs) or all."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            persons = await uow.privacy.family(PersonId(person_id)) if person_id else None
            found = await uow.ledger.consent_page(persons=persons, purpose=purpose, place=place, limit=limit + 1)
            items = [await consent_line(uow, one) for one in found[:limit]]
        more = len(found) > limit
        return ConsentList(items, instant_cursor(items[-1].at, items[-1].id) if more else None)

    @post("/", operation_id="recordConsentOf", guards=[needs(Scope.PEOPLE_WRITE)])
    async def record(self, desk: DeskDep, actor: ActorDep, data: JSONBody[ConsentWord]) -> ConsentKept:
        """Append a word on consent that you took, with its proof. Nothing in the ledger is ever changed."""
        async with desk.workspace.unit() as uow:
            person_id = await _whose(uow, data)
            event = _event(data, actor, uow.now)
            if data.text:
                await _keep_text(uow, data, event)
            if data.double_opt_in and data.granted:
                return await _ask(uow, desk, actor, person_id, event)
            id = await keep_consent(uow, desk.book, person_id, event, may_lift=event.given_by is Giver.PERSON)
            await uow.note_act(actor, "consent.recorded", "person", person_id, consent=id)
        return ConsentKept(id, person_id, pending=False)


async def _whose(uow: UnitOfWork, data: ConsentWord) -> PersonId:
    if (data.person_id is None) == (data.email is None):
        errors = [FieldError("person_id", "give this or email"), FieldError("email", "give this or person_id")]
        raise Problem(422, "invalid", "Say whose word it is: person_id or email, one of them.", errors=errors)
    if data.person_id is not None:
        return (await uow.privacy.family(PersonId(data.person_id)))[0]
    person = await uow.people.by_email(email_address(data.email or ""))
    if person is None:
        raise NotKnown("Nobody with that address is known. Tell us of them with POST /v1/leads first.")
    return person.id


def _event(data: ConsentWord, actor: Actor, now: datetime) -> ConsentEvent:
    """Whoever acts for a rep brings a rep's word: only programs can pass on a person's own."""
    given_by = Giver.REP if actor.kind is ActorKind.REP and data.given_by is Giver.PERSON else data.given_by
    at = instant(data.at, "at") if data.at else now
    if at > now:
        errors = [FieldError("at", "not in the future")]
        raise Problem(422, "invalid", "`at` is when it was said, which cannot be in the future.", errors=errors)
    return ConsentEvent(
        purpose=data.purpose,
        granted=data.granted,
        text_version=data.text_version,
        source=data.source,
        at=at,
        basis=data.basis,
        channel=data.channel,
        locale=data.locale,
        expires_at=instant(data.expires_at, "expires_at") if data.expires_at else None,
        given_by=given_by,
        proof=Proof(submission_id=data.submission_id, ip=data.ip, user_agent=data.user_agent),
    )


async def _keep_text(uow: UnitOfWork, data: ConsentWord, event: ConsentEvent) -> None:
    locale = data.locale or "und"
    wording = ConsentWording(event.purpose.value, event.text_version, locale, data.text or "", event.at)
    await uow.privacy.keep_wording(wording, id=uow.new_id("txt"))


async def _ask(uow: UnitOfWork, desk: Desk, actor: Actor, person_id: PersonId, event: ConsentEvent) -> ConsentKept:
    """The link proves that its reader has the person's mailbox, so no rep may be told it. Raises Problem 403."""
    if actor.kind is ActorKind.REP:
        raise Problem(403, "program_needed", "Only a program that mails the link may ask for a second step, not a rep.")
    asked = await ask_to_confirm(uow, desk.book, person_id, event, token=uow.new_id("guest"))
    await uow.note_act(actor, "consent.asked", "person", person_id, consent=asked.consent_id)
    url = f"{desk.house.public_url}/consent/{asked.token}"
    return ConsentKept(asked.consent_id, person_id, pending=True, confirm_url=url, confirm_until=asked.until)
