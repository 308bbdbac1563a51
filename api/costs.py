"""What campaigns cost, entered by people or programs, so that reports can say what a lead costs."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from actions.add_key import Scope
from actions.enter_cost import enter_cost
from api.auth import ActorDep, needs
from api.desk import DeskDep
from leads.refusal import NotKnown
from store.reports import CampaignCost

Amount = Annotated[str, Meta(pattern=r"^\d{1,10}(\.\d{1,2})?$", examples=["1250.00"])]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Name = Annotated[str, Meta(min_length=1, max_length=80)]


class CostBody(Struct, forbid_unknown_fields=True):
    """What was spent on a source, or on one campaign of it, from `first_day` to `last_day`, both included."""

    source: Name
    first_day: date
    last_day: date
    amount: Amount
    currency: Currency | None = None
    campaign: Annotated[str, Meta(min_length=1, max_length=120)] | None = None


class CostShown(Struct):
    """An entry."""

    id: str
    source: str
    campaign: str | None
    first_day: date
    last_day: date
    amount: str
    currency: str


class CostList(Struct):
    """Entries, oldest first; there is no further page."""

    items: list[CostShown]
    next_cursor: str | None = None


class CostRoutes(Controller):
    """`/v1/costs`."""

    path = "/costs"

    @post("/", operation_id="enterCost", guards=[needs(Scope.REPORTS_WRITE)])
    async def enter(self, desk: DeskDep, actor: ActorDep, data: JSONBody[CostBody]) -> CostShown:
        """Enter what was spent. All entries are in the company's currency: reports do not guess exchange rates."""
        async with desk.workspace.unit() as uow:
            cost = await enter_cost(
                uow,
                desk.book,
                source=data.source,
                campaign=data.campaign,
                first_day=data.first_day,
                last_day=data.last_day,
                amount=Decimal(data.amount),
                currency=data.currency,
                actor=actor,
            )
        return _shown(cost)

    @get("/", operation_id="listCosts", guards=[needs(Scope.REPORTS_READ)])
    async def list(
        self,
        desk: DeskDep,
        first: Annotated[date, QueryParameter(name="from")] = date(1971, 1, 1),
        last: Annotated[date, QueryParameter(name="to")] = date(2199, 12, 31),
    ) -> CostList:
        """Entries that touch these days."""
        async with desk.workspace.reading() as uow:
            found = await uow.reports.costs(first_day=first, last_day=last)
        return CostList([_shown(cost) for cost in found])

    @delete("/{cost_id:str}", operation_id="dropCost", guards=[needs(Scope.REPORTS_WRITE)])
    async def drop(self, desk: DeskDep, actor: ActorDep, cost_id: FromPath[str]) -> None:
        """Take an entry away."""
        async with desk.workspace.unit() as uow:
            if not await uow.reports.drop_cost(cost_id):
                raise NotKnown("There is no such cost entry.")
            await uow.note_act(actor, "cost.dropped", "cost", cost_id)


def _shown(cost: CampaignCost) -> CostShown:
    return CostShown(
        cost.id, cost.source, cost.campaign, cost.first_day, cost.last_day, str(cost.amount), cost.currency
    )
