"""The app: routes, errors, and the frame around them. Everything it rests on is handed in."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme
from litestar.types import ControllerRouterHandler

from api.activities import BATCH_BYTES, ActivityRoutes
from api.auth import provide_actor, provide_caller, provide_visitor
from api.body_guard import BodyGuard
from api.consent_page import confirm, question
from api.consents import ConsentRoutes
from api.costs import CostRoutes
from api.definitions import definitions_page, read_definitions
from api.desk import Desk
from api.docs import docs
from api.drafts import DraftRoutes
from api.duplicates import DuplicateRoutes, MergeRoutes, follow_merged
from api.enrichment import EnrichmentRoutes
from api.errors import handlers
from api.exports import ExportRoutes
from api.forms import FormRoutes, SubmissionRoutes
from api.frame import Frame
from api.guest import cancel, see
from api.handoffs import HandoffRoutes
from api.health import live, metrics, ready
from api.hooks import receive, shake_hands
from api.house import House
from api.imports import ImportRoutes
from api.lead_moves import LeadMoves
from api.leads import LeadRoutes
from api.meetings import MeetingRoutes
from api.opportunities import OpportunityRoutes
from api.pages import asset, chat, console, home, loader, plain_page, style
from api.people import PeopleRoutes
from api.privacy import PersonRightsRoutes, PrivacyRecords
from api.reports import ReportRoutes
from api.routing import LeadRouteRoutes, RoutingRuleRoutes
from api.rules import ScoringRuleRoutes
from api.runs import RunRoutes
from api.scores import ScoreRoutes
from api.sessions import SessionRoutes
from api.suppressions import SuppressionRoutes
from api.tasks import TaskRoutes
from api.team import QueueRoutes, RepRoutes
from api.team_stream import TeamStream
from api.widget import Widget
from api.widget_bookings import WidgetBookings
from api.widget_me import WidgetForget, WidgetMe
from api.widget_sessions import WidgetDoor

Life = Callable[[Litestar], AbstractAsyncContextManager[None]]
API_VERSION = "1.0.0"
"""Of the contract, not of the program: it rises when a call changes."""
FORMS = ("/m/", "/consent/")
"""Where a plain HTML form may be posted: pages whose address is the guest's own secret."""
HOOKS = ("/hooks/",)
"""Where bytes of any kind may be posted: their routes never hand them to Litestar to read."""

LARGER = {"/v1/activities": BATCH_BYTES}
"""Addresses that take a larger JSON body than the others."""
FILES = ("/v1/leads/import",)
"""Addresses that take files; their routes check who calls before the body is read."""

PROGRAMS: Sequence[ControllerRouterHandler] = (
    LeadRoutes,
    LeadMoves,
    OpportunityRoutes,
    TaskRoutes,
    HandoffRoutes,
    DraftRoutes,
    TeamStream,
    MeetingRoutes,
    ReportRoutes,
    CostRoutes,
    LeadRouteRoutes,
    RoutingRuleRoutes,
    RepRoutes,
    QueueRoutes,
    ScoringRuleRoutes,
    ScoreRoutes,
    DuplicateRoutes,
    MergeRoutes,
    PeopleRoutes,
    ActivityRoutes,
    ImportRoutes,
    ExportRoutes,
    RunRoutes,
    EnrichmentRoutes,
    FormRoutes,
    SubmissionRoutes,
    ConsentRoutes,
    SuppressionRoutes,
    PersonRightsRoutes,
    PrivacyRecords,
    read_definitions,
)
"""What `/v1` answers."""

App = Litestar
"""The name other rooms know the app by."""


def create_app(house: House) -> Litestar:
    """The whole HTTP room over a house. `app.state["desk"]` holds what the routes share."""
    desk = Desk(house)
    app = Litestar(
        route_handlers=_routes(),
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        exception_handlers=handlers(),
        openapi_config=_openapi(),
        lifespan=[_life(desk)],
        logging_config=None,
        request_max_body_size=house.limits.body_bytes,
        debug=False,
        state=State({"desk": desk}),
    )
    guarded = BodyGuard(
        app.asgi_handler,
        max_bytes=house.limits.body_bytes,
        max_depth=house.limits.depth,
        forms=FORMS,
        raw=HOOKS,
        larger=LARGER,
        files=FILES,
    )
    app.asgi_handler = Frame(
        guarded,
        new_id=house.workspace.new_id,
        https=urlsplit(house.public_url).scheme == "https",
        counted=desk.metrics.request,
    )
    return app


def _routes() -> Sequence[ControllerRouterHandler]:
    """Every address, with what its callers must show."""
    visitor = Router(
        "/",
        route_handlers=[Widget, WidgetBookings, WidgetMe],
        dependencies={"visitor": Provide(provide_visitor)},
        security=[{"visitor": []}],
    )
    forget = Router("/", route_handlers=[WidgetForget], security=[{"visitor": []}])
    widget = Router("/widget/v1", route_handlers=[WidgetDoor, visitor, forget], tags=["widget"])
    programs = Router(
        "/v1",
        route_handlers=PROGRAMS,
        before_request=follow_merged,
        dependencies={"caller": Provide(provide_caller), "actor": Provide(provide_actor)},
        security=[{"key": []}, {"session": []}],
        tags=["api"],
    )
    sessions = Router("/v1", route_handlers=[SessionRoutes], tags=["api"])
    pages = [home, style, chat, console, definitions_page, loader, asset, plain_page, see, cancel, question, confirm]
    outside: list[ControllerRouterHandler] = [widget, programs, sessions, receive, shake_hands]
    return [*outside, live, ready, metrics, *pages, docs]


def _life(desk: Desk) -> Life:
    """What happens when the process starts and ends: lines are closed first, then answers get their grace."""

    @asynccontextmanager
    async def life(_app: Litestar) -> AsyncIterator[None]:
        await desk.workspace.live.start()
        for hook in desk.house.on_startup:
            await hook()
        try:
            yield
        finally:
            desk.closing.begin()
            await desk.submissions.close(desk.house.grace_s)
            await desk.answers.close(desk.house.grace_s)
            for hook in desk.house.on_shutdown:
                await hook()
            await desk.workspace.live.stop()

    return life


def _openapi() -> OpenAPIConfig:
    bearer = "A visitor's session token, from POST /widget/v1/sessions."
    key = "An API key, `sk_…`, with the scope the call needs."
    cookie = "A rep's session, from POST /v1/session; what changes something also needs X-CSRF-Token."
    schemes: dict[str, SecurityScheme | Reference] = {
        "visitor": SecurityScheme(type="http", scheme="bearer", description=bearer),
        "key": SecurityScheme(type="http", scheme="bearer", description=key),
        "session": SecurityScheme(
            type="apiKey", name="opener_session", security_scheme_in="cookie", description=cookie
        ),
    }
    return OpenAPIConfig(
        title="Opener",
        version=API_VERSION,
        description="The open-source AI SDR: its widget's calls, and its API for outside programs.",
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes=schemes),
        use_handler_docstrings=True,
    )
