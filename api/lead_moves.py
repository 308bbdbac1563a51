"""What is done with leads: edit, accept, return, disqualify, recycle, convert. An illegal move names the legal ones."""

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Any

import msgspec
from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct

from actions.accept_lead import accept_lead
from actions.add_key import Scope
from actions.convert_lead import convert_lead
from actions.disqualify_lead import disqualify_lead
from actions.edit_lead import LeadEdit, edit_lead, version_of
from actions.recycle_lead import recycle_lead
from actions.return_lead import return_lead
from api.auth import ActorDep, needs, rep_acting
from api.desk import Desk, DeskDep
from api.if_match import IfMatch, seen_by
from api.lead_shapes import LeadShown
from api.lead_views import lead_shown, read_team
from api.pipeline_shapes import (
    ConvertBody,
    Converted,
    DisqualifyBody,
    LeadPatch,
    RecycleBody,
    ReturnBody,
    StandingShown,
)
from api.pipeline_views import money, opportunity_shown, rep_named, standing_shown
from leads.identity import LeadId
from leads.lead import Lead
from leads.opportunity import Deal
from store.unit import UnitOfWork


class LeadMoves(Controller):
    """`/v1/leads/{id}/…`."""

    path = "/leads/{lead_id:str}"

    @get("/standing", operation_id="readStanding", guards=[needs(Scope.LEADS_READ)])
    async def standing(self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str]) -> StandingShown:
        """Where the lead stands, the moves you may make, whether it fits, and the tracks chosen for it."""
        async with desk.workspace.reading() as uow:
            return await standing_shown(uow, desk.book, LeadId(lead_id), actor)

    @patch("/", operation_id="editLead", guards=[needs(Scope.LEADS_WRITE)])
    async def edit(
        self,
        desk: DeskDep,
        actor: ActorDep,
        lead_id: FromPath[str],
        data: JSONBody[LeadPatch],
        if_match: IfMatch = None,
    ) -> Response[LeadShown]:
        """Correct what is known. With `If-Match` (a lead's `ETag`) one that has changed since is a 412."""

        async def act(uow: UnitOfWork) -> Lead:
            return await edit_lead(uow, desk.book, LeadId(lead_id), _edit(data, seen_by(if_match)), actor=actor)

        return await _moved(desk, act)

    @post("/accept", operation_id="acceptLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def accept(self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str]) -> Response[LeadShown]:
        """Take the lead: it is sales accepted (SAL) and yours. Only a rep can."""
        rep_acting(actor)

        async def act(uow: UnitOfWork) -> Lead:
            return await accept_lead(uow, desk.book, LeadId(lead_id), actor=actor)

        return await _moved(desk, act)

    @post("/return", operation_id="returnLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def give_back(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[ReturnBody]
    ) -> Response[LeadShown]:
        """Give the lead back with a reason: it is nurtured or recycled by it, never lost."""

        async def act(uow: UnitOfWork) -> Lead:
            return await return_lead(
                uow, desk.book, LeadId(lead_id), actor=actor, reason=data.reason_code, note=data.note
            )

        return await _moved(desk, act)

    @post("/disqualify", operation_id="disqualifyLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def disqualify(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[DisqualifyBody]
    ) -> Response[LeadShown]:
        """Close the lead with a reason. A meeting ahead stays unless `cancel_meetings` is true."""

        async def act(uow: UnitOfWork) -> Lead:
            return await disqualify_lead(
                uow,
                desk.book,
                LeadId(lead_id),
                actor=actor,
                reason=data.reason_code,
                note=data.note,
                cancel_meetings=data.cancel_meetings,
            )

        return await _moved(desk, act)

    @post("/recycle", operation_id="recycleLead", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def recycle(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[RecycleBody]
    ) -> Response[LeadShown]:
        """Let the lead rest until a day; then a new cycle begins and somebody gets a task."""

        async def act(uow: UnitOfWork) -> Lead:
            return await recycle_lead(uow, desk.book, LeadId(lead_id), actor=actor, until=data.until)

        return await _moved(desk, act)

    @post("/convert", operation_id="convertLead", status_code=201, guards=[needs(Scope.LEADS_WRITE)])
    async def convert(
        self, desk: DeskDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[ConvertBody]
    ) -> Response[Converted]:
        """Make a deal of it. 201 with the opportunity; 200 with the same one when it was converted before."""
        async with desk.workspace.unit() as uow:
            deal = Deal(
                value=money(data.amount, data.currency),
                close_date=data.close_date,
                quote_url=data.quote_url,
                name=data.name,
                owner=await rep_named(uow, data.owner),
            )
            done = await convert_lead(uow, desk.book, LeadId(lead_id), deal, actor=actor)
            team = await read_team(uow)
            history = await uow.opportunities.history(done.opportunity.id)
            shown = opportunity_shown(done.opportunity, desk.book.pipeline, team, history)
            lead = await lead_shown(uow, done.lead, team)
        return Response(Converted(lead, shown), status_code=201 if done.new else 200)


async def _moved(desk: Desk, act: Callable[[UnitOfWork], Awaitable[Lead]]) -> Response[LeadShown]:
    async with desk.workspace.unit() as uow:
        lead = await act(uow)
        shown = await lead_shown(uow, lead, await read_team(uow))
    return Response(shown, headers={"ETag": etag(lead)})


def etag(lead: Lead) -> str:
    """The version of a lead for `If-Match`."""
    return f'"{version_of(lead)}"'


def _edit(data: LeadPatch, seen: str | None) -> LeadEdit:
    return LeadEdit(
        status=None if data.status is UNSET else data.status,
        person=MappingProxyType(_given(data.person)),
        company=MappingProxyType(_given(data.company)),
        fields=MappingProxyType(dict(data.fields)),
        set_date=data.follow_up_on is not UNSET,
        rest_until=None if data.follow_up_on is UNSET else data.follow_up_on,
        confirmed=tuple(data.confirmed),
        seen=seen,
    )


def _given(part: Struct | msgspec.UnsetType) -> dict[str, Any]:
    """The fields of a part that were sent."""
    if isinstance(part, msgspec.UnsetType):
        return {}
    return {key: value for key in part.__struct_fields__ if (value := getattr(part, key)) is not UNSET}
