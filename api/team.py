"""The team and its queues: who works now, who is away, who leaves, and what waits for somebody."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from actions.add_key import Scope
from actions.current_routing import routing_rules
from actions.leave_team import Handover, Leaving, leave_team
from actions.read_colleagues import Colleague, read_colleagues
from actions.set_away import active_rep, set_away, set_back
from api.auth import ActorDep, needs
from api.desk import DeskDep
from api.errors import FieldError, Problem
from api.lead_shapes import OwnerShown
from api.lead_views import Team
from api.routing_shapes import (
    AwayBody,
    AwayShown,
    HandoverShown,
    LeaveBody,
    LeavingShown,
    QueueList,
    QueueShown,
    RepList,
    RepShown,
)
from leads.hours import DateRange, describe, is_open, next_opening
from leads.identity import RepId
from leads.route import RouteRules
from store.assignments import Absence
from store.unit import UnitOfWork


class RepRoutes(Controller):
    """`/v1/reps`."""

    path = "/reps"

    @get("/", operation_id="listReps", guards=[needs(Scope.LEADS_READ)])
    async def list(self, desk: DeskDep) -> RepList:
        """The team: hours, who is away, open leads, pools and queues."""
        async with desk.workspace.reading() as uow:
            rules = await routing_rules(uow, desk.book)
            team = await read_colleagues(uow, desk.book)
            load = await uow.assignments.open_leads(list(team.by_id))
            names = await _everybody(uow)
            found = sorted(team.by_id.values(), key=lambda c: (c.rep.name, c.id))
            return RepList([_rep(uow, c, rules, names, load.get(c.id, 0)) for c in found])

    @put("/{rep_id:str}/away", operation_id="setRepAway", guards=[needs(Scope.LEADS_WRITE)])
    async def away(self, desk: DeskDep, actor: ActorDep, rep_id: FromPath[str], data: JSONBody[AwayBody]) -> AwayShown:
        """Keep a rep's leave. It takes the place of leave that was kept before; new leads go to others meanwhile."""
        if data.last < data.first:
            raise Problem(
                422, "invalid", "Leave cannot end before it begins.", errors=[FieldError("to", "before from")]
            )
        async with desk.workspace.unit() as uow:
            delegate = (await active_rep(uow, RepId(data.delegate))).id if data.delegate else None
            days = DateRange(data.first, data.last)
            kept = await set_away(uow, RepId(rep_id), days, delegate=delegate, actor=actor)
            return _away(kept, await _everybody(uow))

    @delete("/{rep_id:str}/away", operation_id="setRepBack", guards=[needs(Scope.LEADS_WRITE)])
    async def back(self, desk: DeskDep, actor: ActorDep, rep_id: FromPath[str]) -> None:
        """The rep is there again."""
        async with desk.workspace.unit() as uow:
            await set_back(uow, RepId(rep_id), actor=actor)

    @post("/{rep_id:str}/leave", operation_id="leaveTeam", status_code=200, guards=[needs(Scope.PEOPLE_ADMIN)])
    async def leave(
        self, desk: DeskDep, actor: ActorDep, rep_id: FromPath[str], data: JSONBody[LeaveBody]
    ) -> LeavingShown:
        """Take a rep out of the team: everything they had is listed and goes to others. Their keys end."""
        async with desk.workspace.unit() as uow:
            heir = (await active_rep(uow, RepId(data.to))).id if data.to else None
            left = await leave_team(uow, desk.book, RepId(rep_id), actor=actor, to=heir, dry_run=data.dry_run)
            return _leaving(left, await _everybody(uow))


class QueueRoutes(Controller):
    """`/v1/queues`."""

    path = "/queues"

    @get("/", operation_id="listQueues", guards=[needs(Scope.LEADS_READ)])
    async def list(self, desk: DeskDep) -> QueueList:
        """Every queue with what waits in it. The leads are at `GET /v1/leads?queue=…&unowned=true`."""
        async with desk.workspace.reading() as uow:
            rules = await routing_rules(uow, desk.book)
            loads = {load.queue: load for load in await uow.assignments.queue_loads()}
        known = {queue.key: queue for queue in rules.queues}
        items = []
        for key in [*known, *sorted(set(loads) - set(known))]:
            queue, load = known.get(key), loads.get(key)
            title, members = (queue.title, list(queue.members)) if queue else (key, [])
            items.append(QueueShown(key, title, members, load.waiting if load else 0, load.oldest if load else None))
        return QueueList(items)


async def _everybody(uow: UnitOfWork) -> Team:
    """Names by id, of those who have left too."""
    return Team({rep.id: rep.name for rep in await uow.access.everybody()})


def _rep(uow: UnitOfWork, colleague: Colleague, rules: RouteRules, names: Team, load: int) -> RepShown:
    email, hours = colleague.rep.email, colleague.working_hours
    return RepShown(
        id=colleague.id,
        name=colleague.rep.name,
        email=email,
        languages=list(colleague.languages),
        hours=describe(hours),
        tz=hours.zone,
        working=is_open(hours, uow.now),
        next_shift=next_opening(hours, uow.now),
        away=_away(colleague.leave, names) if colleague.leave else None,
        open_leads=load,
        pools=[p.key for p in rules.pools if any(m.email.lower() == email for m in p.members)],
        queues=[q.key for q in rules.queues if email in {m.lower() for m in q.members}],
    )


def _away(leave: Absence, names: Team) -> AwayShown:
    return AwayShown(leave.days.first, leave.days.last, names.owner(leave.delegate))


def _leaving(left: Leaving, names: Team) -> LeavingShown:
    def shown(many: tuple[Handover, ...]) -> list[HandoverShown]:
        return [HandoverShown(one.id, names.owner(one.to), one.queue) for one in many]

    return LeavingShown(
        rep=OwnerShown(left.rep.id, left.rep.name),
        done=left.done,
        leads=shown(left.leads),
        deals=shown(left.deals),
        tasks=shown(left.tasks),
        handoffs=shown(left.handoffs),
        meetings=shown(left.meetings),
        clocks=left.clocks,
        pools=list(left.pools),
        queues=list(left.queues),
        keys=list(left.keys),
    )
