"""The suppression list for outside programs: who gets nothing, looking addresses up, and taking entries off."""

from typing import Annotated

from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.read_contact import email_address, phone_number
from actions.suppress import lift_suppression, suppress_point
from api.auth import ActorDep, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import DeskDep
from api.errors import FieldError, Problem
from api.privacy_shapes import (
    LookedUp,
    LookUpBody,
    SuppressionBody,
    SuppressionList,
    SuppressionShown,
)
from api.privacy_views import suppression_shown
from leads.contact_point import PointKind
from leads.suppression import SCOPES, SuppressionReason
from store.suppressions import ListedSuppression

Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Why = Annotated[str, QueryParameter(min_length=1, max_length=200)]


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
            same = (data.reason, data.scope or SCOPES[data.reason], data.sequence or None)
            found = await uow.suppressions.all_of(*points)
            standing = next(e for e in found if (e.reason, e.scope, e.sequence) == same)
        return Response(suppression_shown(ListedSuppression(standing, None, None, None)), status_code=200)

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


def _point(data: SuppressionBody, region: str) -> tuple[PointKind, str]:
    if data.email and not data.phone:
        return PointKind.EMAIL, email_address(data.email)
    if data.phone and not data.email:
        return PointKind.PHONE, phone_number(data.phone, region=region)
    errors = [FieldError("email", "give this or phone"), FieldError("phone", "give this or email")]
    raise Problem(422, "invalid", "Give an address or a number, one of them.", errors=errors)
