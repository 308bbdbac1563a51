"""Opportunities for outside programs: the pipeline, a deal's figures, won and lost and taken up again."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from litestar import Controller, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from actions.add_key import Scope
from actions.change_opportunity import DealEdit, change_opportunity
from actions.close_opportunity import lose_opportunity, reopen_opportunity, win_opportunity
from api.auth import ActorDep, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.lead_views import read_team
from api.pipeline_shapes import OpportunityList, OpportunityPatch, OpportunityShown, PipelineShown, ReturnBody
from api.pipeline_views import money, opportunity_shown, pipeline_shown, rep_named
from leads.identity import OpportunityId
from leads.opportunity import DealState, Money, Opportunity
from store.opportunities import DealFilter
from store.unit import UnitOfWork

Name = Annotated[str | None, QueryParameter(max_length=60)]


class OpportunityRoutes(Controller):
    """`/v1/opportunities`."""

    path = "/opportunities"

    @get("/", operation_id="listOpportunities", guards=[needs(Scope.LEADS_READ)])
    async def list(
        self,
        desk: DeskDep,
        stage: Name = None,
        owner: Name = None,
        state_is: Annotated[DealState | None, QueryParameter(name="state")] = None,
        group_by: FromQuery[Literal["stage"] | None] = None,
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
    ) -> OpportunityList | PipelineShown:
        """Deals, newest first; with `group_by=stage` the pipeline: counts and sums of each stage."""
        wanted = DealFilter(stage=stage, state=state_is, owner=owner)
        after = read_instant_cursor(cursor) if cursor else None
        async with desk.workspace.reading() as uow:
            if group_by is not None:
                return pipeline_shown(await uow.opportunities.by_stage(wanted), desk.book.pipeline)
            found = await uow.opportunities.page(wanted, after=after, limit=limit + 1)
            team = await read_team(uow)
        page = found[:limit]
        following = instant_cursor(page[-1].created_at, page[-1].id) if len(found) > limit else None
        return OpportunityList([opportunity_shown(deal, desk.book.pipeline, team) for deal in page], following)

    @get("/{opportunity_id:str}", operation_id="readOpportunity", guards=[needs(Scope.LEADS_READ)])
    async def read(self, desk: DeskDep, opportunity_id: FromPath[str]) -> OpportunityShown:
        """One deal with every change of it."""
        async with desk.workspace.reading() as uow:
            return await _shown(uow, desk, await uow.opportunities.get(OpportunityId(opportunity_id)))

    @patch("/{opportunity_id:str}", operation_id="changeOpportunity", guards=[needs(Scope.LEADS_WRITE)])
    async def change(
        self, desk: DeskDep, actor: ActorDep, opportunity_id: FromPath[str], data: JSONBody[OpportunityPatch]
    ) -> OpportunityShown:
        """Move the deal in the pipeline, or correct its figures. A closed one has to be reopened first."""

        async def act(uow: UnitOfWork) -> Opportunity:
            known = await uow.opportunities.get(OpportunityId(opportunity_id))
            edit = DealEdit(
                stage=data.stage,
                value=_value(data, known),
                close_date=data.close_date,
                quote_url=None if data.quote_url is UNSET else data.quote_url or "",
                name=data.name,
                owner=await rep_named(uow, data.owner),
            )
            return await change_opportunity(uow, desk.book, known.id, edit, actor=actor)

        return await _done(desk, act)

    @post(
        "/{opportunity_id:str}/won", operation_id="winOpportunity", status_code=200, guards=[needs(Scope.LEADS_WRITE)]
    )
    async def won(self, desk: DeskDep, actor: ActorDep, opportunity_id: FromPath[str]) -> OpportunityShown:
        """The deal is signed: the lead is a customer."""

        async def act(uow: UnitOfWork) -> Opportunity:
            return await win_opportunity(uow, desk.book, OpportunityId(opportunity_id), actor=actor)

        return await _done(desk, act)

    @post(
        "/{opportunity_id:str}/lost", operation_id="loseOpportunity", status_code=200, guards=[needs(Scope.LEADS_WRITE)]
    )
    async def lost(
        self, desk: DeskDep, actor: ActorDep, opportunity_id: FromPath[str], data: JSONBody[ReturnBody]
    ) -> OpportunityShown:
        """The deal is lost, for a reason."""

        async def act(uow: UnitOfWork) -> Opportunity:
            wanted = OpportunityId(opportunity_id)
            return await lose_opportunity(uow, desk.book, wanted, actor=actor, reason=data.reason_code, note=data.note)

        return await _done(desk, act)

    @post(
        "/{opportunity_id:str}/reopen",
        operation_id="reopenOpportunity",
        status_code=200,
        guards=[needs(Scope.LEADS_WRITE)],
    )
    async def reopen(self, desk: DeskDep, actor: ActorDep, opportunity_id: FromPath[str]) -> OpportunityShown:
        """Take a closed deal up again; that is recorded and counted."""

        async def act(uow: UnitOfWork) -> Opportunity:
            return await reopen_opportunity(uow, desk.book, OpportunityId(opportunity_id), actor=actor)

        return await _done(desk, act)


async def _done(desk: Desk, act: Callable[[UnitOfWork], Awaitable[Opportunity]]) -> OpportunityShown:
    async with desk.workspace.unit() as uow:
        return await _shown(uow, desk, await act(uow))


async def _shown(uow: UnitOfWork, desk: Desk, deal: Opportunity) -> OpportunityShown:
    history = await uow.opportunities.history(deal.id)
    return opportunity_shown(deal, desk.book.pipeline, await read_team(uow), history)


def _value(data: OpportunityPatch, known: Opportunity) -> Money | None:
    if data.amount is None and data.currency is None:
        return None
    return money(known.value.amount if data.amount is None else data.amount, data.currency or known.value.currency)
