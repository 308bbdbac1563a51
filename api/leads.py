"""Leads for outside programs: tell us of one, list them, read one with its score explained and its timeline."""

import hashlib
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.capture_lead import Capture, CaptureContext, Captured, capture_lead
from actions.edit_lead import version_of
from api.auth import CallerDep, needs
from api.cursor import Cursor, cursor, instant_cursor, not_ours, read_cursor, read_instant_cursor
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from api.instants import is_near
from api.lead_shapes import LeadBody, LeadList, LeadShown, Timeline
from api.lead_views import lead_shown, leads_shown, read_team, timeline_of
from leads.consent import ConsentEvent
from leads.identity import LeadId
from leads.lead import Lead
from leads.refusal import PersonErased
from leads.stage import Stage
from store.access import ApiKey, EarlierRequest
from store.leads import SORTS, LeadFilter
from store.outage import once_more
from store.timelines import Stretch
from store.unit import UnitOfWork

Text = Annotated[str | None, QueryParameter(max_length=200)]
Page = Annotated[int, QueryParameter(ge=1, le=100)]
IdempotencyKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)]
MOST_TIMELINE = 200
MOST_AT_ONCE = 2**31
"""More things than could ever have happened in one instant."""


class LeadRoutes(Controller):
    """`/v1/leads`."""

    path = "/leads"

    @post("/", operation_id="createLead", guards=[needs(Scope.LEADS_WRITE)])
    async def create(
        self, desk: DeskDep, caller: CallerDep, data: JSONBody[LeadBody], idempotency_key: IdempotencyKey = None
    ) -> Response[LeadShown]:
        """Tell us of somebody. 201 for a new lead, 200 when the person has an open one, which is added to.

        With an `Idempotency-Key` a repeated request gets the first one's answer, and another body is refused.
        """
        request = Repeatable.of(caller, idempotency_key, data)
        return await once_more(partial(_create, desk, data, request))

    @get("/", operation_id="listLeads", guards=[needs(Scope.LEADS_READ)])
    async def list(
        self,
        desk: DeskDep,
        stage: FromQuery[Stage | None] = None,
        owner: Text = None,
        score_min: Annotated[float | None, QueryParameter(ge=0, le=100)] = None,
        source: Text = None,
        q: Text = None,
        queue: Text = None,
        unowned: FromQuery[bool] = False,
        sort: Annotated[str, QueryParameter(max_length=40)] = "-created_at",
        cursor: Cursor = None,
        limit: Page = 25,
    ) -> LeadList:
        """Leads, newest first unless `sort` (`created_at`, `updated_at`, `score`, `-` for falling) says otherwise."""
        wanted = LeadFilter(
            stage=stage, owner=owner, score_min=score_min, source=source, q=q, queue=queue, unowned=unowned
        )
        after = _after(sort, cursor)
        async with desk.workspace.reading() as uow:
            found = await uow.leads.page(wanted, sort=sort, after=after, limit=limit + 1)
            team = await read_team(uow)
            items = await leads_shown(uow, found[:limit], team)
        return LeadList(items, _next(sort, found[limit - 1]) if len(found) > limit else None)

    @get("/{lead_id:str}", operation_id="readLead", guards=[needs(Scope.LEADS_READ)])
    async def read(self, desk: DeskDep, lead_id: FromPath[str]) -> Response[LeadShown]:
        """One lead with BANT and the words it rests on; its `ETag` is for changing it with `If-Match`."""
        async with desk.workspace.reading() as uow:
            lead = await uow.leads.get(LeadId(lead_id))
            shown = await lead_shown(uow, lead, await read_team(uow))
        return Response(shown, headers={"ETag": f'"{version_of(lead)}"'})

    @get("/{lead_id:str}/timeline", operation_id="readTimeline", guards=[needs(Scope.LEADS_READ)])
    async def timeline(
        self,
        desk: DeskDep,
        lead_id: FromPath[str],
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST_TIMELINE)] = 100,
    ) -> Timeline:
        """Messages, activities, statements, stages, meetings and handoffs, newest first."""
        until, shown = _timeline_place(cursor)
        async with desk.workspace.reading() as uow:
            lead = await uow.leads.get(LeadId(lead_id))
            items = (await timeline_of(uow, Stretch(lead.id, until, shown + limit + 1)))[shown:]
        page = items[:limit]
        if len(items) == len(page):
            return Timeline(page, None)
        last = page[-1].at
        same = sum(item.at == last for item in page) + (shown if last == until else 0)
        return Timeline(page, _cursor(last.isoformat(), same))


def _timeline_place(text: str | None) -> tuple[datetime | None, int]:
    """Where a page of a timeline begins: at an instant, past so many things of that very one. Raises Problem 422."""
    if text is None:
        return None, 0
    until, shown = read_cursor(text, tuple[datetime, int])
    if not is_near(until) or not 0 < shown < MOST_AT_ONCE:
        raise not_ours()
    return until, shown


class Repeatable(msgspec.Struct, frozen=True):
    """A request that may come again: the caller's own key for it, and what its body was."""

    key: str
    body: str

    @classmethod
    def of(cls, caller: ApiKey, key: str | None, data: LeadBody) -> "Repeatable | None":
        """None when the caller gave no key."""
        body = hashlib.sha256(msgspec.json.encode(data, order="sorted")).hexdigest()
        return cls(f"{caller.id}:{key}", body) if key else None


async def _create(desk: Desk, data: LeadBody, request: Repeatable | None) -> Response[LeadShown]:
    async with desk.workspace.unit() as uow:
        earlier = await uow.access.earlier_request(request.key) if request else None
        if request and earlier:
            return await _same_answer(uow, request, earlier)
        captured = await capture_lead(uow, desk.book, _capture(data, uow.now))
        status = 201 if captured.new else 200
        if request:
            await _remember(uow, request, captured, status)
        return Response(await lead_shown(uow, captured.lead, await read_team(uow)), status_code=status)


async def _same_answer(uow: UnitOfWork, request: Repeatable, earlier: EarlierRequest) -> Response[LeadShown]:
    if earlier.lead_id and await uow.privacy.is_erased_lead(LeadId(earlier.lead_id)):
        raise PersonErased("The person of this request was erased since, so that nothing of it is kept.")
    if earlier.request_hash != request.body or earlier.lead_id is None:
        detail = "This Idempotency-Key was used for another request. Use a fresh key for each new request."
        raise Problem(422, "idempotency_key_reused", detail)
    lead = await uow.leads.get(LeadId(earlier.lead_id))
    shown = await lead_shown(uow, lead, await read_team(uow))
    return Response(shown, status_code=earlier.status, headers={"Idempotent-Replayed": "true"})


async def _remember(uow: UnitOfWork, request: Repeatable, captured: Captured, status: int) -> None:
    """Keep the answer. Raises a collision when the same request was answered in another process meanwhile."""
    await uow.access.remember_request(request.key, request.body, lead_id=captured.lead.id, status=status, at=uow.now)
    kept = await uow.access.earlier_request(request.key)
    if kept is None or kept.lead_id != captured.lead.id:
        raise Problem(409, "conflict", "The same request is being answered elsewhere. Please send it again.")


def _capture(data: LeadBody, now: datetime) -> Capture:
    return Capture(
        source=data.source,
        email=data.email,
        phone=data.phone,
        name=data.name,
        company=data.company,
        title=data.title,
        campaign=data.campaign,
        context=CaptureContext(data.context) if data.context else None,
        utm=data.utm,
        fields=data.fields,
        consents=tuple(ConsentEvent(c.purpose, c.granted, c.text_version, data.source, now) for c in data.consent),
    )


def _after(sort: str, text: str | None) -> tuple[Any, str] | None:
    """Where the page begins. Raises Problem 422 for an order or a cursor there is not."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        allowed = ", ".join(SORTS)
        errors = [FieldError("sort", f"use one of: {allowed}, with - before it for falling")]
        raise Problem(422, "invalid", f"Leads cannot be sorted by {sort!r}. Use one of: {allowed}.", errors=errors)
    if text is None:
        return None
    if name == "score":
        return read_cursor(text, tuple[float, str])
    return read_instant_cursor(text)


def _next(sort: str, last: Lead) -> str:
    name = sort.removeprefix("-")
    if name == "score":
        return _cursor(last.score.total, last.id)
    return instant_cursor(last.created_at if name == "created_at" else last.updated_at, last.id)


_cursor = cursor
