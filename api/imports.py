"""Lists of leads as files: sent, brought in afterwards by a worker, watched as a run."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, QueryParameter

from actions.add_key import Scope
from actions.leave_import import leave_import
from api.auth import ActorDep, needs
from api.desk import DeskDep
from api.errors import Problem
from api.runs import RunShown, run_shown

IMPORT_BYTES = 64 * 1024 * 1024
Words = Annotated[str | None, QueryParameter(max_length=120)]
Mapping = Annotated[
    str | None,
    QueryParameter(max_length=20_000, description="JSON: which column is what; see the page on lists."),
]
NamedAs = Annotated[list[str] | None, QueryParameter(name="map", description="Column=field, as often as you like.")]


class ImportRoutes(Controller):
    """`/v1/leads/import`."""

    path = "/leads"

    @post(
        "/import",
        operation_id="importLeads",
        guards=[needs(Scope.LEADS_WRITE)],
        request_max_body_size=IMPORT_BYTES,
        status_code=202,
        responses={202: ResponseSpec(RunShown, description="The run; read it again to watch it.")},
    )
    async def create(
        self,
        request: Request[Any, Any, Any],
        desk: DeskDep,
        actor: ActorDep,
        dry_run: FromQuery[bool] = False,
        source: Words = None,
        context: Words = None,
        campaign: Words = None,
        mapping: Mapping = None,
        named_as: NamedAs = None,
    ) -> Response[RunShown]:
        """Send a list: the file as the body (`text/csv`), or as the part `file` of a form, with `mapping` beside it.

        It is brought in afterwards; with `dry_run` nothing is kept, and the run says what would have come of it.
        """
        body, name, part = await _file_of(request)
        chosen = _mapping(part or mapping, named_as or [], source=source, context=context, campaign=campaign)
        async with desk.workspace.unit() as uow:
            run = await leave_import(uow, body, mapping=chosen, name=name, dry_run=dry_run, actor=actor)
        return Response(run_shown(run), status_code=202, headers={"Location": f"/v1/runs/{run.id}"})


async def _file_of(request: Request[Any, Any, Any]) -> tuple[bytes, str, str | None]:
    """The file, its name, and the mapping sent beside it. Raises Problem 415, 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await request.body(), "list", None
    try:
        form = await request.form()
    except (ClientException, ValueError, AssertionError, KeyError):
        raise Problem(400, "malformed", "The form cannot be read.") from None
    file = next((part for part in form.values() if isinstance(part, UploadFile)), None)
    if file is None:
        raise Problem(422, "invalid", "Send the list as the part `file` of the form.")
    part = form.get("mapping")
    said = await part.read() if isinstance(part, UploadFile) else part
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return await file.read(), (file.filename or "list").rsplit("/", 1)[-1], str(text) if text else None


def _mapping(text: str | None, named_as: list[str], **said: str | None) -> dict[str, Any]:
    """The mapping as plain data; what it may hold is checked where it is read. Raises Problem 422."""
    try:
        found = msgspec.json.decode(text) if text else {}
    except (msgspec.DecodeError, RecursionError):
        raise Problem(422, "invalid", "The mapping is not JSON.") from None
    if not isinstance(found, dict):
        raise Problem(422, "invalid", "The mapping is not an object.")
    columns = found.get("columns", {})
    if isinstance(columns, dict):
        pairs = dict(pair.rpartition("=")[::2] for pair in named_as)
        found = found | ({"columns": columns | pairs} if columns or pairs else {})
    return found | {key: value for key, value in said.items() if value}
