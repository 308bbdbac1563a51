"""Privacy for outside programs: giving out and erasing, holds, what retention would do, and the audit log."""

from typing import Annotated, Any

from litestar import Controller, Response, delete, get, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.erase_person import Erased, erase_person
from actions.export_person import export_person
from actions.keep_to_retention import preview_retention
from api.auth import ActorDep, Http, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.export_file import ExportFormat, as_file
from api.privacy_shapes import (
    AuditList,
    HoldBody,
    HoldShown,
    ReceiptList,
    ReceiptShown,
    RetentionShown,
)
from api.privacy_views import audit_line, hold_shown, receipt_shown
from api.stream import GONE
from leads.identity import PersonId
from store.live import Ephemeral
from store.privacy import LegalHold
from store.residue import wipe_residue

Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Id = Annotated[str | None, QueryParameter(max_length=40)]
Short = Annotated[str | None, QueryParameter(max_length=80)]


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
