"""For those who watch: is the process alive, can it work, and how is it doing."""

from typing import Literal

from litestar import Response, get
from msgspec import Struct

from api.desk import DeskDep
from api.errors import Problem, unavailable
from store.migrate import is_current
from store.outage import OUTAGES


class Health(Struct):
    """A sign of life."""

    status: Literal["ok"]


class Readiness(Struct):
    """Ready to work; `model` is who answers visitors."""

    status: Literal["ready"]
    model: str


@get("/health/live", operation_id="live", tags=["health"], sync_to_thread=False)
def live() -> Health:
    """Alive: the process answers, whatever the database does."""
    return Health("ok")


@get("/health/ready", operation_id="ready", tags=["health"])
async def ready(desk: DeskDep) -> Readiness:
    """Ready: the database can be reached and has the tables this version wants."""
    if desk.closing.begun:
        raise Problem(503, "closing", "This process is ending; another one takes over.")
    try:
        current = await is_current(desk.workspace.database)
    except OUTAGES:
        raise unavailable() from None
    if not current:
        raise Problem(503, "not_migrated", "The database is of another version. Run `opener db upgrade`.")
    return Readiness("ready", desk.house.model_name)


@get("/metrics", operation_id="metrics", tags=["health"], media_type="text/plain")
async def metrics(desk: DeskDep) -> Response[bytes]:
    """Counters for Prometheus: requests, answers by outcome, tokens, open streams."""
    desk.metrics.streams.set(desk.lines.count)
    return Response(desk.metrics.text(), media_type="text/plain; version=0.0.4")
