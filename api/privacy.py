"""Privacy for outside programs: consent with proof, the suppression list, giving out and erasing, holds, the audit."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.erase_person import Erased, erase_person
from actions.export_person import export_person
from actions.keep_consent import ask_to_confirm, keep_consent
from actions.keep_to_retention import preview_retention
from actions.read_contact import email_address, phone_number
from actions.suppress import lift_suppression, suppress_point
from api.auth import ActorDep, Http, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from api.export_file import ExportFormat, as_file
from api.instants import instant
from api.privacy_shapes import (
    AuditList,
    ConsentKept,
    ConsentList,
    ConsentWord,
    HoldBody,
    HoldShown,
    LookedUp,
    LookUpBody,
    ReceiptList,
    ReceiptShown,
    RetentionShown,
    SuppressionBody,
    SuppressionList,
    SuppressionShown,
)
from api.privacy_views import audit_line, consent_line, hold_shown, receipt_shown, suppression_shown
from api.stream import GONE
from leads.actor import Actor
from leads.consent import ConsentEvent, Giver, Proof, Purpose
from leads.identity import PersonId
from leads.refusal import NotKnown
from leads.signal import ActorKind
from leads.suppression import PointKind, SuppressionReason
from store.live import Ephemeral
from store.privacy import ConsentWording, LegalHold
from store.residue import wipe_residue
from store.suppressions import ListedSuppression
from store.unit import UnitOfWork

Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Id = Annotated[str | None, QueryParameter(max_length=40)]
Short = Annotated[str | None, QueryParameter(max_length=80)]
Why = Annotated[str, QueryParameter(min_length=1, max_length=200)]


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
                return await _ask(uow, desk, person_id, event)
            id = await keep_consent(uow, desk.book, person_id, event, may_lift=event.given_by is Giver.PERSON)
            await uow.note_act(actor, "consent.recorded", "person", person_id, consent=id)
        return ConsentKept(id, person_id, pending=False)


class SuppressionRoutes(Controller):
    """`/v1/suppressions`."""

    path = "/suppressions"

    @get("/", operation_id="listSuppressions", guards=[needs(Scope.PEOPLE_READ)])
    async def list(
        self,
        desk: DeskDep,
        reason: FromQuery[SuppressionReason | None] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> SuppressionList:
        """The list, newest first, lifted entries too. It holds keyed hashes: whose address it is, it does not tell."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            found = await uow.suppressions.page(reason=reason, place=place, limit=limit + 1)
        items = [suppression_shown(listed) for listed in found[:limit]]
        return SuppressionList(items, instant_cursor(items[-1].at, items[-1].id) if len(found) > limit else None)

    @post("/", operation_id="suppress", guards=[needs(Scope.PEOPLE_WRITE)])
    async def add(self, desk: DeskDep, actor: ActorDep, data: JSONBody[SuppressionBody]) -> Response[SuppressionShown]:
        """Put an address or a number on the list: 201, or 200 when it stands there for that reason already."""
        kind, point = _point(data, desk.book.company.region)
        async with desk.workspace.unit() as uow:
            new = await suppress_point(
                uow, point, data.reason, source=data.source, kind=kind, scope=data.scope, sequence=data.sequence
            )
            if new is not None:
                await uow.note_act(actor, "suppression.added", "suppression", new.id, reason=data.reason.value)
                return Response(suppression_shown(ListedSuppression(new, None, None, None)), status_code=201)
            points = ([point], []) if kind is PointKind.EMAIL else ([], [point])
            standing = [e for e in await uow.suppressions.all_of(*points) if e.reason is data.reason]
        return Response(suppression_shown(ListedSuppression(standing[0], None, None, None)), status_code=200)

    @post("/lookup", operation_id="lookUpSuppressions", status_code=200, guards=[needs(Scope.PEOPLE_READ)])
    async def look_up(self, desk: DeskDep, data: JSONBody[LookUpBody]) -> LookedUp:
        """What stands against up to 1,000 addresses; free ones are missing in the answer."""
        async with desk.workspace.reading() as uow:
            found = await uow.suppressions.of_many(data.emails)
        return LookedUp({e: suppression_shown(ListedSuppression(s, None, None, None)) for e, s in found.items()})

    @delete("/{entry_id:str}", operation_id="liftSuppression", status_code=200, guards=[needs(Scope.PEOPLE_ADMIN)])
    async def lift(self, desk: DeskDep, actor: ActorDep, entry_id: FromPath[str], reason: Why) -> SuppressionShown:
        """Take an entry off the list, with a reason that is kept. What the person decided, only they can take back."""
        async with desk.workspace.unit() as uow:
            return suppression_shown(await lift_suppression(uow, entry_id, actor=actor, why=reason))


class PersonRightsRoutes(Controller):
    """`/v1/people/{id}`: what a person may ask for, and what stands against it."""

    path = "/people"

    @get("/{person_id:str}/export", operation_id="exportPerson", guards=[needs(Scope.PEOPLE_READ)])
    async def export(
        self,
        desk: DeskDep,
        actor: ActorDep,
        person_id: FromPath[str],
        format: FromQuery[ExportFormat] = ExportFormat.JSON,
    ) -> Response[Any]:
        """Everything we hold about them (GDPR art. 15 and 20): as JSON, as a page to read, or both in a zip."""
        async with desk.workspace.unit() as uow:
            exported = await export_person(uow, PersonId(person_id), actor=actor)
        file = as_file(exported, format, desk.book)
        headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
        return Response(file.content, media_type=file.media_type, headers=headers)

    @delete("/{person_id:str}", operation_id="erasePerson", status_code=200, guards=[needs(Scope.PEOPLE_ADMIN)])
    async def erase(self, request: Http, desk: DeskDep, actor: ActorDep, person_id: FromPath[str]) -> ReceiptShown:
        """Forget them (GDPR art. 17) and get the receipt. Again is the same receipt; a legal hold is 409."""
        async with desk.workspace.unit() as uow:
            erased = await erase_person(
                uow, desk.book, PersonId(person_id), actor=actor, request_id=request_id_of(request)
            )
        await after_erasure(desk, erased)
        return receipt_shown(erased.receipt)

    @put("/{person_id:str}/hold", operation_id="holdPerson", guards=[needs(Scope.PEOPLE_ADMIN)])
    async def hold(
        self, desk: DeskDep, actor: ActorDep, person_id: FromPath[str], data: JSONBody[HoldBody]
    ) -> HoldShown:
        """Keep the record whatever is asked, until the hold is released (GDPR art. 17 (3))."""
        async with desk.workspace.unit() as uow:
            [root, *_] = await uow.privacy.family(PersonId(person_id))
            hold = LegalHold(root, data.reason, actor.name or actor.kind.value, uow.now)
            await uow.privacy.hold(hold)
            await uow.note_act(actor, "person.held", "person", root)
        return hold_shown(hold)

    @delete("/{person_id:str}/hold", operation_id="releasePerson", guards=[needs(Scope.PEOPLE_ADMIN)])
    async def release(self, desk: DeskDep, actor: ActorDep, person_id: FromPath[str]) -> None:
        """End the hold; again is the same."""
        async with desk.workspace.unit() as uow:
            [root, *_] = await uow.privacy.family(PersonId(person_id))
            if await uow.privacy.release(root):
                await uow.note_act(actor, "person.released", "person", root)


class PrivacyRecords(Controller):
    """Receipts, the preview of retention, and the audit log."""

    @get("/erasures", operation_id="listErasures", guards=[needs(Scope.PEOPLE_READ)])
    async def erasures(self, desk: DeskDep, cursor: Cursor = None, limit: Limit = 50) -> ReceiptList:
        """The receipts of erasures, newest first."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            found = await uow.privacy.receipts(place=place, limit=limit + 1)
        items = [receipt_shown(one) for one in found[:limit]]
        return ReceiptList(items, instant_cursor(items[-1].at, items[-1].id) if len(found) > limit else None)

    @get("/retention/preview", operation_id="previewRetention", guards=[needs(Scope.PEOPLE_READ)])
    async def preview(self, desk: DeskDep) -> RetentionShown:
        """What the next daily round would erase. Looking changes nothing."""
        async with desk.workspace.reading() as uow:
            seen = await preview_retention(uow, desk.book)
        return RetentionShown(
            idle=seen.idle,
            people=list(seen.people),
            traces=dict(seen.traces),
            held=seen.held,
            known_before=seen.known_before,
            anonymous_before=seen.anonymous_before,
            traces_before=seen.traces_before,
        )

    @get("/audit", operation_id="readAudit", guards=[needs(Scope.AUDIT_READ)])
    async def audit(
        self, desk: DeskDep, subject_id: Id = None, act: Short = None, cursor: Cursor = None, limit: Limit = 100
    ) -> AuditList:
        """Who did what, newest first; of one subject or one kind of act."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            found = await uow.audit.page(subject_id=subject_id, act=act, place=place, limit=limit + 1)
        items = [audit_line(entry) for entry in found[:limit]]
        return AuditList(items, instant_cursor(items[-1].at, items[-1].id) if len(found) > limit else None)


def request_id_of(request: Http) -> str | None:
    """The id under which the answer and the log line of this request can be found."""
    found = request.scope["state"].get("request_id")
    return str(found)[:40] if found else None


async def after_erasure(desk: Desk, erased: Erased, *, rewrite: bool = True) -> None:
    """What an erasure leaves to do outside the database: end lines and answers, kept files, stale pages on disk.

    Without `rewrite` the database's file is not written anew now but in the coming night: visitors may ask often.
    """
    for conversation_id in erased.conversations:
        await desk.answers.drop(conversation_id)
        desk.workspace.live.tell(conversation_id, Ephemeral(GONE, {}))
    if desk.house.forget_kept is not None and erased.words:
        await desk.house.forget_kept(erased.words)
    await wipe_residue(desk.workspace.database, rewrite=rewrite)


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


async def _ask(uow: UnitOfWork, desk: Desk, person_id: PersonId, event: ConsentEvent) -> ConsentKept:
    asked = await ask_to_confirm(uow, desk.book, person_id, event, token=uow.new_id("guest"))
    url = f"{desk.house.public_url}/consent/{asked.token}"
    return ConsentKept(asked.consent_id, person_id, pending=True, confirm_url=url, confirm_until=asked.until)


def _point(data: SuppressionBody, region: str) -> tuple[PointKind, str]:
    if data.email and not data.phone:
        return PointKind.EMAIL, email_address(data.email)
    if data.phone and not data.email:
        return PointKind.PHONE, phone_number(data.phone, region=region)
    errors = [FieldError("email", "give this or phone"), FieldError("phone", "give this or email")]
    raise Problem(422, "invalid", "Give an address or a number, one of them.", errors=errors)
