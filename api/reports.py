"""Figures over `/v1/reports`: as JSON, or as CSV when the caller accepts `text/csv`."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, QueryParameter, SkipValidation
from msgspec import Struct, field

from actions.add_key import Scope
from actions.read_agent_report import read_agent_report
from actions.read_pipeline import DIVISIONS, read_pipeline
from actions.read_report import (
    Asked,
    Cell,
    Report,
    Row,
    divisions,
    read_disqualifications,
    read_funnel,
    read_response_times,
    read_scoring,
    read_sources,
)
from api.auth import Http, needs
from api.desk import Desk, DeskDep
from api.errors import FieldError, Problem
from leads.attribution import Model
from leads.hours import zone_of
from leads.sheet import safe_cell

DEFAULT_DAYS = 90
_CSV = "text/csv"

First = Annotated[date | None, QueryParameter(name="from", description="The first day; 90 days back when left out")]
Last = Annotated[date | None, QueryParameter(name="to", description="The last day, which is included; today")]
Zone = Annotated[str | None, QueryParameter(max_length=64, description="IANA zone of the days; the company's")]
Group = Annotated[str | None, QueryParameter(max_length=20, description="What the figures are divided by")]
Horizon = Annotated[Literal[30, 90, 180], QueryParameter(description="Days a lead may take from one stage to the next")]


class ReportShown(Struct):
    """Figures of the leads created on whole days `from` to `to` in `tz`. `items` are the groups, `totals` all leads.

    Rates are shares from 0 to 1 with their 95 % interval in `_low` and `_high`; null where nothing can be divided.
    """

    first: date = field(name="from")
    last: date = field(name="to")
    tz: str
    group_by: str | None
    horizon_days: int
    as_of: datetime
    items: list[dict[str, Any]]
    totals: dict[str, Any]


async def provide_asked(
    desk: DeskDep,
    first: First = None,
    last: Last = None,
    tz: Zone = None,
    group_by: Group = None,
    horizon: Horizon = 90,
) -> Asked:
    """Read what a report is asked for. Raises Problem 422."""
    zone = tz or desk.book.company.hours.zone
    try:
        here: ZoneInfo = zone_of(zone)
    except ValueError as error:
        raise Problem(
            422, "invalid", str(error), errors=[FieldError("tz", "an IANA name such as Europe/Berlin")]
        ) from None
    until = last or desk.workspace.clock().astimezone(here).date()
    if not date(1971, 1, 1) < until < date(2200, 1, 1):
        raise Problem(
            422, "invalid", "A report ends between 1971 and 2200.", errors=[FieldError("to", "a day near ours")]
        )
    return Asked(first or until - timedelta(days=DEFAULT_DAYS), until, zone, group_by, timedelta(days=horizon))


AskedDep = NamedDependency[SkipValidation[Asked]]
_AS_CSV = {200: ResponseSpec(ReportShown, description="With `Accept: text/csv` the rows as a CSV file.")}


class ReportRoutes(Controller):
    """`/v1/reports`."""

    path = "/reports"
    guards = (needs(Scope.REPORTS_READ),)
    dependencies = {"asked": Provide(provide_asked)}  # noqa: RUF012 - an instance variable of Litestar's

    @get("/funnel", operation_id="reportFunnel", responses=_AS_CSV)
    async def funnel(self, request: Http, desk: DeskDep, asked: AskedDep) -> Response[Any]:
        """How far the leads of these days have come: counts and rates of every step, and how long the steps take."""
        _check_group(asked, divisions())
        async with desk.workspace.reading() as uow:
            return _answer(request, desk, asked, await read_funnel(uow, asked), "funnel")

    @get("/sources", operation_id="reportSources", responses=_AS_CSV)
    async def sources(self, request: Http, desk: DeskDep, asked: AskedDep) -> Response[Any]:
        """What each source (or campaign) brought and cost; costs are entered with `POST /v1/costs`."""
        _check_group(asked, divisions(time_too=False))
        async with desk.workspace.reading() as uow:
            return _answer(request, desk, asked, await read_sources(uow, asked), "sources")

    @get("/response-times", operation_id="reportResponseTimes", responses=_AS_CSV)
    async def response_times(self, request: Http, desk: DeskDep, asked: AskedDep) -> Response[Any]:
        """How soon leads were answered, in seconds (people also in working time), by people and by the agent."""
        _check_group(asked, divisions(time_too=False))
        async with desk.workspace.reading() as uow:
            return _answer(
                request, desk, asked, await read_response_times(uow, desk.book.company.hours, asked), "response-times"
            )

    @get("/disqualifications", operation_id="reportDisqualifications", responses=_AS_CSV)
    async def disqualifications(self, request: Http, desk: DeskDep, asked: AskedDep) -> Response[Any]:
        """Why cycles ended without a deal, by outcome and reason code."""
        _check_group(asked, divisions(time_too=False))
        async with desk.workspace.reading() as uow:
            return _answer(request, desk, asked, await read_disqualifications(uow, asked), "disqualifications")

    @get("/pipeline", operation_id="reportPipeline", responses=_AS_CSV)
    async def pipeline(
        self, request: Http, desk: DeskDep, asked: AskedDep, model: FromQuery[Model] = Model.CREATION
    ) -> Response[Any]:
        """Deals created and closed on these days, and open now; by source with revenue credited by `model`."""
        _check_group(asked, DIVISIONS)
        async with desk.workspace.reading() as uow:
            report = await read_pipeline(uow, desk.book, asked, model=model)
        return _answer(request, desk, asked, report, "pipeline")

    @get("/scoring", operation_id="reportScoring", responses=_AS_CSV)
    async def scoring(self, request: Http, desk: DeskDep, asked: AskedDep) -> Response[Any]:
        """Whether high scores become customers: win rate and lift by tenths of the leads, best scores first."""
        _check_group(asked, ())
        async with desk.workspace.reading() as uow:
            return _answer(request, desk, asked, await read_scoring(uow, asked), "scoring")

    @get("/agent", operation_id="reportAgent", responses=_AS_CSV)
    async def agent(self, request: Http, desk: DeskDep, asked: AskedDep) -> Response[Any]:
        """What the agent did in the conversations opened on these days."""
        _check_group(asked, ())
        async with desk.workspace.reading() as uow:
            return _answer(request, desk, asked, await read_agent_report(uow, asked), "agent")


def _check_group(asked: Asked, allowed: tuple[str, ...]) -> None:
    if asked.group is None or asked.group in allowed:
        return
    words = f"Use one of: {', '.join(allowed)}." if allowed else "This report is not divided: leave group_by out."
    errors = [FieldError("group_by", words)]
    raise Problem(422, "invalid", f"This report cannot be divided by {asked.group!r}. {words}", errors=errors)


def _answer(request: Http, desk: Desk, asked: Asked, report: Report, name: str) -> Response[Any]:
    if _CSV in request.headers.get("accept", "").lower():
        filename = f"{name}_{asked.first}_{asked.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Vary": "Accept"}
        return Response(as_csv(report.rows or (report.totals,)), media_type=_CSV, headers=headers)
    shown = ReportShown(
        first=asked.first,
        last=asked.last,
        tz=asked.zone,
        group_by=asked.group,
        horizon_days=asked.horizon.days,
        as_of=desk.workspace.clock().astimezone(UTC),
        items=[_shown(row) for row in report.rows],
        totals=_shown(report.totals),
    )
    return Response(shown, headers={"Vary": "Accept"})


def _shown(row: Row) -> dict[str, Any]:
    return {name: str(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}


def as_csv(rows: tuple[Row, ...]) -> str:
    """The rows under one header; no text runs in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    header = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(header)
    writer.writerows([_cell(row.get(name)) for name in header] for row in rows)
    return out.getvalue()


def _cell(cell: Cell) -> Cell:
    return safe_cell(cell) if isinstance(cell, str) else cell
