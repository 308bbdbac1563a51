"""Activities: other programs tell what somebody did, one at a time or up to a thousand at once."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from actions.add_key import Scope
from actions.note_activities import ActivityKept, Kept, ToldActivity, note_activities
from api.auth import ActorDep, CallerDep, needs
from api.desk import Desk, DeskDep
from api.errors import Problem, refused
from api.instants import instant
from api.lead_shapes import Answer
from api.shapes import Email
from leads.activity_types import ActivityType
from leads.actor import Actor
from leads.signal import Property
from store.outage import once_more

BATCH_BYTES = 4 * 1024 * 1024
MOST = 1000
KINDS = ", ".join(ActivityType)
Properties = Annotated[dict[Annotated[str, Meta(min_length=1, max_length=80)], Answer], Meta(max_length=60)]
Type = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=80,
        description=f"What was done. Accepted: {KINDS}.",
        extra_json_schema={"enum": [t.value for t in ActivityType]},
    ),
]


class ActivityBody(Struct, forbid_unknown_fields=True):
    """What somebody did. `dedup_key` makes it count once; `machine` says that no human did it.

    `occurred_at` is now when it is left out, and never later. `properties` are yours: `path`, `url`, `user_agent`,
    `seconds_after_delivery`, `direction` and `prefetch` are understood.
    """

    type: Type
    occurred_at: datetime | None = None
    dedup_key: Annotated[str, Meta(min_length=1, max_length=400)] | None = None
    properties: Properties = {}
    machine: bool = False


class BatchItem(ActivityBody, forbid_unknown_fields=True):
    """One activity of a batch; whose it is, by `lead_id`, `person_id` or `email`."""

    lead_id: Annotated[str, Meta(max_length=40)] | None = None
    person_id: Annotated[str, Meta(max_length=40)] | None = None
    email: Email | None = None


class ActivityBatch(Struct, forbid_unknown_fields=True):
    """Up to 1,000 activities. Each one is an object like the body of a single one, with whose it is."""

    activities: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MOST)]


class ActivityError(Struct):
    """Why one item was not taken."""

    code: str
    detail: str


class ActivityShown(Struct):
    """What became of one: `accepted`, `duplicate` (its key is known) or `refused`."""

    status: str
    lead_id: str | None
    type: str | None = None
    occurred_at: datetime | None = None
    actor: str | None = None
    index: int | None = None
    error: ActivityError | None = None


class BatchShown(Struct):
    """What became of each, in the order sent."""

    accepted: int
    duplicates: int
    refused: int
    items: list[ActivityShown]


class ActivityRoutes(Controller):
    """`/v1/leads/{id}/activities` and `/v1/activities`."""

    path = "/"

    @post("/leads/{lead_id:str}/activities", operation_id="createActivity", guards=[needs(Scope.LEADS_WRITE)])
    async def create(
        self, desk: DeskDep, caller: CallerDep, actor: ActorDep, lead_id: FromPath[str], data: JSONBody[ActivityBody]
    ) -> Response[ActivityShown]:
        """Tell what a lead did. 201, or 200 when its `dedup_key` was told before, which changes nothing."""
        told = _told(data, lead_id=lead_id)
        [kept] = await _note(desk, [told], source=caller.name, actor=actor)
        if kept.refusal is not None:
            raise refused(kept.refusal)
        return Response(_shown(kept), status_code=201 if kept.ending is Kept.ACCEPTED else 200)

    @post(
        "/activities",
        operation_id="createActivities",
        guards=[needs(Scope.LEADS_WRITE)],
        request_max_body_size=BATCH_BYTES,
        status_code=200,
    )
    async def create_many(
        self, desk: DeskDep, caller: CallerDep, actor: ActorDep, data: JSONBody[ActivityBatch]
    ) -> BatchShown:
        """Tell what many leads did. Each item has its own result; one that is wrong loses no other."""
        read = [_item(raw) for raw in data.activities]
        told = [one for one in read if isinstance(one, ToldActivity)]
        kept = iter(await _note(desk, told, source=caller.name, actor=actor))
        items = [_shown(next(kept)) if isinstance(one, ToldActivity) else _wrong(one) for one in read]
        for index, item in enumerate(items):
            item.index = index
        counts = {status: sum(1 for item in items if item.status == status) for status in Kept}
        return BatchShown(counts[Kept.ACCEPTED], counts[Kept.DUPLICATE], counts[Kept.REFUSED], items)


async def _note(desk: Desk, told: list[ToldActivity], *, source: str, actor: Actor) -> list[ActivityKept]:
    async def noted() -> list[ActivityKept]:
        async with desk.workspace.unit() as uow:
            return await note_activities(uow, desk.book, told, source=source, actor=actor)

    return await once_more(noted)


def _item(raw: Mapping[str, Any]) -> ToldActivity | str:
    """One item as it was meant, or what is wrong with it."""
    try:
        item = msgspec.convert(raw, BatchItem)
        return _told(item, lead_id=item.lead_id, person_id=item.person_id, email=item.email)
    except msgspec.ValidationError as error:
        return str(error)
    except Problem as problem:
        return problem.detail


def _told(data: ActivityBody, **whose: str | None) -> ToldActivity:
    properties: dict[str, Property] = dict(data.properties)
    return ToldActivity(
        type=data.type,
        occurred_at=instant(data.occurred_at, "occurred_at") if data.occurred_at else None,
        dedup_key=data.dedup_key,
        properties=MappingProxyType(properties),
        machine=data.machine,
        **whose,
    )


def _wrong(message: str) -> ActivityShown:
    return ActivityShown(Kept.REFUSED.value, None, error=ActivityError("invalid", message))


def _shown(kept: ActivityKept) -> ActivityShown:
    error = ActivityError(kept.refusal.code, kept.refusal.message) if kept.refusal else None
    activity = kept.activity
    return ActivityShown(
        kept.ending.value,
        kept.lead_id,
        type=activity.type if activity else None,
        occurred_at=activity.occurred_at if activity else None,
        actor=activity.actor.value if activity else None,
        error=error,
    )
