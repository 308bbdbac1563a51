"""Leads out as CSV, streamed: the whole list however long it is, without holding it in memory."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Annotated

from litestar import Controller, get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from actions.add_key import Scope
from actions.export_leads import export_leads, field_names, header
from api.auth import ActorDep, needs
from api.desk import Desk, DeskDep
from leads.stage import Stage
from store.leads import LeadFilter

AT_ONCE = 500
Text = Annotated[str | None, QueryParameter(max_length=200)]


class ExportRoutes(Controller):
    """`/v1/leads/export`."""

    path = "/leads"

    @get("/export", operation_id="exportLeads", guards=[needs(Scope.LEADS_READ)])
    async def export(
        self,
        desk: DeskDep,
        actor: ActorDep,
        stage: FromQuery[Stage | None] = None,
        owner: Text = None,
        score_min: Annotated[float | None, QueryParameter(ge=0, le=100)] = None,
        source: Text = None,
        q: Text = None,
    ) -> Stream:
        """The leads of a list as CSV in UTF-8, oldest first, with the filters of the list.

        The columns are those an import understands. A value that a spreadsheet would take for a formula begins with an
        apostrophe, which an import drops.
        """
        wanted = LeadFilter(stage=stage, owner=owner, score_min=score_min, source=source, q=q)
        async with desk.workspace.unit() as uow:
            await uow.note_act(actor, "leads.export", "lead")
        headers = {"Content-Disposition": 'attachment; filename="leads.csv"'}
        return Stream(_lines(desk, wanted), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(desk: Desk, wanted: LeadFilter) -> AsyncIterator[bytes]:
    async with desk.workspace.reading() as uow:
        fields = await field_names(uow, wanted)
    yield _written([header(fields)])
    after = None
    while True:
        async with desk.workspace.reading() as uow:
            page = await export_leads(uow, wanted, fields=fields, after=after, limit=AT_ONCE)
        if page.rows:
            yield _written(page.rows)
        if page.next is None:
            return
        after = page.next


def _written(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
