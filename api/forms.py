"""Forms as data: whose hook this is, what its fields mean, what it sent, and what became of that."""

from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from litestar import Controller, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from actions.add_form import add_form, change_form, new_form_token
from actions.add_key import Scope
from actions.weigh_submission import weigh_submission
from actions.work_submission import reopen_submission
from api.auth import ActorDep, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.form_shapes import (
    ConsentBox,
    FormBody,
    FormChange,
    FormList,
    FormShown,
    Previews,
    Sample,
    SubmissionList,
    SubmissionRead,
    SubmissionShown,
)
from api.form_views import form_shown, preview_of, submission_shown
from channels.forms.catalogue import SIGNING, read, read_again
from leads.actor import Actor
from leads.form import ConsentRule, FormDefinition, FormId, Submission, SubmissionId, Trust, Verdict

Page = Annotated[int, QueryParameter(ge=1, le=100)]
MOST_PREVIEWS = 20


class FormRoutes(Controller):
    """`/v1/forms`."""

    path = "/forms"

    @post("/", operation_id="createForm", guards=[needs(Scope.LEADS_WRITE)])
    async def create(self, desk: DeskDep, actor: ActorDep, data: JSONBody[FormBody]) -> FormShown:
        """Tell us of a form. The answer has the address it is to send to; secrets are not shown again."""
        async with desk.workspace.unit() as uow:
            form = await add_form(uow, _form(data, desk))
            await uow.note_act(actor, "form.added", "form", form.id, provider=form.provider.value)
        return form_shown(form, desk.house.public_url)

    @get("/", operation_id="listForms", guards=[needs(Scope.LEADS_READ)])
    async def list(self, desk: DeskDep, cursor: Cursor = None, limit: Page = 50) -> FormList:
        """Forms, the newest first."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            found = await uow.forms.list(place=place, limit=limit + 1)
        page = found[:limit]
        following = instant_cursor(page[-1].created_at, page[-1].id) if len(found) > limit else None
        return FormList([form_shown(form, desk.house.public_url) for form in page], following)

    @get("/{form_id:str}", operation_id="readForm", guards=[needs(Scope.LEADS_READ)])
    async def read(self, desk: DeskDep, form_id: FromPath[str]) -> FormShown:
        """One form."""
        return form_shown(await _known(desk, form_id), desk.house.public_url)

    @patch("/{form_id:str}", operation_id="changeForm", guards=[needs(Scope.LEADS_WRITE)])
    async def change(
        self, desk: DeskDep, actor: ActorDep, form_id: FromPath[str], data: JSONBody[FormChange]
    ) -> FormShown:
        """Change what is given. Submissions that come from now on are read so; earlier ones can be retried."""
        async with desk.workspace.unit() as uow:
            form = await change_form(uow, _changed(await uow.forms.get(FormId(form_id)), data))
            await uow.note_act(actor, "form.changed", "form", form.id)
        return form_shown(form, desk.house.public_url)

    @delete("/{form_id:str}", operation_id="deleteForm", guards=[needs(Scope.LEADS_WRITE)])
    async def delete(self, desk: DeskDep, actor: ActorDep, form_id: FromPath[str]) -> None:
        """Close its hook for good. What came through it stays."""
        async with desk.workspace.unit() as uow:
            form = await uow.forms.get(FormId(form_id))
            await uow.forms.delete(form.id, at=uow.now)
            await uow.note_act(actor, "form.deleted", "form", form.id)

    @post("/{form_id:str}/preview", operation_id="previewForm", status_code=200, guards=[needs(Scope.LEADS_READ)])
    async def preview(self, desk: DeskDep, form_id: FromPath[str], data: JSONBody[Sample]) -> Previews:
        """What a body would be captured as, and what it lacks for the next action. Nothing is stored."""
        form = await _known(desk, form_id)
        body = data.body.encode() if isinstance(data.body, str) else msgspec.json.encode(data.body)
        readings = read(form.provider, body, data.content_type)[:MOST_PREVIEWS]
        trust = Trust.SIGNED if form.secrets and form.provider in SIGNING else Trust.LOW
        now = desk.workspace.clock()
        weighed = [(r, weigh_submission(form, r, desk.book, at=now, trust=trust)) for r in readings]
        return Previews([preview_of(form, reading, one, trust) for reading, one in weighed])

    @get("/{form_id:str}/submissions", operation_id="listSubmissions", guards=[needs(Scope.LEADS_READ)])
    async def submissions(
        self,
        desk: DeskDep,
        form_id: FromPath[str],
        verdict: FromQuery[Verdict | None] = None,
        cursor: Cursor = None,
        limit: Page = 50,
    ) -> SubmissionList:
        """What the form sent, the newest first, and what became of it."""
        place = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            form = await uow.forms.get(FormId(form_id), gone=True)
            found = await uow.submissions.of_form(form.id, verdict=verdict, place=place, limit=limit + 1)
        page = found[:limit]
        following = instant_cursor(page[-1].received_at, page[-1].id) if len(found) > limit else None
        return SubmissionList([submission_shown(one) for one in page], following)


class SubmissionRoutes(Controller):
    """`/v1/submissions`."""

    path = "/submissions"

    @get("/{submission_id:str}", operation_id="readSubmission", guards=[needs(Scope.LEADS_READ)])
    async def read(self, desk: DeskDep, submission_id: FromPath[str]) -> SubmissionRead:
        """One submission with what it says, as the form reads it now."""
        async with desk.workspace.reading() as uow:
            submission = await uow.submissions.get(SubmissionId(submission_id))
            form = await uow.forms.get(submission.form_id, gone=True)
        reading = read_again(form, submission)
        weighed = weigh_submission(form, reading, desk.book, at=submission.received_at, trust=submission.trust)
        return SubmissionRead(submission_shown(submission), preview_of(form, reading, weighed, submission.trust))

    @post(
        "/{submission_id:str}/retry", operation_id="retrySubmission", status_code=200, guards=[needs(Scope.LEADS_WRITE)]
    )
    async def retry(self, desk: DeskDep, actor: ActorDep, submission_id: FromPath[str]) -> SubmissionShown:
        """Work one through again that was not captured: after its form's map has changed, or its token was renewed."""
        return submission_shown(await _reopened(desk, actor, SubmissionId(submission_id), release=False))

    @post(
        "/{submission_id:str}/release",
        operation_id="releaseSubmission",
        status_code=200,
        guards=[needs(Scope.LEADS_WRITE)],
    )
    async def release(self, desk: DeskDep, actor: ActorDep, submission_id: FromPath[str]) -> SubmissionShown:
        """Let one pass that was held in quarantine."""
        return submission_shown(await _reopened(desk, actor, SubmissionId(submission_id), release=True))


async def _reopened(desk: Desk, actor: Actor, id: SubmissionId, *, release: bool) -> Submission:
    async with desk.workspace.unit() as uow:
        opened = await reopen_submission(uow, id, release=release)
        await uow.note_act(actor, "submission.released" if release else "submission.retried", "submission", opened.id)
    return await desk.submissions.work(id)


async def _known(desk: Desk, form_id: str) -> FormDefinition:
    async with desk.workspace.reading() as uow:
        return await uow.forms.get(FormId(form_id))


def _form(data: FormBody, desk: Desk) -> FormDefinition:
    now = desk.workspace.clock()
    return FormDefinition(
        id=FormId(""),
        provider=data.provider,
        token=new_form_token(),
        name=" ".join(data.name.split()),
        source=data.source,
        created_at=now,
        updated_at=now,
        context=data.context.value if data.context else None,
        campaign=data.campaign,
        field_map=MappingProxyType(data.field_map),
        consent_map=_rules(data.consent_map),
        fixed=MappingProxyType(data.fixed),
        honeypot=data.honeypot,
        secrets=tuple(data.secrets),
        access_token=data.access_token,
        active=data.active,
    )


def _changed(form: FormDefinition, data: FormChange) -> FormDefinition:
    given: dict[str, Any] = {
        name: value for name in data.__struct_fields__ if (value := getattr(data, name)) is not UNSET
    }
    if "context" in given:
        given["context"] = given["context"].value if given["context"] else None
    if "consent_map" in given:
        given["consent_map"] = _rules(given["consent_map"])
    if "secrets" in given:
        given["secrets"] = tuple(given["secrets"])
    return replace(form, **given)


def _rules(boxes: dict[str, ConsentBox]) -> MappingProxyType[str, ConsentRule]:
    return MappingProxyType({name: ConsentRule(box.purpose, box.text, box.text_version) for name, box in boxes.items()})
